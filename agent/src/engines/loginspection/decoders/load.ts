import { categories, type FieldName, fieldNames } from '../event.ts';
import { compileAt, type Place, RuleFileFault } from '../fault.ts';
import { compileOsMatch, compileOsRegex, compilePcre2, type Pattern } from '../patterns/index.ts';
import { readXml, type XmlElement, type XmlFile } from '../xml.ts';
import type { Decoder, DecoderSet, Offset } from './decoder.ts';

/** Reads decoder files in their order. @throws RuleFileFault */
export function loadDecoders(files: readonly XmlFile[]): DecoderSet {
  const withProgram: Decoder[] = [];
  const withoutProgram: Decoder[] = [];
  const names = new Set<string>();
  let count = 0;
  for (const element of files.flatMap(readXml)) {
    const decoder = readDecoder(element, [...withProgram, ...withoutProgram]);
    names.add(decoder.ownName);
    count++;
    if (decoder.parent === undefined) (decoder.program ? withProgram : withoutProgram).push(decoder);
    else addChild(decoder, [...withProgram, ...withoutProgram]);
  }
  return { withProgram, withoutProgram, names, count };
}

function readDecoder(element: XmlElement, roots: readonly Decoder[]): Decoder {
  if (element.name !== 'decoder')
    throw new RuleFileFault(element.place, `\`<${element.name}>\` where \`<decoder>\` was expected`);
  const ownName = element.attributes['name'] ?? '';
  if (ownName === '') throw new RuleFileFault(element.place, 'a decoder needs a `name`');
  refuseUnknown(element, ['name', 'status'], knownChildren);
  const parent = textOf(element, 'parent');
  const root = roots.find((one) => one.ownName === parent);
  const decoder: Decoder = {
    ownName,
    name: parent !== undefined && textOf(element, 'use_own_name') !== 'true' ? (root?.name ?? parent) : ownName,
    place: element.place,
    parent,
    category: readCategory(element),
    program: readPattern(element, 'program_name', 'match'),
    prematch: readPattern(element, 'prematch', 'regex'),
    prematchOffset: readOffset(element, 'prematch'),
    regex: readPattern(element, 'regex', 'regex'),
    regexOffset: readOffset(element, 'regex'),
    order: readOrder(element),
    continues: false,
    children: [],
  };
  return checkDecoder(decoder);
}

const patternNames = ['program_name', 'prematch', 'regex'];
const knownChildren = new Set([
  ...patternNames,
  ...patternNames.map((name) => `${name}_pcre2`),
  'pcre2',
  'parent',
  'order',
  'type',
  'use_own_name',
  // OSSEC reads it and does nothing with it.
  'ftscomment',
]);

function refuseUnknown(element: XmlElement, attributes: readonly string[], children: ReadonlySet<string>): void {
  for (const name of Object.keys(element.attributes)) {
    if (!attributes.includes(name)) throw new RuleFileFault(element.place, `a decoder has no attribute \`${name}\``);
  }
  for (const child of element.children) {
    if (!children.has(child.name)) {
      throw new RuleFileFault(child.place, `\`<${child.name}>\` in a decoder is not supported`);
    }
    if (child.children.length > 0) throw new RuleFileFault(child.place, `\`<${child.name}>\` holds text alone`);
  }
}

const childrenOf = (element: XmlElement, name: string) => element.children.filter((child) => child.name === name);
const textOf = (element: XmlElement, name: string) => childrenOf(element, name).at(-1)?.text.trim();

/** The texts of elements of one name are one pattern, joined, as in OSSEC. */
function readPattern(element: XmlElement, name: string, dialect: 'match' | 'regex'): Pattern | undefined {
  const plain = childrenOf(element, name);
  const perl = [...childrenOf(element, `${name}_pcre2`), ...(name === 'regex' ? childrenOf(element, 'pcre2') : [])];
  const first = plain[0] ?? perl[0];
  if (!first) return undefined;
  if (plain.length > 0 && perl.length > 0)
    throw new RuleFileFault(perl[0]!.place, `\`<${name}>\` stands there in two dialects`);
  const source = [...plain, ...perl].map((child) => child.text).join('');
  const typed = first.attributes['type'];
  if (typed !== undefined && !['osregex', 'osmatch', 'pcre2'].includes(typed)) {
    throw new RuleFileFault(first.place, `patterns of type \`${typed}\` are not supported`);
  }
  return compileAt(first.place, `\`<${first.name}>\``, () => {
    if (perl.length > 0 || typed === 'pcre2') return compilePcre2(source);
    if (typed === 'osregex') return compileOsRegex(source);
    return dialect === 'match' || typed === 'osmatch' ? compileOsMatch(source) : compileOsRegex(source);
  });
}

function readOffset(element: XmlElement, name: string): Offset {
  let offset: Offset = 'none';
  const parts = element.children.filter((child) =>
    [name, `${name}_pcre2`, name === 'regex' ? 'pcre2' : name].includes(child.name),
  );
  for (const [index, child] of parts.entries()) {
    for (const attribute of Object.keys(child.attributes)) {
      if (attribute !== 'offset' && attribute !== 'type') {
        throw new RuleFileFault(child.place, `\`<${child.name}>\` has no attribute \`${attribute}\``);
      }
    }
    const value = child.attributes['offset'];
    if (value === undefined) continue;
    if (value !== 'after_parent' && value !== 'after_prematch' && value !== 'after_regex') {
      throw new RuleFileFault(child.place, `\`${value}\` is no offset: after_parent, after_prematch or after_regex`);
    }
    if (index > 0) throw new RuleFileFault(child.place, `only the first \`<${name}>\` may have an offset`);
    offset = value;
  }
  return offset;
}

/** A child does not take its parent's type: OSSEC gives `syslog` to whatever says nothing. */
function readCategory(element: XmlElement): Decoder['category'] {
  const type = textOf(element, 'type');
  if (type === undefined) return 'syslog';
  const category = categories.find((one) => one === type);
  if (!category)
    throw new RuleFileFault(element.place, `\`${type}\` is no type of a decoder: ${categories.join(', ')}`);
  return category;
}

function readOrder(element: XmlElement): FieldName[] {
  const child = childrenOf(element, 'order').at(-1);
  if (!child) return [];
  return child.text.split(',').map((part) => {
    const name = orderAliases[part.trim()] ?? part.trim();
    const field = fieldNames.find((one) => one === name);
    if (!field) throw new RuleFileFault(child.place, `\`${name}\` is no field: ${fieldNames.join(', ')}`);
    return field;
  });
}

const orderAliases: Readonly<Record<string, FieldName>> = { user: 'dstuser', extra_data: 'data', proto: 'protocol' };

function checkDecoder(decoder: Decoder): Decoder {
  const refuse = (problem: string): never => {
    throw new RuleFileFault(decoder.place, `decoder \`${decoder.ownName}\`: ${problem}`);
  };
  const { parent, prematch, program, regex, order, regexOffset, prematchOffset } = decoder;
  if (!prematch && !program && parent === undefined) refuse('needs `<prematch>`, `<program_name>` or `<parent>`');
  if (regex && order.length === 0) refuse('`<regex>` needs `<order>`');
  if (!regex && order.length > 0) refuse('`<order>` needs `<regex>`');
  if (prematchOffset !== 'none' && (prematchOffset !== 'after_parent' || parent === undefined)) {
    refuse('`<prematch>` may only look after_parent, in a child');
  }
  if (regexOffset === 'after_parent' && parent === undefined) refuse('after_parent needs `<parent>`');
  if (regexOffset === 'after_prematch' && parent !== undefined && !prematch)
    refuse('after_prematch needs `<prematch>`');
  if (regexOffset === 'after_regex' && parent === undefined) refuse('after_regex needs `<parent>`');
  return decoder;
}

function addChild(decoder: Decoder, roots: readonly Decoder[]): void {
  const parents = roots.filter((root) => root.ownName === decoder.parent);
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
    if (decoder.prematch || !sibling.regex || !decoder.regex) {
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
