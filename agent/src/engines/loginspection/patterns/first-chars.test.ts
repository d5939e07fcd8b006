import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePcre2 } from './pcre2.ts';
import { Subject } from './subject.ts';

/** Patterns whose matches begin with one character, one of several, a class, an anchor, what may be missing, or nothing at all. */
const sources = [
  'ab',
  'ab|ca|d',
  '[ab]{2}c?',
  'x?ab',
  '(?:x|y)*b',
  '(a|b)?c',
  '\\bab?',
  '^a|b$',
  'a*',
  '(?:)',
  '[^a]b',
  'é|b',
  '.c',
];

test('passing over the places where nothing can begin finds what a search everywhere finds', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...sources),
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'x', 'y', ' ', 'é', '日'), maxLength: 12 }),
      (source, text) => {
        const match = compilePcre2(source).match(new Subject(text));
        const expected = new RegExp(source, 's').exec(text);
        assert.equal(match?.end, expected ? expected.index + expected[0].length : undefined, `${source} in ${text}`);
      },
    ),
  );
});
