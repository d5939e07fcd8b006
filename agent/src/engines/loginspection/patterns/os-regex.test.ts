import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { patience } from '../../../../../test/patience.ts';
import { compileOsRegex, PatternFault, Subject } from './index.ts';

const found = (pattern: string, text: string, from = 0) => compileOsRegex(pattern).match(new Subject(text), from);

/**
 * The slow, obvious model: OSSEC 4.x itself rewrites an OS_Regex, piece by piece, into a Perl-compatible expression; JavaScript's own engine
 * then says what that expression matches. Shares nothing with the implementation.
 */
function modelMatch(pattern: string, text: string): { end: number; captures: string[] } | undefined {
  const pieces: Record<string, string> = {
    '\\p': '[()*+,.:;<=>?\\[\\]!"\'#%&$|{}\\-]',
    '\\s': '[ ]',
    '\\W': '[^A-Za-z0-9@_\\-]',
    '\\w': '[A-Za-z0-9@_\\-]',
    '\\d': '[0-9]',
    '\\D': '[^0-9]',
    '\\S': '[^ ]',
    '\\.': '(?:.|\\n)',
    $: '(?!\\n)$',
  };
  let converted = '';
  for (let at = 0; at < pattern.length; ) {
    const char = pattern[at]!;
    const two = pattern.slice(at, at + 2);
    if ((char === '+' || char === '*') && pattern[at - 2] === '\\') {
      const last = /^\)*(\||$)/.test(pattern.slice(at + 1));
      converted += last ? char : `${char}?`;
      at += 1;
    } else if (pieces[two] !== undefined || char === '\\') {
      converted += pieces[two] ?? two;
      at += 2;
    } else {
      converted += pieces[char] ?? ('.[]{}+?*'.includes(char) ? `\\${char}` : char);
      at += 1;
    }
  }
  const result = new RegExp(converted, 'di').exec(text);
  if (!result) return undefined;
  return { end: result.indices![0]![1], captures: result.slice(1).filter((capture) => capture !== undefined) };
}

const atom = fc.constantFrom(
  'a',
  'B',
  '1',
  ' ',
  '.',
  '+',
  ':',
  '-',
  '\\w',
  '\\d',
  '\\s',
  '\\S',
  '\\p',
  '\\.',
  '\\W',
  '\\D',
  '\\(',
  '\\$',
  '\\t',
);
const repeated = fc
  .tuple(atom, fc.constantFrom('', '', '+', '*'))
  .map(([one, sign]) => (one.startsWith('\\') ? one + sign : one));
const plain = fc.array(repeated, { minLength: 1, maxLength: 5 }).map((items) => items.join(''));
const grouped = fc.tuple(plain, fc.boolean()).map(([text, group]) => (group ? `(${text})` : text));
const branch = fc
  .tuple(fc.constantFrom('', '', '^'), fc.array(grouped, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '', '$'))
  .map(([begin, items, end]) => begin + items.join('') + end);
const patterns = fc.array(branch, { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|'));
const texts = fc.array(fc.constantFrom('a', 'b', 'A', '1', '2', ' ', '.', '+', ':', '-', '(', '$', '\t', 'é', '@'), {
  maxLength: 14,
});

test('OS_Regex finds what the expression that OSSEC makes of it finds, with the same captures', () => {
  fc.assert(
    fc.property(patterns, texts, (pattern, chars) => {
      const text = chars.join('');
      assert.deepEqual(found(pattern, text), modelMatch(pattern, text), `${pattern} on ${JSON.stringify(text)}`);
    }),
    { numRuns: 4000 },
  );
});

test('OS_Regex: the language by example', () => {
  assert.deepEqual(
    found('^Failed \\S+ for (\\S+) from (\\S+) port \\d+', 'Failed password for root from 192.0.2.1 port 22')?.captures,
    ['root', '192.0.2.1'],
  );
  assert.deepEqual(found('FAILED', 'it failed')?.end, 9);
  assert.equal(found('a.c', 'abc'), undefined, 'a dot is a dot');
  assert.deepEqual(found('user=(\\S*) ', 'user= x')?.captures, ['']);
  assert.deepEqual(found('(\\d+)|(\\w+)', 'abc')?.captures, ['abc'], 'a group without part leaves no gap');
  assert.equal(found('^b', 'ab', 1)?.end, 2, 'the offset is the beginning');
  assert.deepEqual(found('(\\.+)', '😀x')?.captures, ['😀x']);
});

test('OS_Regex: a wrong pattern is refused with the place', () => {
  for (const [pattern, at] of [
    ['ab\\q', 2],
    ['(ab', 0],
    ['ab)', 2],
    ['\\', 0],
  ] as const) {
    assert.throws(
      () => compileOsRegex(pattern),
      (error) => error instanceof PatternFault && error.at === at,
    );
  }
  assert.throws(() => compileOsRegex('a'.repeat(2049)), PatternFault);
});

test('OS_Regex: no pattern and no line of 8 KiB can stall the agent', () => {
  const hostile = [
    [`${'\\S+'.repeat(20)}!`, 'a'.repeat(8192)],
    [`${'\\.*\\w+'.repeat(30)}$`, `${'ab '.repeat(2730)}:`],
    ['\\.+ \\.+ \\.+ \\.+ \\.+ \\.+ x$', ' a'.repeat(4096)],
  ] as const;
  for (const [pattern, line] of hostile) {
    const compiled = compileOsRegex(pattern);
    const startMs = performance.now();
    compiled.test(new Subject(line));
    assert.ok(performance.now() - startMs < patience(3000), pattern);
  }
});
