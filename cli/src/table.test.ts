import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, sheet, table, widthOf } from './table.ts';

test('full-width characters take two columns, marks none', () => {
  const cases: [string, number][] = [
    ['', 0],
    ['abc', 3],
    ['防人', 4],
    ['ｶﾅ', 2],
    ['カナ', 4],
    ['（株）', 6],
    ['が', 2],
    ['か\u3099', 2],
    ['e\u0301', 1],
    ['🛡️', 2],
    ['𠮷野家', 6],
    ['–', 1],
  ];
  for (const [text, width] of cases) assert.equal(widthOf(text), width, JSON.stringify(text));
});

test('columns stay aligned with Japanese and English in them, numbers to the right', () => {
  const text = table(
    [{ head: '名前' }, { head: 'n', right: true }, { head: 'x' }],
    [
      ['筑紫', '5', 'a'],
      ['web-01', '120', 'b'],
    ],
  );
  assert.equal(text, ['名前      n  x', '筑紫      5  a', 'web-01  120  b'].join('\n'));
});

test('a name from outside cannot steer the terminal', () => {
  assert.equal(plain('web\u001b[2J\u0007\r\nx\u202e'), 'web\\u001b[2J\\u0007\\u000d x\\u202e');
  assert.ok(!table([{ head: 'h' }], [['\u001b]0;pwned\u0007']]).includes('\u001b'));
  assert.ok(!sheet([['h', '\u009b31m']]).includes('\u009b'));
});

test('a sheet leaves out what has no value', () => {
  assert.equal(
    sheet([
      ['名前', 'x'],
      ['a', undefined],
      ['b', ''],
      ['c', 'y'],
    ]),
    '名前  x\nc     y',
  );
});
