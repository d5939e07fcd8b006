import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePcre2, PatternFault, Subject } from './index.ts';

const atom = fc.constantFrom(
  'a',
  'b',
  '1',
  '.',
  '\\d',
  '\\w',
  '\\s',
  '[a-c]',
  '[^ab]',
  '[\\d.]',
  '\\.',
  '\\x41',
  '[-b]',
);
const sign = fc.constantFrom('', '', '', '+', '*', '?', '{2}', '{1,3}', '{0,2}', '+?', '*?', '??', '{1,}');
const repeated = fc.tuple(atom, sign).map(([one, mark]) => one + mark);
const plain = fc.array(repeated, { minLength: 1, maxLength: 4 }).map((items) => items.join(''));
// JavaScript alone forbids an empty turn of a repeated group; Perl and PCRE2 allow it. So only groups that cannot be empty are repeated here.
const canBeEmpty = (inner: string) => new RegExp(`^(?:${inner})$`).test('');
const grouped = fc
  .tuple(plain, plain, fc.constantFrom('', '(', '(?:', '|'), fc.constantFrom('', '', '?', '*'))
  .map(([left, right, open, mark]) => {
    const inner = open === '|' ? `${left}|${right}` : left;
    if (open === '') return inner;
    return `${open === '(?:' ? open : '('}${inner})${canBeEmpty(inner) ? '' : mark}`;
  });
const patterns = fc
  .tuple(
    fc.constantFrom('', '^', '\\b'),
    fc.array(grouped, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '$', '\\B'),
  )
  .map(([begin, items, end]) => begin + items.join('') + end);
const texts = fc
  .array(fc.constantFrom('a', 'b', 'c', 'A', '1', '2', ' ', '.', '-'), { maxLength: 12 })
  .map((chars) => chars.join(''));

test('the regular part of PCRE2 finds what a backtracking engine finds', () => {
  fc.assert(
    fc.property(patterns, texts, fc.boolean(), (pattern, text, ignoreCase) => {
      const expected = new RegExp(pattern, ignoreCase ? 'di' : 'd').exec(text);
      const got = compilePcre2(pattern, { ignoreCase }).match(new Subject(text));
      assert.equal(got?.end, expected?.indices?.[0]?.[1], `${pattern} on ${text}`);
      assert.deepEqual(
        got?.captures,
        expected?.slice(1).filter((capture) => capture !== undefined),
      );
    }),
    { numRuns: 4000 },
  );
});

test('what no engine can bound is refused, with the place', () => {
  for (const pattern of [
    '(?=a)',
    '(?<!a)b',
    '(a)\\1',
    'a++',
    '(?>a)',
    '(?R)',
    'a{1,999}',
    '[z-a]',
    'a**',
    '\\pL',
    '(',
    ')',
    '[a',
  ]) {
    assert.throws(() => compilePcre2(pattern), PatternFault, pattern);
  }
});

test('nested repetitions cost no more than others', () => {
  const compiled = compilePcre2('^(?:(?:a+)+|(?:a|aa)+)+b$');
  const startMs = performance.now();
  assert.equal(compiled.test(new Subject('a'.repeat(8192))), false);
  assert.ok(performance.now() - startMs < 3000);
});

test('`(?i)` ignores case, named groups capture', () => {
  assert.deepEqual(compilePcre2('(?i)USER=(?<name>[A-Z]+)').match(new Subject('user=Taro'))?.captures, ['Taro']);
  assert.equal(compilePcre2('USER').test(new Subject('user')), false);
});
