import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Language, Report } from '@sakimori/contract';
import fc from 'fast-check';
import { periodOf } from '../calendar/index.ts';
import { ticksUpTo } from './paper-chart.ts';
import { toPdf } from './pdf.ts';
import { alertsOf, sampleReport, stateCounts, zeroReport } from './sample-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'sakimori-pdf-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const poppler = spawnSync('pdftotext', ['-v']).error ? 'poppler-utils is not installed' : false;

async function write(report: Report, language: Language = 'ja'): Promise<string> {
  const path = join(folder, 'report.pdf');
  writeFileSync(path, await toPdf(language, report));
  return path;
}
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const textOf = async (report: Report, language: Language = 'ja') =>
  run('pdftotext', await write(report, language), '-');
/** Words as they stand in the columns of a page may be broken over lines. */
const joined = (text: string) => text.replace(/\s+/g, '');

test('S89: every font is embedded, with a map back to the characters', { skip: poppler }, async () => {
  for (const report of [sampleReport('2026-11'), zeroReport('2028-02')]) {
    const fonts = run('pdffonts', await write(report))
      .trim()
      .split('\n')
      .slice(2);
    assert.equal(fonts.length, 2);
    for (const font of fonts) assert.match(font, /\+NotoSansJP-(Regular|Bold) +CID TrueType +Identity-H +yes yes yes/);
  }
});

test('S89: the text comes back intact in Japanese', { skip: poppler }, async () => {
  const text = await textOf(sampleReport('2026-11'));
  for (const said of [
    '月次レポート',
    '株式会社みなと物流様',
    '2026年11月1日(日)～2026年11月30日(月)',
    '防人セキュリティサービス',
    'この月の検出は合計765件で、前月の612件から153件増加しました。',
    '1 概要',
    '2.1 攻撃レポート',
    'セキュリティログ監視',
    '5 アラート・インシデント対応',
    'sshd：総当たりによるログインの試行',
    '3.1 適用ポリシー一覧',
    '標準ポリシー',
    '2（最新は3）',
    '6 ご留意事項',
  ])
    assert.ok(text.includes(said), said);
  assert.ok(joined(text).includes('すべての脅威を検知または遮断できることをお約束するものではありません。'));
  assert.match(text, /2 \/ \d ページ/);
});

test('the document has title, author, language, date and tags, and says that it is PDF/UA-1', {
  skip: poppler,
}, async () => {
  const path = await write(sampleReport('2026-11'));
  const info = run('pdfinfo', path);
  assert.match(info, /^Title: +月次レポート 2026年11月 株式会社みなと物流様$/m);
  assert.match(info, /^Author: +防人セキュリティサービス$/m);
  assert.match(info, /^Tagged: +yes$/m);
  assert.match(info, /^Page size: .*\(A4\)$/m);
  assert.match(run('pdfinfo', '-isodates', path), /^CreationDate: +2026-12-01T01:00:00/m);
  assert.match(run('pdfinfo', '-meta', path), /<pdfuaid:part>1<\/pdfuaid:part>/);
  assert.match((await toPdf('ja', sampleReport('2026-11'))).toString('latin1'), /\/Lang ?\(ja\)/);
  assert.match((await toPdf('en', sampleReport('2026-11'))).toString('latin1'), /\/Lang ?\(en\)/);
});

test('tables are tables with heads of columns, and the chart is described', { skip: poppler }, async () => {
  const structure = run('pdfinfo', '-struct', await write(sampleReport('2026-11')));
  assert.equal(structure.match(/^ *Table\b/gm)?.length, 18);
  assert.ok(structure.match(/\/Scope \/Column/g)!.length >= 30);
  assert.match(structure, /^ *H1\b/m);
  assert.match(structure, /^ *H2\b/m);
  assert.equal(structure.match(/^ *Figure\b/gm)?.length, 4);
});

test('the same report gives the same bytes', async () => {
  const report = sampleReport('2026-11');
  const [here, , there] = await Promise.all([
    toPdf('ja', report),
    toPdf('en', sampleReport('2026-10')),
    toPdf('ja', structuredClone(report)),
  ]);
  assert.ok(there.equals(here));
  assert.equal(here.subarray(0, 5).toString(), '%PDF-');
});

test('hostile names print as they are: they are data, not Typst', { skip: poppler }, async () => {
  const hostile = [
    '#panic()',
    '"]#eval("1")[',
    '$x^2$ *b* _i_ `c` @ref <lab>',
    '\\u{41} // /* #{ } #import "/etc/passwd"',
    '= H',
  ];
  const base = sampleReport('2026-11');
  const report = sampleReport('2026-11', {
    customerName: hostile[0]!,
    accountName: hostile[1]!,
    providerName: hostile[2]!,
    byHost: hostile.map((hostName) => ({ ...base.byHost[0]!, hostName })),
    alerts: alertsOf(periodOf('2026-11').from, 5).map((alert, index) => ({
      ...alert,
      subject: hostile[index]!,
      file: { path: hostile[index]!, changed: [] },
    })),
    topRules: hostile.map((name) => ({ ...base.topRules[0]!, ruleId: name, ruleName: name })),
    settings: {
      policies: [{ name: hostile[3]!, version: 1, latestVersion: 1, hosts: hostile }],
      hostsWithoutPolicy: hostile,
      hosts: hostile.map((name) => ({ name, os: name, modules: { integrity: name }, liveness: name })),
    },
  });
  const text = await textOf(report);
  for (const name of hostile) assert.ok(text.includes(name), name);
  assert.ok(!/root:x:0/.test(text));
});

test('characters that no font has are written out instead of stopping the report', { skip: poppler }, async () => {
  const text = await textOf(sampleReport('2026-11', { accountName: '😀\u202eevil\0\n= H' }));
  assert.ok(text.includes('[U+1F600][U+202E]evil[U+0000][U+000A]= H'), text.slice(0, 400));
});

test('whatever names are made of, there is a report', { skip: poppler }, async () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(text, text, text, async (customerName, title, name) => {
      const base = sampleReport('2026-11');
      const alerts = alertsOf(periodOf('2026-11').from, 2).map((alert) => ({
        ...alert,
        ruleName: title,
        file: { path: title, changed: [name] },
        hostName: name,
      }));
      const path = await write({
        ...base,
        customerName,
        alerts,
        topRules: [{ ...base.topRules[0]!, ruleName: title }],
      });
      assert.match(run('pdfinfo', path), /^Pages: +\d+$/m);
    }),
    { numRuns: 12 },
  );
});

test('200 alerts break over pages under the head of their table, none is lost, and a name of 255 letters stays on the page', {
  skip: poppler,
}, async () => {
  const long = 'a'.repeat(255);
  const alerts = alertsOf(periodOf('2026-11').from, 200).map((alert, index) =>
    index % 40 === 7
      ? { ...alert, hostName: long, file: { path: `/${'segment/'.repeat(60)}`, changed: ['content'] } }
      : alert,
  );
  const path = await write(
    sampleReport('2026-11', { alerts, alertsByState: stateCounts(alerts), inquiries: { count: 0, items: [] } }),
  );
  const pages = run('pdftotext', '-layout', path, '-').split('\f').slice(0, -1);
  assert.ok(pages.length > 12, `${pages.length} pages`);
  const rows = pages.filter((page) => /^ *#\d+ /m.test(page));
  for (const page of rows) assert.match(page, /番号 +発生日時 +ホスト +内容 +重要度 +状態/);
  const numbers = rows.flatMap((page) => [...page.matchAll(/^ *#(\d+) /gm)].map((match) => Number(match[1])));
  assert.deepEqual(
    numbers,
    alerts.map((alert) => alert.number),
  );
  for (const [index, page] of pages.entries())
    if (index > 0) assert.ok(page.includes(`${index + 1} / ${pages.length} ページ`));
  assert.ok(joined(run('pdftotext', path, '-')).includes(long));
  for (const [, right] of run('pdftotext', '-bbox', path, '-').matchAll(/xMax="([\d.]+)"/g))
    assert.ok(Number(right) <= 595.276 - 50, `a word reaches ${right} pt`);
});

test('a month without anything is a report too', { skip: poppler }, async () => {
  const text = await textOf(zeroReport('2028-02'));
  assert.match(text, /この月の検出は合計0件/);
  assert.match(text, /期間中に発生したアラートはありません。/);
  assert.match(text, /対象ホストはありません。/);
});

test('S101: no report promises safety, on any page, in either language', { skip: poppler }, async () => {
  for (const language of ['ja', 'en'] as const)
    for (const report of [sampleReport('2026-11'), zeroReport('2026-11')])
      assert.ok(
        !/完全|保証|万全|絶対|100 ?[%％]|guarantee|completely|fully protected/i.test(await textOf(report, language)),
      );
});

test('the axis of the chart has round numbers and reaches the highest bar', () => {
  assert.deepEqual(ticksUpTo(1), [0, 1]);
  assert.deepEqual(ticksUpTo(5), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(ticksUpTo(46), [0, 10, 20, 30, 40, 50]);
  for (const most of [1, 2, 6, 7, 11, 99, 100, 101, 4999, 1_000_001]) {
    const ticks = ticksUpTo(most);
    assert.ok(ticks.at(-1)! >= most && ticks.length >= 2 && ticks.length <= 6, `${most}: ${ticks}`);
  }
});

test('S22, in part: a mount that is left out stands in the setting list, with the version of the baseline', {
  skip: poppler,
}, async () => {
  const text = (await textOf(sampleReport('2026-11'))).replaceAll(/\s+/g, '');
  assert.match(
    text,
    /変更監視の対象外のマウントホストマウントweb01\.minato\.example\/mnt\/s3\(fuse\.s3fs\),\/srv\/share\(nfs4\)/,
  );
  assert.ok(text.includes('変更監視のベースライン：バージョン3'));
});

test('S73: the monthly report says what was done about attacks, and with whose word, on paper and in its letter', {
  skip: poppler,
}, async () => {
  const at = '2026-11-12T03:00:00.000Z';
  const one = {
    number: 3,
    at,
    hostName: 'web01.minato.example',
    playbook: { ja: 'ホストの隔離', en: 'Isolate the host' },
  };
  const items = [
    { ...one, state: 'ended', way: 'link', consentBy: '山田 花子', consentAt: at, endedAt: at },
    {
      ...one,
      number: 4,
      state: 'declined',
      way: 'phone',
      consentBy: '鈴木 一郎',
      consentAt: at,
      source: '203.0.113.7',
    },
  ];
  const report = sampleReport('2026-11', { contained: { count: 2, items } });
  const text = joined(run('pdftotext', '-layout', await write(report), '-'));
  for (const said of ['実施した対応とお客様の同意', 'ホストの隔離', '山田花子（メールのリンク）', '203.0.113.7'])
    assert.ok(text.replace(/\s/g, '').includes(said), said);
});
