import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { makeSample } from '../../../test/simulated-agent.ts';
import { accessRoom } from '../access/index.ts';
import { recordDetections } from '../detections/index.ts';
import { Editions } from '../editions/index.ts';
import { onCallRoom } from '../oncall/index.ts';
import { type Room, sql } from '../platform/index.ts';
import { reviewsRoom } from '../reviews/index.ts';
import { casesRoom, tellLevel } from './index.ts';

let door: TestDoor;
let rooms: Room[];
const plans = ['standard', 'advanced', 'highend'] as const;
type Plan = (typeof plans)[number];
const accounts = {} as Record<Plan, string>;

before(async () => {
  door = await startTestDoor({
    rooms: (platform) => {
      const desk = { platform, editions: Editions.read(platform.config) };
      rooms = [
        casesRoom(desk),
        reviewsRoom(desk),
        onCallRoom({
          ...{ ...desk, publicUrl: () => 'https://console.example' },
          onLevel: (tx, page, level, names) => tellLevel(tx, desk, page, level, names),
        }),
        accessRoom(platform, { publicUrl: () => 'http://127.0.0.1' }),
      ];
      return rooms;
    },
  });
  await door.service.as(actorOf('provider-admin'))(routes.createPerson, {
    body: { name: 'Sato', mail: 'sato@provider.example', role: 'operator' },
  });
});
after(() => door?.stop());

const as = () => door.service.as(actorOf('operator'));
const setClock = (at: string) => door.platform.clock.set(new Date(`${at}+09:00`));
async function runTick(name: string): Promise<void> {
  await rooms
    .flatMap(({ ticks }) => ticks ?? [])
    .find((one) => one.name === name)!
    .run();
}
const lettersTo = (accountId: string) =>
  door.platform.database.asProvider((tx) =>
    tx.rows(
      sql<{ kind: string; recipient: string }>`
        select kind, recipient from notices_notice where tenant_id = ${accountId} order by recipient`,
    ),
  );
const casesOf = async (accountId: string) => (await as()(routes.listCases, { query: { accountId } })).items;
const sheetsOf = async (accountId: string) => (await as()(routes.listReviews, { query: { accountId } })).items;

test('S29: the same detection on three accounts is a mail only, an item on the next business day’s sheet, and a page within a minute with a case', async () => {
  // A Tuesday evening, after the desk has closed.
  setClock('2026-11-24T22:00:00');
  for (const plan of plans) {
    const accountId = await door.makeAccount(`S29 ${plan}`);
    accounts[plan] = accountId;
    await door.platform.database.asProvider(async (tx) => {
      await tx.run(sql`update customers_account set plan = ${plan} where tenant_id = ${accountId}`);
      await tx.run(sql`
        insert into customers_contact (tenant_id, id, name, mail, language, purposes, created_at)
        values (${accountId}, gen_random_uuid(), 'Kato', ${`${plan}@example.jp`}, 'ja', '{alerts}', ${door.platform.clock.now()})`);
    });
  }
  for (const plan of plans) {
    const agent = await door.enrolAgent(accounts[plan]);
    const occurredAt = door.platform.clock.now().toISOString();
    const same = { subject: '/srv/upload/a.zip', severity: 'high', occurredAt } as const;
    await recordDetections(door.platform, accounts[plan], [makeSample('antimalware', agent, same)]);
    const opened = rooms.flatMap(({ jobs }) => jobs ?? []).find(({ name }) => name === 'alerts.opened')!;
    await opened.run({ accountId: accounts[plan] } as never, AbortSignal.abort());
  }
  setClock('2026-11-24T22:00:50');
  await runTick('oncall.levels');
  for (const plan of plans)
    assert.deepEqual(
      (await lettersTo(accounts[plan])).map(({ recipient }) => recipient),
      plan === 'highend' ? ['highend@example.jp', 'sato@provider.example'] : [`${plan}@example.jp`],
      `${plan}: the customer’s mail, and under High-end the page of who is on call`,
    );
  const [made, ...more] = await casesOf(accounts.highend);
  assert.deepEqual([made?.state, made?.level, more.length], ['open', 1, 0]);
  assert.deepEqual([await casesOf(accounts.standard), await casesOf(accounts.advanced)], [[], []]);
  setClock('2026-11-25T10:00:00');
  await runTick('reviews.make');
  assert.deepEqual([await sheetsOf(accounts.standard), await sheetsOf(accounts.highend)], [[], []]);
  const [sheet] = await sheetsOf(accounts.advanced);
  assert.deepEqual([sheet?.businessDay, sheet?.counts.items], ['2026-11-25', 1]);
});
