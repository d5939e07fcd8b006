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
  .tuple(plain, plain, fc.constantFrom('', '(', '(?:', '|', '(?=', '(?!'), fc.constantFrom('', '', '?', '*'))
  .map(([left, right, open, mark]) => {
    const inner = open === '|' ? `${left}|${right}` : left;
    if (open === '') return inner;
    const isLook = open === '(?=' || open === '(?!';
    return `${open === '|' ? '(' : open}${inner})${isLook || canBeEmpty(inner) ? '' : mark}`;
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

/** A reference to a group that nothing needs: no pattern with one is given to JavaScript's engine. */
const byOurEngine = (pattern: string) => `(?:${pattern})(?:\\b|\\B)(?:|(?!())\\1)`;

test('PCRE2 finds what a backtracking engine finds, by JavaScript’s engine and by ours', () => {
  fc.assert(
    fc.property(patterns, texts, fc.boolean(), (pattern, text, ignoreCase) => {
      const expected = new RegExp(pattern, ignoreCase ? 'di' : 'd').exec(text);
      for (const source of [pattern, byOurEngine(pattern)]) {
        if (source !== pattern && /\((?!\?)/.test(pattern)) continue;
        const got = compilePcre2(source, { ignoreCase }).match(new Subject(text));
        assert.equal(got?.end, expected?.indices?.[0]?.[1], `${source} on ${text}`);
        assert.deepEqual(
          got?.captures,
          expected?.slice(1).filter((capture) => capture !== undefined),
        );
      }
    }),
    { numRuns: 4000 },
  );
});

test('a pattern that cannot be is refused, with the place', () => {
  for (const [pattern, at] of [
    ['a**', 2],
    ['a(?R)', 1],
    ['(?(1)a)', 0],
    ['(*SKIP)', 0],
    ['ab{3,2}', 2],
    ['a(', 1],
    ['a)', 1],
    ['a[b', 1],
    ['日本[z-a]', 4],
    ['(?<=a+)b', 0],
    ['\\1', 0],
    ['^*', 1],
    ['\\i', 0],
    ['(?:a{9}){9999}', 0],
    ['', 0],
  ] as const) {
    assert.throws(
      () => compilePcre2(pattern),
      (error) => error instanceof PatternFault && error.at === at,
      pattern,
    );
  }
});

test('case counts for nothing unless the pattern brings it back', () => {
  assert.deepEqual(compilePcre2('USER=(?<name>[A-Z]+)').match(new Subject('user=Taro'))?.captures, ['Taro']);
  assert.equal(compilePcre2('(?-i)USER').test(new Subject('user')), false);
  assert.equal(compilePcre2('USER', { ignoreCase: false }).test(new Subject('user')), false);
});
