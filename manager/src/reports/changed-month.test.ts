import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Plan, Refusal, routes } from '@sakimori/contract';
import { type ReportDesk, startReportDesk } from '../../../test/report-desk.ts';
import { recordDetections } from '../detections/index.ts';
import { sql } from '../platform/index.ts';
import { composeReport } from './reports.ts';
import { detectionOf, makeSampleAccount, type SampleAccount } from './sample-account.ts';
import { takeSnapshot } from './snapshots.ts';

/** What changes within a month: the plan, the name of a host, whose a host is. */

const month = '2026-11';
let desk: ReportDesk;
const accounts: Record<string, string> = {};

before(async () => {
  desk = await startReportDesk('2026-10-01T01:00:00.000Z');
  for (const [name, from, to, day] of [
    ['noboru', 'standard', 'highend', '2026-11-15'],
    ['kudaru', 'highend', 'standard', '2026-11-15'],
    ['kisaragi', 'highend', 'standard', '2026-12-01'],
  ] as const satisfies (readonly [string, Plan, Plan, string])[]) {
    const accountId = await desk.makeAccount(from, name);
    accounts[name] = accountId;
    const params = { accountId };
    const operator = desk.client('operator');
    await operator(routes.createContract, {
      params,
      body: { number: `C-${name}`, plan: from, nodes: 3, startsOn: '2026-10-01' },
    });
    await operator(routes.changeContract, { params, body: { reason: 'as ordered', from: day, plan: to } });
  }
});
after(() => desk?.stop());

const refused = (code: Refusal['code']) => (error: unknown) => error instanceof Refusal && error.code === code;
const linesOf = async (period: string) => {
  const { items } = await desk.client('service-manager')(routes.listReportIssues, { query: { period } });
  const nameOf = (id: string) => Object.entries(accounts).find(([, accountId]) => accountId === id)![0];
  return items.map((issue) => `${nameOf(issue.accountId)} ${issue.party}`).sort();
};
const monthly = ({ accountId }: Pick<SampleAccount, 'accountId'>, period = month) =>
  composeReport(desk.platform, { accountId, kind: 'monthly', period, early: false });

test('the plan changes within a week and a month: the plan of the period’s last day says whether there is a report, and whose, in both directions', async () => {
  await desk.tick('reports.drafts', '2026-11-08T15:05:00.000Z');
  assert.deepEqual(await linesOf('2026-W45'), ['kisaragi soc', 'kudaru soc'], 'the week before');
  // The plan changed on Sunday, the last day of this week.
  await desk.tick('reports.drafts', '2026-11-15T15:05:00.000Z');
  assert.deepEqual(await linesOf('2026-W46'), ['kisaragi soc', 'noboru soc']);
  await desk.tick('reports.drafts', '2026-11-30T15:05:00.000Z');
  assert.deepEqual(
    await linesOf(month),
    ['kisaragi provider', 'noboru provider'],
    'the change of the day after is none of it',
  );
  await desk.tick('reports.drafts', '2026-12-31T15:05:00.000Z');
  assert.deepEqual(await linesOf('2026-12'), ['noboru provider']);
  const send = (name: string, period: string) =>
    desk.client('operator')(routes.composeReport, {
      body: { accountId: accounts[name]!, kind: 'monthly', period, send: true },
    });
  await assert.rejects(send('kudaru', month), refused('not_in_plan'));
  await assert.rejects(send('kisaragi', '2026-12'), refused('not_in_plan'));
  assert.deepEqual((await send('kisaragi', month)).sentTo, ['kisaragi@customer.example'], 'by hand, as late as that');
});

test('a month without detections is a draft as any other, with a nought each day, and leaves once it is signed', async () => {
  const accountId = accounts['noboru']!;
  const draft = await desk.issueOf(accountId, month);
  const report = await monthly({ accountId });
  assert.deepEqual(
    [report.total, report.byDay.length, report.byDay.filter(({ count }) => count !== 0), report.alerts],
    [0, 30, [], []],
  );
  const shown = await desk.client('service-manager')(routes.getReportDraft, {
    params: { issueId: draft.id },
    query: { language: 'ja' },
  });
  assert.match(shown.mail.text, /0件/);
  await desk.client('service-manager')(routes.signReport, {
    params: { issueId: draft.id },
    body: { sha256: draft.sha256! },
  });
  await desk.issueOf(accountId, month, ({ state, deliveries }) => state === 'sent' && deliveries.accepted === 1);
});

test('a host that is renamed within the month is one host, by the name that it had at the month’s end, whatever it is called later', async () => {
  const { platform } = desk;
  const account = await makeSampleAccount(platform, 'renamed', ['web01', 'db01']);
  const rename = (name: string) =>
    platform.database.as(account.accountId, (tx) =>
      tx.run(
        sql`update hosts_host set name = ${name} where tenant_id = ${account.accountId} and id = ${account.hostIds[0]!}`,
      ),
    );
  const happened = (at: string) => recordDetections(platform, account.accountId, [detectionOf(platform, account, at)]);
  await happened('2027-01-10T10:00:00+09:00');
  await rename('shop01');
  await happened('2027-01-20T10:00:00+09:00');
  platform.clock.set('2027-01-31T15:00:00.000Z');
  await takeSnapshot(platform, { accountId: account.accountId, period: '2027-01' });
  await rename('old-shop');
  const rows = (await monthly(account, '2027-01')).byHost.filter(({ count }) => count > 0);
  assert.deepEqual(rows, [{ hostId: account.hostIds[0], hostName: 'shop01', count: 2 }]);
});

test('a host that moves to another account within the month: each account’s report has what happened while the host was its own', async () => {
  const { platform } = desk;
  const [before, after] = [
    await makeSampleAccount(platform, 'moved from', ['web01', 'db01']),
    await makeSampleAccount(platform, 'moved to', ['web01']),
  ];
  const happened = (account: SampleAccount, at: string) =>
    recordDetections(platform, account.accountId, [detectionOf(platform, account, at)]);
  await happened(before, '2027-01-05T10:00:00+09:00');
  await happened(before, '2027-01-14T23:59:59+09:00');
  await platform.database.as(before.accountId, (tx) =>
    tx.run(
      sql`update hosts_host set retired_at = ${new Date('2027-01-15T00:00:00+09:00')} where tenant_id = ${before.accountId} and id = ${before.hostIds[0]!}`,
    ),
  );
  for (const day of ['16', '17', '18']) await happened(after, `2027-01-${day}T10:00:00+09:00`);
  // What the host had kept from before its move comes last, and is still the first account's.
  await happened(before, '2027-01-13T10:00:00+09:00');
  const counts = async (account: SampleAccount) => {
    const { total, byHost } = await monthly(account, '2027-01');
    return [total, ...byHost.filter(({ count }) => count > 0).map(({ hostId, count }) => [hostId, count])];
  };
  assert.deepEqual(await counts(before), [3, [before.hostIds[0], 3]]);
  assert.deepEqual(await counts(after), [3, [after.hostIds[0], 3]]);
  const { settings } = await monthly(before, '2027-01');
  assert.deepEqual(
    settings.hosts.map(({ name }) => name),
    ['db01'],
    'its settings are no longer this account’s',
  );
});
