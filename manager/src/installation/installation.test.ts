import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@sakimori/contract';
import { ManualClock } from '../platform/index.ts';
import { Credentials, CredentialsGone } from './credentials.ts';
import { readHostsList } from './hosts-list.ts';

test('a list of hosts is read with heads, comments, quotes and line ends of any kind', () => {
  const print = `SHA256:${'A'.repeat(43)}`;
  const text = `\uFEFFhost,port,user,auth,fingerprint\r\n# web\n"web-01.example.jp",22,"admin",key,${print}\r\n\n2001:db8::1,,root\r198.51.100.7,2222,deploy,password`;
  assert.deepEqual(readHostsList(text), [
    { address: 'web-01.example.jp', port: 22, user: 'admin', auth: 'key', fingerprint: print },
    { address: '2001:db8::1', port: 22, user: 'root', auth: 'password' },
    { address: '198.51.100.7', port: 2222, user: 'deploy', auth: 'password' },
  ]);
});

test('a list that is wrong, hostile, doubled or too long is refused with the line and the way out', () => {
  for (const [text, words] of [
    ['', 'no line with a host'],
    ['# only a remark', 'no line with a host'],
    ['-oProxyCommand=id,22,root', 'line 1: the host is neither'],
    ['a b,22,root', 'line 1: the host is neither'],
    ['$(id),22,root', 'line 1: the host is neither'],
    ['ok\nhost;id,22,root', 'line 1: the user is missing'],
    ['web,0,root', 'line 1: the port'],
    ['web,65536,root', 'line 1: the port'],
    ['web,2e1,root', 'line 1: the port'],
    ['web,22,-l', 'line 1: the user'],
    ['web,22,root;id', 'line 1: the user'],
    ['web,22,root,agent', 'line 1: auth'],
    ['web,22,root,key,MD5:aa', 'line 1: the fingerprint'],
    ['web,22,root,key,,more', 'line 1: there are more than five columns'],
    ['web,22,root\nWEB,22,admin', 'line 2: the same host and port stand in line 1'],
    [Array.from({ length: 501 }, (_, index) => `h${index},22,root`).join('\n'), 'line 501: a list has at most 500'],
  ] as const)
    assert.throws(
      () => readHostsList(text),
      (error) => error instanceof Refusal && String(error.facts['detail']).includes(words),
      text.slice(0, 60),
    );
});

test('S42, in part: credentials cannot be read once their time is over, nor once they are disposed of', () => {
  const clock = new ManualClock('2026-11-27T00:00:00Z');
  const until = new Date('2026-11-27T01:00:00Z');
  const credentials = new Credentials(clock, until, { password: 'secret-1', privateKey: undefined });
  assert.deepEqual([credentials.open('password'), credentials.open('privateKey')], ['secret-1', undefined]);
  assert.ok(!JSON.stringify(credentials).includes('secret-1'));
  clock.advance(3_599_999);
  assert.equal(credentials.open('password'), 'secret-1');
  clock.advance(1);
  assert.throws(() => credentials.open('password'), CredentialsGone);
  const other = new Credentials(clock, new Date('2026-11-28T00:00:00Z'), { password: 'secret-2' });
  other.dispose();
  assert.throws(() => other.open('password'), CredentialsGone);
  assert.equal(other.has('password'), false);
});
