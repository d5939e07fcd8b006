import type { FileRecord } from './file-record.ts';

/** What the command line compares. The first ones bear the names that policies have for them; `inode`, `links`, `changed` (ctime) and `born` are its own. */
export const scanAttributes = [
  ...(['type', 'content', 'link', 'mode', 'owner', 'group', 'size', 'modified'] as const),
  ...(['inode', 'links', 'changed', 'born'] as const),
] as const;
export type ScanAttribute = (typeof scanAttributes)[number];

/** As AIDE's `p+i+n+u+g+s+m+c+sha256`, with type and target of a link, which it always compares. */
export const defaultAttributes: readonly ScanAttribute[] = scanAttributes.filter((attribute) => attribute !== 'born');

/** What of a folder follows from its content: a name came or went. */
const ofNames: ReadonlySet<ScanAttribute> = new Set(['size', 'modified', 'links', 'changed']);

/**
 * The attributes in which two records differ, in the order of `scanAttributes`. Without a hash on both sides, size and time of modification stand
 * for the content.
 * @param namesChanged did a name in this folder come or go, be told of itself? Then what follows from that for the folder is no change of its own.
 */
export function attributesOf(before: FileRecord, after: FileRecord, namesChanged: boolean): ScanAttribute[] {
  const isFolder = before.type === 'directory' && after.type === 'directory';
  return scanAttributes.filter(
    (attribute) => differs[attribute](before, after) && !(isFolder && namesChanged && ofNames.has(attribute)),
  );
}

const sameType = (before: FileRecord, after: FileRecord): boolean => before.type === after.type;

const differs: Readonly<Record<ScanAttribute, (before: FileRecord, after: FileRecord) => boolean>> = {
  type: (before, after) => !sameType(before, after),
  content: contentDiffers,
  link: (before, after) => sameType(before, after) && before.target !== after.target,
  // The mode of a symbolic link means nothing on Linux.
  mode: (before, after) => before.mode !== after.mode && before.type !== 'symlink' && after.type !== 'symlink',
  owner: (before, after) => before.uid !== after.uid,
  group: (before, after) => before.gid !== after.gid,
  size: (before, after) => sameType(before, after) && before.sizeBytes !== after.sizeBytes,
  modified: (before, after) => sameType(before, after) && before.modifiedNs !== after.modifiedNs,
  inode: (before, after) => before.inode !== after.inode,
  links: (before, after) => sameType(before, after) && before.links !== after.links,
  changed: (before, after) => before.changedNs !== after.changedNs,
  born: (before, after) => before.bornNs !== after.bornNs,
};

function contentDiffers(before: FileRecord, after: FileRecord): boolean {
  if (!sameType(before, after) || after.type !== 'file') return false;
  if (before.sha256 !== undefined && after.sha256 !== undefined) return before.sha256 !== after.sha256;
  return before.sizeBytes !== after.sizeBytes || before.modifiedNs !== after.modifiedNs;
}
