import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ossecPredecode } from './index.ts';
import { predecodeOssec } from './ossec.ts';

const read = (line: string) => {
  const { hostname = null, program = null, message } = predecodeOssec(line);
  return [hostname, program, message];
};
const rest = 'gate app[7]: hello there';
const taken = ['gate', 'app', 'hello there'];

test('every time of syslog that OSSEC knows', () => {
  for (const time of [
    'Nov 23 10:00:00',
    'Mär 23 10:00:00',
    'Nov 23 10:00:00 ',
    '2026 Nov 23 10:00:00',
    '2026-11-23 10:00:00,805',
    '2026-11-23T10:00:00-04:00',
    '2026-11-23T10:00:00.3-04:00',
    '2026-11-23T10:00:00,214994-07:00',
    '2026:11:23-10:00:00',
  ])
    assert.deepEqual(read(`${time} ${rest}`), taken, time);
});

test('what is no such time is left alone: a zone Z, a priority, a line that ends too soon', () => {
  for (const line of [
    `2026-11-23T10:00:00Z ${rest}`,
    `<13>Nov 23 10:00:00 ${rest}`,
    'Nov 23 10:00:00 ',
    '2026-11-23T10:00:00-04:00 a b',
  ])
    assert.deepEqual(read(line), [null, null, line]);
});

test('program names: with and without a number, an odd end, none; Solaris and AIX', () => {
  const behind = (text: string) => read(`Nov 23 10:00:00 ${text}`);
  assert.deepEqual(behind('gate app: hello'), ['gate', 'app', 'hello']);
  assert.deepEqual(behind('gate app[12] hello'), ['gate', 'app', 'hello']);
  assert.deepEqual(behind('gate app[12]:hello'), ['gate', null, 'app[12]:hello']);
  assert.deepEqual(behind('gate su(pam_unix)[7]: hello'), ['gate', 'su(pam_unix)', 'hello']);
  assert.deepEqual(behind('gate hello, world'), ['gate', null, 'hello, world']);
  assert.deepEqual(behind('gate : hello'), ['gate', '', 'hello']);
  assert.deepEqual(behind('gâte app: hello'), [null, null, 'gâte app: hello']);
  assert.deepEqual(behind('app: [ID 800047 auth.info] hello'), [null, 'app', 'hello']);
  assert.deepEqual(behind('gate app: [ID 1 x] [ID 2] y'), ['gate', 'app', '[ID 2] y']);
  assert.deepEqual(behind('gate auth|security:info app[3]: hello'), ['gate', 'app', 'hello']);
  assert.deepEqual(behind('gate auth|security:info app: hello'), ['gate', 'app', 'hello']);
  assert.deepEqual(behind('gate auth|Security:info app: hello'), ['gate', null, 'auth|Security:info app: hello']);
  assert.deepEqual(behind('gate auth|security app: hello'), ['gate', null, 'auth|security app: hello']);
});

test('times of other logs are taken off as OSSEC takes them', () => {
  const message = (line: string) => read(line)[2];
  assert.equal(message('Mon Apr 17 18:27:14 2006 1 64.160.42.130 x'), ' 1 64.160.42.130 x');
  assert.equal(message('01/28-09:13:16.240702  [**] [1:1:1] x'), '[**] [1:1:1] x');
  assert.equal(message('01/28/1979-09:13:16.240702  [**] x'), '[**] x');
  assert.equal(message('[Fri Feb 11 18:06:35 2004] [warn] x'), '[warn] x');
  assert.equal(message('1140804070.368  11623 192.0.2.1 TCP_MISS/200'), '11623 192.0.2.1 TCP_MISS/200');
  const mac =
    '[Time 2006.12.28 15:53:55 UTC] [Facility auth] [Sender sshd] [PID 483] [Message error: failed] [Level 3] [Host mini]';
  assert.deepEqual(read(mac), ['mini', 'sshd', 'error: failed']);
  assert.deepEqual(read('[Time 2006.12.28 15:53:55 UTC] [Sender a] [Message x] [Message y] [Sender b]'), [
    null,
    'a',
    'x',
  ]);
});

test('a line without a host is one of this host; a plain line is its own message', () => {
  const predecode = ossecPredecode('here');
  assert.deepEqual(predecode('hello', 'syslog'), { message: 'hello', hostname: 'here' });
  assert.equal(predecode(`Nov 23 10:00:00 ${rest}`, 'syslog').hostname, 'gate');
  assert.equal(predecode(`Nov 23 10:00:00 ${rest}`, 'plain').message, `Nov 23 10:00:00 ${rest}`);
});

test('control characters are taken out, tabs and the ends of lines of a record stay', () => {
  const predecode = ossecPredecode('here');
  assert.equal(predecode('Nov 23 10:00:00 gate sshd: a\x1b[31mb\x07\tc\x7f\nd', 'syslog').message, 'a[31mb\tc\nd');
  assert.equal(predecode('a\0b', 'plain').message, 'ab');
});
