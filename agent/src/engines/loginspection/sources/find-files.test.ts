import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { patience } from '../../../../../test/patience.ts';
import { ground } from './ground.ts';
import { filesMax } from './log-files.ts';
import { readPathPattern } from './path-pattern.ts';

const matches = (pattern: string, path: string) => readPathPattern(pattern).matches(path);

test('wildcards as the shell has them, in folders too, and dates as strftime writes them', () => {
  for (const [pattern, path] of [
    ['/var/log/*/error.log', '/var/log/shop/error.log'],
    ['/var/log/**/*.log', '/var/log/a.log'],
    ['/var/log/**/*.log', '/var/log/a/b/c/d.log'],
    ['/l/app-[0-9].log', '/l/app-7.log'],
    ['/l/app-[!0-9].log', '/l/app-x.log'],
    ['/l/a[b', '/l/a[b'],
    ['/l/x-%Y-%m-%d.log', '/l/x-2026-11-27.log'],
    ['/l/%Y/%b/x.%H', '/l/2026/Nov/x.23'],
    ['/l/100%%/x', '/l/100%/x'],
    ['/l/x-%F', '/l/x-2026-02-29'],
    ['/l//./y/../x', '/l/x'],
  ] as const)
    assert.ok(matches(pattern, path), `${pattern} ${path}`);
  for (const [pattern, path] of [
    ['/var/log/*/error.log', '/var/log/a/b/error.log'],
    ['/var/log/*.log', '/var/log/a/b.log'],
    ['/l/app-[!0-9].log', '/l/app-7.log'],
    ['/l/x-%Y-%m-%d.log', '/l/x-2026-13-27.log'],
    ['/l/x.log', '/l/xylog'],
    ['/l/**/x', '/l/1/2/3/4/5/6/7/8/9/x'],
  ] as const)
    assert.ok(!matches(pattern, path), `${pattern} ${path}`);
});

test('no pattern takes longer than its name is long', () => {
  const startMs = performance.now();
  assert.ok(!matches(`/l/${'*a'.repeat(40)}*b`, `/l/${'a'.repeat(240)}`));
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('*', '?', '[', ']', 'a', '-', '!', '%%', '\\', '{', '$', '.'), { maxLength: 40 }),
      (parts) => {
        const name = parts.join('');
        if (name.includes('**') || /^\.{0,2}$/.test(name)) return;
        readPathPattern(`/l/x${name}`).matches(`/l/${'a'.repeat(100)}`);
      },
    ),
  );
  assert.ok(performance.now() - startMs < patience(5000));
});

test('S8, in part: files in folders that come later, and those of a new day, are read from their beginning at once', async (t) => {
  const { startWith, path, write, until, seen } = ground(t);
  write('old\n', 'shop/error.log');
  write('old\n', 'app-2026-11-26.log');
  await startWith([
    { path: path('*/error.log'), format: 'plain' },
    { path: path('app-%Y-%m-%d.log'), format: 'plain' },
    { path: path('deep/**/x.log'), format: 'plain', exclude: [path('deep/not/**/*')] },
  ]);
  const startMs = performance.now();
  write('new folder\n', 'bank/error.log');
  await until(1, 0);
  t.diagnostic(`a new folder after ${(performance.now() - startMs).toFixed()} ms`);
  assert.ok(performance.now() - startMs < patience(1000));
  write('old folder\n', 'shop/error.log');
  write('new day\n', 'app-2026-11-27.log');
  write('old day\n', 'app-2026-11-26.log');
  write('no day\n', 'app-2026-11-99.log');
  write('deep\n', 'deep/1/2/3/x.log');
  write('excluded\n', 'deep/not/1/x.log');
  write('hidden\n', '.git/error.log');
  await until(5, 1500);
  assert.deepEqual([...seen].sort(), ['deep', 'new day', 'new folder', 'old day', 'old folder']);
});

test('a folder that is deleted and made again is watched again', async (t) => {
  const { start, path, write, until, seen } = ground(t);
  write('old\n', 'shop/error.log');
  await start('shop/error.log');
  fs.rmSync(path('shop'), { recursive: true });
  await wait(200);
  write('again\n', 'shop/error.log');
  await until(1);
  assert.deepEqual(seen, ['again']);
});

test('more files than are followed: those written to last, and the status says how many are left out', async (t) => {
  const { start, path, write, until, seen, sources } = ground(t);
  fs.mkdirSync(path('many'));
  for (let index = 0; index < filesMax + 50; index++) {
    fs.writeFileSync(path(`many/${index}.log`), '');
    fs.utimesSync(path(`many/${index}.log`), 1_000_000 + index, 1_000_000 + index);
  }
  await start('many/*.log');
  assert.deepEqual([sources().standing.followed, sources().standing.leftOut], [filesMax, 50]);
  write('newest\n', `many/${filesMax + 49}.log`);
  write('oldest\n', 'many/0.log');
  await until(1);
  assert.deepEqual(seen, ['newest']);
});

test('a folder with 25,000 logs does not keep the agent from its other work', async (t) => {
  const { startWith, path, write, until, seen, sources } = ground(t);
  fs.mkdirSync(path('many'));
  for (let index = 0; index < 25_000; index++) fs.closeSync(fs.openSync(path(`many/${index}.log`), 'w'));
  write('', 'other.log');
  const startMs = performance.now();
  await startWith([
    { path: path('many/*.log'), format: 'plain' },
    { path: path('other.log'), format: 'plain' },
  ]);
  t.diagnostic(`first search ${(performance.now() - startMs).toFixed()} ms`);
  assert.equal(sources().standing.isCutShort, true);
  const cpu = process.cpuUsage();
  const watchMs = performance.now();
  // Somebody makes new names all the time.
  for (let turn = 0; turn < 40; turn++) {
    write('', `many/new-${turn}`);
    await wait(50);
  }
  const { user, system } = process.cpuUsage(cpu);
  const share = (user + system) / 1000 / (performance.now() - watchMs);
  t.diagnostic(`${(share * 100).toFixed(1)} % of a core while names come`);
  assert.ok(share < 0.5);
  write('heard\n', 'other.log');
  await until(1);
  assert.deepEqual(seen, ['heard']);
});

test('pipes, devices, folders and links to them are no logs, and nothing waits for them', {
  skip: process.getuid?.() === 0 ? false : 'root makes devices and owners here',
}, async (t) => {
  const { start, path, write, until, seen, sources } = ground(t);
  fs.mkdirSync(path('l'));
  execFileSync('mkfifo', [path('l/pipe.log')]);
  fs.symlinkSync('/dev/zero', path('l/zero.log'));
  fs.symlinkSync(path('l/pipe.log'), path('l/pipe-link.log'));
  fs.mkdirSync(path('l/folder.log'));
  write('', 'l/turns.log');
  write('old\n', 'real.log');
  fs.symlinkSync(path('real.log'), path('l/good.log'));
  write('secret\n', 'others.log');
  fs.symlinkSync(path('others.log'), path('l/planted.log'));
  fs.lchownSync(path('l/planted.log'), 65_534, 65_534);
  await start('l/*.log');
  write('through a link of root\n', 'real.log');
  write('must not be read\n', 'others.log');
  fs.rmSync(path('l/turns.log'));
  fs.mkdirSync(path('l/turns.log'));
  await until(1, 1500);
  fs.rmdirSync(path('l/turns.log'));
  write('a file again\n', 'l/turns.log');
  await until(2);
  assert.deepEqual(seen, ['through a link of root', 'a file again']);
  const { unreadable } = sources().standing;
  assert.deepEqual(unreadable, [{ path: path('l/planted.log'), code: 'SYMLINK' }]);
  assert.equal(dirname(unreadable[0]!.path), path('l'));
});

test('a gigabyte without a line break, and a hole of a terabyte', async (t) => {
  const { startWith, path, write, until, seen, sources } = ground(t);
  await startWith([
    { path: path('one-line.log'), format: 'plain' },
    { path: path('hole.log'), format: 'plain' },
    { path: path('other.log'), format: 'plain' },
  ]);
  const before = process.memoryUsage.rss();
  fs.writeFileSync(path('hole.log'), 'begins\n');
  fs.truncateSync(path('hole.log'), 2 ** 40);
  const piece = Buffer.alloc(64 * 1024 * 1024, 'y');
  for (let turn = 0; turn < 16; turn++) write(piece, 'one-line.log');
  write('\nafter the long line\n', 'one-line.log');
  write('heard\n', 'other.log');
  await until(4, 300, 30_000);
  write('\nafter the hole\n', 'hole.log');
  await until(5, 300, 10_000);
  assert.deepEqual([...seen].map((line) => line.slice(0, 20)).sort(), [
    'after the hole',
    'after the long line',
    'begins',
    'heard',
    'yyyyyyyyyyyyyyyyyyyy',
  ]);
  const { cut, holeBytes } = sources().standing;
  assert.deepEqual([cut, holeBytes > 2 ** 39], [1, true]);
  const grown = (process.memoryUsage.rss() - before - piece.length) / 1_048_576;
  t.diagnostic(`${grown.toFixed()} MiB more than before`);
  assert.ok(grown < 100);
});
