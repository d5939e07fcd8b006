import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import { type ReportDesk, startReportDesk } from '../../../test/report-desk.ts';
import { sql } from '../platform/index.ts';

let desk: ReportDesk;
let accountId: string;
before(async () => {
  desk = await startReportDesk('2026-03-02T01:00:00.000Z');
  accountId = await desk.makeAccount('highend', 'miyako');
  await desk.client('provider-admin')(routes.listAudit, { query: {} });
  await desk.platform.database.asProvider((tx) =>
    tx.run(sql`
      insert into access_person (id, name, mail, role, language, created_at)
      values ('019ab000-0000-7000-8000-0000000000aa', '管理 次郎', 'jiro@provider.example', 'service-manager', 'ja', ${desk.platform.clock.now()})`),
  );
});
after(() => desk?.stop());

/** When the report of a period that ends is due, once its draft exists. */
async function dueOf(period: string, draftAt: string): Promise<[day: string, at: string]> {
  await desk.tick('reports.drafts', draftAt);
  const { dueDay, dueAt, id } = await desk.issueOf(accountId, period);
  const { due } = await desk.client('service-manager')(routes.getReportIssue, { params: { issueId: id } });
  assert.equal(due.explanation.at(-1)!.role, 'due');
  assert.deepEqual(
    due.explanation.filter(({ count }) => count !== undefined).map(({ count }) => count),
    [1, 2, 3, 4, 5],
    'each of the five business days is on record, and what was stepped over',
  );
  return [dueDay, dueAt];
}
const lettersOf = () =>
  desk.platform.database.asProvider((tx) =>
    tx.rows(sql<{ recipient: string; subject: string; body_text: string }>`
      select recipient, subject, body_text from notices_notice where kind = 'report.late' order by created_at`),
  );
const workOf = async () =>
  (await desk.client('service-manager')(routes.listWork, { query: { accountId } })).items
    .map(({ kind, facts }) => `${kind} ${facts['period']}`)
    .sort();

test('S84: of each month an issue stands on the board, due by the fifth business day of the next, the first one counted', async () => {
  assert.equal((await dueOf('2026-04', '2026-04-30T15:05:00.000Z'))[0], '2026-05-12');
  assert.equal((await dueOf('2026-08', '2026-08-31T15:05:00.000Z'))[0], '2026-09-07');
});

test('S78: of each week an issue stands on the board, due by the fifth business day after the week’s end, over holidays and New Year', async () => {
  assert.deepEqual(await dueOf('2026-W38', '2026-09-20T15:05:00.000Z'), ['2026-09-30', '2026-09-30T09:00:00.000Z']);
  // The week of 20 September: holidays to the 23rd, so that the fifth business day is the 30th.
  await desk.tick('reports.due', '2026-09-29T00:59:59.000Z');
  assert.deepEqual(
    (await workOf()).filter((one) => one.endsWith('W38')),
    [],
  );
  await desk.tick('reports.due', '2026-09-29T01:00:00.000Z');
  assert.deepEqual(
    (await workOf()).filter((one) => one.endsWith('W38')),
    ['reportDue 2026-W38'],
    'as the last day but one opens',
  );
  await desk.tick('reports.due', '2026-09-30T01:00:00.000Z');
  assert.equal((await workOf()).filter((one) => one === 'reportDue 2026-W38').length, 2, 'and the last one');
});

test('a late report is a breach: the service managers are told once, it is work, and it stands as late although it is sent then', async () => {
  const lettersBefore = (await lettersOf()).length;
  await desk.tick('reports.due', '2026-09-30T08:59:59.000Z');
  assert.equal((await lettersOf()).length, lettersBefore);
  await desk.tick('reports.due', '2026-09-30T09:00:00.000Z');
  await desk.tick('reports.due', '2026-09-30T09:01:00.000Z');
  const letters = (await lettersOf()).slice(lettersBefore);
  assert.deepEqual(
    letters.map(({ recipient, subject }) => [recipient, subject]),
    [['jiro@provider.example', '[Sakimori][期限超過] 週次レポート 2026-W38（miyako）']],
  );
  assert.match(letters[0]!.body_text, /SOCの署名を待っています/);
  const issue = await desk.issueOf(accountId, '2026-W38');
  assert.ok(issue.isLate);
  assert.ok((await workOf()).includes('reportLate 2026-W38'));
  const { counts } = await desk.client('service-manager')(routes.listReportIssues, { query: {} });
  assert.equal(counts.late, 5, 'two months and the weeks before, which nobody signed, and this');
  await desk.client('soc-analyst')(routes.signReport, {
    params: { issueId: issue.id },
    body: { sha256: issue.sha256! },
  });
  const sent = await desk.issueOf(accountId, '2026-W38', ({ state }) => state === 'sent');
  assert.ok(sent.isLate);
  assert.deepEqual(
    (await workOf()).filter((one) => one.endsWith('W38')),
    [],
    'what was to do is done',
  );
});

test('S78, S84: the week before New Year is due on 6 January and December on the 8th', async () => {
  assert.equal((await dueOf('2026-W52', '2026-12-27T15:05:00.000Z'))[0], '2027-01-06');
  assert.equal((await dueOf('2026-12', '2026-12-31T15:05:00.000Z'))[0], '2027-01-08');
});

test('S77: each Monday at 00:05 a draft of the week stands on the board, and not a second one', async () => {
  await desk.tick('reports.drafts', '2027-01-03T15:04:59.000Z');
  const query = { accountId, period: '2026-W53' };
  const list = async () => (await desk.client('service-manager')(routes.listReportIssues, { query })).items;
  assert.deepEqual(await list(), []);
  await desk.tick('reports.drafts', '2027-01-03T15:05:00.000Z');
  const draft = await desk.issueOf(accountId, '2026-W53');
  await desk.tick('reports.drafts', '2027-01-03T15:06:00.000Z');
  assert.deepEqual(
    (await list()).map(({ id, reportId }) => [id, reportId]),
    [[draft.id, draft.reportId]],
  );
});

test('S83: on the first of each month at 00:05 a draft of the month stands on the board for High-end, for Advanced that bought it, and for no other', async () => {
  const operator = desk.client('operator');
  const [bought, advanced, standard] = [
    await desk.makeAccount('advanced', 'bought'),
    await desk.makeAccount('advanced', 'plain'),
    await desk.makeAccount('standard', 'standard'),
  ];
  const params = { accountId: bought };
  const quote = await operator(routes.createQuote, {
    params,
    body: {
      ...{ feature: 'report.monthly', title: '月次レポート', unitYen: 30_000, billing: 'monthly' },
      ...{ startsOn: '2027-01-01', validUntil: '2027-03-31' },
    },
  });
  const decision = { decision: 'approved', by: 'K. Sato', how: 'mail' } as const;
  await operator(routes.decideQuote, { params: { ...params, quoteId: quote.id }, body: decision });
  const list = async () =>
    (await desk.client('service-manager')(routes.listReportIssues, { query: { period: '2027-01' } })).items;
  await desk.tick('reports.drafts', '2027-01-31T15:04:59.000Z');
  assert.deepEqual(await list(), []);
  await desk.tick('reports.drafts', '2027-01-31T15:05:00.000Z');
  for (const id of [accountId, bought]) await desk.issueOf(id, '2027-01');
  await desk.tick('reports.drafts', '2027-01-31T15:06:00.000Z');
  const found = await list();
  assert.deepEqual(found.map((issue) => issue.accountId).sort(), [accountId, bought].sort());
  assert.ok(found.every(({ reportId, state }) => reportId && state === 'draft'));
  assert.ok(!found.some((issue) => [advanced, standard].includes(issue.accountId)));
});
