import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Plan, plans, Refusal, routes } from '@sakimori/contract';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { until } from '../../../test/system.ts';
import { checkWork, customersRoom, type Desk, entitlementOf } from '../customers/index.ts';
import { Editions } from '../editions/index.ts';
import { noticesRoom } from '../notices/index.ts';
import { type Room, startJobs } from '../platform/index.ts';
import { reportsRoom } from './index.ts';

let platform: TestPlatform;
let service: DirectService;
let reports: Room;
let jobs: { stop(): Promise<void> };
const accounts = {} as Record<Plan | 'bought', string>;

before(async () => {
  platform = await startTestPlatform('2026-11-24T01:00:00.000Z');
  const desk: Desk = { platform, editions: Editions.read(platform.config) };
  reports = reportsRoom(platform, {
    plan: {
      check: (tx, accountId, kind, day) => checkWork(tx, desk, { accountId, feature: `report.${kind}`, day }),
      isGranted: async (tx, accountId, kind, day) =>
        (await entitlementOf(tx, desk, { accountId, feature: `report.${kind}`, day })).outcome === 'granted',
    },
  });
  service = openDirectService(platform, [
    customersRoom(platform, { editions: desk.editions, onAccountCreated: async () => undefined }),
    noticesRoom(platform, { publicUrl: () => 'http://127.0.0.1' }),
    reports,
  ]);
  jobs = await startJobs(platform.jobsUrl, reports.jobs ?? [], platform.log, 2);
  for (const name of [...plans, 'bought'] as const) {
    const plan = name === 'bought' ? 'advanced' : name;
    const body = { customerName: `Customer ${name}`, name, plan };
    const { id: accountId } = await staff()(routes.createAccount, { body });
    accounts[name] = accountId;
    await staff()(routes.createContact, {
      params: { accountId },
      body: { name, mail: `${name}@example.jp`, language: 'ja', purposes: ['weekly', 'monthly'] },
    });
  }
});
after(async () => {
  await jobs?.stop();
  await service?.stop();
  await platform?.stop();
});

const staff = () => service.as(actorOf('operator'));
const tick = async (at: string) => {
  platform.clock.set(at);
  await reports.ticks!.find(({ name }) => name === 'reports.drafts')!.run();
};
/** Which accounts have a report of a period, and that nobody was written to of it. */
async function draftsOf(period: string, count: number): Promise<string[]> {
  const made = await until(
    async () => {
      const all = (await staff()(routes.listReports, { query: {} })).items.filter((one) => one.period === period);
      return all.length >= count ? all : undefined;
    },
    `there are no ${count} drafts of ${period}`,
    120_000,
  );
  assert.ok(made.every(({ sentTo }) => sentTo.length === 0));
  const nameOf = (accountId: string) => Object.entries(accounts).find(([, id]) => id === accountId)![0];
  return made.map(({ accountId }) => nameOf(accountId)).sort();
}
const send = (name: keyof typeof accounts, period: string) =>
  staff()(routes.composeReport, {
    body: {
      ...{ accountId: accounts[name], kind: period.includes('W') ? ('weekly' as const) : ('monthly' as const), period },
      send: true,
    },
  });
const refused = (code: Refusal['code']) => (error: unknown) => error instanceof Refusal && error.code === code;

test('S30: a draft of the week exists on Monday at 00:05 for Advanced and High-end and none for Standard, to whom none is sent either', async () => {
  await tick('2026-11-29T15:04:59.000Z');
  assert.deepEqual((await staff()(routes.listReports, { query: {} })).items, [], 'not before 00:05');
  await tick('2026-11-29T15:05:00.000Z');
  await tick('2026-11-29T15:06:00.000Z');
  assert.deepEqual(await draftsOf('2026-W48', 3), ['advanced', 'bought', 'highend']);
  await assert.rejects(send('standard', '2026-W48'), refused('not_in_plan'));
  assert.deepEqual((await send('advanced', '2026-W48')).sentTo, ['advanced@example.jp']);
  // The provider's own people may look at the figures of any account.
  const own = await staff()(routes.composeReport, {
    body: { accountId: accounts.standard, kind: 'weekly', period: '2026-W48' },
  });
  assert.deepEqual(own.sentTo, []);
});

test('S31: a report of the month is made for High-end always, for Advanced once its quote is approved, and never for Standard', async () => {
  await assert.rejects(send('bought', '2026-10'), refused('quote_needed'));
  const params = { accountId: accounts.bought };
  const quote = await staff()(routes.createQuote, {
    params,
    body: {
      ...{ feature: 'report.monthly', title: '月次レポート', unitYen: 30_000, billing: 'monthly' },
      ...{ startsOn: '2026-11-01', validUntil: '2026-12-31' },
    },
  });
  await tick('2026-11-30T15:05:00.000Z');
  assert.deepEqual(await draftsOf('2026-11', 1), ['highend']);
  await assert.rejects(send('bought', '2026-11'), refused('quote_needed'));
  await staff()(routes.decideQuote, {
    params: { ...params, quoteId: quote.id },
    body: { decision: 'approved', by: 'K. Sato', how: 'mail' },
  });
  assert.deepEqual((await send('bought', '2026-11')).sentTo, ['bought@example.jp']);
  await assert.rejects(send('advanced', '2026-11'), refused('quote_needed'));
  await assert.rejects(send('standard', '2026-11'), refused('not_in_plan'));
  await tick('2026-12-31T15:05:00.000Z');
  assert.deepEqual(await draftsOf('2026-12', 2), ['bought', 'highend']);
});
