import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Detection, modules, severities } from '@sakimori/contract';
import fc from 'fast-check';
import { countRows, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { makeDetection, makeSample } from '../../../test/simulated-agent.ts';
import { sql } from '../platform/index.ts';
import { recordDetections } from './index.ts';
import { prepareMonths } from './jobs.ts';
import { dropBefore } from './store.ts';

const dayMs = 86_400_000;
let door: TestDoor;

before(async () => {
  door = await startTestDoor();
});
after(() => door.stop());

type Figures = {
  hour: Date;
  host_id: string;
  module: string;
  rule_id: string;
  severity: number;
  action: string;
  count: number;
};
const figures = (accountId: string, from: 'detections_detection' | 'detections_hourly') =>
  door.platform.database.asProvider((tx) =>
    tx.rows<Figures>(
      from === 'detections_hourly'
        ? sql`select hour, host_id, module, rule_id, severity, action, count from detections_hourly where tenant_id = ${accountId} order by 1, 2, 3, 4, 5, 6`
        : sql`select date_trunc('hour', occurred_at) as hour, host_id, module, rule_id, severity, action, count(*) from detections_detection
            where tenant_id = ${accountId} group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6`,
    ),
  );

test('property: whatever is sent, in whatever pieces, however often, the roll-ups equal a raw query', async () => {
  const host = await door.makeHost('Figures');
  const base = door.platform.clock.now().getTime();
  const detection = fc
    .record({
      agoMs: fc.integer({ min: 0, max: 40 * dayMs }),
      module: fc.constantFrom(...modules),
      rule: fc.constantFrom('a', 'b'),
      severity: fc.constantFrom(...severities),
      action: fc.constantFrom('observed' as const, 'denied' as const),
    })
    .map(({ agoMs, module, rule, severity, action }) =>
      makeDetection(host, {
        occurredAt: new Date(base - agoMs).toISOString(),
        module,
        rule: { id: rule, name: rule },
        severity,
        action,
      }),
    );
  await fc.assert(
    fc.asyncProperty(
      fc.array(detection, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      async (all, piece) => {
        const batches: Detection[][] = [];
        for (let at = 0; at < all.length; at += piece) batches.push(all.slice(at, at + piece + 2));
        const recorded = await Promise.all(
          batches.map((batch) => recordDetections(door.platform, host.accountId, batch)),
        );
        assert.equal(
          recorded.reduce((sum, { stored }) => sum + stored, 0),
          all.length,
        );
        assert.deepEqual(
          await figures(host.accountId, 'detections_hourly'),
          await figures(host.accountId, 'detections_detection'),
        );
      },
    ),
    { numRuns: 25 },
  );
});

test('two processes that send the same first alert at the same moment make one alert', async () => {
  const host = await door.makeHost('Race');
  for (let turn = 0; turn < 10; turn++) {
    const subject = `turn ${turn}`;
    await Promise.all(
      Array.from({ length: 6 }, () =>
        recordDetections(door.platform, host.accountId, [makeSample('intrusion', host, { subject })]),
      ),
    );
  }
  const rows = await door.platform.database.asProvider((tx) =>
    tx.rows(
      sql<{
        number: number;
        detection_count: number;
      }>`select number, detection_count from alerts_alert where tenant_id = ${host.accountId} order by number`,
    ),
  );
  assert.deepEqual(
    rows,
    Array.from({ length: 10 }, (_, index) => ({ number: index + 1, detection_count: 6 })),
  );
});

const partitionsWith = (accountId: string) =>
  door.platform.database.asProvider((tx) =>
    tx.rows(
      sql<{
        place: string;
        count: number;
      }>`select tableoid::regclass::text as place, count(*) from detections_detection where tenant_id = ${accountId} group by 1 order by 1`,
    ),
  );

test('detections outside the months that exist wait in their own place and move when their month is made', async () => {
  const host = await door.makeHost('Months');
  const [now, later] = [door.platform.clock.now(), new Date(door.platform.clock.now().getTime() + 200 * dayMs)];
  const sent = [now, later].map((at) => makeDetection(host, { occurredAt: at.toISOString() }));
  await recordDetections(door.platform, host.accountId, sent);
  assert.equal((await partitionsWith(host.accountId)).find(({ place }) => place === 'detections_other')?.count, 1);
  door.platform.clock.set(later);
  await Promise.all([prepareMonths(door.platform), prepareMonths(door.platform), prepareMonths(door.platform)]);
  const month = `detections_${later.getUTCFullYear()}_${String(later.getUTCMonth() + 1).padStart(2, '0')}`;
  const places = await partitionsWith(host.accountId);
  assert.equal(places.find(({ place }) => place === month)?.count, 1);
  assert.ok(!places.some(({ place }) => place === 'detections_other'));
  assert.deepEqual(await recordDetections(door.platform, host.accountId, sent), { stored: 0, duplicate: 2 });
  door.platform.clock.set(now);
});

test('months past the retention go, roll-ups stay; what came late is kept for the retention from its arrival', async () => {
  const host = await door.makeHost('Retention');
  const now = door.platform.clock.now();
  const early = makeDetection(host, { occurredAt: '1999-12-31T23:59:59.000Z' });
  const usual = makeDetection(host, { occurredAt: now.toISOString() });
  await recordDetections(door.platform, host.accountId, [early, usual]);
  const drop = (atMs: number) => door.platform.database.asProvider((tx) => dropBefore(tx, new Date(atMs)));
  await drop(now.getTime() - 400 * dayMs);
  assert.equal(await countRows(door.platform, 'detections_detection', host.accountId), 2);
  assert.ok((await drop(now.getTime() + 100 * dayMs)) > 0);
  assert.equal(await countRows(door.platform, 'detections_detection', host.accountId), 0);
  assert.equal((await figures(host.accountId, 'detections_hourly')).length, 2);
  await prepareMonths(door.platform);
});

test('a transaction as one account stores nothing for another', async () => {
  const [mine, theirs] = [await door.makeHost('Mine'), await door.makeHost('Theirs')];
  const write = door.platform.database.as(mine.accountId, (tx) =>
    tx.run(sql`insert into detections_hourly (tenant_id, hour, host_id, module, rule_id, severity, action, action_result, mode, count)
      values (${theirs.accountId}, now(), ${theirs.hostId}, 'x', 'x', 1, 'x', 'x', 'x', 1)`),
  );
  await assert.rejects(write, { code: '42501' });
  // A detection that names another account never gets here; if one did, it would be stored as the transaction's own.
  await recordDetections(door.platform, mine.accountId, [makeDetection(mine)]);
  assert.equal(await countRows(door.platform, 'detections_detection', theirs.accountId), 0);
});
