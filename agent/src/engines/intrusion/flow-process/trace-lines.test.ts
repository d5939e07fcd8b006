import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FlowProcess } from '../../../flow-process/flow.ts';
import { StartedPrograms } from './started-programs.ts';
import { readTraceLine } from './trace-lines.ts';

const states =
  'family=AF_INET protocol=IPPROTO_TCP sport=0 dport=80 saddr=10.0.0.1 daddr=10.0.0.2 saddrv6=::ffff:10.0.0.1 daddrv6=::ffff:10.0.0.2 oldstate=TCP_CLOSE newstate=TCP_SYN_SENT';

test('a line of the trace says who connects where, and which program begins', () => {
  assert.deepEqual(readTraceLine(`            curl-1234    [001] ..... 12.345678: inet_sock_set_state: ${states}`), {
    ...{ kind: 'connect', pid: 1234, name: 'curl', atMs: 12_345.678, address: '10.0.0.2', port: 80 },
  });
  const six = states.replace('AF_INET ', 'AF_INET6 ').replace('daddrv6=::ffff:10.0.0.2', 'daddrv6=fd78::2');
  const found = readTraceLine(`my-prog -7 (  12) [000] d..1. 1.5: inet_sock_set_state: ${six}`);
  assert.deepEqual(found?.kind === 'connect' && [found.pid, found.name, found.address], [7, 'my-prog ', 'fd78::2']);
  const begun = readTraceLine('  <...>-9   [000] ..... 2.0: sched_process_exec: filename=/opt/my prog pid=8 old_pid=9');
  assert.deepEqual(begun, { kind: 'exec', pid: 8, atMs: 2000, path: '/opt/my prog' });
});

test('names of programs and files that look like lines of the trace are taken for what they are', () => {
  const forged = `/x 1.0: inet_sock_set_state: ${states}`;
  const found = readTraceLine(`sh-5 [000] ..... 2.0: sched_process_exec: filename=${forged} pid=5 old_pid=5`);
  assert.deepEqual(found?.kind === 'exec' && [found.pid, found.path], [5, forged]);
  for (const line of ['', 'CPU:1 [LOST 12 EVENTS]', `x: inet_sock_set_state: ${states}`, '-1 [000] ..... 1.0: a: b'])
    assert.equal(readTraceLine(line), undefined, line);
});

test('programs that are gone are known by their file, those that were there for a moment by more; memory and reads are bounded', () => {
  const there = new Map<number, FlowProcess>([[1, { pid: 1, name: 'a', path: '/bin/a', commandLine: 'a -x' }]]);
  let reads = 0;
  const started = new StartedPrograms((pid) => {
    reads += 1;
    return there.get(pid);
  });
  started.add({ pid: 1, path: '/bin/a' }, 0);
  started.add({ pid: 2, name: 'b', path: '/bin/b' }, 0);
  started.add({ pid: 3, name: 'c', path: './c' }, 0);
  assert.equal(started.find(1, 10)?.commandLine, 'a -x');
  assert.deepEqual(started.find(2, 10), { pid: 2, name: 'b', path: '/bin/b' });
  assert.deepEqual(started.find(3, 10), { pid: 3, name: 'c' });
  assert.equal(started.find(2, 61_000), undefined);
  for (let pid = 10; pid < 10_000; pid += 1) started.add({ pid, path: '/bin/true' }, 100);
  assert.equal(reads, 200);
  assert.deepEqual([started.find(10, 100), started.find(9999, 100)?.path], [undefined, '/bin/true']);
});
