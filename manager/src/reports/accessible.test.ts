import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Language, Report } from '@sakimori/contract';
import { altTextsOf, faultsOf } from '../../../test/pdf-accessibility.ts';
import { Pdf } from '../../../test/pdf-reader.ts';
import { toPdf } from './pdf.ts';
import { sampleReport, zeroReport } from './sample-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'sakimori-pdf-ua-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const poppler = spawnSync('pdftotext', ['-v']).error ? 'poppler-utils is not installed' : false;

type Sample = { readonly language: Language; readonly report: Report; readonly path: string; readonly content: Buffer };
const samples: Sample[] = [];
before(async () => {
  for (const language of ['ja', 'en'] as const)
    for (const report of [sampleReport('2026-11'), zeroReport('2028-02')]) {
      const content = await toPdf(language, report);
      const path = join(folder, `${language}-${report.period}.pdf`);
      writeFileSync(path, content);
      samples.push({ language, report, path, content });
    }
});
const run = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: 'utf8' });

test('S89: the monthly PDF has every font embedded, gives its Japanese back intact, and has no fault that PDF/UA-1 names and a program can find', {
  skip: poppler,
}, () => {
  for (const { language, path, content } of samples) {
    const fonts = run('pdffonts', path).trim().split('\n').slice(2);
    assert.ok(fonts.length > 0);
    for (const font of fonts) assert.match(font, /CID TrueType +Identity-H +yes yes yes/);
    const text = run('pdftotext', path, '-').replace(/\s+/g, '');
    const said = language === 'ja' ? ['月次レポート', '攻撃レポート', 'ご留意事項'] : ['Monthlyreport'];
    for (const words of [...said, '株式会社みなと物流', '本番環境'])
      assert.ok(text.includes(words), `${path}: ${words}`);
    assert.ok(!text.includes('\ufffd'));
    assert.deepEqual(faultsOf(content), [], path);
    const pdf = new Pdf(content);
    assert.equal(pdf.textOf(pdf.catalog.get('/Lang')), language);
  }
});

test('S89: every chart has its figures in words, in the language of the report', () => {
  for (const { language, report, content } of samples.filter((sample) => sample.report.total > 0)) {
    const alts = altTextsOf(content);
    assert.equal(alts.length, 4);
    for (const alt of alts) assert.match(alt, language === 'ja' ? /[ぁ-ん]/ : /^[A-Z]/);
    const busiest = Math.max(...report.byDay.map(({ count }) => count));
    assert.ok(alts[0]?.includes(String(busiest)), String(alts[0]));
  }
});

test('the check finds what is wrong: a document with one thing taken away has that fault', () => {
  const { content } = samples[0]!;
  const without = (what: string | RegExp, other: string) => {
    const text = content.toString('latin1');
    const changed = text.replace(what, (found) => other.padEnd(found.length).slice(0, found.length));
    assert.notEqual(changed, text, String(what));
    return faultsOf(Buffer.from(changed, 'latin1'));
  };
  assert.deepEqual(without('/Lang (ja)', '/Lang ()'), ['no language']);
  assert.deepEqual(without('/Marked true', '/Marked null'), ['not tagged']);
  assert.deepEqual(without('/DisplayDocTitle true', '/DisplayDocTitle null'), ['the title is not shown']);
  assert.deepEqual(without('<pdfuaid:part>1<', '<pdfuaid:part>0<'), ['does not say that it is PDF/UA-1']);
  assert.deepEqual(without('<dc:title>', '<dc:other>'), ['no title']);
  assert.deepEqual(without('/Alt ', '/Not '), ['a figure without words']);
  assert.deepEqual(without('/Scope ', '/Other '), ['a head of a table that does not say of what']);
  assert.match(without('/FontFile2 ', '/FontNone2 ').join(), /^not embedded: /);
  assert.match(without('/ToUnicode ', '/ToNothing ').join(), /^no way back to characters: /);
  assert.deepEqual(without('/S /H2\n', '/S /H4\n'), ['a step is left out before H4']);
  assert.deepEqual(without(/\/K \[10 /, '/K [11 '), ['what is painted is not what is read out']);
  assert.deepEqual(without('/Tabs /S', '/Tabs /R'), ['keys do not follow the structure']);
  assert.deepEqual(without(/\/Contents </, '/Nothing  <'), ['a link without words']);
});
