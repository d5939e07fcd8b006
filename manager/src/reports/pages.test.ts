import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Language, Report } from '@sakimori/contract';
import { toPdf } from './pdf.ts';
import { sampleReport, zeroReport } from './sample-report.ts';

/**
 * Pages of the monthly report as pictures, compared with those that somebody looked at. A page is kept as the grey of 16 by 22 fields, a line of the file
 * each: two hexadecimal digits a field, `ff` is white. `UPDATE=1 node --test manager/src/reports/pages.test.ts` keeps what is printed now.
 */

const columns = 16;
const rows = 22;
/** In 255ths: another release of poppler smooths letters a little differently. A line of text that moves changes its fields by ten and more. */
const tolerance = 3;
/** Of the mean over all fields of a page, so that what is small everywhere is seen. */
const meanTolerance = 0.5;

const kept = join(import.meta.dirname, 'pages');
const folder = mkdtempSync(join(tmpdir(), 'sakimori-pages-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const poppler = spawnSync('pdftoppm', ['-v']).error ? 'poppler-utils is not installed' : false;

/** The pages of a report, each as its lines of fields. */
async function pagesOf(language: Language, report: Report): Promise<string[][]> {
  const of = mkdtempSync(join(folder, 'of-'));
  writeFileSync(join(of, 'report.pdf'), await toPdf(language, report));
  execFileSync('pdftoppm', ['-r', '40', '-gray', join(of, 'report.pdf'), join(of, 'page')], { stdio: 'ignore' });
  const pictures = readdirSync(of).filter((name) => name.endsWith('.pgm'));
  return pictures.sort().map((name) => fieldsOf(readFileSync(join(of, name))));
}

/** @param picture binary PGM: `P5 width height 255`, then a byte a point */
function fieldsOf(picture: Buffer): string[] {
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(picture.toString('latin1', 0, 60))!;
  const [width, height] = [Number(head[1]), Number(head[2])];
  const points = picture.subarray(head[0].length);
  const meanOf = (column: number, row: number): number => {
    const [left, right] = [column, column + 1].map((edge) => Math.floor((edge * width) / columns)) as [number, number];
    const [top, bottom] = [row, row + 1].map((edge) => Math.floor((edge * height) / rows)) as [number, number];
    let sum = 0;
    for (let y = top; y < bottom; y += 1) for (let x = left; x < right; x += 1) sum += points[y * width + x]!;
    return Math.round(sum / ((right - left) * (bottom - top)));
  };
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => meanOf(column, row).toString(16).padStart(2, '0')).join(''),
  );
}

/** @returns what differs, a line a page; nothing where the pages are alike */
function differences(pages: readonly string[][], expected: readonly string[][]): string[] {
  if (pages.length !== expected.length) return [`${pages.length} pages instead of ${expected.length}`];
  return pages.flatMap((page, index) => {
    const fields = (lines: readonly string[]) => [...Buffer.from(lines.join(''), 'hex')];
    const wanted = fields(expected[index]!);
    const apart = fields(page).map((grey, field) => grey - wanted[field]!);
    const far = apart.flatMap((by, field) => (Math.abs(by) > tolerance ? [{ field, by }] : []));
    const mean = apart.reduce((sum, by) => sum + Math.abs(by), 0) / apart.length;
    if (far.length === 0 && mean <= meanTolerance) return [];
    const where = far
      .slice(0, 5)
      .map(({ field, by }) => `row ${Math.floor(field / columns) + 1} column ${(field % columns) + 1} by ${by}`);
    return [`page ${index + 1}: ${far.length} fields differ (${where.join(', ')}), on the mean by ${mean.toFixed(2)}`];
  });
}

const samples: readonly (readonly [name: string, language: Language, report: Report])[] = [
  ['monthly-ja', 'ja', sampleReport('2026-11')],
  ['monthly-en', 'en', sampleReport('2026-11')],
  ['nothing-ja', 'ja', zeroReport('2028-02')],
];

for (const [name, language, report] of samples)
  test(`each page of ${name} looks as it did when somebody looked at it`, { skip: poppler }, async () => {
    const pages = await pagesOf(language, report);
    const path = join(kept, `${name}.json`);
    if (process.env['UPDATE']) {
      mkdirSync(kept, { recursive: true });
      writeFileSync(path, `${JSON.stringify(pages, undefined, 2)}\n`);
    }
    const found = differences(pages, JSON.parse(readFileSync(path, 'utf8')) as string[][]);
    const what = 'look at the pages; where they are as they should be: UPDATE=1 node --test';
    assert.deepEqual(found, [], `${what} manager/src/reports/pages.test.ts`);
  });

test('a page that is other than it was is found: a bar of the chart, a name, a row, a page', {
  skip: poppler,
}, async () => {
  const base = sampleReport('2026-11');
  const expected = await pagesOf('ja', base);
  assert.deepEqual(differences(await pagesOf('ja', structuredClone(base)), expected), []);
  const differ = async (change: Partial<Report>) => differences(await pagesOf('ja', { ...base, ...change }), expected);
  const noBar = base.byDay.map((day, index) => (index === 14 ? { ...day, byModule: {}, total: 0 } : day));
  for (const [what, change] of Object.entries<Partial<Report>>({
    bar: { byDay: noBar },
    name: { customerName: '株式会社みなと' },
    row: { topRules: base.topRules.slice(1) },
    page: { alerts: [] },
  }))
    assert.ok((await differ(change)).length > 0, what);
});
