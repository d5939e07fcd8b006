import { ChangeWriter } from './change-stream.ts';
import { sameRecord } from './file-record.ts';
import { BlockCursor, readBlockHead } from './folder-block.ts';
import type { KnownBlocks } from './known-blocks.ts';
import { tellNotFound } from './not-found.ts';

const packedBytes = 192 * 1024;

/** Compares two databases folder by folder, of which each has at most one part of a folder in memory. */
export function compareDatabases(
  before: KnownBlocks,
  after: KnownBlocks,
  take: (differences: Uint8Array) => void,
): void {
  const writer = new ChangeWriter();
  const [old, now] = [new BlockCursor(), new BlockCursor()];
  for (const block of after.all()) {
    const { folder, part, partsLog } = readBlockHead(block, 0);
    const oldLog = before.find(folder, 0)?.[14];
    if (oldLog !== undefined && oldLog !== partsLog) {
      // One part stands for all, so that the folder is compared once.
      if (part === 0) compareWhole(folder, [before, after], [oldLog, partsLog], writer);
    } else {
      const known = oldLog === undefined ? undefined : before.find(folder, part);
      if (known) old.begin(known);
      else old.beginEmpty();
      now.begin(block);
      compareSorted(folder, old, now, writer);
    }
    if (writer.size > packedBytes) take(writer.take());
  }
  if (writer.size > 0) take(writer.take());
  tellNotFound(before, [], take);
}

function compareSorted(folder: string, old: BlockCursor, now: BlockCursor, writer: ChangeWriter): void {
  while (old.name !== undefined || now.name !== undefined) {
    if (now.name === undefined || (old.name !== undefined && old.name < now.name)) {
      writer.write(folder, old.record(), undefined);
      old.next();
    } else if (old.name === undefined || now.name < old.name) {
      writer.write(folder, undefined, now.record());
      now.next();
    } else {
      if (!sameRecord(now.record(), 0, now.record().length, old.record()))
        writer.write(folder, old.record(), now.record());
      old.next();
      now.next();
    }
  }
}

/** A folder that has grown or shrunk so much between two recordings that they cut it differently. */
function compareWhole(
  folder: string,
  [before, after]: readonly [KnownBlocks, KnownBlocks],
  [oldLog, newLog]: readonly [number, number],
  writer: ChangeWriter,
): void {
  const old = recordsOf(before, folder, oldLog);
  for (const [name, record] of recordsOf(after, folder, newLog)) {
    const known = old.get(name);
    if (!known || !sameRecord(record, 0, record.length, known)) writer.write(folder, known, record);
    old.delete(name);
  }
  for (const record of old.values()) writer.write(folder, record, undefined);
}

function recordsOf(blocks: KnownBlocks, folder: string, log: number): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  const cursor = new BlockCursor();
  for (let part = 0; part < 1 << log; part += 1) {
    const block = blocks.find(folder, part);
    if (!block) continue;
    for (cursor.begin(block); cursor.name !== undefined; cursor.next()) {
      records.set(cursor.name, Buffer.from(cursor.record()));
    }
  }
  return records;
}
