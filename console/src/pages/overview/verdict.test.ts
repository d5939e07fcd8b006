import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phrase } from '@sakimori/contract';
import { judge, type Overview } from './verdict.ts';

const calm: Overview = {
  unclosed: [{ severity: 'critical', count: 0 }],
  hosts: { total: 2, connected: 2, silent: 0, drift: 0, lacking: 0 },
  detectionsToday: 0,
  detectionsByHour: [],
  mail: { waiting: 1, failed: 0 },
};

test('a calm house is called calm, with no reasons', () => {
  assert.deepEqual(judge(calm), { tone: 'good', sentence: 'console.verdict.good', reasons: [] });
});

test('S101: no verdict promises safety, in either language', () => {
  for (const key of ['start', 'bad', 'warn', 'watch', 'good', 'goodText'] as const) {
    for (const language of ['ja', 'en'] as const) {
      const text = phrase(language, `console.verdict.${key}`, { connected: 2 });
      assert.doesNotMatch(text, /安全|完全|保証|100|safe|guarantee|secure/i);
    }
  }
});

test('the worst decides the tone, and every reason is told with its count', () => {
  const verdict = judge({
    ...calm,
    unclosed: [
      { severity: 'critical', count: 1 },
      { severity: 'high', count: 2 },
      { severity: 'low', count: 4 },
    ],
    hosts: { total: 9, connected: 6, silent: 3, drift: 1, lacking: 2 },
    mail: { waiting: 0, failed: 5 },
  });
  assert.equal(verdict.tone, 'bad');
  assert.deepEqual(
    verdict.reasons.map((reason) => [reason.key.split('.').at(-1), reason.facts['count']]),
    [
      ['severe', 3],
      ['silent', 3],
      ['unclosed', 4],
      ['failed', 5],
      ['drift', 1],
      ['lacking', 2],
    ],
  );
});

test('a host that lacks a module is worth a look, a silent one needs attention', () => {
  assert.equal(judge({ ...calm, hosts: { ...calm.hosts, lacking: 1 } }).tone, 'watch');
  assert.equal(judge({ ...calm, hosts: { ...calm.hosts, silent: 1 } }).tone, 'warn');
});

test('without hosts the next step is told instead of a verdict', () => {
  assert.equal(
    judge({ ...calm, hosts: { total: 0, connected: 0, silent: 0, drift: 0, lacking: 0 } }).sentence,
    'console.verdict.start',
  );
});
