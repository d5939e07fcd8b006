import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import type { ProbeResult } from '@sakimori/contract';

/**
 * The real look from outside, through a real kernel: a manager, a router behind it and a host behind that, each in a network namespace of its own.
 * The machine's own network is never touched.
 */
const mark = `skl${process.pid}`;
const [manager, router, host] = ['m', 'r', 'h'].map((letter) => `${mark}-${letter}`) as [string, string, string];
const env = { ...process.env, PATH: `/usr/sbin:/usr/bin:/sbin:/bin:${process.env['PATH'] ?? ''}` };
const ip = (...args: string[]) => execFileSync('ip', args, { env, stdio: 'pipe' });
const isPossible = (() => {
  const name = `${mark}-t`;
  const made = spawnSync('ip', ['netns', 'add', name], { env, stdio: 'ignore' }).status === 0;
  if (made) spawnSync('ip', ['netns', 'delete', name], { env, stdio: 'ignore' });
  return made;
})();

/** All in one process: each start of it costs more than the knocks. */
function knock(...addresses: string[]): ProbeResult[] {
  const code = `
    const { SystemProber } = await import(${JSON.stringify(new URL('./probe.ts', import.meta.url).href)});
    const prober = new SystemProber();
    const knocks = await Promise.all(${JSON.stringify(addresses)}.map((address) => prober.knock({ address, port: 7 })));
    console.log(JSON.stringify(knocks.map(({ result }) => result)));`;
  const args = ['netns', 'exec', manager, process.execPath, '--input-type=module', '-e', code];
  return JSON.parse(execFileSync('ip', args, { env, encoding: 'utf8' })) as ProbeResult[];
}

describe('a look from outside', { skip: isPossible ? false : 'network namespaces need root' }, () => {
  before(() => {
    for (const name of [manager, router, host]) ip('netns', 'add', name);
    ip('-n', manager, 'link', 'add', 'up0', 'type', 'veth', 'peer', 'name', 'down0', 'netns', router);
    ip('-n', router, 'link', 'add', 'down1', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', host);
    for (const [name, device, address] of [
      [manager, 'up0', '10.79.0.1/24'],
      [router, 'down0', '10.79.0.254/24'],
      [router, 'down1', '10.79.1.254/24'],
      [host, 'eth0', '10.79.1.2/24'],
    ] as const) {
      ip('-n', name, 'addr', 'add', address, 'dev', device);
      ip('-n', name, 'link', 'set', device, 'up');
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    ip('-n', manager, 'route', 'add', 'default', 'via', '10.79.0.254');
    ip('-n', host, 'route', 'add', 'default', 'via', '10.79.1.254');
    ip('netns', 'exec', router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
  });
  after(() => {
    for (const name of [manager, router, host]) spawnSync('ip', ['netns', 'delete', name], { env, stdio: 'ignore' });
  });

  test('S45, in part: a living kernel refuses, a host that is gone is not reached, a network that is gone neither, and they differ by the router', () => {
    assert.deepEqual(knock('10.79.1.2'), ['refused']);
    ip('-n', host, 'link', 'set', 'eth0', 'down');
    const [far, near] = knock('10.79.1.2', '10.79.1.254') as [ProbeResult, ProbeResult];
    assert.ok(['no_answer', 'host_unreachable'].includes(far), far);
    assert.equal(near, 'refused', 'the router of its network answers: the host is down');
    ip('-n', router, 'link', 'set', 'down0', 'down');
    for (const result of knock('10.79.1.2', '10.79.1.254'))
      assert.ok(['no_answer', 'host_unreachable', 'network_unreachable'].includes(result), result);
  });

  test('S45, in part: nothing is asked of this machine, its link or many at once', () => {
    const results = knock('127.0.0.1', '10.79.0.1', '169.254.169.254', '224.0.0.1', '::1', '::ffff:127.0.0.1');
    assert.deepEqual([...new Set(results)], ['not_tried']);
  });
});
