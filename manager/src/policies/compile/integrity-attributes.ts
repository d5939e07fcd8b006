import { everyIntegrityAttribute, type IntegrityAttribute, integrityAttributes } from '@sakimori/contract';
import type { Place, UnsupportedPart } from './integrity-fault.ts';

/** That something comes, goes, gets another name or becomes another thing is told whatever attributes a rule of the API names. */
const existence: readonly IntegrityAttribute[] = ['created', 'deleted', 'renamed', 'type'];

/**
 * The API's names of attributes, upper case, and what they are with us. `CREATED` is the time at which a file came to be: another one means
 * another file. `GROWING` says that a file never becomes smaller, so its change is that it did. The hashes are all the content.
 */
const known: Readonly<Record<string, readonly IntegrityAttribute[]>> = {
  STANDARD: integrityAttributes,
  CREATED: existence,
  TYPE: existence,
  LASTMODIFIED: ['modified'],
  PERMISSIONS: ['mode'],
  OWNER: ['owner'],
  GROUP: ['group'],
  SIZE: ['size'],
  CONTENTS: ['content'],
  SHA1: ['content'],
  SHA256: ['content'],
  MD5: ['content'],
  SYMLINKPATH: ['link'],
  GROWING: ['shrunk'],
};
/** What our agent does not watch, and why. */
const unwatched: Readonly<Record<string, string>> = {
  LASTACCESSED: 'The time of the last access is not watched: reading the file to compare it would change it.',
  FLAGS: 'File flags exist on Windows only.',
  INODENUMBER: 'The number of the inode is not watched; another file of the same name shows by its content.',
  INODE: 'The number of the inode is not watched; another file of the same name shows by its content.',
  DEVICENUMBER: 'The number of the device is not watched.',
  DEVICE: 'The number of the device is not watched.',
  BLOCKSALLOCATED: 'The number of blocks is not watched; the size is.',
  SHRINKING: 'A file that must only become smaller is not watched as such; its size is.',
};

export type NamedAttribute = { readonly name: string; readonly place?: Place };

/** @param named as the rule writes them; none means STANDARD. */
export function attributesOf(named: readonly NamedAttribute[] | undefined): {
  readonly attributes: IntegrityAttribute[];
  readonly unsupported: UnsupportedPart[];
} {
  if (named === undefined) return { attributes: [...integrityAttributes], unsupported: [] };
  const watched = new Set<IntegrityAttribute>(existence);
  const unsupported: UnsupportedPart[] = [];
  for (const { name, place } of named) {
    const key = name.toUpperCase();
    for (const attribute of known[key] ?? []) watched.add(attribute);
    if (Object.hasOwn(known, key)) continue;
    const reason = Object.hasOwn(unwatched, key) ? unwatched[key]! : `There is no attribute ${name}.`;
    unsupported.push({ code: 'attribute', what: name, reason, ...(place ? { place } : {}) });
  }
  return { attributes: everyIntegrityAttribute.filter((attribute) => watched.has(attribute)), unsupported };
}

/** The API's names for these attributes, or `undefined` where it has no words for exactly them. */
export function namesOfAttributes(attributes: readonly IntegrityAttribute[]): string[] | undefined {
  const isStandard = integrityAttributes.every((attribute) => attributes.includes(attribute));
  const inWords = isStandard ? ['STANDARD'] : ['Created'];
  const words: readonly [IntegrityAttribute, string][] = [
    ['content', 'Contents'],
    ['mode', 'Permissions'],
    ['owner', 'Owner'],
    ['group', 'Group'],
    ['link', 'SymLinkPath'],
    ['size', 'Size'],
    ['modified', 'LastModified'],
    ['shrunk', 'Growing'],
  ];
  for (const [attribute, word] of words) {
    const isSaid = isStandard && (integrityAttributes as readonly string[]).includes(attribute);
    if (attributes.includes(attribute) && !isSaid) inWords.push(word);
  }
  const said = attributesOf(inWords.map((name) => ({ name }))).attributes;
  return said.length === attributes.length && said.every((one, index) => one === attributes[index])
    ? inWords
    : undefined;
}
