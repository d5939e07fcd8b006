import type { FileAttributes } from '@sakimori/contract/detection';
import { toInstant } from '../../clock.ts';
import { displayPath } from '../../file-system/path-bytes.ts';
import type { AccountNames } from './account-names.ts';
import type { Attribute } from './rules.ts';

/** What is known of one path: as it was (a row of the baseline) or as it is now. */
export type Entry = {
  readonly path: string;
  readonly type: FileAttributes['type'];
  readonly sizeBytes: number;
  /** Permission bits with set-id and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Says whether two paths are the same object: inode and birth time, which a rename keeps and a reused inode does not. */
  readonly identity: string;
  readonly inode: number;
  readonly modifiedMs: number;
  /** Content of a regular file; absent where it could not be read, was left out for its size, or is of no interest to any rule. */
  readonly sha256: string | undefined;
  /** Why `sha256` is absent on a regular file whose content is of interest. */
  readonly unhashed: 'large' | 'unreadable' | undefined;
  readonly linkTarget: string | undefined;
  /** The fixed part of a scan's record (`scan/file-record.ts`), with all that a later look compares; absent in baselines of former versions. */
  readonly seen?: Uint8Array | undefined;
};

/** The attributes in which two states of a path differ. Without a hash on both sides, size and time of change stand for the content. */
export function differences(before: Entry, after: Entry): Attribute[] {
  const changed: Attribute[] = [];
  if (before.type !== after.type) changed.push('type');
  else if (contentDiffers(before, after)) changed.push('content');
  if (before.linkTarget !== after.linkTarget && before.type === after.type) changed.push('link');
  // The mode of a symbolic link means nothing on Linux.
  if (before.mode !== after.mode && after.type !== 'symlink' && before.type !== 'symlink') changed.push('mode');
  if (before.uid !== after.uid) changed.push('owner');
  if (before.gid !== after.gid) changed.push('group');
  return before.type === after.type ? [...changed, ...differencesOfSize(before, after)] : changed;
}

/** What most rules do not ask for: it follows from a changed content, or means nothing. */
function differencesOfSize(before: Entry, after: Entry): Attribute[] {
  const changed: Attribute[] = [];
  if (before.sizeBytes !== after.sizeBytes) changed.push('size');
  if (before.modifiedMs !== after.modifiedMs) changed.push('modified');
  // Another file of the same name is no shrinking: so a log that is rotated is told from one that is cut.
  if (after.sizeBytes < before.sizeBytes && after.inode === before.inode) changed.push('shrunk');
  return changed;
}

function contentDiffers(before: Entry, after: Entry): boolean {
  if (after.type !== 'file') return false;
  if (before.sha256 !== undefined && after.sha256 !== undefined) return before.sha256 !== after.sha256;
  return before.sizeBytes !== after.sizeBytes || before.modifiedMs !== after.modifiedMs;
}

/** A detection's `before` or `after`. */
export function toFileAttributes(entry: Entry, names: AccountNames): FileAttributes {
  return {
    type: entry.type,
    sizeBytes: entry.sizeBytes,
    mode: entry.mode.toString(8).padStart(4, '0'),
    owner: names.user(entry.uid),
    group: names.group(entry.gid),
    inode: entry.inode,
    ...modifiedAt(entry.modifiedMs),
    ...(entry.sha256 === undefined ? {} : { sha256: entry.sha256 }),
    ...(entry.linkTarget ? { linkTarget: displayPath(entry.linkTarget).slice(0, 4096) } : {}),
  };
}

/** A file's time can be set to anything; what is no date of our calendar is left out. */
function modifiedAt(ms: number): { modifiedAt?: string } {
  const year10000Ms = 253_402_300_800_000;
  return Number.isFinite(ms) && ms >= 0 && ms < year10000Ms ? { modifiedAt: toInstant(ms) } : {};
}
