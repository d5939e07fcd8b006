import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { recordDetections } from '@sakimori/manager/detections/index';
import { newId, sql } from '@sakimori/manager/platform/index';
import { type ManagerInProcess, startManagerInProcess } from './manager-in-process.ts';
import { addHost, makeDetection } from './notices.ts';
import type { TestPlatform } from './platform.ts';
import { until } from './system.ts';

let here: ManagerInProcess;
before(async () => {
  here = await startManagerInProcess();
});
after(() => here?.stop());

const inJapan = (day: Temporal.PlainDate, time: string) => new Date(`${day}T${time}:00+09:00`);
/** December 2026, whose last days are no business days, and the first ones of January until all of it is told. */
const [firstDay, lastDay] = ['2026-12-01', '2027-01-04'].map((day) => Temporal.PlainDate.from(day)) as [
  Temporal.PlainDate,
  Temporal.PlainDate,
];

/** What a person of the provider sets up once, before the service of an account on the Advanced plan begins. */
async function setUp(): Promise<{ accountId: string; hostId: string; licenseId: string }> {
  const { admin, platform, clock } = here;
  const { accountId, api } = await here.makeAccount('tsuki', 'advanced');
  const params = { accountId };
  await admin(routes.createContract, {
    params,
    body: { number: 'T-1', plan: 'advanced', nodes: 2, startsOn: '2026-11-30' },
  });
  await admin(routes.createContact, {
    params,
    body: { name: '月野', mail: 'tsukino@tsuki.example', language: 'ja', purposes: ['alerts', 'weekly', 'monthly'] },
  });
  const quote = await admin(routes.createQuote, {
    params,
    body: {
      ...{ feature: 'report.monthly', title: '月次レポート', unitYen: 30_000, billing: 'monthly' },
      ...{ startsOn: '2026-11-01', validUntil: '2026-12-31' },
    },
  });
  await admin(routes.decideQuote, {
    params: { accountId, quoteId: quote.id },
    body: { decision: 'approved', by: '月野 様', how: 'phone' },
  });
  const license = await admin(routes.createLicense, {
    params,
    body: { product: 'Workload Security', vendor: 'Trend Micro', validFrom: '2026-01-15', validTo: '2027-01-10' },
  });
  const contact = { name: '月野', emailAddress: 'tsukino@tsuki.example', locale: 'ja-JP', roleID: 2 };
  const contactIDs = [(await api.call('createContact', {}, { body: contact }))['ID']];
  const report = (name: string, reportTemplateID: number, scheduleDetails: ApiObject) =>
    api.call(
      'createScheduledTask',
      {},
      {
        body: {
          ...{ name, type: 'generate-report', enabled: true, runNow: false, scheduleDetails },
          generateReportTaskParameters: { reportTemplateID, recipients: { contactIDs } },
        },
      },
    );
  const startTime = Date.parse('2026-12-01T00:05:00+09:00');
  const zone = { timeZone: 'Asia/Tokyo' };
  await report('weekly', 2, {
    ...{ ...zone, recurrenceType: 'weekly' },
    weeklyScheduleParameters: { startTime, interval: 1, days: ['monday'] },
  });
  await report('monthly', 1, {
    ...{ ...zone, recurrenceType: 'monthly' },
    monthlyScheduleParameters: { startTime, frequencyType: 'day-of-month', dayOfMonth: 1 },
  });
  await platform.database.asProvider((tx) =>
    tx.run(sql`
      insert into access_person (id, name, mail, role, language, created_at)
      values (${newId(clock)}, '運用 花子', 'hanako@provider.example', 'operator', 'ja', ${clock.now()})`),
  );
  const hostId = await addHost(platform as TestPlatform, accountId, 'web-01');
  return { accountId, hostId, licenseId: license.id };
}

/** Something of the day before that somebody has to look at happens at three in the night. */
async function happen(accountId: string, hostId: string, day: Temporal.PlainDate): Promise<void> {
  here.clock.set(inJapan(day, '03:00'));
  const path = `/etc/cron.d/${day}`;
  const detection = makeDetection(here.platform as TestPlatform, accountId, hostId, {
    ...{ severity: 'high', title: `${path} was changed`, subject: path },
    file: { path, changed: ['content'] },
  });
  await recordDetections(here.platform, accountId, [detection]);
}

/** An engineer looks at the day's sheet in the morning. @returns how many items it had */
async function review(accountId: string): Promise<number> {
  const { items } = await here.admin(routes.listReviews, { query: { accountId } });
  const sheet = items.find(({ counts }) => counts.reviewed < counts.due);
  if (!sheet) return 0;
  const { items: due } = await here.admin(routes.getReview, {
    params: { reviewId: sheet.id },
    query: { show: 'due' },
  });
  const alertIds = due.map(({ alert }) => alert.id);
  await here.admin(routes.judgeReviewItems, {
    params: { reviewId: sheet.id },
    body: { alertIds, verdict: 'no_action', note: '定例作業' } as never,
  });
  return alertIds.length;
}

test('S12: a whole month of service for an account runs without anybody signing in at the customer’s side: mails, reviews, reports and licence reminders all happen', async () => {
  const { admin, clock, platform, manager } = here;
  clock.set('2026-11-30T01:00:00.000Z');
  const { accountId, hostId, licenseId } = await setUp();
  const before = (await here.letters(accountId)).length;
  const sentOf = async (kind: string) =>
    (await here.audit(accountId, 'report.sent')).filter(({ facts }) => facts['kind'] === kind);
  let reviewed = 0;
  let [weeks, months] = [0, 0];
  for (let day = firstDay; Temporal.PlainDate.compare(day, lastDay) <= 0; day = day.add({ days: 1 })) {
    await happen(accountId, hostId, day);
    clock.set(inJapan(day, '10:00'));
    await manager.runTicks();
    if (day.dayOfWeek === 1) weeks += 1;
    if (day.day === 1) months += 1;
    // A PDF takes its seconds; the clock waits for it, as it would.
    await until(
      async () => {
        const done = (await sentOf('weekly')).length >= weeks && (await sentOf('monthly')).length >= months;
        return done || undefined;
      },
      `the reports of ${day} were not sent`,
      120_000,
    );
    reviewed += await review(accountId);
    if (String(day) === '2027-01-04')
      await admin(routes.renewLicense, {
        params: { licenseId },
        body: {
          validTo: '2028-01-10',
          proof: { name: 'order.pdf', content: Buffer.from('%PDF-1.7').toString('base64') },
        },
      });
    clock.set(inJapan(day, '18:05'));
    await manager.runTicks();
  }

  // The customer was written to of each alert, in the night it was; and of each report.
  const letters = (await here.letters(accountId)).slice(before);
  const days = 35;
  const toCustomer = letters.filter(({ recipient }) => recipient === 'tsukino@tsuki.example');
  assert.equal(toCustomer.filter(({ body_text: text }) => text.includes('/etc/cron.d/')).length >= days, true);
  assert.equal((await sentOf('weekly')).length, 5);
  assert.deepEqual(
    (await sentOf('weekly')).map(({ facts }) => facts['period']),
    ['2026-W49', '2026-W50', '2026-W51', '2026-W52', '2026-W53'],
  );
  assert.deepEqual((await sentOf('monthly')).map(({ facts }) => facts['period']).sort(), ['2026-11', '2026-12']);
  const monthly = toCustomer.filter(({ subject }) => subject.startsWith('【月次レポート】'));
  assert.deepEqual(
    monthly.map(({ attachments }) => attachments.length),
    [1, 1],
  );

  // A sheet each business day, of all days since the last one; each was looked at in its time.
  const { items: sheets } = await admin(routes.listReviews, { query: { accountId, limit: 100 } });
  const december = sheets.filter(({ businessDay }) => businessDay.startsWith('2026-12'));
  assert.equal(december.length, 21);
  assert.deepEqual(sheets.find(({ businessDay }) => businessDay === '2027-01-04')?.days, [
    '2026-12-29',
    '2026-12-30',
    '2026-12-31',
    '2027-01-01',
    '2027-01-02',
    '2027-01-03',
  ]);
  assert.ok(
    sheets.every(({ counts }) => counts.reviewed === counts.due),
    JSON.stringify(sheets.map((one) => one.counts)),
  );
  assert.ok(reviewed >= days - 1, String(reviewed));
  assert.deepEqual(await here.audit(accountId, 'review.late'), []);

  // The provider's people were told of the licence each time (it was entered within sixty days of its end, hence the first), and renewed it before its end: no gap.
  const reminders = letters.filter(
    ({ recipient, subject }) => recipient === 'hanako@provider.example' && subject.includes('期限まで'),
  );
  assert.deepEqual(
    reminders.map(({ subject }) => /期限まで (\d+) 日/.exec(subject)![1]),
    ['40', '30', '14', '7'],
  );
  const { items: licenses } = await admin(routes.listLicenses, { query: { accountId } });
  assert.equal(licenses[0]!.validTo, '2028-01-10');
  const { items: work } = await admin(routes.listWork, { query: { accountId, show: 'unended' } });
  assert.deepEqual(
    work.filter(({ kind }) => kind.startsWith('license') || kind.startsWith('review')),
    [],
  );

  // And nobody of the customer did anything: there is nobody who could, and every entry is the provider's or the system's.
  const people = await platform.database.asProvider((tx) =>
    tx.rows(sql<{ count: number }>`select count(*) as count from access_person where role like 'customer%'`),
  );
  assert.equal(people[0]!.count, 0);
  const actors = await platform.database.as(accountId, (tx) =>
    tx.rows(sql<{ actor_kind: string; actor_name: string }>`
      select distinct actor_kind, actor_name from audit_entry where tenant_id = ${accountId} order by 1, 2`),
  );
  const ours = ['system', 'test', 'weekly', 'monthly'];
  assert.deepEqual(
    actors.filter(({ actor_name }) => !ours.includes(actor_name)),
    [],
  );
});
