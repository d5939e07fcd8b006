import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlertDetail } from '@sakimori/contract';
import { applyStep } from './triage-step.ts';

const alert = {
  id: '0190a5c0-0000-7000-8000-000000000001',
  state: 'open',
  steps: [],
} as unknown as AlertDetail;

test('a step changes the state before the manager has answered, never the history', () => {
  const closed = applyStep(alert, { kind: 'closed', closing: 'false_positive', note: '' });
  assert.equal(closed.state, 'closed');
  assert.equal(closed.closing, 'false_positive');
  assert.equal(applyStep(alert, { kind: 'acknowledged', note: '' }).state, 'acknowledged');
  assert.equal(applyStep(alert, { kind: 'noted', note: 'seen' }), alert);
  assert.deepEqual(closed.steps, []);
});

test('reopening takes the close away', () => {
  const closed = { ...alert, state: 'closed', closing: 'handled', closedAt: '2026-11-23T10:00:00.000Z' } as AlertDetail;
  const open = applyStep(closed, { kind: 'reopened', note: 'again' });
  assert.equal(open.state, 'open');
  assert.ok(!('closing' in open) && !('closedAt' in open));
});
