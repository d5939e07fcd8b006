import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { severities, severityId, severityOfId, severityOfLevel } from './severity.ts';

test('severities are OCSF’s ids 1 to 5, there and back', () => {
  assert.deepEqual(severities.map(severityId), [1, 2, 3, 4, 5]);
  for (const severity of severities) assert.equal(severityOfId(severityId(severity)), severity);
});

test('ids beyond the list become its ends', () => {
  assert.deepEqual([0, -3, 6, 99].map(severityOfId), ['informational', 'informational', 'critical', 'critical']);
});

test('OSSEC’s levels, at every edge', () => {
  const edges = {
    0: 'informational',
    3: 'informational',
    4: 'low',
    6: 'low',
    7: 'medium',
    9: 'medium',
    10: 'high',
    12: 'high',
    13: 'critical',
    16: 'critical',
  };
  for (const [level, severity] of Object.entries(edges)) assert.equal(severityOfLevel(Number(level)), severity, level);
});

test('a higher level is never a lower severity', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 0, max: 16 }), (a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      return severityId(severityOfLevel(low)) <= severityId(severityOfLevel(high));
    }),
  );
});
