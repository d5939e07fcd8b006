import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Detection, modules } from '@sakimori/contract';
import { countRows, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { makeDetection, makeSample } from '../../../test/simulated-agent.ts';
import { sql } from '../platform/index.ts';
import { recordDetections } from './detections.ts';
import { selectDetections } from './store.ts';

let door: TestDoor;
before(async () => {
  door = await startTestDoor();
});
after(() => door.stop());

const stored = (accountId: string) =>
  door.platform.database.as(accountId, async (tx) =>
    (await selectDetections(tx, { accountId, limit: 500 })).map(({ record }) => record),
  );
const byId = (list: readonly Detection[]) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1));

test('what is read is what came, of every module, though no row tells a thing twice', async () => {
  const host = await door.makeHost('Whole');
  const sent = modules.map((module) => makeSample(module, host, { raw: `${module} said so` }));
  sent.push(makeDetection(host, { title: 'Rule', rule: { id: 'r', name: 'Rule', nameJa: '規則' } }));
  await recordDetections(door.platform, host.accountId, sent);
  assert.deepEqual(byId(await stored(host.accountId)), byId(sent));
  const rows = await door.platform.database.as(host.accountId, (tx) =>
    tx.rows(sql<{ record: Record<string, unknown> }>`select record from detections_detection`),
  );
  assert.equal(rows.length, sent.length);
  for (const { record } of rows)
    for (const key of [
      'id',
      'accountId',
      'hostId',
      'occurredAt',
      'module',
      'kind',
      'severity',
      'action',
      'mode',
      'raw',
    ])
      assert.ok(!(key in record), key);
});

test('a row from before, which told everything in its record, is read as well', async () => {
  const host = await door.makeHost('Before');
  const detection = makeSample('intrusion', host, { raw: 'as it was' });
  await door.platform.database.as(host.accountId, (tx) =>
    tx.run(sql`
      insert into detections_detection (tenant_id, occurred_at, id, host_id, module, kind, rule_id, severity, action, action_result, mode, received_at, record)
      values (${host.accountId}, ${detection.occurredAt}, ${detection.id}, ${host.hostId}, ${detection.module}, ${detection.kind}, ${detection.rule.id}, 4,
        ${detection.action}, ${detection.actionResult}, ${detection.mode}, ${door.platform.clock.now()}, ${JSON.stringify(detection)}::jsonb)`),
  );
  assert.deepEqual(await stored(host.accountId), [detection]);
});

test('of a batch that is known in part, what is new is stored and counted; nobody writes for another account', async () => {
  const host = await door.makeHost('Part');
  const all = Array.from({ length: 40 }, (_, index) => makeDetection(host, { title: 'x'.repeat(index * 20 + 1) }));
  assert.deepEqual(await recordDetections(door.platform, host.accountId, all.slice(0, 15)), {
    stored: 15,
    duplicate: 0,
  });
  const again = [...all, ...all.slice(20, 25)];
  assert.deepEqual(await recordDetections(door.platform, host.accountId, again), { stored: 25, duplicate: 20 });
  assert.deepEqual(await recordDetections(door.platform, host.accountId, all), { stored: 0, duplicate: 40 });
  assert.deepEqual(byId(await stored(host.accountId)), byId(all));
  const other = await door.makeHost('Other');
  // Whoever's transaction it is, theirs is the row: what the detection says of its account is not asked.
  await recordDetections(door.platform, other.accountId, [makeDetection(host, {})]);
  const count = (accountId: string) => countRows(door.platform, 'detections_detection', accountId);
  assert.deepEqual([await count(host.accountId), await count(other.accountId)], [all.length, 1]);
});
