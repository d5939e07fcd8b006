import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Report, routes, type StoredDetection } from '@sakimori/contract';
import { changePolicy, makeAccount, type RealAgent, type System, startAgent, startSystem, until } from './system.ts';

/** What a real agent saw on a real host, as the customer reads it: over the service API, and in the mails that were taken. */
let system: System;
let accountId: string;
let agent: RealAgent;
const folder = mkdtempSync(join(tmpdir(), 'sakimori-reported-'));

before(async () => {
  system = await startSystem();
  // Of High-end the SOC signs first: `signing.test.ts`.
  accountId = await makeAccount(system, 'report', ['ja', 'en'], 'advanced');
  await buyMonthlyReport();
  await changePolicy(system, accountId, (document) => ({
    ...document,
    heartbeatSeconds: 2,
    modules: {
      ...document.modules,
      integrity: {
        ...document.modules.integrity,
        state: 'on',
        rules: [
          {
            id: 'test.reported',
            name: { ja: 'テスト領域', en: 'Test area' },
            severity: 'high',
            include: [folder],
            exclude: [],
            attributes: ['created', 'deleted', 'renamed', 'content', 'mode', 'owner', 'group', 'type', 'link'],
          },
        ],
      },
      loginspection: { ...document.modules.loginspection, state: 'off' },
    },
  }));
  agent = await startAgent(system, accountId);
  for (const name of ['one', 'two', 'three']) writeFileSync(join(folder, name), 'new\n');
  await until(async () => ((await detections()).length >= 3 ? true : undefined), 'the changes are not there');
});
after(async () => {
  await agent?.remove();
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Under Advanced the monthly report is paid for. */
async function buyMonthlyReport(): Promise<void> {
  const today = Temporal.Now.plainDateISO('Asia/Tokyo');
  const body = {
    feature: 'report.monthly' as const,
    title: '月次レポート',
    unitYen: 30_000,
    quantity: 1,
    billing: 'monthly' as const,
    startsOn: today.with({ day: 1 }).toString(),
    validUntil: today.add({ months: 1 }).toString(),
    beyondPlan: false,
  };
  const { id: quoteId } = await system.admin(routes.createQuote, { params: { accountId }, body });
  const decision = { decision: 'approved', by: '月野 様', how: 'phone' } as const;
  await system.admin(routes.decideQuote, { params: { accountId, quoteId }, body: decision });
}

const detections = async (): Promise<StoredDetection[]> =>
  (await system.admin(routes.listDetections, { query: { accountId, limit: 500 } })).items;
/** Names of the week and the month in which the detections are. */
function periodsOf(at: string): { weekly: string; monthly: string } {
  const day = Temporal.Instant.from(at).toZonedDateTimeISO('Asia/Tokyo');
  const week = `${day.yearOfWeek}-W${String(day.weekOfYear).padStart(2, '0')}`;
  return { weekly: week, monthly: day.toPlainDate().toPlainYearMonth().toString() };
}
const issue = (kind: 'weekly' | 'monthly', period: string) =>
  system.operator(routes.composeReport, { body: { accountId, kind, period, early: true, send: true } });
const mailsOf = (pattern: RegExp) =>
  until(async () => {
    const mails = (await system.mails()).filter((mail) => pattern.test(mail.subject));
    return mails.length > 0 ? mails : undefined;
  }, `no mail ${pattern}`);

test('week and month tell what the agent saw, no more and no less, and the mails reach the contacts in their language', async () => {
  const seen = await detections();
  const { weekly, monthly } = periodsOf(seen[0]!.occurredAt);
  const figuresOf = (report: Report) => ({
    total: report.total,
    integrity: report.byModule.find((row) => row.module === 'integrity')?.total,
    high: report.bySeverity.find((row) => row.severity === 'high')?.count,
    hosts: report.byHost.map((row) => [row.hostName, row.count]),
  });
  const expected = {
    total: seen.length,
    integrity: seen.filter((detection) => detection.module === 'integrity').length,
    high: seen.filter((detection) => detection.severity === 'high').length,
    hosts: [[hostname(), seen.length]],
  };
  const week = await issue('weekly', weekly);
  assert.deepEqual(figuresOf(week.report), expected);
  assert.equal(week.sentTo.length, 2);
  const [japanese] = await mailsOf(/^【週次レポート】/);
  assert.match(japanese!.text, new RegExp(`この週の検出は合計${seen.length}件`));
  assert.match(japanese!.html ?? '', new RegExp(hostname()));
  const [english] = await mailsOf(/^\[Weekly report\]/);
  for (const body of [japanese!.text, japanese!.html!]) {
    assert.match(body, /テスト領域/);
    assert.match(body, /ファイルの作成：/);
    assert.doesNotMatch(body, /Test area|File created| created\b/);
  }
  for (const body of [english!.text, english!.html!]) {
    assert.match(body, /Test area/);
    assert.match(body, /File created: /);
    assert.doesNotMatch(body, /テスト領域|ファイルの作成/);
  }

  const month = await issue('monthly', monthly);
  assert.deepEqual(figuresOf(month.report), expected);
  const [letter] = await mailsOf(/^【月次レポート】/);
  assert.deepEqual(letter!.attachments, [
    {
      name: `sakimori-report-${monthly}.pdf`,
      contentType: 'application/pdf',
      sizeBytes: Buffer.from(month.pdf!, 'base64').length,
    },
  ]);
});
