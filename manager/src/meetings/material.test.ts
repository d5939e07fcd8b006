import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { modules, type Report, routes } from '@sakimori/contract';
import { refusedWith, startTestMeetings, type TestMeetings, visit } from '../../../test/meetings.ts';
import { actorOf } from '../../../test/service.ts';
import { periodOf } from '../calendar/index.ts';
import { newId, sql } from '../platform/index.ts';

let meetings: TestMeetings;
const poppler = spawnSync('pdftotext', ['-v']).error ? 'poppler-utils is not installed' : false;
before(async () => {
  meetings = await startTestMeetings();
});
after(() => meetings.stop());

const staff = () => meetings.service.as(actorOf('service-manager'));

/** A report whose figures differ from month to month and add up. */
function sampleReport(month: string, change: Partial<Report> = {}): Report {
  const { from, to } = periodOf(month);
  const seed = Number(month.slice(5));
  const byModule = [...modules, 'system' as const].map((module, at) => {
    const total = (at + 1) * 137 * seed;
    const stopped = module === 'intrusion' ? Math.floor(total / 3) : 0;
    return { module, detected: total - stopped, prevented: stopped, total };
  });
  const incident = (number: number): NonNullable<Report['incidents']>['items'][number] => ({
    ...{
      number,
      openedAt: from.toISOString(),
      state: 'closed',
      severity: 'high',
      alertCount: 1,
      hostCount: 1,
      hosts: ['web01'],
      told: [],
    },
    lead: {
      kind: 'intrusion.matched',
      ruleId: 'r1',
      ruleName: 'SQL injection <attempt> & more',
      ruleNameJa: 'SQL インジェクションの試行',
    },
  });
  return {
    ...{ kind: 'monthly', period: month, from: from.toISOString(), to: to.toISOString() },
    ...{
      accountId: '019abc00-0000-7000-8000-000000000001',
      accountName: '本番環境',
      customerName: '株式会社みなと物流',
    },
    ...{ providerName: '防人セキュリティサービス', composedAt: new Date(to.getTime() + 36_000_000).toISOString() },
    ...{ total: byModule.reduce((all, row) => all + row.total, 0), byModule, bySeverity: [], byDay: [], topRules: [] },
    ...{ byHost: [], alertsByState: { open: 0, acknowledged: 0, closed: seed }, alerts: [] },
    incidents: { count: seed, items: Array.from({ length: seed }, (_, at) => incident(seed * 100 + at)) },
    unannounced: { count: 2, items: [] },
    inquiries: { count: 3 * seed, items: [] },
    settings: {
      policies: [
        { name: '標準ポリシー', version: 4, latestVersion: 4, hosts: ['web01', 'web02'] },
        { name: 'データベース', version: 2, latestVersion: 3, hosts: ['db01'] },
      ],
      hostsWithoutPolicy: [],
      hosts: ['db01', 'web01', 'web02'].map((name) => ({ name, os: 'Debian', modules: {}, liveness: 'connected' })),
    },
    ...change,
  };
}

/** Stores a report as the room of reports does. */
async function store(
  accountId: string,
  report: Report,
  more: { composedAt?: string; sent?: boolean } = {},
): Promise<void> {
  const { platform } = meetings.notices;
  const stored = { ...report, accountId, composedAt: more.composedAt ?? report.composedAt };
  await platform.database.as(accountId, (tx) =>
    tx.run(sql`
      insert into reports_report (tenant_id, id, kind, period, composed_at, composed_by, report, mail_subject, mail_text, mail_html, sent_at)
      values (${accountId}, ${newId(platform.clock)}, ${report.kind}, ${report.period}, ${stored.composedAt}, 'test', ${JSON.stringify(stored)}::jsonb,
        '', '', '', ${more.sent ? stored.composedAt : null}::timestamptz)`),
  );
}

async function booked(name: string) {
  meetings.notices.platform.clock.set('2026-11-10T01:00:00.000Z');
  const accountId = await meetings.contracted(name, 'highend');
  const meeting = await staff()(routes.bookMeeting, { params: { accountId }, body: visit('2026-11-25') });
  return { accountId, params: { meetingId: meeting.id } };
}

/** The parts of a ZIP archive by their names, read from its local headers: another way than it is written. */
function unzip(file: Buffer): Map<string, string> {
  const parts = new Map<string, string>();
  let at = 0;
  while (file.readUInt32LE(at) === 0x04034b50) {
    const [method, packed, nameLength, extra] = [
      ...[file.readUInt16LE(at + 8), file.readUInt32LE(at + 18)],
      ...[file.readUInt16LE(at + 26), file.readUInt16LE(at + 28)],
    ] as [number, number, number, number];
    const start = at + 30 + nameLength + extra;
    const data = file.subarray(start, start + packed);
    parts.set(
      file.toString('utf8', at + 30, at + 30 + nameLength),
      (method === 8 ? inflateRawSync(data) : data).toString('utf8'),
    );
    at = start + packed;
  }
  return parts;
}
/** The cells of the tables of a slide's XML, row by row. */
const rowsOf = (xml: string): string[][] =>
  [...xml.matchAll(/<a:tr [\s\S]*?<\/a:tr>/g)].map(([row]) =>
    [...row.matchAll(/<a:tc>[\s\S]*?<\/a:tc>/g)].map(([cell]) =>
      [...cell.matchAll(/<a:t>([^<]*)<\/a:t>/g)].map((match) => match[1] ?? '').join(''),
    ),
  );

const prevented = (report: Report) => report.byModule.reduce((sum, row) => sum + row.prevented, 0);
const alerts = ({ alertsByState: { open, acknowledged, closed } }: Report) => open + acknowledged + closed;
const shown = (count: number) => count.toLocaleString('ja-JP');
const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
const names = { '2026-08': '2026年8月', '2026-09': '2026年9月', '2026-10': '2026年10月' } as const;
const months = ['2026-08', '2026-09', '2026-10'] as const;

/** What the page about the trend has to say, from the reports themselves. */
const expected = (reports: readonly Report[]): string[][] => {
  const figures = reports.map((report) => [
    report.total,
    prevented(report),
    alerts(report),
    report.incidents?.count ?? 0,
  ]);
  const sums = [0, 1, 2, 3].map((at) => sum(figures.map((row) => row[at]!)));
  return [
    ...reports.map(({ period }, at) => [names[period as '2026-08'], ...figures[at]!.map(shown)]),
    ['合計', ...sums.map(shown)],
  ];
};

test('S96: the material is made by one click from the three stored monthly reports, as PDF and as pptx, and its figures equal theirs', {
  skip: poppler,
}, async () => {
  const { accountId, params } = await booked('資料');
  const reports = months.map((month, at) =>
    sampleReport(month, { alertsByState: { open: at, acknowledged: 1, closed: 10 * (at + 1) } }),
  );
  for (const report of reports) await store(accountId, report);
  // A draft of the middle of a month is none, and of two the one that was sent counts.
  const wrong = { total: 999_999, byModule: [] };
  await store(accountId, { ...reports[2]!, ...wrong }, { composedAt: '2026-10-15T00:00:00.000Z' });
  await store(accountId, { ...reports[1]!, total: 424_242 }, { composedAt: '2026-10-03T00:00:00.000Z' });
  const sent = { ...reports[1]!, total: reports[1]!.total + 7 };
  await store(accountId, sent, { composedAt: '2026-10-02T00:00:00.000Z', sent: true });
  const told = [reports[0]!, sent, reports[2]!];

  const make = (format: 'pdf' | 'pptx', language: 'ja' | 'en' = 'ja') =>
    staff()(routes.getMeetingMaterial, { params, query: { format, language } });
  const pptx = await make('pptx');
  assert.deepEqual([pptx.name, pptx.months], ['review-meeting-2026-08-2026-10.pptx', [...months]]);
  const parts = unzip(Buffer.from(pptx.content, 'base64'));
  const slides = [...parts].filter(([name]) => /^ppt\/slides\/slide\d+\.xml$/.test(name)).map(([, xml]) => xml);
  const titled = (title: string) =>
    slides.find((xml) => xml.includes(`<a:t>${title}</a:t>`) && xml.includes('<a:tbl>'))!;
  assert.deepEqual(rowsOf(titled('検出の推移')).slice(1), expected(told));
  const desk = rowsOf(titled('お問い合わせと変更作業')).slice(1);
  assert.deepEqual(
    desk.map((row) => row.at(-1)),
    told.map(({ inquiries }) => shown(inquiries!.count)),
  );
  assert.match(slides.join(''), /<a:t>2026-08-01<\/a:t>/);
  const byModule = rowsOf(titled('機能別の検出件数')).slice(1);
  for (const [at, module] of told[0]!.byModule.map((row) => row.module).entries()) {
    const counts = told.map((report) => report.byModule.find((row) => row.module === module)?.total ?? 0);
    assert.deepEqual(byModule[at]!.slice(1), [...counts, sum(counts)].map(shown), module);
  }
  // Every part that is named is there, and every slide names its layout.
  for (const [, name] of parts.get('[Content_Types].xml')!.matchAll(/PartName="\/([^"]+)"/g))
    assert.ok(parts.has(name!), String(name));
  assert.equal((await make('pptx')).sha256, pptx.sha256);

  const pdf = Buffer.from((await make('pdf')).content, 'base64');
  if (process.env['SAKIMORI_TEST_KEEP']) {
    writeFileSync(`${process.env['SAKIMORI_TEST_KEEP']}/material.pdf`, pdf);
    writeFileSync(`${process.env['SAKIMORI_TEST_KEEP']}/material.pptx`, Buffer.from(pptx.content, 'base64'));
  }
  const { stdout } = spawnSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' });
  const lines = stdout.split('\n').map((line) => line.trim().split(/\s{2,}/));
  for (const row of expected(told))
    assert.ok(
      lines.some((line) => row.every((cell, at) => line[at] === cell)),
      `${row.join(' ')}\n${stdout}`,
    );
  assert.match(stdout, /御中/);
  const english = Buffer.from((await make('pdf', 'en')).content, 'base64');
  const said = spawnSync('pdftotext', ['-layout', '-', '-'], { input: english, encoding: 'utf8' }).stdout;
  assert.match(said, /Detections by month/);
});

test('S96, in part: a month without a report is named and nothing is made up; another account has no material', async () => {
  const [mine, theirs] = [await booked('欠けた月'), await booked('他の会社')];
  for (const month of ['2026-07', '2026-08', '2026-10']) await store(mine.accountId, sampleReport(month));
  // A report of another account helps nothing.
  await store(theirs.accountId, sampleReport('2026-09'));
  const make = (query: { format: 'pptx'; until?: string }) =>
    staff()(routes.getMeetingMaterial, { params: mine.params, query });
  await assert.rejects(make({ format: 'pptx' }), refusedWith('reports_missing', { months: '2026-09' }));
  await assert.rejects(
    make({ format: 'pptx', until: '2026-08' }),
    refusedWith('reports_missing', { months: '2026-06' }),
  );
  await assert.rejects(make({ format: 'pptx', until: '2026-13' }), refusedWith('malformed'));
  const query = { format: 'pptx' as const };
  const own = meetings.service.as(actorOf('customer-viewer', theirs.accountId));
  await assert.rejects(own(routes.getMeetingMaterial, { params: mine.params, query }), refusedWith('not_found'));
});
