import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { ground } from './ground.ts';
import { isRotatedName } from './rotation-names.ts';

const logrotate = '/usr/sbin/logrotate';
const skip = fs.existsSync(logrotate) ? false : 'logrotate rotates here (apt-get install logrotate)';

/** A log, and logrotate over it with these words of its configuration. */
function rotated(t: TestContext, words: string) {
  const all = ground(t);
  fs.chmodSync(all.folder, 0o700);
  const configuration = `${all.folder}/rotate.conf`;
  fs.writeFileSync(configuration, `${all.path()} {\n  rotate 9\n  missingok\n  ${words.split('; ').join('\n  ')}\n}\n`);
  const rotate = () =>
    execFileSync(logrotate, ['--force', '--state', `${all.folder}/state`, configuration], { stdio: 'pipe' });
  return { ...all, rotate };
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);
const text = (from: number, to: number) =>
  numbers(from, to)
    .map((line) => `${line}\n`)
    .join('');

for (const words of [
  'create',
  'create; compress',
  'create; compress; delaycompress',
  'copytruncate',
  'copytruncate; compress',
  'create; dateext; dateformat -%Y%m%d-%s; compress',
])
  test(`S8, in part: real logrotate with “${words}”, once while the log is followed and twice while nobody looks`, {
    skip,
  }, async (t) => {
    const { start, stop, write, until, seen, rotate } = rotated(t, words);
    write('before\n');
    await start();
    write(text(1, 20));
    await until(20);
    rotate();
    write(text(21, 40));
    await until(40);
    await stop();
    write(text(41, 60));
    if (words.includes('%s')) await wait(1100);
    rotate();
    if (words.includes('%s')) await wait(1100);
    write(text(61, 80));
    rotate();
    write(text(81, 100));
    await start();
    write(text(101, 110));
    await until(110, 1500);
    assert.deepEqual(seen, numbers(1, 110));
    await stop();
    await start();
    write(text(111, 111));
    await until(111, 300);
    assert.deepEqual(seen, numbers(1, 111), 'nothing comes again after one more restart');
  });

test('a packed predecessor is read on where a run was killed in the middle of it', async (t) => {
  const { start, stop, path, write, until, seen, kept } = ground(t);
  write('');
  await start();
  write(text(1, 2));
  await until(2);
  await stop();
  // 3 MB more, packed and gone from its place: read in many pieces.
  const more = Array.from({ length: 30_000 }, (_, index) => `line ${index + 3} ${'x'.repeat(90)}\n`).join('');
  write(more);
  fs.writeFileSync(path('auth.log.1.gz'), gzipSync(fs.readFileSync(path())));
  fs.rmSync(path());
  write('new\n');
  await start();
  while (seen.length < 5000) await wait(1);
  await stop();
  const soFar = seen.length;
  assert.ok(soFar < 30_003, 'it was killed in the middle');
  assert.ok([...kept.values()].some((value) => value.includes('auth.log.1.gz')));
  fs.renameSync(path('auth.log.1.gz'), path('auth.log.2.gz'));
  await start();
  await until(30_003, 300, 30_000);
  assert.equal(seen.length, 30_003);
  assert.equal(new Set(seen).size, 30_003);
  assert.equal(seen.at(-1), 'new');
});

test('zstd is read; a file packed in a way that is not known here, or damaged, is said', async (t) => {
  const { start, stop, path, write, until, seen, sources } = ground(t);
  write('');
  await start();
  write('a\n');
  await until(1);
  await stop();
  write('b\n');
  fs.writeFileSync(path('auth.log.3.zst'), zstdCompressSync(fs.readFileSync(path())));
  fs.rmSync(path());
  await wait(20);
  fs.writeFileSync(path('auth.log.2.xz'), 'no xz');
  fs.writeFileSync(path('auth.log.1.gz'), 'no gzip');
  write('c\n');
  await start();
  await until(3);
  assert.deepEqual(seen, ['a', 'b', 'c']);
  assert.deepEqual(
    sources()
      .standing.unreadable.map(({ path: at, code }) => [at.slice(-6), code])
      .sort(),
    [
      ['g.1.gz', 'PACKED'],
      ['g.2.xz', 'PACKED'],
    ],
  );
});

test('a new file that got the inode of the old one is read from its beginning, also when both begin alike', async (t) => {
  const { start, stop, path, write, until, seen } = ground(t);
  const heading = `${'# the same heading in every file'.repeat(10)}\n`;
  write('');
  await start();
  write(`${heading}a\nb\n`);
  await until(3);
  await stop();
  const { ino } = fs.statSync(path());
  let isSame = false;
  // ext4 and tmpfs give a freed inode away again soon; where one does not, the new file is another one anyway.
  for (let turn = 0; turn < 50 && !isSame; turn++) {
    fs.rmSync(path());
    fs.writeFileSync(path(), `${heading}c\nd\nand more than there was before\n`);
    isSame = fs.statSync(path()).ino === ino;
  }
  t.diagnostic(`the same inode: ${isSame}`);
  await start();
  await until(7);
  assert.deepEqual(seen.slice(4), ['c', 'd', 'and more than there was before']);
  assert.equal(seen.length, 7);
});

test('a log rewritten in place between two looks, and longer than before, is read anew', async (t) => {
  const { start, path, write, until, seen } = ground(t);
  const heading = `${'# the same heading in every file'.repeat(10)}\n`;
  write('');
  await start();
  write(`${heading}a\nb\n`);
  await until(3);
  fs.writeFileSync(path(), `${heading}c\nd\n${text(1, 100)}`);
  await until(106);
  assert.deepEqual(seen.slice(3), [heading.trimEnd(), 'c', 'd', ...numbers(1, 100)]);
});

test('a writer that goes on at its old place after the truncation leaves a hole: its lines are read', async (t) => {
  const { start, path, write, until, seen } = ground(t);
  write('');
  await start();
  const writer = fs.openSync(path(), 'r+');
  fs.writeSync(writer, text(1, 1000), 0);
  await until(1000);
  fs.truncateSync(path());
  fs.writeSync(writer, 'after the hole\n', Buffer.byteLength(text(1, 1000)));
  fs.closeSync(writer);
  await until(1001);
  assert.deepEqual(seen, [...numbers(1, 1000), 'after the hole']);
});

test('a file without its last line break at the rotation, and CRLF, and a character over the border of a read', async (t) => {
  const { start, stop, path, write, until, seen } = ground(t);
  write('');
  await start();
  write('one\r\ntwo without an end');
  await until(1);
  fs.renameSync(path(), path('auth.log.1'));
  write(`${'x'.repeat(7999)}\n`.repeat(32));
  write(`${'x'.repeat(262_144 - 32 * 8000 - 1)}防人\n`);
  await until(34);
  assert.ok(seen.at(-1)!.endsWith('x防人'));
  assert.equal(seen[0], 'one');
  await stop();
  await start();
  assert.ok(!seen.includes('two without an end'), 'its writer has a minute to finish it');
});

test('names that rotation gives', () => {
  for (const name of [
    'a.log.1',
    'a.log-20261127',
    'a.log.old',
    'a.log.2.gz',
    'a-20261127.log',
    'a.1.log.xz',
    'a.log.gz',
  ])
    assert.ok(isRotatedName(name, 'a.log'), name);
  for (const name of ['a.log', 'b.log.1', 'a.log.txt', 'a.log.1x', 'aa.log', 'a-access.log', '.log'])
    assert.ok(!isRotatedName(name, 'a.log'), name);
});
