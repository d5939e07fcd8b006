import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { z } from 'zod';
import { compileOsMatch, compileOsRegex, compilePcre2, PatternFault, Subject } from './index.ts';

/**
 * What OSSEC 4.3's matching, with PCRE2 10.42, said of patterns and texts of ours. `endBytes` counts bytes of UTF-8; `OS_Match` says no place.
 */
const Verdict = z.strictObject({
  language: z.enum(['os-match', 'os-regex', 'pcre2']),
  pattern: z.string(),
  text: z.string(),
  refused: z.literal(true).optional(),
  found: z
    .strictObject({ endBytes: z.number().optional(), captures: z.array(z.string()) })
    .nullable()
    .optional(),
});
const verdicts = z.array(Verdict).parse(JSON.parse(readFileSync(join(import.meta.dirname, 'verdicts.json'), 'utf8')));

const compilers = {
  'os-match': compileOsMatch,
  'os-regex': compileOsRegex,
  pcre2: (source: string) => compilePcre2(source),
};

suite('recorded verdicts', () => {
  for (const { language, pattern, text, refused, found } of verdicts) {
    test(`${language} ${pattern} on ${JSON.stringify(text)}`, () => {
      if (refused) {
        assert.throws(() => compilers[language](pattern), PatternFault);
        return;
      }
      const compiled = compilers[language](pattern);
      const got = compiled.match(new Subject(text));
      assert.equal(compiled.test(new Subject(text)), found !== null);
      assert.deepEqual(got?.captures, found?.captures);
      if (found?.endBytes !== undefined) assert.equal(got?.end, charsOf(text, found.endBytes));
      // The same behind something else: the pattern sees nothing before the place where it begins.
      const behind = compiled.match(new Subject(`日x ${text}`), 3);
      assert.deepEqual(behind?.captures, found?.captures);
      if (got) assert.equal(behind?.end, got.end + 3);
    });
  }
});

const charsOf = (text: string, bytes: number) => Buffer.from(text).subarray(0, bytes).toString('utf8').length;

test('there are verdicts of every kind', () => {
  for (const language of ['os-match', 'os-regex', 'pcre2'] as const) {
    const own = verdicts.filter((verdict) => verdict.language === language);
    assert.ok(own.some(({ found }) => found === null) && own.filter(({ found }) => found).length > 10, language);
  }
  assert.ok(verdicts.some(({ refused }) => refused));
});
