import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { agentPaths, routes } from '@sakimori/contract';
import { countRows, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import type { TestPlatform } from '../../../test/platform.ts';
import { actorOf } from '../../../test/service.ts';
import { enrol, makeSample, prepareBatch, readToken, type SimulatedAgent } from '../../../test/simulated-agent.ts';
import { until } from '../../../test/system.ts';
import { startTcpProxy, type TcpProxy } from '../../../test/tcp-proxy.ts';
import { Database, Live, sql } from '../platform/index.ts';

/** The database goes away and comes back while agents work. */
let proxy: TcpProxy;
let door: TestDoor;
let account: string;
let agent: SimulatedAgent;
const operator = actorOf('operator');

before(async () => {
  door = await startTestDoor({ prepare: putProxyBetween });
  account = await door.makeAccount('Yamato');
  agent = await door.enrolAgent(account);
});
after(() => door.stop());

async function putProxyBetween(platform: TestPlatform): Promise<TestPlatform> {
  const url = new URL(platform.serveUrl);
  proxy = await startTcpProxy(Number(url.port));
  url.port = String(proxy.port);
  const database = new Database(url.href, platform.log, 10);
  const live = new Live(url.href, platform.log);
  await live.start();
  return {
    ...platform,
    database,
    live,
    async stop() {
      await live.stop();
      await database.close();
      await proxy.stop();
      await platform.stop();
    },
  };
}

const hostOf = () => door.service.as(operator)(routes.getHost, { params: { hostId: agent.hostId } });
const countHourly = () =>
  door.platform.database.asProvider((tx) =>
    tx.one(
      sql<{
        sum: number;
      }>`select coalesce(sum(count), 0)::integer as sum from detections_hourly where tenant_id = ${account}`,
    ),
  );
/** Keeps at it as an agent does. */
async function sendUntilTaken(batch: Buffer): Promise<number> {
  for (;;) {
    const answer = await agent.post(agentPaths.detections, batch, { 'content-encoding': 'zstd' });
    if (answer.status === 200) return Number(answer.body['stored']);
    assert.deepEqual([answer.status, answer.body['code']], [503, 'unavailable']);
    await sleep(100);
  }
}

test('503 unavailable while the database is gone; heartbeats are held all the same, and what they said is written after it', async () => {
  const batch = prepareBatch([agent.makeDetection()]);
  await agent.heartbeat();
  await proxy.cut();
  const refused = await agent.post(agentPaths.detections, batch, { 'content-encoding': 'zstd' });
  assert.deepEqual([refused.status, refused.body['code']], [503, 'unavailable']);
  assert.ok(Number(refused.retryAfter) > 0);
  const facts = { ...agent.makeHeartbeat().facts, kernel: '6.1.0-41-amd64' };
  const held = await agent.heartbeat({ facts, spool: { pending: 7, dropped: 0 } });
  assert.equal(held.received.policyVersion, 1);
  await assert.rejects(door.sightings.flush());
  const again = await agent.heartbeat({ facts, spool: { pending: 7, dropped: 0 } });
  await proxy.join();
  assert.equal(await sendUntilTaken(batch), 1);
  assert.equal((await agent.sendPrepared(batch)).duplicate, 1);
  await door.sightings.flush();
  const host = await hostOf();
  assert.deepEqual([host.facts.kernel, host.spool.pending, host.liveness.state], ['6.1.0-41-amd64', 7, 'connected']);
  assert.deepEqual(await again.ended, { reason: 'interval' }, 'announcements were missed: everybody asks anew');
});

test('503: enrolment while the database is gone spends no token', async () => {
  const { secret } = readToken((await door.issueToken(account)).token);
  await proxy.cut();
  const { answer } = await enrol(door.address, secret);
  assert.deepEqual([answer.status, answer.body['code']], [503, 'unavailable']);
  await proxy.join();
  await until(
    async () => ((await enrol(door.address, secret)).answer.status === 200 ? true : undefined),
    'not enrolled',
  );
});

test('a wire that breaks in the middle of batches, again and again: each detection is stored and counted exactly once', async () => {
  const before = [await countRows(door.platform, 'detections_detection', account), (await countHourly()).sum];
  const batches = Array.from({ length: 60 }, () =>
    prepareBatch(Array.from({ length: 20 }, () => makeSample('loginspection', agent))),
  );
  let sending = true;
  const breaking = (async () => {
    for (let turn = 0; sending || turn < 3; turn++) {
      await sleep(40 + ((turn * 37) % 60));
      await proxy.cut();
      await sleep(20);
      await proxy.join();
      // The wire holds a little longer each time: on a busy machine nothing gets through in a quarter of a second.
      await sleep(Math.min(250 * 1.1 ** turn, 5000));
    }
  })();
  const queue = [...batches];
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let batch = queue.shift(); batch; batch = queue.shift()) await sendUntilTaken(batch);
    }),
  );
  sending = false;
  await breaking;
  const stored = [await countRows(door.platform, 'detections_detection', account), (await countHourly()).sum];
  assert.deepEqual(
    stored,
    before.map((count) => count + 1200),
  );
  const { items } = await door.service.as(operator)(routes.listAlerts, { query: { accountId: account } });
  assert.deepEqual(
    items.map(({ detectionCount }) => detectionCount),
    [1200],
  );
});

test('more batches at once than the door works on are asked to come back', async () => {
  const batch = prepareBatch(Array.from({ length: 500 }, () => agent.makeDetection()));
  const crowd = await Promise.all(Array.from({ length: 16 }, () => door.enrolAgent(account)));
  const answers = await Promise.all(
    crowd.flatMap((each) =>
      Array.from({ length: 8 }, () => each.post(agentPaths.detections, batch, { 'content-encoding': 'zstd' })),
    ),
  );
  const statuses = new Set(answers.map(({ status }) => status));
  assert.ok(statuses.has(503) && statuses.has(200), [...statuses].join());
  assert.ok(answers.every(({ status, retryAfter }) => status === 200 || Number(retryAfter) > 0));
});
