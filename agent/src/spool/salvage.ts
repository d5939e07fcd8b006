import { closeSync, existsSync, openSync, readdirSync, readSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Detection } from '@sakimori/contract/detection';

export type Salvage = {
  /** Where the damaged file lies now. */
  readonly movedTo: string;
  readonly detections: readonly Detection[];
  readonly memory: readonly { readonly owner: string; readonly key: string; readonly value: string }[];
};

/** Damaged files kept for a look; older ones are deleted. */
const keptMax = 2;

/**
 * Moves a damaged spool aside and gets from it what can be read: by SQL as far as SQLite goes, and then by looking through its bytes for
 * what is a detection by the contract. The second way may bring back some that were sent already; the manager knows them by their ids.
 */
export function salvageSpool(path: string, stamp: string): Salvage {
  const movedTo = moveAside(path, stamp);
  const found = new Map<string, Detection>();
  const add = (text: string) => {
    const detection = parseDetection(text);
    if (detection) found.set(detection.id, detection);
  };
  const memory: Salvage['memory'][number][] = [];
  if (!readBySql(movedTo, add, memory)) {
    for (const file of [movedTo, `${movedTo}-wal`]) if (existsSync(file)) scanBytes(file, add);
  }
  return { movedTo, detections: [...found.values()], memory };
}

function moveAside(path: string, stamp: string): string {
  const folder = dirname(path);
  const name = `${basename(path)}.damaged-`;
  const earlier = readdirSync(folder)
    .filter((file) => file.startsWith(name) && !/-(wal|shm)$/.test(file))
    .sort();
  for (const file of earlier.slice(0, Math.max(0, earlier.length - keptMax + 1))) {
    for (const tail of ['', '-wal', '-shm']) rmSync(join(folder, file + tail), { force: true });
  }
  const target = join(folder, name + stamp.replaceAll(/[^\dTZ]/g, ''));
  for (const tail of ['', '-wal', '-shm']) if (existsSync(path + tail)) renameSync(path + tail, target + tail);
  return target;
}

/** @returns false when SQLite could not read everything */
function readBySql(path: string, add: (text: string) => void, memory: Salvage['memory'][number][]): boolean {
  let db: DatabaseSync | undefined;
  let isWhole = true;
  const attempt = (work: (open: DatabaseSync) => void) => {
    try {
      db ??= new DatabaseSync(path);
      work(db);
    } catch {
      isWhole = false;
    }
  };
  attempt((open) => {
    for (const row of open.prepare('select body from detection order by seq').iterate()) add(row['body'] as string);
  });
  // From the other end, up to where the damage is.
  attempt((open) => {
    if (isWhole) return;
    for (const row of open.prepare('select body from detection order by seq desc').iterate())
      add(row['body'] as string);
  });
  attempt((open) => {
    for (const row of open.prepare('select owner, key, value from memory').iterate()) memory.push({ ...row } as never);
  });
  db?.close();
  return isWhole;
}

const chunkBytes = 4 * 1024 * 1024;
/** No detection is larger: the contract bounds its parts to less than this. */
const overlapBytes = 512 * 1024;
const opening = Buffer.from('{"id":"');

function scanBytes(path: string, add: (text: string) => void): void {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(chunkBytes + overlapBytes);
    for (let position = 0; ; position += chunkBytes) {
      const length = readSync(file, buffer, 0, buffer.length, position);
      if (length === 0) return;
      scanChunk(buffer.subarray(0, length), add);
    }
  } finally {
    closeSync(file);
  }
}

function scanChunk(bytes: Buffer, add: (text: string) => void): void {
  for (let start = bytes.indexOf(opening); start >= 0; start = bytes.indexOf(opening, start + 1)) {
    const end = endOfObject(bytes, start);
    if (end > 0) add(bytes.toString('utf8', start, end));
  }
}

/** The end of the JSON object that begins at `start`; 0 when it is cut off. */
function endOfObject(bytes: Buffer, start: number): number {
  let depth = 0;
  let inText = false;
  for (let index = start; index < Math.min(bytes.length, start + overlapBytes); index += 1) {
    const byte = bytes[index]!;
    // JSON text has no control characters: here the page or the row ends.
    if (byte < 0x20) return 0;
    if (inText) {
      if (byte === 0x5c) index += 1;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x7b) depth += 1;
    else if (byte === 0x7d) {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return 0;
}

function parseDetection(text: string): Detection | undefined {
  try {
    return Detection.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
