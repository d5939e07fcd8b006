import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileOsMatch, Subject } from './index.ts';

const matches = (pattern: string, text: string) => compileOsMatch(pattern).test(new Subject(text));

/** The slow, obvious model: try every alternative at every place, character by character. */
function modelMatches(pattern: string, text: string): boolean {
  const lower = text.toLowerCase();
  return pattern.split('|').some((alternative) => {
    for (let start = 0; start <= lower.length; start++) {
      let at = start;
      let alive = true;
      for (const char of alternative.toLowerCase()) {
        if (char === '^') alive &&= at === 0;
        else if (char === '$') alive &&= at === lower.length;
        else alive &&= lower[at++] === char;
      }
      if (alive) return true;
    }
    return false;
  });
}

test('OS_Match answers as trying every place answers', () => {
  const chars = fc.array(fc.constantFrom('a', 'b', 'A', '.', '(', '\\', '|', '^', '$', '!', ' '), { maxLength: 6 });
  fc.assert(
    fc.property(
      chars,
      fc.array(fc.constantFrom('a', 'b', 'B', '.', '(', '\\', ' ', '!'), { maxLength: 8 }),
      (pattern, text) => {
        assert.equal(matches(pattern.join(''), text.join('')), modelMatches(pattern.join(''), text.join('')));
      },
    ),
    { numRuns: 4000 },
  );
});

test('OS_Match: the language by example', () => {
  assert.equal(matches('^sshd$|^ssh-session$', 'SSHD'), true);
  assert.equal(matches('^sshd$', 'sshd2'), false);
  assert.equal(matches('!root', 'user root'), false, 'an exclamation mark stands for itself');
  assert.equal(matches('!root', 'user !root'), true);
  assert.equal(matches('.jpg$|.png$', '/a.PNG'), true);
  assert.equal(matches('', 'anything'), true);
});
