import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { modules, routes, severities } from '@sakimori/contract';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { makeSample, type SimulatedAgent } from '../../../test/simulated-agent.ts';
import { accessRoom } from '../access/index.ts';
import { casesRoom } from '../cases/index.ts';
import { watchConditions } from '../conditions/index.ts';
import { recordDetections } from '../detections/index.ts';
import { Editions } from '../editions/index.ts';
import { type Room, sql } from '../platform/index.ts';
import { workRoom } from '../work/index.ts';
import { reviewsRoom } from './index.ts';

let door: TestDoor;
let rooms: Room[];
const agents: Record<string, SimulatedAgent> = {};

before(async () => {
  door = await startTestDoor({
    rooms: (platform) => {
      const desk = { platform, editions: Editions.read(platform.config) };
      const access = accessRoom(platform, { publicUrl: () => 'http://127.0.0.1' });
      rooms = [reviewsRoom(desk), casesRoom(desk), workRoom(desk)];
      return [...rooms, access];
    },
  });
  for (const plan of ['standard', 'advanced', 'highend']) {
    const accountId = await door.makeAccount(plan);
    await door.platform.database.asProvider((tx) =>
      tx.run(sql`update customers_account set plan = ${plan} where tenant_id = ${accountId}`),
    );
    await door.platform.database.as(accountId, (tx) =>
      tx.run(sql`
        insert into customers_contact (tenant_id, id, name, mail, language, purposes, created_at)
        values (${accountId}, gen_random_uuid(), ${plan}, ${`${plan}@example.jp`}, 'ja', '{alerts}', ${door.platform.clock.now()})`),
    );
    agents[plan] = await door.enrolAgent(accountId);
  }
});
after(() => door.stop());

/** All that the clock and the queue bring about, at a time in Japan. */
async function runAt(at: string): Promise<void> {
  door.platform.clock.set(new Date(`${at}+09:00`));
  for (const { accountId } of Object.values(agents))
    for (const job of rooms.flatMap((room) => room.jobs ?? []))
      if (job.name === 'alerts.opened') await job.run({ accountId } as never, AbortSignal.abort());
  for (const tick of rooms.flatMap((room) => room.ticks ?? [])) await tick.run();
}

test('S64: an alert of Standard never stands in a queue of people: no sheet, no case, no work, whatever it is and however long it stands', async () => {
  // A Thursday; the sheets are made on Friday at 10:00 and are late after 18:00.
  const occurredAt = new Date('2026-11-26T15:00:00+09:00');
  door.platform.clock.set(occurredAt);
  for (const agent of Object.values(agents)) {
    const found = [...modules, 'system' as const].flatMap((module) =>
      severities.map((severity) =>
        makeSample(module === 'system' ? 'integrity' : module, agent, {
          ...{ module, severity, subject: `${module} ${severity}`, occurredAt: occurredAt.toISOString() },
          ...(module === 'system' ? { kind: 'engine.died' } : {}),
        }),
      ),
    );
    await recordDetections(door.platform, agent.accountId, found);
  }
  await door.platform.database.asProvider((tx) => tx.run(sql`update hosts_host set spool_pending = 50000`));
  await watchConditions(door.platform);
  for (const at of ['26T15:01:00', '26T15:30:00', '27T10:00:00', '27T12:00:00', '27T18:30:00', '30T10:00:00']) {
    await runAt(`2026-11-${at}`);
    await watchConditions(door.platform);
  }
  const call = door.service.as(actorOf('operator'));
  const queuesOf = async ({ accountId }: SimulatedAgent) => ({
    alerts: (await call(routes.listAlerts, { query: { accountId, limit: 500 } })).items.length,
    sheets: (await call(routes.listReviews, { query: { accountId } })).items.length,
    cases: (await call(routes.listCases, { query: { accountId } })).items.length,
    work: (await call(routes.listWork, { query: { accountId } })).items.length,
  });
  const [standard, advanced, highend] = await Promise.all(Object.values(agents).map(queuesOf));
  assert.ok(standard!.alerts > 20, 'the alerts are there');
  assert.deepEqual({ ...standard, alerts: 0 }, { alerts: 0, sheets: 0, cases: 0, work: 0 });
  assert.ok(advanced!.sheets > 0 && advanced!.work > 0, 'the same on Advanced is on a sheet');
  assert.ok(highend!.cases > 0, 'the same on High-end is a case');
});
