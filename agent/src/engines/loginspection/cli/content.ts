import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { errorText } from '../../../log.ts';
import { compileRuleset, type Ruleset } from '../analyser.ts';
import { RuleFileFault } from '../fault.ts';
import type { SigmaSet } from '../sigma/sigma-watch.ts';
import type { XmlFile } from '../xml.ts';
import type { Arguments } from './arguments.ts';
import { dataFault, missingFault } from './fault.ts';
import { readLists } from './lists.ts';
import { type ConfiguredFiles, readOssecConf } from './ossec-conf.ts';
import { indexedFiles, ownContent } from './own-content.ts';
import { readFile } from './read-file.ts';
import { byReference } from './rule-order.ts';
import { isSigmaFile, loadSigma } from './sigma-content.ts';

/** The decoders and rules that the arguments name, compiled; Sigma beside those of OSSEC's language. @throws CommandFault */
export async function loadContent(args: Pick<Arguments, 'rules' | 'decoders' | 'ossecConf'>): Promise<Content> {
  try {
    const ruleset = compile(args);
    const sigma = await loadSigma(args.rules.flatMap(expand).filter(isSigmaFile));
    return { ruleset, sigma: sigma?.set, leftOut: sigma?.leftOut ?? [] };
  } catch (error) {
    if (error instanceof RuleFileFault) throw dataFault(error.message, error);
    throw error;
  }
}

export interface Content {
  readonly ruleset: Ruleset;
  readonly sigma: SigmaSet | undefined;
  /** Sigma rules that are left out, as lines for the one who called. */
  readonly leftOut: readonly string[];
}

function compile({ rules, decoders, ossecConf }: Pick<Arguments, 'rules' | 'decoders' | 'ossecConf'>): Ruleset {
  if (rules.length === 0 && decoders.length === 0 && ossecConf === undefined) {
    const own = ownContent();
    return compileRuleset(own.decoders, own.rules);
  }
  const nothing: ConfiguredFiles = { decoders: [], rules: [], lists: [] };
  const configured = ossecConf === undefined ? nothing : readOssecConf(ossecConf, decoders.length > 0);
  const given = rules
    .flatMap(expand)
    .filter((path) => !isSigmaFile(path))
    .map(read);
  const decoderFiles = [
    ...configured.decoders.map(read),
    ...decoders.flatMap(expand).map(read),
    ...given.filter(isDecoders),
  ];
  const ruleFiles = [...configured.rules.map(read), ...given.filter((file) => !isDecoders(file))];
  const inUse = decoderFiles.length > 0 ? decoderFiles : besideRules(rules);
  const options = { lists: readLists(configured.lists) };
  try {
    return compileRuleset(inUse, ruleFiles, options);
  } catch (error) {
    // The names of a folder are no order that anyone has chosen.
    if (!(error instanceof RuleFileFault) || ![...rules, ...decoders].some(isFolder)) throw error;
    return compileRuleset(byReference(inUse), byReference(ruleFiles), options);
  }
}

/** What may stand before the first element, and how it ends. */
const fore = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<var', '</var>'],
] as const;

/** Whether the first element is a decoder. */
function isDecoders({ xml }: XmlFile): boolean {
  const blank = /[\s\ufeff]*/y;
  for (let at = 0; ; ) {
    blank.lastIndex = at;
    at += blank.exec(xml)![0].length;
    const [, end] = fore.find(([begin]) => xml.startsWith(begin, at)) ?? [];
    if (end === undefined) return /^<decoder[\s>]/i.test(xml.slice(at, at + 9));
    const found = xml.indexOf(end, at);
    if (found < 0) return false;
    at = found + end.length;
  }
}

const read = (path: string): XmlFile => ({ name: path, xml: readFile(path) });

/** A folder is its files: as its index says where it has one, otherwise `rules_config.xml` first, then the others by name. */
function expand(path: string): string[] {
  if (!isFolder(path)) return [path];
  const indexed = indexedFiles(path);
  if (indexed) return indexed;
  const names = readdirSync(path)
    .filter((name) => name.endsWith('.xml') || isSigmaFile(name))
    .sort();
  if (names.length === 0) throw missingFault(`there is no .xml and no .yml in ${path}`);
  const first: string[] = names.filter((name) => name === 'rules_config.xml');
  return [...first, ...names.filter((name) => !first.includes(name))].map((name) => join(path, name));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw missingFault(errorText(error), error);
  }
}

/** Rules alone, as they lie in an OSSEC tree, have their decoders in `etc/decoder.xml` beside their folder; other rules have ours. */
function besideRules(rules: readonly string[]): XmlFile[] {
  for (const path of rules) {
    const folder = resolve(isFolder(path) ? path : dirname(path));
    const candidates = [join(folder, '../etc'), join(folder, '..'), folder].map((one) => join(one, 'decoder.xml'));
    const found = candidates.find((candidate) => existsSync(candidate));
    if (!found) continue;
    const local = join(dirname(found), 'local_decoder.xml');
    return [found, ...(existsSync(local) ? [local] : [])].map(read);
  }
  return ownContent().decoders;
}
