import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { RuleFileFault } from '../fault.ts';
import { compileOsRegex, Subject } from '../patterns/index.ts';
import { readXml, type XmlElement } from '../xml.ts';
import { missingFault } from './fault.ts';
import { readFile } from './read-file.ts';

/** Files that a configuration names, in its order, where they lie. */
export interface ConfiguredFiles {
  readonly decoders: readonly string[];
  readonly rules: readonly string[];
  /** The name in the configuration, and where the list lies. */
  readonly lists: readonly { readonly name: string; readonly path: string }[];
}

/**
 * Reads the `<rules>` of an OSSEC configuration, and Wazuh's `<ruleset>`: `include`, `rule`, `rule_dir`, `decoder`, `decoder_dir`, `list`. Names are
 * looked for as OSSEC does, below the folder it is installed in, which is the one above that of the configuration; a rule without a folder lies in
 * `rules/`. Where nothing is there, they are looked for in and below the folder of the configuration itself. Where nothing names decoders,
 * and the caller has none either, they are `decoder.xml` and, if there, `local_decoder.xml` beside the configuration.
 * @throws CommandFault
 */
export function readOssecConf(path: string, hasDecoders: boolean): ConfiguredFiles {
  const found: Found = { decoders: [], rules: [], lists: [] };
  const tree: Tree = { etc: dirname(resolve(path)), root: dirname(dirname(resolve(path))) };
  const { elements } = readXml({ name: path, xml: readFile(path) });
  const sections = elements
    .flatMap((element) => (element.name === 'ossec_config' ? element.children : [element]))
    .filter(({ name }) => name === 'rules' || name === 'ruleset');
  for (const section of sections) for (const element of section.children) readElement(element, section, tree, found);
  if (found.decoders.length === 0 && !hasDecoders) {
    found.decoders.push(locate('decoder.xml', tree, ['etc', '.']));
    const local = join(tree.etc, 'local_decoder.xml');
    if (existsSync(local)) found.decoders.push(local);
  }
  return found;
}

interface Found {
  readonly decoders: string[];
  readonly rules: string[];
  readonly lists: { name: string; path: string }[];
}

/** The folder of the configuration, and the one that OSSEC is installed in. */
interface Tree {
  readonly etc: string;
  readonly root: string;
}

const ruleFolders = ['rules', 'etc/rules', 'ruleset/rules', '.', 'etc'];
const decoderFolders = ['.', 'etc', 'etc/decoders', 'ruleset/decoders'];
const listFolders = ['.', 'rules', 'etc', 'etc/lists', 'lists'];

function readElement(element: XmlElement, section: XmlElement, tree: Tree, found: Found): void {
  const name = element.text.trim();
  const put = (paths: string[], path: string) => {
    if (!paths.includes(path)) paths.push(path);
  };
  const isExcluded = (kind: string) => (path: string) =>
    !section.children.some((one) => one.name === kind && path.endsWith(`/${one.text.trim()}`));
  switch (element.name) {
    case 'include':
    case 'rule':
    case 'rule_include':
      put(found.rules, locate(name, tree, ruleFolders));
      return;
    case 'decoder':
    case 'decoder_include':
      put(found.decoders, locate(name, tree, decoderFolders));
      return;
    case 'list':
      found.lists.push({ name, path: listPath(name, tree) });
      return;
    case 'rule_dir':
      for (const path of filesOf(element, tree).filter(isExcluded('rule_exclude'))) put(found.rules, path);
      return;
    case 'decoder_dir':
      for (const path of filesOf(element, tree).filter(isExcluded('decoder_exclude'))) put(found.decoders, path);
      return;
    case 'rule_exclude':
    case 'decoder_exclude':
    case 'event_correlation':
      return;
    default:
      throw new RuleFileFault(element.place, `\`<${element.name}>\` in \`<${section.name}>\` is not known`);
  }
}

/** @throws CommandFault where it is nowhere */
function locate(name: string, tree: Tree, folders: readonly string[]): string {
  const below = (root: string) => folders.map((folder) => join(root, folder, name));
  const known = isAbsolute(name) ? [name, join(tree.root, name)] : [...below(tree.root), ...below(tree.etc)];
  const candidates = [...known, join(tree.etc, basename(name))];
  const path = candidates.find((candidate) => existsSync(candidate));
  if (!path) throw missingFault(`there is no ${name}: looked for ${candidates.join(', ')}`);
  return path;
}

/** A list lies there as text, or compiled beside it. */
function listPath(name: string, tree: Tree): string {
  const plain = name.replace(/\.cdb$/, '');
  try {
    return locate(plain, tree, listFolders);
  } catch {
    return locate(`${plain}.cdb`, tree, listFolders);
  }
}

/** The files of a folder, by name; with `pattern`, those whose name it matches. */
function filesOf(element: XmlElement, tree: Tree): string[] {
  const folder = locate(element.text.trim(), tree, ['.', 'etc']);
  const pattern = compileOsRegex(element.attributes['pattern'] ?? '.xml$');
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => pattern.test(new Subject(path)))
    .sort();
}
