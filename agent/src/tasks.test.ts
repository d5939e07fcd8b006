import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { agentPaths } from '@sakimori/contract/agent-protocol';
import type { HostTaskKind, ReceivedTask } from '@sakimori/contract/host-task';
import { manualClock } from './clock.ts';
import { enrol, parseToken } from './enrol.ts';
import { InventoryReporter } from './inventory/index.ts';
import { NotSupported, type TaskLane, Tasks } from './tasks.ts';
import { TestAuthority, TestManager, until } from './test-manager.ts';
import { ManagerRefusal, Transport } from './transport.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function connect(): Promise<{ manager: TestManager; transport: Transport }> {
  const manager = await TestManager.start();
  cleanUps.push(() => manager.close());
  const { agents, ca, certificate, key } = await enrol(parseToken(manager.token));
  const transport = new Transport({ agents, ca, credentials: { certificate, key } });
  cleanUps.push(() => transport.close());
  return { manager, transport };
}

const task = (kind: string): ReceivedTask => ({ id: randomUUID(), kind });

describe('tasks', () => {
  async function setUp(works: Partial<Record<HostTaskKind, TaskLane>>) {
    const { manager, transport } = await connect();
    const done: TaskLane = { lane: 'other', work: async () => undefined };
    const kinds = {
      ...{ 'recommendation-scan': done, 'open-ports-scan': done, 'integrity-scan': done, 'integrity-baseline': done },
      ...{
        'integrity-estimate': done,
        'malware-scan': done,
        policy: done,
        'update-check': done,
        'list-connections': done,
      },
      ...{ isolate: done, release: done, 'malware-scan-cancel': done },
      ...{ 'quarantine-restore': done, 'quarantine-delete': done, 'quarantine-fetch': done },
      ...{ 'stop-host': done, 'block-source': done, 'unblock-source': done, 'agent-upgrade': done },
      ...works,
    };
    const tasks = new Tasks({ log: () => {}, transport: () => transport, kinds });
    return { manager, tasks };
  }

  test('each is carried out once, however often it comes; its result is sent again when it is asked for again', async () => {
    let runs = 0;
    const work = async () => {
      runs += 1;
      return 'one file compared';
    };
    const { manager, tasks } = await setUp({ 'integrity-scan': { lane: 'integrity', work } });
    const scan = task('integrity-scan');
    tasks.receive([scan]);
    tasks.receive([scan, scan]);
    await until('the result', () => manager.taskResults.length === 1);
    assert.deepEqual(manager.taskResults, [{ id: scan.id, state: 'done', detail: 'one file compared' }]);
    tasks.receive([scan]);
    await until('the result again', () => manager.taskResults.length === 2);
    assert.equal(runs, 1);
  });

  test('a result that cannot be sent waits for the next heartbeat that asks', async () => {
    const { manager, tasks } = await setUp({});
    const scan = task('integrity-scan');
    let refused = 0;
    manager.refuse = (path) => {
      if (path !== agentPaths.taskResults || refused > 0) return undefined;
      refused += 1;
      return { status: 503, code: 'unavailable' };
    };
    tasks.receive([scan]);
    await until('the refusal', () => refused === 1);
    assert.deepEqual(manager.taskResults, []);
    tasks.receive([scan]);
    await until('the result', () => manager.taskResults.length === 1);
  });

  test('what fails, what this host cannot do, and what this agent has never heard of', async () => {
    const fail = (error: Error): TaskLane => ({ lane: error.message, work: () => Promise.reject(error) });
    const { manager, tasks } = await setUp({
      'integrity-scan': fail(new Error(`the disk is broken${'!'.repeat(1000)}`)),
      'malware-scan': fail(new NotSupported('no engine')),
    });
    const asked = ['integrity-scan', 'malware-scan', 'dance', 'constructor'].map(task);
    tasks.receive(asked);
    await until('all results', () => manager.taskResults.length === 4);
    const results = asked.map(({ id }) => manager.taskResults.find((result) => result.id === id));
    assert.deepEqual(
      results.map((result) => result?.state),
      ['failed', 'not_supported', 'not_supported', 'not_supported'],
    );
    assert.equal(results[0]?.detail?.length, 500);
    assert.match(results[2]?.detail ?? '', /does not know tasks of the kind "dance"/);
  });

  test('one lane does one after the other, a long task holds up no other lane', async () => {
    const order: string[] = [];
    const release = Promise.withResolvers<undefined>();
    const slow = async () => {
      order.push('begins');
      await release.promise;
      order.push('ends');
      return undefined;
    };
    const { manager, tasks } = await setUp({ 'integrity-scan': { lane: 'integrity', work: slow } });
    tasks.receive([task('integrity-scan'), task('integrity-scan'), task('policy')]);
    await until('the other lane', () => manager.taskResults.length === 1);
    assert.deepEqual(order, ['begins']);
    release.resolve(undefined);
    await until('all', () => manager.taskResults.length === 3);
    assert.deepEqual(order, ['begins', 'ends', 'begins', 'ends']);
  });
});

describe('the inventory on its way', () => {
  const inventory = {
    takenAt: '2026-11-27T01:00:00.000Z',
    os: { id: 'debian', version: '12', name: 'Debian', kernel: 'Linux', architecture: 'x86_64' },
    ...{ packages: [], services: [], processes: ['cron'], interfaces: [], limits: [] },
  };
  const dayMs = 86_400_000;

  async function setUp(kept = new Map<string, string>()) {
    const { manager, transport } = await connect();
    const clock = manualClock(Date.parse('2026-11-27T01:00:00Z'));
    const host = { processes: ['cron'], taken: 0 };
    const reporter = new InventoryReporter({
      ...{ clock, log: () => {}, transport: () => transport },
      take: async () => {
        host.taken += 1;
        return { ...inventory, processes: host.processes };
      },
      recall: (key) => kept.get(key),
      keep: async (values) => {
        for (const [key, value] of Object.entries(values)) kept.set(key, value);
      },
    });
    cleanUps.push(() => reporter.stop());
    return { manager, clock, host, reporter, kept };
  }

  test('sent after the start, then once a day, and not again because the link came back', async () => {
    const { manager, clock, reporter, kept } = await setUp();
    reporter.connected();
    reporter.connected();
    clock.advance(5000);
    // Not before it knows that the manager has it: its next day begins then.
    await until('the first', () => manager.inventories.length === 1 && kept.has('sentMs'));
    reporter.connected();
    clock.advance(dayMs / 2);
    assert.equal(manager.inventories.length, 1);
    clock.advance(dayMs);
    await until('the next day’s', () => manager.inventories.length === 2);
  });

  test('after a restart only where something changed', async () => {
    const first = await setUp();
    first.reporter.connected();
    first.clock.advance(5000);
    await until('the first', () => first.kept.has('digest'));
    const same = await setUp(first.kept);
    same.reporter.connected();
    same.clock.advance(5000);
    await until('the look', () => same.host.taken === 1);
    const changed = await setUp(first.kept);
    changed.host.processes = ['cron', 'nginx'];
    changed.reporter.connected();
    changed.clock.advance(5000);
    await until('the change', () => changed.manager.inventories.length === 1);
    assert.equal(same.manager.inventories.length, 0);
  });

  test('a manager that is too old for inventories is asked again tomorrow', async () => {
    const { manager, clock, host, reporter } = await setUp();
    manager.refuse = () => ({ status: 404, code: 'not_found' });
    reporter.connected();
    clock.advance(5000);
    await until('the first try', () => host.taken === 1);
    await sleep(200);
    clock.advance(dayMs / 2);
    await sleep(50);
    assert.equal(host.taken, 1);
    clock.advance(dayMs);
    await until('the next day', () => host.taken === 2);
  });

  test('a manager that is busy is asked again soon', async () => {
    const { manager, clock, host, reporter } = await setUp();
    manager.refuse = (path) => (path === agentPaths.inventory ? { status: 503, code: 'unavailable' } : undefined);
    reporter.connected();
    clock.advance(5000);
    await until('the first try', () => host.taken === 1);
    // The refusal arrives in real time; only then the next try has its time.
    const advanceUntil = (what: string, holds: () => boolean) =>
      until(what, () => {
        if (!holds()) clock.advance(20_000);
        return holds();
      });
    manager.refuse = () => undefined;
    await advanceUntil('the second try', () => manager.inventories.length === 1);
    await assert.doesNotReject(reporter.report());
    assert.equal(manager.inventories.length, 2);
    manager.refuse = () => ({ status: 503, code: 'unavailable' });
    await assert.rejects(reporter.report(), ManagerRefusal);
  });
});

describe('compressed replies', () => {
  /** A door that answers everything in this way. */
  async function doorThat(answer: RequestListener): Promise<Transport> {
    const authority = await TestAuthority.make();
    const server = createServer(await authority.issueDoor(), answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => server.closeAllConnections());
    cleanUps.push(() => server.close());
    const transport = new Transport({
      agents: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      ca: authority.pem,
    });
    cleanUps.push(() => transport.close());
    return transport;
  }
  const zstd = { 'content-encoding': 'zstd' };

  test('a policy comes compressed to whoever asks for it so', async () => {
    const { manager, transport } = await connect();
    assert.deepEqual(await transport.call('GET', agentPaths.policy), JSON.parse(JSON.stringify(manager.policy)));
    const plain = await doorThat((request, response) =>
      response.end(JSON.stringify({ asked: request.headers['accept-encoding'] })),
    );
    assert.deepEqual(await plain.call('GET', agentPaths.policy), { asked: 'zstd' });
  });

  test('a bomb, a frame with a huge window, and what is not zstd at all end as errors', async () => {
    const bomb = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
    assert.ok(bomb.length < 100_000);
    // Magic number, a window of 128 MiB, one raw block of two bytes (RFC 8878 §3.1.1).
    const wide = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, 0x11, 0x00, 0x00, 0x7b, 0x7d]);
    assert.equal(zstdDecompressSync(wide).toString(), '{}');
    const answers = [bomb, wide, Buffer.from('not compressed'), bomb.subarray(0, bomb.length - 10)];
    for (const bytes of answers) {
      const transport = await doorThat((_, response) => response.writeHead(200, zstd).end(bytes));
      await assert.rejects(transport.call('GET', agentPaths.policy));
    }
  });
});
