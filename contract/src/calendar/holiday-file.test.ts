import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { phrase } from '../phrase.ts';
import { holidayFileBytesMax, holidaysOf, listDays, makeCalendar, readHolidayFile } from './index.ts';
import { holidayCsv, toShiftJis } from './shift-jis.ts';

/** The published form writes 「休日」 for what the law frees around a holiday. */
const days = Array.from({ length: 73 }, (_, index) => 1955 + index).flatMap((year) =>
  holidaysOf(year).map(({ date, id }): [string, string] => [
    date,
    id === 'substitute' || id === 'between' ? '休日' : phrase('ja', `holiday.${id}`),
  ]),
);
const csv = holidayCsv(days);
const utf8 = (text: string) => new TextEncoder().encode(text);
const faultsOf = (text: string | Uint8Array) =>
  readHolidayFile(typeof text === 'string' ? toShiftJis(text) : text).faults.map(({ line, code, otherLine }) =>
    otherLine === undefined ? [line, code] : [line, code, otherLine],
  );
const withLine = (number: number, line: string) =>
  csv
    .split('\r\n')
    .toSpliced(number - 1, 1, line)
    .join('\r\n');

test('S53: the published list is read in Shift_JIS, and gives the calendar that the law gives', () => {
  const { encoding, list, faults } = readHolidayFile(toShiftJis(csv));
  assert.deepEqual([encoding, faults], ['shift_jis', []]);
  assert.deepEqual([list?.firstYear, list?.lastYear, list?.days.length], [1955, 2027, days.length]);
  const listed = makeCalendar({ version: 'p1', overrides: [], holidays: list });
  assert.deepEqual(listDays(listed, '1955-01-01', '2027-12-31'), listDays(makeCalendar(), '1955-01-01', '2027-12-31'));
});

test('S53: the same list in UTF-8 is taken too, with a mark at its start, other line ends, hyphens or quotes', () => {
  const expected = readHolidayFile(toShiftJis(csv)).list;
  const quoted = csv.replace(/^(\d+)\/(\d+)\/(\d+),(.*)$/gm, '"$1-$2-$3","$4"');
  for (const text of [
    csv,
    `\ufeff${csv}`,
    csv.replaceAll('\r\n', '\n'),
    quoted,
    csv.split('\r\n').slice(1).join('\r\n'),
  ])
    assert.deepEqual(readHolidayFile(utf8(text)).list, expected);
  assert.equal(readHolidayFile(utf8(csv)).encoding, 'utf-8');
});

test('S53: what is wrong is named by its line, and nothing of the file is taken', () => {
  const cases: [line: string, code: string][] = [
    ['2026/2/30,ない日', 'no_such_date'],
    ['2027/2/29,ない日', 'no_such_date'],
    ['2026/13/1,ない日', 'no_such_date'],
    ['昭和30年1月1日,元日', 'date_form'],
    ['26/1/1,元日', 'date_form'],
    ['2026/1/1', 'columns'],
    ['2026/1/1,元日,祝日', 'columns'],
    ['2026/1/1,', 'name_missing'],
    [`2026/1/1,${'祝'.repeat(101)}`, 'name'],
    ['1954/1/1,元日', 'date_range'],
    ['2100/1/1,元日', 'date_range'],
  ];
  for (const [line, code] of cases) {
    assert.deepEqual(faultsOf(withLine(5, line)), [[5, code]], line);
    assert.equal(readHolidayFile(toShiftJis(withLine(5, line))).list, undefined);
  }
  assert.deepEqual(faultsOf(withLine(1, 'Date,Name')), [[1, 'heading']]);
});

test('S53: a date that stands twice names both lines', () => {
  assert.deepEqual(faultsOf(csv + csv.split('\r\n')[3]!), [[days.length + 2, 'duplicate', 4]]);
});

test('S53: a file that was cut, that is empty, or that is something else is refused', () => {
  const lines = csv.split('\r\n');
  const cut = `${lines
    .slice(
      0,
      lines.findIndex((line) => line.startsWith('2027/2/')),
    )
    .join('\r\n')}\r\n`;
  assert.deepEqual(faultsOf(cut), [[0, 'year_incomplete']]);
  assert.deepEqual(faultsOf(lines.filter((line) => !line.startsWith('2001/')).join('\r\n')), [[0, 'year_incomplete']]);
  assert.deepEqual(faultsOf(''), [[0, 'empty']]);
  assert.deepEqual(faultsOf(`${lines[0]}\r\n`), [[0, 'empty']]);
  assert.deepEqual(faultsOf(Uint8Array.from(Buffer.from(`\ufeff${csv}`, 'utf16le'))), [[0, 'encoding']]);
  assert.deepEqual(faultsOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0xfe)), [[0, 'encoding']]);
  const json = faultsOf(utf8('{"2026-01-01": "元日"}'));
  assert.deepEqual(json, [[1, 'heading']]);
});

test('S53: lines of a megabyte and many wrong lines end soon and say little', () => {
  assert.deepEqual(faultsOf(utf8(`${csv}${'祝'.repeat(1_000_000)}`)), [[0, 'too_large']]);
  const long = readHolidayFile(utf8(`${csv}2026/1/1,${'x'.repeat(holidayFileBytesMax - 40_000)}`));
  assert.deepEqual(long.faults, [{ line: days.length + 2, code: 'line_long', text: '2026/1/1,xxxxxxxxxxx…' }]);
  const many = readHolidayFile(utf8('2026/99/1,x\n'.repeat(40_000)));
  assert.equal(many.faults.length, 100);
});

test('S53: whatever bytes come, there is a list or there are faults, and no fault carries control characters', () => {
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 200 }).map(utf8),
    fc
      .array(fc.stringMatching(/^\d{4}\/\d{1,2}\/\d{1,2},[^\n]{0,9}$/), { maxLength: 20 })
      .map((all) => utf8(all.join('\n'))),
  );
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const { list, faults } = readHolidayFile(bytes);
      assert.notEqual(list === undefined, faults.length === 0);
      for (const { text = '' } of faults) assert.ok(text.length <= 60 && !/\p{Cc}|\p{Cf}/u.test(text));
    }),
  );
});
