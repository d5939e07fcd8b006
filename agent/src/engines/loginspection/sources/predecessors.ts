import { type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listEntries } from './folders.ts';
import { FollowedFile, type Manner, type Start } from './followed-file.ts';
import { canUnpack, PackedFile } from './packed-file.ts';
import { bornMsOf, fileKeyOf, isOtherBirth, logOf, type Position } from './position.ts';
import { listRotated } from './rotation-names.ts';

/** Where what a position was taken of lies now. */
export type Holder =
  | { readonly kind: 'in place' | 'file'; readonly file: FollowedFile }
  | { readonly kind: 'packed'; readonly file: PackedFile }
  | { readonly kind: 'nowhere' };

/** What is known of a log: a position, and where it was found. */
export type Read = { readonly position: Position; readonly holder: Holder };

/** Rotated files beside a log that are looked at. */
const rotatedMax = 400;

/**
 * The file that a position was taken of, by its inode wherever it lies now; or a copy of it, packed or not, that begins as it did and holds the same words
 * before the position.
 * @param truncated key of a file that is known not to hold it any more
 */
export async function findHolder(position: Position, manner: Manner, truncated?: string): Promise<Holder> {
  if (canUnpack(position.path)) {
    const file = await PackedFile.open(pathOf(position) ?? position.path, logOf(position), manner, position);
    return file ? { kind: 'packed', file } : { kind: 'nowhere' };
  }
  // Nothing was read, and nothing tells the file from another: whatever came into it, or what became of it, is new.
  if (position.offset === 0 && position.head.length === 0) return { kind: 'nowhere' };
  const path = truncated === undefined ? pathOf(position) : undefined;
  const file = path === undefined ? undefined : openAt(path, manner, position);
  if (file && !isOtherBirth(file.bornMs, position)) return { kind: path === position.path ? 'in place' : 'file', file };
  file?.close();
  return position.head.length === 0 ? { kind: 'nowhere' } : await findCopy(position, manner);
}

function pathOf(position: Position): string | undefined {
  if (keyOf(position.path) === position.file) return position.path;
  const folder = dirname(position.path);
  return listEntries(folder)
    .filter((entry) => entry.isFile())
    .map((entry) => join(folder, entry.name))
    .find((path) => keyOf(path) === position.file);
}

/** What became of a log still goes by the log's path. */
function openAt(path: string, manner: Manner, position: Position): FollowedFile | undefined {
  const file = open(path, { at: 'position', position }, manner);
  if (file) file.log = logOf(position);
  return file;
}

function open(path: string, start: Start, manner: Manner): FollowedFile | undefined {
  try {
    return new FollowedFile(path, start, manner);
  } catch {
    return undefined;
  }
}

/** The newest first. */
async function findCopy(position: Position, manner: Manner): Promise<Holder> {
  for (const { path, isPacked } of listRotated(logOf(position)).reverse().slice(0, rotatedMax)) {
    if (!isPacked && keyOf(path) !== position.file) {
      const file = openAt(path, manner, position);
      if (file) return { kind: 'file', file };
    }
    if (!isPacked || !canUnpack(path)) continue;
    const file = await PackedFile.open(path, logOf(position), manner, position);
    if (file) return { kind: 'packed', file };
  }
  return { kind: 'nowhere' };
}

export interface Later {
  readonly files: FollowedFile[];
  readonly packed: PackedFile[];
  /** Files that should have been read and cannot be: packed in a way that is not known here, or damaged. */
  readonly unreadable: string[];
  /** Some are being packed just now, or were a moment ago: neither their content nor their time need be whole. To be asked again. */
  isUnsettled: boolean;
}

/** What of a log is known, so that the rest of it can be told. */
export interface Question {
  readonly log: string;
  readonly manner: Manner;
  /** Files written to after this are later. */
  readonly since: Since;
  /** Places in files of this log: a file that holds one of them is no news. */
  readonly known: readonly Position[];
}

/** A packer needs so long at most between its first byte and giving the file its time, milliseconds; long files are settled once they are whole. */
export const packingMs = 5000;

/**
 * Files that were begun after those that are known and rotated away before anybody looked, for example while the agent was not running.
 * @param nowMs by the wall clock; absent where packed files are to be taken as they are
 */
export async function findLater(
  { log, manner, since, known }: Question,
  isKnown: (key: string, bornMs: number) => boolean,
  nowMs?: number,
): Promise<Later> {
  const later: Later = { files: [], packed: [], unreadable: [], isUnsettled: false };
  for (const { path, isPacked } of listRotated(log).slice(-rotatedMax)) {
    const stat = statOrNone(path);
    if (!stat?.isFile() || isKnown(fileKeyOf(stat), bornMsOf(stat)) || !isLater(stat, isPacked, since)) continue;
    if (isPacked && nowMs !== undefined && nowMs - stat.ctimeMs < packingMs) {
      later.isUnsettled = true;
      continue;
    }
    if (await isAmong(known, path, isPacked, manner)) continue;
    const file = isPacked ? await openPacked(path, log, manner) : open(path, { at: 'beginning' }, manner);
    if (!file) later.unreadable.push(path);
    else if (file instanceof PackedFile) later.packed.push(file);
    else {
      file.log = log;
      later.files.push(file);
    }
  }
  return later;
}

/** Whether what was read stands in this file too: the rest of it was looked for and found before. */
async function isAmong(known: readonly Position[], path: string, isPacked: boolean, manner: Manner): Promise<boolean> {
  for (const position of known) {
    if (position.head.length === 0) continue;
    const file = isPacked
      ? canUnpack(path) && (await PackedFile.open(path, logOf(position), manner, position))
      : open(path, { at: 'position', position }, manner);
    if (!file) continue;
    file.close();
    return true;
  }
  return false;
}

const openPacked = async (path: string, log: string, manner: Manner): Promise<PackedFile | undefined> =>
  canUnpack(path) ? await PackedFile.open(path, log, manner) : undefined;

/** The time of the last that is known of a log; undefined where an older agent did not keep it. */
export const newestOf = (read: readonly Read[]): Since | undefined =>
  newest(read.map(({ position, holder }) => sinceOf(position, holder)));

const newest = (all: readonly (Since | undefined)[]): Since | undefined =>
  all
    .filter((one) => one !== undefined)
    .sort((one, other) => one.modifiedMs - other.modifiedMs || one.bornMs - other.bornMs)
    .at(-1);

export interface Since {
  readonly modifiedMs: number;
  readonly bornMs: number;
}

function sinceOf(position: Position, holder: Holder): Since | undefined {
  if (holder.kind === 'nowhere') {
    const { modifiedMs, bornMs = 0 } = position;
    return modifiedMs === undefined ? undefined : { modifiedMs, bornMs };
  }
  const { bornMs = 0 } = holder.file.position;
  return { modifiedMs: holder.file.writtenMs, bornMs: holder.kind === 'packed' ? 0 : bornMs };
}

/** By the time of the last writing; of two files that were written in the same instant the one that was made later. A packed one was made by its packer. */
function isLater(stat: Stats, isPacked: boolean, since: Since): boolean {
  if (stat.mtimeMs !== since.modifiedMs || isPacked || since.bornMs === 0) return stat.mtimeMs > since.modifiedMs;
  return stat.birthtimeMs > since.bornMs;
}

function statOrNone(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** As it was kept; undefined for a text that is none. */
export function decodeSince(text: string | undefined): Since | undefined {
  try {
    const { modifiedMs, bornMs } = JSON.parse(text ?? '') as Partial<Since>;
    return Number.isFinite(modifiedMs) && Number.isFinite(bornMs) ? ({ modifiedMs, bornMs } as Since) : undefined;
  } catch {
    return undefined;
  }
}

/** `device:inode` of a regular file, symbolic links followed; undefined for anything else. */
export function keyOf(path: string): string | undefined {
  try {
    const stat = statSync(path);
    return stat.isFile() ? fileKeyOf(stat) : undefined;
  } catch {
    return undefined;
  }
}
