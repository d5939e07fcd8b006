import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patience } from '../../../../../test/patience.ts';
import { predecodePlain, predecodeSyslog } from './own.ts';

test('the head of a syslog line, in each known form', () => {
  const cases: [line: string, hostname: string | undefined, program: string | undefined, message: string][] = [
    ['Nov 23 10:00:00 web01 sshd[812]: Failed password', 'web01', 'sshd', 'Failed password'],
    ['Nov  3 10:00:00 web01 CRON[1]: (root) CMD (x)', 'web01', 'CRON', '(root) CMD (x)'],
    ['2026 Nov 23 10:00:00 web01 su: x', 'web01', 'su', 'x'],
    ['2026-11-23T10:00:00.123456+09:00 web01 sudo:   taro : TTY=pts/0', 'web01', 'sudo', '  taro : TTY=pts/0'],
    ['2026-11-23T10:00:00Z web01 kernel: [ 12.3] usb', 'web01', 'kernel', '[ 12.3] usb'],
    ['2026-11-23T10:00:00+0900 web01 a/b.c: x', 'web01', 'a/b.c', 'x'],
    ['<38>Nov 23 10:00:00 web01 sshd[1]: x', 'web01', 'sshd', 'x'],
    ['<34>1 2026-11-23T10:00:00.003Z web01 su - ID47 - BOM', 'web01', 'su', 'BOM'],
    ['<34>1 2026-11-23T10:00:00.003Z - app 9 - [a b="c\\]d"][e f="g"] hello', undefined, 'app', 'hello'],
    ['Nov 23 10:00:00 sshd: no host', undefined, 'sshd', 'no host'],
    ['Nov 23 10:00:00 web01 last message repeated 2 times', 'web01', undefined, 'last message repeated 2 times'],
    ['Nov 23 10:00:00 web01 sshd[12x]: odd', 'web01', undefined, 'sshd[12x]: odd'],
    ['Nov 23 10:00:00 sun su[1]: [ID 366847 auth.notice] failed', 'sun', 'su', 'failed'],
    ['no time at all sshd[1]: x', undefined, undefined, 'no time at all sshd[1]: x'],
    ['', undefined, undefined, ''],
  ];
  for (const [line, hostname, program, message] of cases) {
    const head = predecodeSyslog(line);
    assert.deepEqual([head.hostname, head.program, head.message], [hostname, program, message], line);
  }
});

test('a plain line is its own message', () => {
  assert.deepEqual(predecodePlain('Nov 23 10:00:00 a b: c'), { message: 'Nov 23 10:00:00 a b: c' });
});

test('hostile heads of 8 KiB are read at once', () => {
  const startMs = performance.now();
  for (const line of [
    '<1>1 '.repeat(1600),
    `Nov 23 10:00:00 ${'a'.repeat(8000)}`,
    `<1>1 a b c d e ${'[a'.repeat(4000)}`,
  ]) {
    for (let turn = 0; turn < 100; turn++) predecodeSyslog(line);
  }
  assert.ok(performance.now() - startMs < patience(3000));
});
