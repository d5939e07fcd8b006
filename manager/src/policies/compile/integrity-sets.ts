import { isDeepStrictEqual } from 'node:util';
import { everyIntegrityAttribute, type IntegrityAttribute } from '@sakimori/contract';
import { attributesOf, type NamedAttribute } from './integrity-attributes.ts';
import { readEntities, type WatchedEntities } from './integrity-entities.ts';
import { IntegrityRuleFault, type UnsupportedPart } from './integrity-fault.ts';
import { foldTrees, readBase, readKey } from './integrity-paths.ts';
import { type RuleElement, readRuleXml } from './integrity-xml.ts';

/** What one entity set of a rule watches: the part of a contract rule that its XML or template says. */
export type WatchedSet = {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly exact?: true;
  readonly kind?: 'file' | 'directory';
  readonly realTime?: false;
  /** Our own option of a set: the differences of its text files are shown. */
  readonly showDiff?: true;
  readonly attributes: readonly IntegrityAttribute[];
};
export type ReadSets = {
  readonly sets: readonly WatchedSet[];
  readonly entities: readonly WatchedEntities[];
  readonly unsupported: readonly UnsupportedPart[];
};

/**
 * Reads a custom rule: the entity sets of the Integrity Monitoring rules language, and our own `PathSet` (`describePathSet`). What exists on Windows alone is
 * read and said to be left out.
 * @throws IntegrityRuleFault with line and column
 */
export function readSets(xml: string): ReadSets {
  const sets: WatchedSet[] = [];
  const entities: WatchedEntities[] = [];
  const unsupported: UnsupportedPart[] = [];
  for (const element of readRuleXml(xml)) {
    if (element.name === 'FileSet' || element.name === 'DirectorySet') {
      const read = readEntitySet(element, element.name === 'FileSet' ? 'file' : 'directory');
      sets.push(...read.sets);
      unsupported.push(...read.unsupported);
    } else if (element.name === 'PathSet') sets.push(readPathSet(element));
    else {
      const read = readEntities(element);
      entities.push(...read.entities);
      unsupported.push(...read.unsupported);
    }
  }
  return { sets: joinKinds(sets), entities, unsupported };
}

function readEntitySet(element: RuleElement, kind: 'file' | 'directory'): Omit<ReadSets, 'entities'> {
  const { place, attributes: given, children } = element;
  const base = given['base'];
  if (base === undefined) throw new IntegrityRuleFault(`${element.name} must say its base.`, place);
  const unsupported = unknownOptions(element, ['base', 'onChange', 'followLinks', 'showDiff']);
  if (readFlag(element, 'followLinks'))
    unsupported.push({ code: 'option', what: 'followLinks', reason: 'Symbolic links are not followed.', place });
  const bases = readBase(base, place);
  const include = readKeys(bases, children, 'include');
  const exclude = readKeys(bases, children, 'exclude');
  const attributes = readAttributes(children);
  unsupported.push(
    ...include.unsupported,
    ...exclude.unsupported,
    ...attributes.unsupported,
    ...unknownParts(children),
  );
  if ('unsupported' in bases) return { sets: [], unsupported: [...unsupported, bases.unsupported] };
  if (!children.some(({ name }) => name === 'include')) include.paths.push(...bases.value.map((one) => `${one}/**`));
  // Nothing of what it includes can be watched: that has been said, and an empty list would mean nothing.
  if (include.paths.length === 0) return { sets: [], unsupported };
  const set: WatchedSet = {
    ...foldTrees({ include: include.paths, exclude: exclude.paths }),
    kind,
    ...(readFlag(element, 'onChange') ? {} : { realTime: false }),
    ...showDiffOf(element),
    attributes: attributes.attributes,
  };
  return { sets: [set], unsupported };
}

const showDiffOf = (element: RuleElement): { showDiff?: true } =>
  readFlag(element, 'showDiff') ? { showDiff: true } : {};

export function readFlag({ name, place, attributes }: RuleElement, flag: string): boolean {
  const text = attributes[flag]?.trim().toLowerCase() ?? 'false';
  if (text !== 'true' && text !== 'false')
    throw new IntegrityRuleFault(`${flag} of ${name} must be true or false.`, place);
  return text === 'true';
}

const unknownOptions = ({ name, attributes, place }: RuleElement, known: readonly string[]): UnsupportedPart[] =>
  Object.keys(attributes)
    .filter((option) => !known.includes(option))
    .map((option) => ({ code: 'option', what: option, reason: `${name} has no option ${option} here.`, place }));

const unknownParts = (children: readonly RuleElement[]): UnsupportedPart[] =>
  children
    .filter(({ name }) => !['include', 'exclude', 'attributes'].includes(name))
    .map(({ name, place }) => ({ code: 'option', what: name, reason: `An element ${name} says nothing here.`, place }));

/** The paths of all `include` or `exclude`. One without a key means all. */
function readKeys(
  bases: ReturnType<typeof readBase>,
  children: readonly RuleElement[],
  name: 'include' | 'exclude',
): { paths: string[]; unsupported: UnsupportedPart[] } {
  const paths: string[] = [];
  const unsupported: UnsupportedPart[] = [];
  for (const child of children) {
    if (child.name !== name) continue;
    const conditions = unknownOptions(child, ['key']).map((option): UnsupportedPart => {
      const effect =
        name === 'include' ? 'what the key names is watched whether it holds or not' : 'nothing is excluded';
      const reason = `The agent cannot ask for ${option.what}; ${effect}.`;
      return { ...option, code: 'condition', reason };
    });
    unsupported.push(...conditions);
    // Excluding more than was asked for would leave unwatched what somebody wants watched.
    if (name === 'exclude' && conditions.length > 0) continue;
    const key = child.attributes['key']?.trim() || '**';
    const read = readKey('value' in bases ? bases.value : [], key, child.place);
    if ('unsupported' in read) unsupported.push(read.unsupported);
    else paths.push(...read.value);
  }
  return { paths, unsupported };
}

function readAttributes(children: readonly RuleElement[]): ReturnType<typeof attributesOf> {
  const lists = children.filter(({ name }) => name === 'attributes');
  if (lists.length === 0) return attributesOf(undefined);
  return attributesOf(lists.flatMap((list): NamedAttribute[] => [...list.children]));
}

/** A set of files and one of directories that are equal otherwise are one rule of both. */
function joinKinds(sets: readonly WatchedSet[]): WatchedSet[] {
  const joined: WatchedSet[] = [];
  for (const set of sets) {
    const before = joined.at(-1);
    const { kind, ...rest } = set;
    const { kind: kindBefore, ...restBefore } = before ?? {};
    const isPair = kind !== undefined && kindBefore !== undefined && kind !== kindBefore;
    if (isPair && isDeepStrictEqual(rest, restBefore)) joined.splice(-1, 1, rest);
    else joined.push(set);
  }
  return joined;
}

const attributeNames = new Set<string>(everyIntegrityAttribute);

function readPathSet(element: RuleElement): WatchedSet {
  const { place, attributes: given, children } = element;
  const kind = given['kind'];
  if (kind !== undefined && kind !== 'file' && kind !== 'directory')
    throw new IntegrityRuleFault('The kind of a PathSet is file or directory.', place);
  const pathsOf = (name: string) =>
    children
      .filter((child) => child.name === name)
      .map((child) => {
        const path = child.attributes['path'];
        if (!path) throw new IntegrityRuleFault(`An ${name} of a PathSet must say its path.`, child.place);
        return unescapePath(path);
      });
  const attributes = children.filter(({ name }) => name === 'attributes').flatMap((list) => list.children);
  const wrong = attributes.find(({ name }) => !attributeNames.has(name));
  if (wrong) throw new IntegrityRuleFault(`A PathSet has no attribute ${wrong.name}.`, wrong.place);
  if (attributes.length === 0) throw new IntegrityRuleFault('A PathSet must name attributes.', place);
  const include = pathsOf('include');
  if (include.length === 0) throw new IntegrityRuleFault('A PathSet must include a path.', place);
  return {
    include,
    exclude: pathsOf('exclude'),
    ...(readFlag(element, 'exact') ? { exact: true } : {}),
    ...(kind ? { kind } : {}),
    ...showDiffOf(element),
    attributes: attributes.map(({ name }) => name as IntegrityAttribute),
  };
}

/** In a `PathSet` a backslash stands before itself, and before `u` and four digits of a character that XML cannot hold. */
export const unescapePath = (text: string): string =>
  text.replaceAll(/\\(?:u([0-9a-f]{4})|\\)/g, (_, digits: string | undefined) =>
    digits === undefined ? '\\' : String.fromCharCode(Number.parseInt(digits, 16)),
  );
