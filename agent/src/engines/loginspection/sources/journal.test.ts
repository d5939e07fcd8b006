import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { ground } from './ground.ts';
import { journalGround, sshd, whyNoJournal } from './journal-ground.ts';

const skip = whyNoJournal ?? false;
const messages = (lines: readonly string[]) => lines.map((line) => line.replace(/^\S+ web01 sshd\[812\]: /, ''));

test('S8, in part: the journal of systemd is read: a first start at its end, then every entry once, over restarts', {
  skip,
}, async (t) => {
  const journal = journalGround(t);
  const { startWith, stop, seen, until, kept, sources } = ground(t, journal.folder);
  journal.write([sshd('before the first start')]);
  await wait(300);
  await startWith([], 'always');
  journal.write([sshd('one'), sshd('two')]);
  await until(2);
  assert.match(seen[0]!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z web01 sshd\[812\]: one$/);
  assert.deepEqual(messages(seen), ['one', 'two']);
  assert.deepEqual(sources().standing.journal, { isReading: true, entries: 2, problem: undefined, gaps: 0 });
  await stop();
  journal.write([sshd('while away')]);
  await wait(300);
  await startWith([], 'always');
  await until(3);
  journal.write([sshd('three')]);
  await until(4);
  assert.deepEqual(messages(seen), ['one', 'two', 'while away', 'three']);
  assert.match(kept.get('journal') ?? '', /^s=/);
});

test('an empty journal has no end to begin at: the time of the start is it', { skip }, async (t) => {
  const journal = journalGround(t);
  const { startWith, seen, until } = ground(t, journal.folder);
  journal.write([sshd('gone')]);
  await wait(300);
  await journal.close();
  fs.truncateSync(`${journal.folder}/system.journal`);
  await startWith([], 'always');
  journal.write([sshd('first')], 'next.journal');
  await until(1, 150, 20_000);
  assert.deepEqual(messages(seen), ['first']);
});

test('rotation of the journal, and a child that is killed: nothing twice, nothing left out', { skip }, async (t) => {
  const journal = journalGround(t);
  const { startWith, seen, until, logged } = ground(t, journal.folder);
  journal.write([sshd('old')]);
  await wait(300);
  await startWith([], 'always');
  journal.write([sshd('a')]);
  await until(1);
  await journal.close();
  fs.renameSync(`${journal.folder}/system.journal`, `${journal.folder}/system@1.journal`);
  journal.write([sshd('b')]);
  await until(2);
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  const pid = Number(/^ *(\d+) .*journalctl.*--follow.*$/m.exec(children)?.[1]);
  process.kill(pid, 'SIGKILL');
  journal.write([sshd('c'), sshd('d')]);
  await until(4);
  assert.deepEqual(messages(seen), ['a', 'b', 'c', 'd']);
  assert.ok(logged.includes('reading the journal ended, it is started again'));
});

test('entries that were vacuumed before they were read are said to be missing; those behind them are read', {
  skip,
}, async (t) => {
  const journal = journalGround(t);
  const { startWith, stop, seen, until, sources } = ground(t, journal.folder);
  journal.write([sshd('old')]);
  await wait(300);
  await startWith([], 'always');
  journal.write([sshd('read')]);
  await until(1);
  await stop();
  journal.write([sshd('never read')]);
  await wait(300);
  await journal.close();
  journal.remove('system.journal');
  journal.write([sshd('still there'), sshd('and this')], 'later.journal');
  await wait(300);
  await startWith([], 'always');
  await until(3);
  assert.deepEqual(messages(seen), ['read', 'still there', 'and this']);
  assert.equal(sources().standing.journal?.gaps, 1);
});

test('what entries may hold: the kernel’s, no program, several lines, bytes that are no text, a name made to deceive', {
  skip,
}, async (t) => {
  const journal = journalGround(t);
  const { startWith, seen, until } = ground(t, journal.folder);
  journal.write([sshd('old')]);
  await wait(300);
  await startWith([], 'always');
  journal.write([
    { SYSLOG_IDENTIFIER: 'kernel', _TRANSPORT: 'kernel', MESSAGE: 'nft drop IN=eth0' },
    { _COMM: 'backup', _PID: '7', _TRANSPORT: 'stdout', MESSAGE: 'done' },
    sshd('first\nNov 23 10:00:00 web01 sshd[1]: Accepted password for root from 192.0.2.66 port 1 ssh2'),
    sshd(Buffer.from([0x66, 0xff, 0x1b, 0x67])),
    { SYSLOG_IDENTIFIER: 'x: sshd[1]: Accepted', MESSAGE: 'fake' },
    sshd('y'.repeat(100_000)),
    sshd('z'.repeat(3_000_000)),
    sshd('last'),
  ]);
  await until(8);
  const heads = seen.map((line) => line.slice(25, 120));
  assert.equal(heads[0], 'web01 kernel: nft drop IN=eth0');
  assert.equal(heads[1], 'web01 backup[7]: done');
  assert.match(heads[2]!, /^web01 sshd\[812\]: first Nov 23/);
  assert.equal(heads[3], 'web01 sshd[812]: f\uFFFD\uFFFDg');
  assert.equal(heads[4], 'web01 x_sshd_1_Accepted: fake');
  assert.ok(seen.every((line) => line.length < 8400));
  assert.deepEqual(
    [heads[5]?.slice(0, 20), heads[6]?.slice(0, 20), heads[7]],
    ['web01 sshd[812]: yyy', 'web01 sshd[812]: zzz', 'web01 sshd[812]: last'],
  );
});

test('the journal stands in while no file of syslog is there; a file that comes takes over, and no line counts twice', {
  skip,
}, async (t) => {
  const journal = journalGround(t);
  const { startWith, sourceOf, seen, until, write, sources } = ground(t, journal.folder);
  journal.write([sshd('old')]);
  await wait(300);
  await startWith([sourceOf('auth.log')], 'without-files');
  journal.write([sshd('in the journal alone')]);
  await until(1);
  // rsyslog comes: what it writes first, the journal has too.
  journal.write([sshd('in both')]);
  await until(2);
  write('2026-11-27T10:00:00Z web01 sshd[812]: in both\n');
  await wait(1500);
  assert.equal(sources().standing.journal, undefined);
  journal.write([sshd('in both again')]);
  write('2026-11-27T10:00:01Z web01 sshd[812]: in both again\n');
  await until(3, 1500);
  assert.deepEqual(messages(seen), ['in the journal alone', 'in both', 'in both again']);
});

test('a host that has files of syslog does not read its journal, and a policy may do without it', {
  skip,
}, async (t) => {
  const journal = journalGround(t);
  const { startWith, sourceOf, stop, seen, until, write, kept, sources } = ground(t, journal.folder);
  journal.write([sshd('old')]);
  await wait(300);
  write('');
  await startWith([sourceOf('auth.log')], 'without-files');
  assert.equal(sources().standing.journal, undefined);
  journal.write([sshd('in the journal')]);
  write('in the file\n');
  await until(1, 1500);
  assert.deepEqual(seen, ['in the file']);
  await stop();
  await startWith([sourceOf('auth.log')], 'always');
  assert.ok(kept.has('journal'));
  await stop();
  await startWith([sourceOf('auth.log')], 'never');
  assert.ok(!kept.has('journal'));
});

test('a program that fails is said to, and started again more and more seldom', async (t) => {
  const { folder, kept, logged } = ground(t);
  const { LogSources } = await import('./index.ts');
  const { systemClock } = await import('../../../clock.ts');
  const program = `${folder}/journalctl`;
  fs.writeFileSync(program, '#!/bin/sh\necho "Failed to open: no such thing" >&2\nexit 1\n', { mode: 0o755 });
  fs.writeFileSync(`${folder}/system.journal`, '');
  const sources = new LogSources(
    {
      clock: systemClock,
      log: (_level, message) => logged.push(message),
      recall: (key) => kept.get(key),
      recallKeys: () => [...kept.keys()],
      async take({ memory }) {
        for (const [key, value] of Object.entries(memory)) if (value !== undefined) kept.set(key, value);
        return { kept: Promise.resolve() };
      },
    },
    { directory: folder, program },
  );
  await sources.follow(LogSources.read({ sources: [], journal: 'always' }));
  await wait(2000);
  assert.equal(sources.standing.journal?.problem, 'Failed to open: no such thing');
  assert.equal(sources.standing.journal?.isReading, false);
  const restarts = logged.filter((message) => message.startsWith('reading the journal ended')).length;
  assert.ok(restarts >= 1 && restarts <= 2, `${restarts} restarts in two seconds`);
  await sources.stop();
});

test('a daemon that writes its own log in syslog’s form does not keep the journal from being read', {
  skip,
}, async (t) => {
  const journal = journalGround(t);
  const { startWith, sourceOf, seen, until, write } = ground(t, journal.folder);
  journal.write([sshd('old')]);
  await wait(300);
  await startWith([sourceOf('auth.log'), sourceOf('proftpd.log')], 'without-files');
  journal.write([sshd('in the journal')]);
  write('in its own file\n', 'proftpd.log');
  await until(2, 1500);
  assert.deepEqual(messages(seen).sort(), ['in its own file', 'in the journal']);
});
