import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Peer, TestNetwork, whyNoNetwork } from '../test-network.ts';
import { parseQueueCounters } from './counters.ts';
import { iptablesInstallText } from './iptables-text.ts';
import type { QueueJump } from './jump.ts';
import { nftInstallText } from './nft-text.ts';
import { PacketQueue } from './packet-queue.ts';
import { QueueFault } from './programs.ts';

const four = '10.78.0.2';
const jump: QueueJump = {
  ...{ owner: 'intrusion', queue: 4119, stage: 'late', failure: 'open' },
  hooks: ['input', 'output'],
};
const web: QueueJump = {
  ...{ owner: 'webrep', queue: 4120, stage: 'early', failure: 'open', hooks: ['output'] },
  rules: [
    { protocol: 'tcp', destinationPorts: [80, 443, 8080], firstPackets: 10, unlessConnectionMark: 0x400 },
    { protocol: 'udp', destinationPorts: [53, 443] },
  ],
  except: [{ address: '10.78.0.1', port: 4119 }],
};
const whyNot =
  whyNoNetwork() || (existsSync('/usr/sbin/iptables-nft') ? false : 'iptables must be installed for a queue');

describe('a jump into a queue', { skip: whyNot }, () => {
  let network: TestNetwork;
  let host: Peer;
  let [inside, outside]: (Peer | undefined)[] = [];
  const readers: ChildProcess[] = [];

  before(async () => {
    network = new TestNetwork('queue');
    host = network.start(network.server, process.execPath, [join(import.meta.dirname, 'run-queue.ts')]);
    inside = network.peer(network.server);
    outside = network.peer(network.client);
    await inside.ask({ do: 'listen', tcp: [80], udp: [53] });
  });
  after(() => network.remove());

  const ask = (what: string, one = jump): Promise<Record<string, unknown>> =>
    host.ask({ do: what, jump: one }) as Promise<Record<string, unknown>>;
  const connect = (to = four) => outside!.ask({ do: 'connect', host: to, port: 80 });
  const rules = () => network.run(network.server, 'nft', ['list', 'ruleset']);
  const states = () => host.told.flatMap((one) => (one as { state?: string }).state ?? []);
  const read = async (): Promise<{ pid: number; says: string }> => {
    const args = [
      'netns',
      'exec',
      network.server,
      'python3',
      '-u',
      join(import.meta.dirname, 'test-reader.py'),
      '4119',
    ];
    const reader = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    readers.push(reader);
    const says = await new Promise<string>((done) => reader.stdout.once('data', (text) => done(String(text).trim())));
    return { pid: reader.pid!, says };
  };
  const until = async <T>(find: () => T | Promise<T>, what: string): Promise<T> => {
    for (const endMs = Date.now() + 30_000; Date.now() < endMs; await new Promise((done) => setTimeout(done, 50))) {
      const found = await find();
      if (found) return found;
    }
    throw new Error(`${what}: ${JSON.stringify(host.told)}`);
  };

  test('asks what the kernel can do, and leaves nothing behind', async () => {
    assert.match(String((await ask('way'))['way']), /^(nft|iptables)$/);
    assert.equal(rules(), '');
  });

  test('stands once, whatever is put there again, and passes packets where nobody reads', async () => {
    for (let times = 0; times < 3; times += 1) assert.deepEqual(await ask('start'), {});
    assert.equal(rules().match(/SAKIMORI_INTRUSION_INPUT$|jump SAKIMORI_INTRUSION_INPUT/gm)?.length ?? 2, 2);
    await until(async () => (await connect()) === 'open', 'by IPv4');
    await until(async () => (await connect('fd78::2')) === 'open', 'by IPv6');
    await until(() => states().includes('unread'), 'nobody reads');
  });

  test('leads packets of both families to the reader, who is known by name; a second one is turned away', async () => {
    const { pid, says } = await read();
    assert.equal(says, 'reading');
    await until(async () => (await connect()) === 'open', 'by IPv4');
    const [after4] = parse(await host.ask({ do: 'counters' }));
    await until(async () => (await connect('fd78::2')) === 'open', 'by IPv6');
    const [after6] = parse(await host.ask({ do: 'counters' }));
    assert.ok(after4!.arrived >= 6 && after6!.arrived >= after4!.arrived + 6, `${after4!.arrived} ${after6!.arrived}`);
    const reader = await ask('reader');
    assert.match(String(reader['name']), /^python3/);
    assert.equal(reader['pid'], pid);
    assert.equal((await read()).says, 'taken');
  });

  test('is taken out within two seconds when the reader hangs, and comes back when it moves again', async () => {
    await until(() => states().at(-1) === 'inPlace', 'the reader is there');
    const [reader] = readers;
    reader!.kill('SIGSTOP');
    const hungAtMs = Date.now();
    const waits = connect();
    await until(() => states().at(-1) === 'takenOut', 'the jump is out');
    const { atMs } = host.told.at(-1) as { atMs: number };
    assert.ok(atMs - hungAtMs < 5000, `out after ${atMs - hungAtMs} ms`);
    await waits;
    await until(async () => (await connect()) === 'open', 'traffic goes on');
    assert.doesNotMatch(rules(), /SAKIMORI|sakimori/);
    reader!.kill('SIGCONT');
    await until(() => states().at(-1) === 'inPlace', 'the jump is back');
    assert.match(rules(), /SAKIMORI_INTRUSION|sakimori_queue_intrusion/);
  });

  test('is mended when somebody flushes it', async () => {
    network.run(network.server, 'nft', ['flush', 'ruleset']);
    await until(() => host.told.some((one) => (one as { isHealed?: boolean }).isHealed), 'it is mended');
    assert.match(rules(), /SAKIMORI_INTRUSION|sakimori_queue_intrusion/);
  });

  test('lets nothing pass that nobody reads where it fails closed, but for the way that is never held up', async () => {
    readers[0]!.kill('SIGKILL');
    await until(async () => parse(await host.ask({ do: 'counters' })).length === 0, 'the reader is gone');
    await outside!.ask({ do: 'listen', tcp: [4119, 4120], udp: [] });
    await ask('start', { ...jump, failure: 'closed', except: [{ address: '10.78.0.1', port: 4119 }] });
    assert.equal(await connect(), 'silent');
    const way = () => inside!.ask({ do: 'connect', host: '10.78.0.1', port: 4119 });
    await until(async () => (await way()) === 'open', 'the way to the manager');
    assert.equal(await inside!.ask({ do: 'connect', host: '10.78.0.1', port: 4120 }), 'silent');
  });

  test('leaves nothing when it is taken away', async () => {
    assert.deepEqual(await ask('stop'), {});
    assert.equal(rules(), '');
    await until(async () => (await connect()) === 'open', 'traffic goes on');
  });

  test('with conditions is taken by the kernel, by the old road and, where the kernel has it, the new one', async () => {
    assert.deepEqual(await ask('install', web), {});
    assert.match(rules(), /dports 80,443,8080|tcp dport/);
    const asNft = nftInstallText(web).replaceAll(/queue num \d+ bypass/g, 'accept');
    network.run(network.server, 'nft', ['-c', '-f', '-'], asNft);
  });
});

const parse = (answer: unknown) => answer as ReturnType<typeof parseQueueCounters>;

test('the words of both roads', () => {
  const old = iptablesInstallText(
    web,
    4,
    ':INPUT ACCEPT [0:0]\n-A OUTPUT -j SAKIMORI_WEBREP_OUTPUT\n-A OUTPUT -j SAKIMORI_WEBREP_OUTPUT',
  );
  assert.equal(
    old,
    [
      '*mangle',
      ':SAKIMORI_WEBREP_OUTPUT - [0:0]',
      '-F SAKIMORI_WEBREP_OUTPUT',
      '-A SAKIMORI_WEBREP_OUTPUT -o lo -j RETURN',
      '-A SAKIMORI_WEBREP_OUTPUT -d 10.78.0.1 -p tcp -m tcp --dport 4119 -j RETURN',
      '-A SAKIMORI_WEBREP_OUTPUT -p tcp -m multiport --dports 80,443,8080 -m connmark ! --mark 1024/1024 -m connbytes --connbytes 0:10 --connbytes-dir both --connbytes-mode packets -j NFQUEUE --queue-num 4120 --queue-bypass',
      '-A SAKIMORI_WEBREP_OUTPUT -p udp -m multiport --dports 53,443 -j NFQUEUE --queue-num 4120 --queue-bypass',
      '-D OUTPUT -j SAKIMORI_WEBREP_OUTPUT',
      'COMMIT',
      '',
    ].join('\n'),
  );
  const spread = nftInstallText({ ...jump, queueCount: 2, failure: 'closed', includesLoopback: true });
  assert.match(
    spread,
    /chain input \{\ntype filter hook input priority 150; policy accept;\ncounter queue num 4119-4120\n\}/,
  );
});

test('what is missing is named', async () => {
  const failing = (kind: QueueFault['kind']) => () =>
    Promise.reject(new QueueFault(kind, 'no', 'iptables-nft-restore'));
  const way = (kind: QueueFault['kind']) => new PacketQueue('webrep', failing(kind)).findWay();
  await assert.rejects(way('missing'), { kind: 'missing', what: 'iptables' });
  await assert.rejects(way('failed'), { kind: 'unsupported', message: /no NFQUEUE/ });
  await assert.rejects(way('refused'), { kind: 'refused' });
});

test('counters are read', () => {
  const [one] = parseQueueCounters(' 4119   1234     2 2 65531     3     4      100  1\n');
  assert.deepEqual(one, { queue: 4119, port: 1234, waiting: 2, dropped: 3, lost: 4, arrived: 100 });
  assert.deepEqual(parseQueueCounters(''), []);
});
