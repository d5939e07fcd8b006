import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { ground } from './ground.ts';
import { LogSources } from './index.ts';

test('the first start begins at the end of what exists; a later line is seen within 200 ms', async (t) => {
  const { start, write, until, seen } = ground(t);
  write('old\nhalf of a line');
  await start();
  write(' ends here\nnew\n');
  const startMs = performance.now();
  while (seen.length < 1 && performance.now() - startMs < 3000) await wait(1);
  t.diagnostic(`latency ${(performance.now() - startMs).toFixed(1)} ms`);
  await until(1);
  assert.deepEqual(seen, ['new']);
});

test('a file that appears later is read from its beginning', async (t) => {
  const { start, write, until, seen } = ground(t);
  await start();
  write('first\n');
  write('second\n');
  await until(2);
  assert.deepEqual(seen, ['first', 'second']);
});

test('rotation by rename: the writer that still holds the old file loses nothing', async (t) => {
  const { start, path, write, until, seen } = ground(t);
  write('');
  await start();
  const writer = fs.openSync(path(), 'a');
  fs.writeSync(writer, 'a\n');
  fs.renameSync(path(), path('auth.log.1'));
  fs.writeSync(writer, 'b\n');
  write('c\n');
  await until(3);
  fs.writeSync(writer, 'd\n');
  fs.closeSync(writer);
  await until(4);
  assert.deepEqual([...seen].sort(), ['a', 'b', 'c', 'd']);
});

test('rotation by copy and truncation: the unread rest comes from the copy', async (t) => {
  const { start, stop, path, write, until, seen } = ground(t);
  write('head\n');
  await start();
  write('a\n');
  await until(1);
  await stop();
  write('b\nc\n');
  fs.copyFileSync(path(), path('auth.log.1'));
  fs.truncateSync(path());
  write('d\n');
  await start();
  await until(4);
  assert.deepEqual(seen, ['a', 'b', 'c', 'd']);
});

test('a restart goes on where the last run stood, also when the log was rotated twice meanwhile', async (t) => {
  const { start, stop, path, write, until, seen } = ground(t);
  write('');
  await start();
  write('a\nb');
  await until(1);
  await stop();
  write('b\nc\n');
  fs.renameSync(path(), path('auth.log.2'));
  write('between\n');
  fs.renameSync(path(), path('auth.log.1'));
  write('d\n');
  await start();
  await until(5);
  assert.deepEqual(seen, ['a', 'bb', 'c', 'between', 'd']);
});

test('a wildcard follows each file by what it is, not by its name', async (t) => {
  const { start, path, write, until, seen } = ground(t);
  write('old\n', 'app-1.log');
  await start('app*');
  write('a\n', 'app-1.log');
  write('b\n', 'app-2.log');
  write('no\n', 'other.log');
  await until(2);
  fs.renameSync(path('app-1.log'), path('app-1.log.1'));
  write('c\n', 'app-1.log');
  await until(3);
  write('packed\n', 'app-1.log.2.gz');
  fs.copyFileSync(path('app-2.log'), path('app-2.log.1'));
  fs.truncateSync(path('app-2.log'));
  write('d\n', 'app-2.log');
  await until(4);
  assert.deepEqual([...seen].sort(), ['a', 'b', 'c', 'd']);
});

test('a source taken out of the policy is let go', async (t) => {
  const { start, path, write, until, seen, kept } = ground(t);
  write('');
  const sources = await start();
  await sources.follow(LogSources.read({ sources: [{ path: path('other.log'), format: 'plain' }] }));
  write('unheard\n');
  write('heard\n', 'other.log');
  await until(1);
  assert.deepEqual(seen, ['heard']);
  assert.ok([...kept.keys()].every((key) => !key.includes('auth.log')));
});

test('a path that no source can have is refused in words', () => {
  const refused = (path: string, expected: RegExp) =>
    assert.throws(() => LogSources.read({ sources: [{ path, format: 'plain' }] }), expected);
  refused('var/log/x', /not absolute/);
  refused('/var/log/x-%Q', /%Q, which is no part of a date .* use %Y, /);
  refused('/var/**x/y', /\*\* beside other characters/);
  refused('/', /names no file/);
});

test('many writes, rotations of both kinds and restarts: every line once, none twice', async (t) => {
  const { start, stop, path, write, until, seen } = ground(t);
  write('');
  await start();
  const expected: string[] = [];
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return (seed >> 8) % below;
  };
  for (let turn = 0; turn < 60; turn++) {
    const block = Array.from(
      { length: 1 + random(40) },
      (_, index) => `turn ${turn} line ${index} ${'x'.repeat(random(300))}`,
    );
    expected.push(...block);
    write(`${block.join('\n')}\n`);
    const deed = random(6);
    if (deed === 0) {
      fs.renameSync(path(), path(`auth.log.${turn}`));
      write('');
    } else if (deed === 1) {
      await until(expected.length);
      expected.push(`late ${turn}`);
      write(`late ${turn}\n`);
      fs.copyFileSync(path(), path(`auth.log.${turn}`));
      fs.truncateSync(path());
      await until(expected.length);
    } else if (deed === 2) {
      await stop();
      expected.push(`away ${turn}`);
      write(`away ${turn}\n`);
      await start();
    } else if (deed === 3) await until(expected.length);
  }
  await until(expected.length);
  assert.equal(seen.length, new Set(seen).size, 'a line came twice');
  assert.deepEqual([...seen].sort(), [...expected].sort());
});
