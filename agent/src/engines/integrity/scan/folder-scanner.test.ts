import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { BlockWriter } from './block-writer.ts';
import { fromPath } from './byte-string.ts';
import { ChangeWriter, readDifferences } from './change-stream.ts';
import { ContentReader } from './content-reader.ts';
import { openDatabase } from './database-reader.ts';
import { DatabaseWriter } from './database-writer.ts';
import { FolderScanner, type WorkItem } from './folder-scanner.ts';
import { byFolder, readSkippedMounts, type SkippedMount } from './mount-points.ts';
import { tellNotFound } from './not-found.ts';
import { RecordBuilder } from './record-builder.ts';
import { createScope } from './scope.ts';
import { Youth } from './youth.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

/** Not in a folder in memory, where no time is believed. */
const base = fs.statfsSync(tmpdir()).type === 0x01021994 ? '/var/tmp' : tmpdir();

/** Long enough after now that nothing is young any more. */
const later = () => Date.now() + 600_000;

function makeFolder(): { folder: string; root: string } {
  const folder = fs.mkdtempSync(join(base, 'folder-scanner-'));
  folders.push(folder);
  const root = join(folder, 'root');
  fs.mkdirSync(root);
  return { folder, root };
}

type How = { trusts?: boolean; nowMs?: () => number; mounts?: SkippedMount[]; against?: string; into?: string };

/** One scan in this thread; what differs from `against` as `+name`, `-name` and `~name`. */
async function scan(root: string, { trusts = false, nowMs = later, mounts = [], against, into }: How) {
  const blocks = new BlockWriter();
  const reader = new ContentReader(undefined, () => {});
  const differences = new ChangeWriter();
  const plan = { roots: [root], never: [], content: true };
  const known = against === undefined ? undefined : openDatabase(against);
  const builder = new RecordBuilder({
    ...{ blocks, reader, hashBytesMax: 1e9, trusts, reads: true, youth: new Youth(nowMs) },
  });
  const scanner = new FolderScanner({
    ...{ scope: await createScope(plan), mounts, builder, blocks, keepsBlocks: true, differences },
    ...{ known: known?.blocks, pulse: () => {} },
  });
  const stack: WorkItem[] = [{ folder: '' }];
  for (let item = stack.pop(); item; item = stack.pop()) scanner.scan(item, (found) => stack.push(found));
  const packed = [differences.take()];
  const hidden = [...scanner.denied, ...mounts.map(({ path }) => path)];
  if (known) tellNotFound(known.blocks, hidden, (more) => packed.push(more as Uint8Array<ArrayBuffer>));
  if (into !== undefined) {
    const head = { version: 1, madeAt: '', host: '', madeBy: '', scope: plan, scopeDigest: '', attributes: [] };
    const writer = new DatabaseWriter(into, { ...head, hashBytesMax: 1e9 });
    writer.write(blocks.take());
    writer.finish(scanner.counts.entries, true);
  }
  known?.close();
  const found = packed.flatMap((each) => [...readDifferences(each)]);
  return {
    differences: found.map(({ before, after: now }) => `${before ? (now ? '~' : '-') : '+'}${(now ?? before)!.name}`),
    bytesRead: reader.bytesHashed,
    denied: scanner.denied,
    skipped: scanner.skippedMounts,
  };
}

describe('a scan of folders', () => {
  test('S7, in part: what is as it was is not read; with its size and time of modification set back it is, since ctime tells', async () => {
    const { folder, root } = makeFolder();
    fs.writeFileSync(join(root, 'a'), 'aaaa');
    fs.writeFileSync(join(root, 'b'), 'bbbb');
    const db = join(folder, 'db');
    assert.equal((await scan(root, { into: db })).bytesRead, 8);
    assert.deepEqual(await scan(root, { trusts: true, against: db }), {
      ...{ differences: [], bytesRead: 0, denied: [], skipped: [] },
    });
    assert.equal((await scan(root, { against: db })).bytesRead, 8, 'without trust everything is read');
    const { atime, mtime } = fs.statSync(join(root, 'a'));
    fs.writeFileSync(join(root, 'a'), 'AAAA');
    fs.utimesSync(join(root, 'a'), atime, mtime);
    const found = await scan(root, { trusts: true, against: db });
    assert.deepEqual(found.differences, ['~a']);
    assert.equal(found.bytesRead, 4);
  });

  test('a file that changed in the minute before it was recorded is read again', async () => {
    const { folder, root } = makeFolder();
    fs.writeFileSync(join(root, 'a'), 'aaaa');
    const db = join(folder, 'db');
    await scan(root, { into: db, nowMs: () => Date.now() });
    const found = await scan(root, { trusts: true, against: db });
    assert.deepEqual([found.bytesRead, found.differences], [4, []]);
  });

  test('a folder that may no longer be listed is told to be so, and nothing below it is gone', async (context) => {
    if (process.geteuid?.() !== 0) return context.skip('becoming another user needs root');
    const { folder, root } = makeFolder();
    fs.chmodSync(folder, 0o755);
    fs.mkdirSync(join(root, 'closed/deep'), { recursive: true });
    fs.mkdirSync(join(root, 'searchless'));
    for (const name of ['closed/a', 'closed/deep/b', 'searchless/c', 'open']) fs.writeFileSync(join(root, name), name);
    const db = join(folder, 'db');
    const next = join(folder, 'next');
    await scan(root, { into: db });
    fs.chmodSync(join(root, 'closed'), 0o700);
    // May be listed, but what is in it may not be looked at.
    fs.chmodSync(join(root, 'searchless'), 0o744);
    fs.chmodSync(db, 0o644);
    fs.chmodSync(folder, 0o777);
    process.seteuid!(65_534);
    try {
      const found = await scan(root, { against: db, into: next });
      assert.deepEqual(found.differences.sort(), ['~closed', '~searchless']);
      assert.deepEqual(found.denied, [join(root, 'closed')]);
    } finally {
      process.seteuid!(0);
    }
  });

  test('S22, in part: a mount that is left out is not looked into, is told where it is remote, and what is known there is not gone', async () => {
    const { folder, root } = makeFolder();
    fs.mkdirSync(join(root, 'remote'));
    fs.mkdirSync(join(root, 'kernel'));
    for (const name of ['remote/a', 'kernel/b', 'c']) fs.writeFileSync(join(root, name), name);
    const db = join(folder, 'db');
    await scan(root, { into: db });
    fs.unlinkSync(join(root, 'remote/a'));
    const mounts = [
      { path: join(root, 'remote'), isRemote: true },
      { path: join(root, 'kernel'), isRemote: false },
    ];
    const found = await scan(root, { against: db, mounts });
    assert.deepEqual([found.differences, found.skipped], [[], [join(root, 'remote')]]);
    assert.deepEqual((await scan(root, { against: db })).differences.sort(), ['-a', '~remote']);
  });

  test('S22, in part: mounts by their types, with names that the table escapes', () => {
    const { folder } = makeFolder();
    const table = join(folder, 'mountinfo');
    const line = (point: string, type: string) => `36 35 98:0 / ${point} rw - ${type} source rw\n`;
    const mounts = [
      ...[line('/', 'ext4'), line('/proc', 'proc'), line('/mnt/two\\040words', 'nfs4'), line('/s3', 'fuse.s3fs')],
      ...[line('/over', 'cifs'), line('/over', 'ext4')],
    ];
    fs.writeFileSync(table, mounts.join(''));
    assert.deepEqual(readSkippedMounts(table), [
      { path: '/proc', isRemote: false },
      { path: '/mnt/two words', isRemote: true },
      { path: '/s3', isRemote: true },
    ]);
    assert.deepEqual([...byFolder(readSkippedMounts(table)).keys()], ['', fromPath('/mnt')]);
    assert.deepEqual(readSkippedMounts(join(folder, 'none')), []);
  });

  test('a file that shrinks while it is read has the hash of what it then was', () => {
    const { root } = makeFolder();
    const path = join(root, 'shrinks');
    fs.writeFileSync(path, Buffer.alloc(1024 * 1024, 1));
    let pieces = 0;
    const reader = new ContentReader(undefined, () => {
      pieces += 1;
      if (pieces === 1) fs.truncateSync(path, 300 * 1024);
    });
    assert.equal(reader.read(path, 1e9), 'read');
    assert.equal(reader.stat.size, 300n * 1024n);
    const whole = new ContentReader(undefined, () => {});
    whole.read(path, 1e9);
    assert.equal(reader.sha256, whole.sha256);
  });

  test('a file that grows without end is read as far as it went when it was opened', () => {
    const { root } = makeFolder();
    const path = join(root, 'grows');
    fs.writeFileSync(path, Buffer.alloc(600 * 1024, 1));
    const before = new ContentReader(undefined, () => {});
    before.read(path, 1e9);
    const reader = new ContentReader(undefined, () => fs.appendFileSync(path, Buffer.alloc(600 * 1024, 2)));
    assert.equal(reader.read(path, 1e9), 'read');
    assert.deepEqual([reader.bytesHashed, reader.sha256], [600 * 1024, before.sha256]);
  });

  test('what became a pipe, a link or a folder, or is gone, is not read', () => {
    const { root } = makeFolder();
    fs.symlinkSync('/etc/passwd', join(root, 'link'));
    fs.mkdirSync(join(root, 'folder'));
    const reader = new ContentReader(undefined, () => {});
    assert.equal(reader.read(join(root, 'link'), 1e9), 'other');
    assert.equal(reader.read(join(root, 'folder'), 1e9), 'other');
    assert.equal(reader.read(join(root, 'none'), 1e9), 'gone');
    assert.equal(reader.bytesHashed, 0);
  });
});
