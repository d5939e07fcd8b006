import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { patience } from '../../../../test/patience.ts';
import { compilePattern, patternFault } from './pattern.ts';

test('an expression must match the whole text', () => {
  const cases: [source: string, text: string, expected: boolean][] = [
    ['web-\\d+', 'web-01', true],
    ['web-\\d+', 'my-web-01', false],
    ['.*Windows.*', 'Microsoft Windows 2003', true],
    ['.+', '', false],
    ['^$', '', true],
    ['', '', true],
    ['', 'x', false],
    ['FIN-\\d+|RD-\\w+', 'RD-ABCD', true],
    ['(?i)WEB', 'web', true],
    ['会計.*', '会計サーバ', true],
    ['.', '😀', true],
  ];
  for (const [source, text, expected] of cases)
    assert.equal(compilePattern(source)(text), expected, `${source} ${text}`);
});

test('what cannot run in linear time, or is too large, is refused with a sentence', () => {
  for (const source of ['(?=a)b', '(?<!a)b', '(a)\\1', '(', '[', 'a{1001}', '((a{100}){100}){100}', 'x'.repeat(1001)])
    assert.match(String(patternFault(source)), /regular expression|too large|at most/, source.slice(0, 40));
  assert.equal(patternFault('.*'), undefined);
});

test('no expression that is taken stalls the manager, whatever it is matched with', () => {
  const nasty = ['(a+)+$', '(a|a)*b', '(.*)*(.*)*(.*)*c', '(a?){500}a{500}', '(x+x+)+y', '((a*)*)*b', '.*.*.*.*.*.*z'];
  for (const source of nasty.filter((one) => patternFault(one) === undefined)) {
    const matches = compilePattern(source);
    const startedMs = performance.now();
    for (const letter of ['a', 'x', ' ']) matches(letter.repeat(1_000_000));
    assert.ok(performance.now() - startedMs < patience(500), source);
  }
});

/** Expressions of the plain part of the language, on which all engines agree. */
const plain = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, tie('letter'), tie('both'), tie('either'), tie('some')),
  letter: fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d'),
  both: fc.tuple(tie('any'), tie('any')).map(([one, other]) => `${String(one)}${String(other)}`),
  either: fc.tuple(tie('any'), tie('any')).map(([one, other]) => `(${String(one)}|${String(other)})`),
  some: fc.tuple(tie('any'), fc.constantFrom('*', '+', '?', '{2}')).map(([one, times]) => `(${String(one)})${times}`),
})).any;

test('it agrees with the language’s own engine on plain expressions', () => {
  fc.assert(
    fc.property(plain as fc.Arbitrary<string>, fc.stringMatching(/^[ab1]{0,8}$/), (source, text) => {
      assert.equal(compilePattern(source)(text), new RegExp(`^(?:${source})$`, 's').test(text));
    }),
  );
});
