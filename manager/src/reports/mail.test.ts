import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languages, type Report } from '@sakimori/contract';
import { periodOf } from '../calendar/index.ts';
import { toLetter } from './mail.ts';
import { alertsOf, sampleReport, stateCounts, zeroReport } from './sample-report.ts';

const texts = (report: Report) => languages.map((language) => toLetter(language, report));
const visible = (html: string) =>
  html
    .replace(/<(style|title)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/\s+/g, ' ');

test('the weekly mail says period, total and trend in words, all modules, severities and days, in text and in HTML', () => {
  const report = sampleReport('2026-W47');
  const { subject, text, html } = toLetter('ja', report);
  assert.equal(subject, '【週次レポート】株式会社みなと物流様 2026/11/16～2026/11/22（検出 177件）');
  for (const said of [text, visible(html)]) {
    assert.match(said, /株式会社みなと物流 ご担当者様/);
    assert.match(said, /2026年11月16日\(月\)～2026年11月22日\(日\)/);
    assert.match(said, /この週の検出は合計177件で、前週の141件から36件増加しました。/);
    for (const name of [
      '不正プログラム対策',
      'Web レピュテーション',
      'ファイアウォール',
      '侵入防御 / 侵入検知',
      '変更監視',
      'セキュリティログ監視',
    ])
      assert.ok(said.includes(name), name);
    for (const day of ['11/16(月)', '11/19(木)', '11/22(日)']) assert.ok(said.includes(day), day);
    for (const alert of report.alerts) assert.ok(said.includes(`#${alert.number} `));
    assert.match(said, /対処済み/);
    assert.match(said, /web01\.minato\.example/);
    assert.match(said, /防人セキュリティサービス/);
  }
  assert.match(text, /・侵入防御 \/ 侵入検知：18件（検知 9件 \/ 防御 9件 \/ 防御率 50\.0%）/);
});

test('the trend is told in all its turns', () => {
  const first = (previousTotal: number | undefined) => {
    const { previousTotal: _, ...report } = sampleReport('2026-W47');
    return toLetter('ja', previousTotal === undefined ? report : { ...report, previousTotal }).text;
  };
  assert.match(first(1177), /前週の1,177件から1,000件減少しました。/);
  assert.match(first(177), /前週と同数でした。/);
  assert.match(first(0), /前週の0件から177件増加しました。/);
  assert.match(first(undefined), /前週の集計はありません。/);
});

test('a week without detections says 0件 for each module, and that there were no alerts', () => {
  const { text, html } = toLetter('ja', zeroReport('2026-W47'));
  for (const name of [
    '不正プログラム対策',
    'Web レピュテーション',
    'ファイアウォール',
    '侵入防御 / 侵入検知',
    '変更監視',
    'セキュリティログ監視',
  ])
    assert.ok(text.includes(`・${name}：0件（検知 0件 / 防御 0件 / 防御率 －）`), name);
  assert.ok(!text.includes('システム：'));
  assert.match(visible(html), /ファイアウォール 前4週平均：0件 0件 0件 0件 －/);
  assert.match(text, /アラートは0件でした。/);
  assert.match(text, /期間中に発生したアラートはありません。/);
});

test('in English', () => {
  const { subject, text, html } = toLetter('en', sampleReport('2026-W47'));
  assert.equal(subject, '[Weekly report] 株式会社みなと物流, 16 – 22 November 2026 (177 detections)');
  assert.match(text, /There were 177 detections this week, 36 more than the 141 of the week before\./);
  assert.match(html, /<html lang="en">/);
  assert.ok(!/[ぁ-ん]/.test(visible(html).replaceAll('みなと', '')), 'no kana of ours');
});

test('hostile names stand as text: no markup, no line of their own, nothing that turns the direction', () => {
  const hostile = '<img src=x onerror=alert(1)>"\'&\r\nBcc: x@evil.example\u202e';
  const report = sampleReport('2026-W47', {
    customerName: hostile,
    accountName: hostile,
    providerName: hostile,
    topRules: [{ module: 'integrity', ruleId: hostile, ruleName: hostile, severity: 'high', count: 1 }],
    byHost: [{ hostId: sampleReport('2026-W47').byHost[0]!.hostId, hostName: hostile, count: 1 }],
    alerts: alertsOf(new Date('2026-11-16T00:00:00Z'), 1).map(({ ruleNameJa: _, ...alert }) => ({
      ...alert,
      ruleName: hostile,
      subject: hostile,
      hostName: hostile,
      kind: 'evil.<b>',
    })),
  });
  for (const { subject, text, html } of texts(report)) {
    assert.ok(!/[\r\n\u202e]/.test(subject));
    assert.ok(!/[\r\u202e]/.test(text + html));
    assert.ok(!/^Bcc:/m.test(text));
    assert.ok(!/<img|<b>/.test(html));
    assert.ok(
      html.includes('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;[U+000D][U+000A]Bcc: x@evil.example[U+202E]'),
    );
  }
});

test('nothing is fetched or run by the mail', () => {
  for (const { html } of [...texts(sampleReport('2026-W47')), ...texts(sampleReport('2026-11'))]) {
    assert.ok(!/<(img|script|link|iframe|object|form|svg|style)\b/i.test(html));
    assert.ok(!/https?:|url\(|@import|javascript:/i.test(html));
  }
});

test('a long list is cut, and what is left out is counted', () => {
  const alerts = alertsOf(periodOf('2026-W47').from, 75);
  const hosts = Array.from({ length: 50 }, (_, index) => ({
    hostId: `019abc00-0000-7000-8000-0000000001${index + 10}`,
    hostName: `host-${index}`,
    count: 2,
  }));
  const report = sampleReport('2026-W47', { alerts, alertsByState: stateCounts(alerts), byHost: hosts });
  const { text, html } = toLetter('ja', report);
  for (const said of [text, visible(html)]) {
    assert.match(said, /このほかに55件のアラートがあります。/);
    assert.match(said, /このほかに30台のホストがあります（検出 60件）。/);
  }
});

test('the monthly mail greets, sums up, and points to the PDF', () => {
  const { subject, text } = toLetter('ja', sampleReport('2026-11'));
  assert.equal(subject, '【月次レポート】株式会社みなと物流様 2026年11月（検出 765件）');
  assert.match(text, /PDF でお送りいたします/);
  assert.match(text, /この月の検出は合計765件/);
  assert.ok(!text.includes('日別の検出件数'));
});

test('a report composed before the end of its period says so', () => {
  const early = { composedAt: '2026-11-19T03:00:00.000Z' };
  assert.match(toLetter('ja', sampleReport('2026-W47', early)).text, /集計期間の途中（2026\/11\/19 12:00 時点）/);
  assert.match(toLetter('ja', sampleReport('2026-W47', early)).text, /作成時点で4件が完了/);
  assert.ok(!toLetter('ja', sampleReport('2026-W47')).text.includes('途中'));
});

test('no mail promises safety', () => {
  const reports = [sampleReport('2026-W47'), zeroReport('2026-W47'), sampleReport('2026-11'), zeroReport('2026-11')];
  for (const { subject, text, html } of reports.flatMap(texts))
    assert.ok(
      !/完全|保証|万全|絶対|100 ?[%％]|guarantee|completely|fully protected|100 ?percent/i.test(
        subject + text + visible(html),
      ),
    );
});
