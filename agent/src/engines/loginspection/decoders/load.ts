import { type Place, RuleFileFault } from '../fault.ts';
import { readXml, type XmlFile } from '../xml.ts';
import type { Decoder, DecoderSet } from './decoder.ts';
import { readDecoder } from './read.ts';

/** Reads decoder files in their order. @throws RuleFileFault */
export function loadDecoders(files: readonly XmlFile[]): DecoderSet {
  const withProgram: Decoder[] = [];
  const withoutProgram: Decoder[] = [];
  const names = new Set<string>(builtIn);
  const roots = new Map<string, Decoder[]>();
  let count = 0;
  for (const file of files) {
    const { elements, dialect } = readXml(file);
    for (const element of elements) {
      const decoder = readDecoder(element, dialect);
      names.add(decoder.ownName);
      count++;
      if (decoder.parent === undefined) {
        (decoder.program ? withProgram : withoutProgram).push(decoder);
        roots.set(decoder.ownName, [...(roots.get(decoder.ownName) ?? []), decoder]);
      } else addChild(decoder, roots.get(decoder.parent) ?? []);
    }
  }
  return { withProgram, withoutProgram, names, count };
}

/** Decoders of OSSEC's other modules, which rules may name: integrity, rootkit checks, network scans. No line of a log is theirs. */
const builtIn = [
  'rootcheck',
  'syscheck_integrity_changed',
  'syscheck_integrity_changed_2nd',
  'syscheck_integrity_changed_3rd',
  'syscheck_new_entry',
  'syscheck_deleted',
  'hostinfo_new',
  'hostinfo_modified',
];

function addChild(decoder: Decoder, parents: readonly Decoder[]): void {
  if (parents.length === 0)
    throw new RuleFileFault(decoder.place, `there is no decoder \`${decoder.parent}\` to be its parent`);
  for (const parent of parents) {
    joinSameName(decoder, parent.children);
    parent.children.push(decoder);
  }
}

/** Children of one name are several regexes of one decoder, tried one after the other: each but the last goes on to the next. */
function joinSameName(decoder: Decoder, siblings: readonly Decoder[]): void {
  const same: Place[] = [];
  for (const sibling of siblings) {
    if (sibling.ownName !== decoder.ownName) continue;
    if (decoder.prematch || decoder.firstSight.length > 0 || !sibling.regex || !decoder.regex) {
      throw new RuleFileFault(
        decoder.place,
        `decoder \`${decoder.ownName}\` stands at line ${sibling.place.line} of ${sibling.place.file} already; a second one may only add a \`<regex>\``,
      );
    }
    sibling.continues = true;
    same.push(sibling.place);
  }
  if (decoder.regexOffset === 'after_regex' && same.length === 0) {
    throw new RuleFileFault(
      decoder.place,
      `decoder \`${decoder.ownName}\`: after_regex needs a regex of the same name before it`,
    );
  }
}
