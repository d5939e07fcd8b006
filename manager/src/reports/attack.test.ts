import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  actionResults,
  actions,
  type Detection,
  languages,
  modes,
  modules,
  Refusal,
  Report,
  reportedModules,
  severities,
} from '@sakimori/contract';
import fc from 'fast-check';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { periodOf } from '../calendar/index.ts';
import { recordDetections } from '../detections/index.ts';
import { noticesRoom } from '../notices/index.ts';
import { sql } from '../platform/index.ts';
import { attackRows, meanSentence, partsOf, ratioText, trendRows } from './attack-wording.ts';
import { toLetter } from './mail.ts';
import { composeReport } from './reports.ts';
import { detectionOf, makeSampleAccount, type SampleAccount } from './sample-account.ts';
import { sampleReport, zeroReport } from './sample-report.ts';

let platform: TestPlatform;
let account: SampleAccount;
let other: SampleAccount;

before(async () => {
  platform = await startTestPlatform('2026-09-01T00:00:00.000Z');
  noticesRoom(platform, { publicUrl: () => 'http://127.0.0.1:7300' });
  account = await makeSampleAccount(platform, 'golden');
  other = await makeSampleAccount(platform, 'another');
  platform.clock.set('2026-12-08T01:00:00.000Z');
  await recordDetections(platform, account.accountId, spread(account, 1500, 7));
  await recordDetections(platform, other.accountId, spread(other, 400, 8));
});
after(() => platform.stop());

/** Detections of every kind, spread over seven weeks. */
function spread(of: SampleAccount, count: number, seed: number): Detection[] {
  const shape = fc.record({
    atMs: fc.integer({
      min: Date.parse('2026-10-19T00:00:00+09:00'),
      max: Date.parse('2026-12-07T00:00:00+09:00'),
    }),
    host: fc.nat(of.hostIds.length - 1),
    module: fc.constantFrom(...modules, 'system' as const),
    severity: fc.constantFrom(...severities),
    mode: fc.constantFrom(...modes),
    action: fc.constantFrom(...actions),
    actionResult: fc.constantFrom(...actionResults),
    rule: fc.nat(9),
  });
  return fc.sample(shape, { seed, numRuns: count }).map(({ atMs, host, rule, ...rest }) =>
    detectionOf(platform, of, new Date(atMs).toISOString(), {
      ...{ ...rest, hostId: of.hostIds[host]! },
      rule: { id: `rule-${rule}`, name: `Rule ${rule}` },
    }),
  );
}

const compose = (of: SampleAccount, period: string) =>
  composeReport(platform, {
    ...{ accountId: of.accountId, period, early: false },
    kind: period.includes('W') ? 'weekly' : 'monthly',
  });

type Raw = { module: string; detected: number; prevented: number; total: number };

/** Counted from the detections themselves, by what the specification of "prevented" says and not by our view of it. */
const countRaw = (of: SampleAccount, name: string): Promise<Raw[]> => {
  const { from, to } = periodOf(name);
  const prevented = sql`mode = 'prevent' and action_result = 'success' and action in ('denied', 'quarantined', 'deleted', 'cleaned', 'isolated')`;
  return platform.database.asProvider((tx) =>
    tx.rows(sql<Raw>`
      select module, count(*) filter (where not (${prevented})) as detected, count(*) filter (where ${prevented}) as prevented, count(*) as total
      from detections_detection where tenant_id = ${of.accountId} and occurred_at >= ${from} and occurred_at < ${to} group by module order by module`),
  );
};
const topRaw = (of: SampleAccount, name: string, module: string, column: 'rule_id' | 'host_id') => {
  const { from, to } = periodOf(name);
  return platform.database.asProvider((tx) =>
    tx.rows(sql<{ key: string; count: number }>`
      select ${sql.ref(column)}::text as key, count(*) as count from detections_detection
      where tenant_id = ${of.accountId} and module = ${module} and occurred_at >= ${from} and occurred_at < ${to}
      group by ${sql.ref(column)}${column === 'rule_id' ? sql`, severity` : sql``} order by 2 desc limit 5`),
  );
};
const sorted = (rows: readonly Raw[]) =>
  rows.filter(({ total }) => total > 0).toSorted((a, b) => (a.module < b.module ? -1 : 1));

for (const [period, row] of [
  ['2026-W48', 'S80, S80a'],
  ['2026-11', 'S80, in part'],
] as const)
  test(`${row}: the attack report of ${period} – detected, prevented, total and ratio – and of the four periods before equals a raw query over the detections`, async () => {
    const report = await compose(account, period);
    assert.deepEqual(Report.parse(report), report);
    assert.deepEqual(sorted(report.byModule), await countRaw(account, period));
    const former = report.former!;
    assert.equal(former.at(-1)?.period, periodOf(period).previous);
    assert.equal(former.at(-1)?.total, report.previousTotal);
    for (const one of former) {
      const raw = await countRaw(account, one.period);
      assert.deepEqual(sorted(one.byModule), raw, one.period);
      for (const column of ['detected', 'prevented', 'total'] as const)
        assert.equal(
          one[column],
          raw.reduce((sum, module) => sum + module[column], 0),
        );
    }
    // What was spread began in the week of 19 October; the account was made in September.
    assert.deepEqual(
      former.map((one) => one.period),
      period === '2026-11'
        ? ['2026-08', '2026-09', '2026-10'].slice(-former.length)
        : ['2026-W44', '2026-W45', '2026-W46', '2026-W47'],
    );
    const rows = attackRows('ja', report);
    const all = (await countRaw(account, period)).reduce((sum, { total }) => sum + total, 0);
    assert.equal(rows.at(-1)?.total, `${all}件`);
    assert.ok(rows.length >= 7);
  });

for (const [row, module] of [
  ['S80b', 'webreputation'],
  ['S80c', 'firewall'],
  ['S80d', 'intrusion'],
] as const)
  test(`S80, ${row}: the weekly report has a section of ${module} whose sums, days, rules and hosts equal a raw query`, async () => {
    const report = await compose(account, '2026-W48');
    const raw = (await countRaw(account, '2026-W48')).find((one) => one.module === module)!;
    assert.ok(raw.total > 5 && raw.prevented > 0, JSON.stringify(raw));
    const section = report.sections?.find((one) => one.module === module);
    const counts = (rows: readonly { count: number }[]) => rows.map(({ count }) => count);
    assert.deepEqual(counts(section!.rules), counts(await topRaw(account, '2026-W48', module, 'rule_id')));
    const hosts = await topRaw(account, '2026-W48', module, 'host_id');
    assert.deepEqual(counts(section!.hosts), counts(hosts));
    assert.deepEqual(new Set(section!.hosts.map(({ hostId }) => hostId)), new Set(hosts.map(({ key }) => key)));
    assert.equal(
      report.byDay.reduce((sum, day) => sum + day.byModule[module]!, 0),
      raw.total,
    );
    const part = partsOf('ja', report).find(
      ({ colour }) => colour === partsOf('ja', sampleReport('2026-W47'))[reportedModules.indexOf(module)]!.colour,
    )!;
    for (const said of [toLetter('ja', report).text, toLetter('ja', report).html]) {
      assert.ok(said.includes(part.sums), part.sums);
      assert.ok(said.includes(`検知 ${raw.detected}件、防御 ${raw.prevented}件、合計 ${raw.total}件（防御率 `));
    }
  });

test('S80, S80a, S80b, S80c, S80d: all four parts stand in the mail, in both of its forms, also of a week without detections, where zero reads 0件', async () => {
  const quiet = await makeSampleAccount(platform, 'quiet');
  const empty = await compose(quiet, '2026-W48');
  assert.deepEqual(
    empty.sections?.map(({ module, rules, hosts }) => [module, rules.length, hosts.length]),
    [
      ['webreputation', 0, 0],
      ['firewall', 0, 0],
      ['intrusion', 0, 0],
    ],
  );
  const letter = toLetter('ja', empty);
  for (const head of ['攻撃レポート', 'Web レピュテーション', 'ファイアウォール', '侵入防御 / 侵入検知']) {
    assert.ok(letter.text.includes(`■ ${head}\n`), head);
    assert.match(letter.html, new RegExp(`<h2[^>]*>${head}</h2>`));
  }
  assert.equal(letter.text.match(/期間中の検出は0件です。/g)?.length, 3);
  assert.equal(letter.html.match(/期間中の検出は0件です。/g)?.length, 3);
  assert.match(letter.text, /・合計：0件（検知 0件 \/ 防御 0件 \/ 防御率 －）/);
  assert.match(toLetter('en', empty).text, /ATTACK REPORT\n/);
  assert.equal(toLetter('en', empty).text.match(/Detections in the period: 0\./g)?.length, 3);
});

test('S80: nothing of another account is in the figures, and another account’s report is refused', async () => {
  const [mine, theirs] = [await compose(account, '2026-W48'), await compose(other, '2026-W48')];
  assert.deepEqual(sorted(theirs.byModule), await countRaw(other, '2026-W48'));
  const hosts = new Set(theirs.sections!.flatMap((section) => section.hosts.map(({ hostId }) => hostId)));
  assert.ok(mine.sections!.every((section) => section.hosts.every(({ hostId }) => !hosts.has(hostId))));
  await assert.rejects(
    composeReport(platform, {
      accountId: '019abc00-0000-7000-8000-00000000ffff',
      kind: 'weekly',
      period: '2026-W48',
      early: false,
    }),
    (error: unknown) => error instanceof Refusal && error.code === 'not_found',
  );
});

test('the ratio is cut, never rounded up: it never reads more than it is', () => {
  const of = (prevented: number, total: number) => ratioText('ja', { detected: total - prevented, prevented, total });
  assert.deepEqual(
    [of(0, 0), of(0, 9), of(1, 3), of(2, 3), of(9999, 10_000), of(5, 5)],
    ['－', '0.0%', '33.3%', '66.6%', '99.9%', '全件'],
  );
});

test('the trend gives each period and their mean, of as many as there are', () => {
  const report = sampleReport('2026-W47');
  assert.deepEqual(
    trendRows('ja', report).map(({ name, total }) => `${name} ${total}`),
    [
      '10/19(月)～10/25(日) 194件',
      '10/26(月)～11/1(日) 106件',
      '11/2(月)～11/8(日) 168件',
      '11/9(月)～11/15(日) 141件',
      '当週 177件',
    ],
  );
  const total = (figures: { total: number }) => figures.total;
  assert.equal(meanSentence('ja', report, total), '前4週の平均は152.3件で、当週は平均より24.8件多くなりました。');
  const one = { ...report, former: report.former!.slice(-1) };
  assert.equal(meanSentence('en', one, total), 'The mean of the week before is 141; this week is 36 above it.');
  assert.match(meanSentence('ja', zeroReport('2026-W47'), total), /当週は平均と同数でした。/);
  assert.equal(meanSentence('ja', { ...report, former: [] }, total), '比較できる過去の期間の集計はありません。');
});

test('a report that was stored before there were sections is still shown', () => {
  const { former: _, sections: __, ...earlier } = sampleReport('2026-W47');
  for (const language of languages) {
    const { text, html } = toLetter(language, earlier);
    assert.ok(text.length > 1000 && html.length > 1000);
  }
});
