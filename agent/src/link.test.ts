import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { agentPaths, type Heartbeat } from '@sakimori/contract/agent-protocol';
import type { Detection } from '@sakimori/contract/detection';
import { patience } from '../../test/patience.ts';
import { type Clock, systemClock, toInstant } from './clock.ts';
import { enrol, parseToken } from './enrol.ts';
import { gatherFacts } from './facts.ts';
import type { Identity } from './identity.ts';
import { Link } from './link.ts';
import { newId } from './new-id.ts';
import { isRotationDue, rotate } from './rotation.ts';
import { createSeal, type Seal } from './seal.ts';
import { Spool } from './spool/index.ts';
import { offPolicy, TestManager, until } from './test-manager.ts';
import { Transport } from './transport.ts';

type Setting = { manager: TestManager; link: Link; spool: Spool; seal: Seal; identity: Identity; offsets: number[] };
const cleanUps: (() => unknown)[] = [];
/** What happens when the manager says that the policy changed. */
let policyChanged = async (): Promise<void> => undefined;
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  policyChanged = async () => undefined;
});

/** A manager, an enrolled host, its spool, and a link between them that is not started yet. */
async function setUp(clock: Clock = systemClock): Promise<Setting> {
  const manager = await TestManager.start();
  cleanUps.push(() => manager.close());
  const identity = await enrol(parseToken(manager.token));
  const folder = fs.mkdtempSync(join(tmpdir(), 'link-'));
  cleanUps.push(() => fs.rmSync(folder, { recursive: true }));
  const offsets: number[] = [];
  const seal = createSeal(identity, clock, () => offsets.at(-1));
  const spool = new Spool({
    path: join(folder, 'spool.db'),
    clock,
    log: () => {},
    seal: (draft, id) => seal('system', draft, id),
  });
  cleanUps.push(() => spool.close());
  const runId = newId(clock.nowMs());
  const link = new Link({
    ...{ clock, spool, identity, lingerMs: 20, log: () => {} },
    heartbeat: (): Heartbeat => ({
      sentAt: toInstant(clock.nowMs()),
      startedAt: toInstant(clock.nowMs()),
      runId,
      previousRun: { ended: 'first' },
      facts: gatherFacts(),
      modules: [],
      spool: { pending: spool.pending, dropped: spool.dropped },
      residentBytes: 1,
    }),
    holdSeconds: () => offPolicy.heartbeatSeconds,
    onPolicyNamed: async () => false,
    onPolicyChanged: (): Promise<void> => policyChanged(),
    onListsNamed: () => {},
    onTasks: () => {},
    onWebTables: () => {},
    onClockOffset: (offsetMs) => offsets.push(offsetMs),
    onChange: () => {},
  });
  cleanUps.push(() => link.stop('stop', 500));
  return { manager, link, spool, seal, identity, offsets };
}

const detectionsOf = (seal: Seal, count: number, title = 'changed'): Detection[] =>
  Array.from({ length: count }, () =>
    seal('integrity', {
      kind: 'file.modified',
      rule: { id: 'r', name: 'Rule' },
      severity: 'low',
      title,
      mode: 'detect',
      action: 'observed',
      actionResult: 'none',
    }),
  );

describe('heartbeat', () => {
  test('the manager holds one open, and gets the next when it ends it', async () => {
    const { manager, link } = await setUp();
    link.start();
    await until('connected', () => link.state.state === 'connected');
    assert.equal(manager.heartbeats.length, 1);
    manager.assign(manager.policy);
    await until('the next heartbeat', () => manager.heartbeats.length === 2);
    assert.equal(manager.heartbeats[1]?.runId, manager.heartbeats[0]?.runId);
  });

  test('a policy that changed is fetched before the next heartbeat, on the connection that is there', async () => {
    const { manager, link } = await setUp();
    const heartbeatsBefore: number[] = [];
    policyChanged = async () => {
      heartbeatsBefore.push(manager.heartbeats.length);
      await link.transport.call('GET', agentPaths.policy);
    };
    const enrolling = manager.connections;
    link.start();
    for (let count = 1; count <= 5; count++) {
      await until('a heartbeat', () => manager.heartbeats.length === count);
      await sleep(150);
      manager.assign(manager.policy);
    }
    await until('the last heartbeat', () => manager.heartbeats.length === 6);
    assert.deepEqual([manager.policyFetches, heartbeatsBefore], [5, [1, 2, 3, 4, 5]]);
    assert.equal(manager.connections - enrolling, 1);
    assert.equal(manager.brokenHolds, 0);
  });

  test('a policy that takes long holds no heartbeat back, and is acknowledged when it is in force', async () => {
    const { manager, link } = await setUp();
    let finish = (): void => undefined;
    policyChanged = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    link.start();
    await until('connected', () => manager.heartbeats.length === 1);
    manager.assign(manager.policy);
    await until('the next heartbeat', () => manager.heartbeats.length === 2);
    finish();
    await until('the acknowledgement', () => manager.heartbeats.length === 3);
  });

  test('a renewed heartbeat takes the place of the one that is held', async () => {
    const { manager, link } = await setUp();
    link.start();
    await until('connected', () => manager.heartbeats.length === 1);
    link.renew();
    await until('the renewed heartbeat', () => manager.heartbeats.length === 2);
    await sleep(300);
    assert.equal(manager.heartbeats.length, 2);
    assert.equal(manager.brokenHolds, 0, 'nothing looked like the end of the process');
  });

  test('a manager that goes away and comes back is found again', async () => {
    const { manager, link } = await setUp();
    link.start();
    await until('connected', () => link.state.state === 'connected');
    await manager.close();
    await until('disconnected', () => link.state.state === 'disconnected');
    assert.ok(link.state.cause);
    await manager.open();
    await until('connected again', () => link.state.state === 'connected');
  });

  test('a clock two hours behind is measured, and what is told bears the right time', async () => {
    const hourMs = 3_600_000;
    const behind: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() - 2 * hourMs };
    const { manager, link, spool, seal, offsets } = await setUp(behind);
    link.start();
    await until('connected', () => offsets.length > 0);
    assert.ok(Math.abs(offsets[0]! + 2 * hourMs) < 2000, `${offsets[0]} ms`);
    await spool.append(detectionsOf(seal, 1));
    await until('the detection', () => manager.detections.size === 1);
    const [detection] = manager.detections.values();
    assert.ok(Math.abs(Date.parse(detection!.occurredAt) - Date.now()) < 10_000, detection!.occurredAt);
    assert.ok(Math.abs(detection!.clockOffsetMs! + 2 * hourMs) < 2000);
  });

  test('a revoked certificate: sending stops, and the state says why', async () => {
    const { manager, link, spool, seal } = await setUp();
    link.start();
    await until('connected', () => link.state.state === 'connected');
    manager.refuse = () => ({ status: 401, code: 'certificate_revoked' });
    await spool.append(detectionsOf(seal, 1));
    await until('locked out', () => link.state.state === 'locked_out');
    assert.equal(link.state.cause, 'certificate_revoked');
    const asked = manager.batches.length;
    await spool.append(detectionsOf(seal, 1));
    await sleep(500);
    assert.equal(manager.batches.length, asked);
    assert.equal(spool.pending, 2);
  });
});

describe('detections', () => {
  test('are sent soon after they are told, in batches of at most 500, and leave the spool', async () => {
    const { manager, link, spool, seal } = await setUp();
    link.start();
    await until('connected', () => link.state.state === 'connected');
    await spool.append(detectionsOf(seal, 1));
    await until('one detection', () => manager.detections.size === 1, 2000);
    await spool.append(detectionsOf(seal, 1200));
    await until('all detections', () => manager.detections.size === 1201);
    assert.ok(manager.batches.every((size) => size <= 500));
    await until('an empty spool', () => spool.pending === 0);
    assert.equal(manager.duplicates, 0);
  });

  test('what was told while the manager was away arrives once it is back, nothing twice', async () => {
    const { manager, link, spool, seal } = await setUp();
    await manager.close();
    link.start();
    const told: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      const some = detectionsOf(seal, 200);
      told.push(...some.map(({ id }) => id));
      await spool.append(some);
    }
    await until('disconnected', () => link.state.state === 'disconnected');
    assert.equal(spool.pending, 1600);
    await manager.open();
    await until('all detections', () => manager.detections.size === 1600);
    assert.deepEqual([...manager.detections.keys()], told, 'all of them, in their order');
    assert.equal(manager.duplicates, 0);
  });

  test('an answer that got lost: the batch is sent again and stored once', async () => {
    const { manager, link, spool, seal } = await setUp();
    let losses = 2;
    manager.refuse = (path, body) => {
      if (path !== '/detections' || losses === 0) return undefined;
      losses -= 1;
      for (const detection of (body as { detections: Detection[] }).detections)
        manager.detections.set(detection.id, detection);
      return { status: 503, code: 'unavailable' };
    };
    link.start();
    await spool.append(detectionsOf(seal, 10));
    await until('an empty spool', () => spool.pending === 0);
    assert.equal(manager.detections.size, 10);
    assert.equal(manager.duplicates, 10);
  });

  test('a batch that is too large is halved until it is taken', async () => {
    const { manager, link, spool, seal } = await setUp();
    manager.refuse = (path, body) =>
      path === '/detections' && (body as { detections: unknown[] }).detections.length > 60
        ? { status: 413, code: 'too_large' }
        : undefined;
    link.start();
    await spool.append(detectionsOf(seal, 400));
    await until('all detections', () => manager.detections.size === 400);
    assert.ok(manager.batches.every((size) => size <= 60));
  });

  test('one that will never be stored is given up and counted; the others pass', async () => {
    const { manager, link, spool, seal } = await setUp();
    const [bad] = detectionsOf(seal, 1, 'bad');
    manager.refuseDetection = ({ title }) => (title === 'bad' ? 'not good' : undefined);
    link.start();
    await spool.append([...detectionsOf(seal, 3), bad!, ...detectionsOf(seal, 3)]);
    await until('an empty spool', () => spool.pending === 0);
    assert.equal(manager.detections.size, 6);
    assert.equal(link.sender.refused, 1);
  });

  test('one that spoils the whole batch is found and given up', async () => {
    const { manager, link, spool, seal } = await setUp();
    manager.refuse = (path, body) =>
      path === '/detections' && JSON.stringify(body).includes('poison')
        ? { status: 400, code: 'malformed' }
        : undefined;
    link.start();
    await spool.append([...detectionsOf(seal, 20), ...detectionsOf(seal, 1, 'poison'), ...detectionsOf(seal, 20)]);
    await until('an empty spool', () => spool.pending === 0);
    assert.equal(manager.detections.size, 40);
    assert.equal(link.sender.refused, 1);
  });
});

describe('the end and the certificate', () => {
  test('an orderly stop sends what waits and says good-bye within two seconds', async () => {
    const { manager, link, spool, seal } = await setUp();
    link.start();
    await until('connected', () => link.state.state === 'connected');
    await spool.append(detectionsOf(seal, 700));
    const startMs = performance.now();
    await link.stop('shutdown', 2000);
    assert.ok(performance.now() - startMs < patience(3000));
    assert.deepEqual(
      manager.goodbyes.map(({ reason }) => reason),
      ['shutdown'],
    );
    assert.equal(manager.detections.size + spool.pending, 700);
  });

  test('a stop without a manager does not hang', async () => {
    const { manager, link } = await setUp();
    await manager.close();
    link.start();
    await until('disconnected', () => link.state.state === 'disconnected');
    const startMs = performance.now();
    await link.stop('stop', 2000);
    assert.ok(performance.now() - startMs < patience(3000));
  });

  test('a certificate is renewed when less than a third of its life is left', async () => {
    const { manager, identity } = await setUp();
    const dayMs = 86_400_000;
    assert.equal(isRotationDue(identity.certificate, Date.now()), false);
    assert.equal(isRotationDue(identity.certificate, Date.now() + 19 * dayMs), false);
    assert.equal(isRotationDue(identity.certificate, Date.now() + 21 * dayMs), true);
    const { agents, ca, certificate, key } = identity;
    const transport = new Transport({ agents, ca, credentials: { certificate, key } });
    const renewed = await rotate(identity, transport);
    transport.close();
    assert.notEqual(renewed.key, identity.key);
    assert.notEqual(renewed.certificate, identity.certificate);
    const next = new Transport({ agents, ca, credentials: { certificate: renewed.certificate, key: renewed.key } });
    assert.equal((await next.call('GET', '/policy')) === undefined, false);
    next.close();
    assert.equal(manager.policyFetches, 1);
  });
});
