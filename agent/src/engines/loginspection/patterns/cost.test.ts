import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeLength } from '@sakimori/contract/log-patterns/cost';
import { parsePcre2 } from '@sakimori/contract/log-patterns/pcre2-parse';
import { plainOptions } from '@sakimori/contract/log-patterns/pcre2-reader';
import { patience } from '../../../../../test/patience.ts';

const lengthFor = (pattern: string) => safeLength(parsePcre2(pattern, plainOptions).syntax)(1_000_000);

test('patterns whose repetitions end in one way may run on long texts', () => {
  for (const pattern of [
    '^Failed (\\S+) for (\\S+) from (\\S+) port (\\d+)$',
    '^(\\S+) \\S+ \\S+ \\[[^\\]]+\\] "(\\w+) (\\S+)',
    '^user=<(\\S+)>, method=\\S+, rip=(\\S+), lip=(\\S+)',
    '^"(?:[^"\\\\]|\\\\.)*"$',
    'no repetition at all',
  ]) {
    assert.ok(lengthFor(pattern) > 8192, `${pattern}: ${lengthFor(pattern)}`);
  }
});

test('patterns that can divide a text in many ways may not', () => {
  for (const pattern of ['^(?:a+)+$', '^(?:a|aa)+$', '(?:\\w+\\s?)*=', '(?:a{0,50}){0,60}b', '(?:.*)*x']) {
    assert.ok(lengthFor(pattern) < 64, `${pattern}: ${lengthFor(pattern)}`);
  }
  assert.ok(lengthFor('^.*a.*b.*c.*d$') < 1000);
});

test('JavaScript’s engine needs no longer than reckoned on the worst text of that length', () => {
  for (const [pattern, unit] of [
    ['^(?:\\w|_)+=', 'a'],
    ['.*.*.*=x', 'a'],
    ['(\\w+) (\\w+)=$', 'a a '],
    ['\\s+$', ' '],
    ['^(.*)a(.*)a(.*)b', 'a'],
  ] as const) {
    const length = Math.min(lengthFor(pattern), 1_000_000);
    const text = `${unit.repeat(Math.floor(length / unit.length))}`.slice(1).concat('!');
    const startMs = performance.now();
    new RegExp(pattern).test(text);
    assert.ok(performance.now() - startMs < patience(500), `${pattern} on ${length}`);
  }
});
