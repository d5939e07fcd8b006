import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Actor,
  actionResults,
  actions,
  type Detection,
  modes,
  modules,
  Refusal,
  Report,
  severities,
  severityId,
} from '@sakimori/contract';
import fc from 'fast-check';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { periodOf } from '../calendar/index.ts';
import { recordDetections } from '../detections/index.ts';
import { noticesRoom } from '../notices/index.ts';
import { sql } from '../platform/index.ts';
import { issueReport } from './issue.ts';
import { composeReport } from './reports.ts';
import { detectionOf, makeSampleAccount, type SampleAccount } from './sample-account.ts';

let platform: TestPlatform;
const actor: Actor = { kind: 'system', id: 'test', name: '運用 花子', role: 'operator' };

before(async () => {
  platform = await startTestPlatform('2026-12-08T01:00:00.000Z');
  noticesRoom(platform, { publicUrl: () => 'http://127.0.0.1:7300' });
});
after(() => platform.stop());

const record = (account: SampleAccount, detections: readonly Detection[]) =>
  recordDetections(platform, account.accountId, detections);
const compose = (account: SampleAccount, period: string, early = false) =>
  composeReport(platform, {
    accountId: account.accountId,
    kind: period.includes('W') ? 'weekly' : 'monthly',
    period,
    early,
  });
const refusal = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

/** The figures of a period, counted from the detections themselves. */
async function countRaw(account: SampleAccount, name: string) {
  const { from, to } = periodOf(name);
  const groups = (column: string) =>
    platform.database.asProvider((tx) =>
      tx.rows(sql<{ key: string; count: number }>`
        select ${sql.raw(column)} as key, count(*) as count from detections_detection
        where tenant_id = ${account.accountId} and occurred_at >= ${from} and occurred_at < ${to} group by 1 order by 1`),
    );
  const prevented = `case when mode = 'prevent' and action_result = 'success' and action not in ('observed', 'allowed') then 'prevented' else 'detected' end`;
  return {
    byModule: await groups(`module || ':' || ${prevented}`),
    bySeverity: await groups('severity::text'),
    byDay: await groups(`(occurred_at at time zone 'Asia/Tokyo')::date::text || ':' || module`),
    byRule: await groups(`module || ':' || rule_id || ':' || severity`),
    byHost: await groups('host_id::text'),
  };
}

type Counted = { key: string; count: number }[];
const present = (rows: Counted): Counted =>
  rows.filter((row) => row.count > 0).sort((a, b) => (a.key < b.key ? -1 : 1));

function countedBy(report: Report): Record<string, Counted> {
  return {
    byModule: present(
      report.byModule.flatMap((row) => [
        { key: `${row.module}:detected`, count: row.detected },
        { key: `${row.module}:prevented`, count: row.prevented },
      ]),
    ),
    bySeverity: present(report.bySeverity.map((row) => ({ key: String(severityId(row.severity)), count: row.count }))),
    byDay: present(
      report.byDay.flatMap((day) =>
        Object.entries(day.byModule).map(([module, count]) => ({ key: `${day.day}:${module}`, count })),
      ),
    ),
    byHost: present(report.byHost.map((row) => ({ key: row.hostId, count: row.count }))),
  };
}

/** Detections of every kind, spread over seven weeks, on every hour and minute. */
function sampleDetections(account: SampleAccount, count: number): Detection[] {
  const spread = fc.record({
    atMs: fc.integer({
      min: Date.parse('2026-10-19T00:00:00+09:00'),
      max: Date.parse('2026-12-07T00:00:00+09:00'),
    }),
    host: fc.nat(account.hostIds.length - 1),
    module: fc.constantFrom(...modules, 'system' as const),
    severity: fc.constantFrom(...severities),
    mode: fc.constantFrom(...modes),
    action: fc.constantFrom(...actions),
    actionResult: fc.constantFrom(...actionResults),
    rule: fc.nat(40),
  });
  return fc.sample(spread, { seed: 42, numRuns: count }).map(({ atMs, host, rule, ...rest }) =>
    detectionOf(platform, account, new Date(atMs).toISOString(), {
      ...rest,
      hostId: account.hostIds[host]!,
      rule: { id: `rule-${rule}`, name: `Rule ${rule}` },
    }),
  );
}

test('every figure equals a count of the detections themselves, for weeks and months, beside another account with the same names', async () => {
  platform.clock.set('2026-09-01T00:00:00.000Z');
  const account = await makeSampleAccount(platform, 'golden');
  const other = await makeSampleAccount(platform, 'golden, another');
  platform.clock.set('2026-12-08T01:00:00.000Z');
  await record(account, sampleDetections(account, 1200));
  await record(other, sampleDetections(other, 500));
  for (const period of ['2026-W43', '2026-W45', '2026-W48', '2026-W49', '2026-10', '2026-11']) {
    const report = await compose(account, period);
    const { byRule, ...raw } = await countRaw(account, period);
    assert.deepEqual(countedBy(report), raw, period);
    const total = raw.byHost.reduce((sum, row) => sum + row.count, 0);
    assert.equal(report.total, total);
    assert.ok(total > 50, `${period}: ${total}`);
    assert.equal(report.previousTotal, (await compose(account, periodOf(period).previous)).total);
    const rules = new Map(byRule.map((row) => [row.key, row.count]));
    assert.equal(report.topRules.length, 20);
    for (const rule of report.topRules)
      assert.equal(rule.count, rules.get(`${rule.module}:${rule.ruleId}:${severityId(rule.severity)}`));
    const most = [...rules.values()].sort((a, b) => b - a).slice(0, 20);
    assert.deepEqual(
      report.topRules.map((rule) => rule.count),
      most,
    );
    assert.deepEqual(Report.parse(report), report);
  }
});

test('S79: Sunday 23:59:59.9 and Monday 00:00:00.0 fall into different weekly reports', async () => {
  const account = await makeSampleAccount(platform, 'weeks');
  await record(account, [
    detectionOf(platform, account, '2026-11-22T23:59:59.900+09:00'),
    detectionOf(platform, account, '2026-11-23T00:00:00.000+09:00'),
    detectionOf(platform, account, '2026-11-23T00:00:00.001+09:00'),
    detectionOf(platform, account, '2026-11-29T23:59:59.999+09:00'),
    detectionOf(platform, account, '2026-11-30T00:00:00.000+09:00'),
  ]);
  const days = (report: Report) => report.byDay.filter((day) => day.count > 0).map((day) => `${day.day}: ${day.count}`);
  assert.deepEqual(days(await compose(account, '2026-W47')), ['2026-11-22: 1']);
  assert.deepEqual(days(await compose(account, '2026-W48')), ['2026-11-23: 2', '2026-11-29: 1']);
  assert.deepEqual(days(await compose(account, '2026-W49')), ['2026-11-30: 1']);
});

test('S85: months meet at December and January, and a leap February has its 29th', async () => {
  platform.clock.set('2028-03-02T00:00:00.000Z');
  const account = await makeSampleAccount(platform, 'months');
  await record(account, [
    detectionOf(platform, account, '2026-12-31T23:59:59.999+09:00'),
    detectionOf(platform, account, '2027-01-01T00:00:00.000+09:00'),
    detectionOf(platform, account, '2028-02-29T12:00:00.000+09:00'),
    detectionOf(platform, account, '2028-02-29T23:59:59.999+09:00'),
    detectionOf(platform, account, '2028-03-01T00:00:00.000+09:00'),
  ]);
  assert.equal((await compose(account, '2026-12')).total, 1);
  assert.equal((await compose(account, '2027-01')).total, 1);
  const leap = await compose(account, '2028-02');
  assert.deepEqual(
    [leap.byDay.length, leap.byDay.at(-1)],
    [29, { ...leap.byDay.at(-1)!, day: '2028-02-29', count: 2 }],
  );
  assert.equal(leap.total, 2);
  platform.clock.set('2026-12-08T01:00:00.000Z');
});

test('a month without detections names every module, severity, day and host with zero', async () => {
  const account = await makeSampleAccount(platform, 'quiet');
  const report = await compose(account, '2026-11');
  assert.equal(report.total, 0);
  assert.deepEqual(
    report.byModule.map((row) => row.module),
    [...modules, 'system'],
  );
  assert.ok(report.byModule.every((row) => row.detected + row.prevented + row.total === 0));
  assert.equal(report.bySeverity.length, 5);
  assert.equal(report.byDay.length, 30);
  assert.deepEqual(
    report.byHost.map((row) => `${row.hostName}: ${row.count}`),
    ['db01: 0', 'web01: 0', 'web02: 0'],
  );
  assert.deepEqual(
    [report.topRules, report.alerts, report.alertsByState],
    [[], [], { open: 0, acknowledged: 0, closed: 0 }],
  );
  // The account was made in December: there was no October to compare with.
  assert.equal(report.previousTotal, undefined);
});

test('the trend is taken where the account existed, be it for a part of the period before', async () => {
  platform.clock.set('2026-11-22T14:59:59.000Z');
  const account = await makeSampleAccount(platform, 'trend');
  platform.clock.set('2026-12-08T01:00:00.000Z');
  await record(account, [detectionOf(platform, account, '2026-11-22T23:59:59+09:00')]);
  assert.equal((await compose(account, '2026-W48')).previousTotal, 1);
  assert.equal((await compose(account, '2026-W47')).previousTotal, undefined);
});

test('settings tell applied versions, the newest, hosts without a policy, and modules', async () => {
  const account = await makeSampleAccount(platform, 'settings');
  const { settings } = await compose(account, '2026-11');
  assert.deepEqual(settings.policies, [
    { name: '標準ポリシー', version: 2, latestVersion: 3, hosts: ['web01', 'web02'] },
  ]);
  assert.deepEqual(settings.hostsWithoutPolicy, ['db01']);
  assert.deepEqual(settings.hosts[0], {
    name: 'db01',
    os: 'Debian GNU/Linux 12',
    modules: { integrity: 'active', loginspection: 'degraded', firewall: 'off', antimalware: 'lacking' },
    liveness: 'connected',
  });
});

test('S22, in part: what a host says of skipped mounts and of its baseline is in the settings of the report', async () => {
  const account = await makeSampleAccount(platform, 'mounts');
  const baseline = {
    ...{ version: 4, recordedAt: '2026-11-20T03:00:00.000Z', cause: 'first', rules: 'a'.repeat(64) },
    ...{ files: 1, entities: 0, seconds: 1 },
  };
  const facts = { count: 1, example: '/mnt/s3 (fuse.s3fs)', list: '/mnt/s3 (fuse.s3fs)' };
  const modules = [
    {
      module: 'integrity',
      state: 'degraded',
      causes: [{ code: 'integrity_mounts_skipped', facts }],
      figures: {},
      baseline,
    },
  ];
  await platform.database.as(account.accountId, (tx) =>
    tx.run(
      sql`update hosts_host set modules = ${JSON.stringify(modules)} where tenant_id = ${account.accountId} and name = 'db01'`,
    ),
  );
  const { settings } = await compose(account, '2026-11');
  assert.deepEqual(settings.hosts[0]?.mountsSkipped, { count: 1, list: '/mnt/s3 (fuse.s3fs)' });
  assert.deepEqual(settings.hosts[0]?.baseline, { version: 4, recordedAt: '2026-11-20T03:00:00.000Z' });
});

test('an alert stands in the report as it stood at the end of the period, however late the report is composed', async () => {
  const account = await makeSampleAccount(platform, 'alerts');
  platform.clock.set('2026-11-20T03:00:00.000Z');
  await record(account, [
    detectionOf(platform, account, '2026-11-20T12:00:00+09:00', { severity: 'high', subject: 'one' }),
    detectionOf(platform, account, '2026-11-20T12:00:00+09:00', { severity: 'critical', subject: 'two' }),
    detectionOf(platform, account, '2026-11-20T12:00:00+09:00', { severity: 'low', subject: 'no alert' }),
  ]);
  await step(account, 'critical', 'closed', '2026-11-21T00:00:00.000Z');
  const sunday = await compose(account, '2026-W47', true);
  await step(account, 'high', 'closed', '2026-11-23T01:00:00.000Z');
  platform.clock.set('2026-12-08T01:00:00.000Z');
  const later = await compose(account, '2026-W47');
  assert.deepEqual(
    later.alerts.map((alert) => [alert.severity, alert.state, alert.closing, alert.closedAt, alert.hostName]),
    [
      ['critical', 'closed', 'handled', '2026-11-21T00:00:00.000Z', 'web01'],
      ['high', 'open', undefined, undefined, 'web01'],
    ],
  );
  assert.deepEqual(later.alertsByState, { open: 1, acknowledged: 0, closed: 1 });
  assert.deepEqual({ ...later, composedAt: sunday.composedAt }, sunday);
  assert.deepEqual((await compose(account, '2026-W48')).alerts, []);
});

/** What the alerts room writes when a person closes an alert. */
const step = (account: SampleAccount, severity: Detection['severity'], kind: string, at: string) =>
  platform.database.as(account.accountId, (tx) =>
    tx.run(sql`
      insert into alerts_step (tenant_id, alert_id, id, at, kind, by_name, facts)
      select tenant_id, id, gen_random_uuid(), ${at}, ${kind}, '佐藤', '{"closing": "handled"}'
      from alerts_alert where severity = ${severityId(severity)}`),
  );

test('composed again it agrees with itself; what a host delivers late is in the next composition, and the stored one stays', async () => {
  const account = await makeSampleAccount(platform, 'again');
  await record(account, [detectionOf(platform, account, '2026-11-18T10:00:00+09:00')]);
  const request = { accountId: account.accountId, kind: 'weekly', period: '2026-W47', early: false } as const;
  const issued = await issueReport(platform, actor, 'ja', { ...request, send: false });
  assert.deepEqual(await composeReport(platform, request), issued.report);
  await record(account, [detectionOf(platform, account, '2026-11-17T10:00:00+09:00')]);
  assert.equal((await composeReport(platform, request)).total, 2);
  const stored = await platform.database.as(account.accountId, (tx) =>
    tx.one(sql<{ report: Report }>`select report from reports_report where id = ${issued.id}`),
  );
  assert.deepEqual(stored.report, issued.report);
});

test('a period that is not over is composed only when asked for early', async () => {
  const account = await makeSampleAccount(platform, 'early');
  await record(account, [detectionOf(platform, account, '2026-12-07T10:00:00+09:00')]);
  await assert.rejects(compose(account, '2026-W50'), refusal('period_not_over'));
  await assert.rejects(compose(account, '2026-12'), refusal('period_not_over'));
  assert.equal((await compose(account, '2026-W50', true)).total, 1);
  platform.clock.set('2026-12-13T14:59:59.999Z');
  await assert.rejects(compose(account, '2026-W50'), refusal('period_not_over'));
  platform.clock.set('2026-12-13T15:00:00.000Z');
  assert.equal((await compose(account, '2026-W50')).total, 1);
  platform.clock.set('2026-12-08T01:00:00.000Z');
});

test('no such period, the other kind’s period, no such account', async () => {
  const { accountId } = await makeSampleAccount(platform, 'refusals');
  const ask = (kind: 'weekly' | 'monthly', period: string, of = accountId) =>
    composeReport(platform, { accountId: of, kind, period, early: false });
  await assert.rejects(ask('weekly', '2025-W53'), refusal('period_invalid'));
  await assert.rejects(ask('weekly', '2026-11'), refusal('period_invalid'));
  await assert.rejects(ask('monthly', '2026-W47'), refusal('period_invalid'));
  await assert.rejects(ask('weekly', '2026-W47', '019ab000-0000-7000-8000-000000000000'), refusal('not_found'));
});

test('through the views of this room an account sees its own rows only', async () => {
  const account = await makeSampleAccount(platform, 'one of two');
  const other = await makeSampleAccount(platform, 'two of two');
  for (const each of [account, other])
    await record(each, [detectionOf(platform, each, '2026-12-07T10:00:00+09:00', { severity: 'high' })]);
  const views = ['accounts', 'detections', 'alerts', 'alert_states', 'hosts', 'policies'];
  for (const view of views) {
    const owners = await platform.database.as(account.accountId, (tx) =>
      tx.rows(sql<{ tenant_id: string }>`select distinct tenant_id from ${sql.table(`${view}_for_report`)}`),
    );
    assert.deepEqual(owners, [{ tenant_id: account.accountId }], view);
  }
  await assert.rejects(
    platform.database.as(account.accountId, (tx) => tx.rows(sql`select name from provider_for_report`)),
    /permission denied/,
  );
});
