import assert from 'node:assert/strict';
import test from 'node:test';
import { Detection } from './detection.ts';

const valid = {
  id: '01a20a31-5566-7012-8eda-7743074b687b',
  accountId: '01a20a31-5566-7012-8eda-7743074b687c',
  hostId: '01a20a31-5566-7012-8eda-7743074b687d',
  occurredAt: '2026-11-24T01:00:00.000Z',
  module: 'integrity',
  kind: 'file.modified',
  rule: { id: 'etc', name: 'System files' },
  severity: 'medium',
  title: 'File changed',
  mode: 'detect',
  action: 'observed',
  actionResult: 'none',
};
const takes = (change: Record<string, unknown>): boolean => Detection.safeParse({ ...valid, ...change }).success;

test('the smallest detection is taken as it is', () => {
  assert.deepEqual(Detection.parse(valid), valid);
});

test('what it must carry cannot be left out', () => {
  for (const name of Object.keys(valid)) assert.equal(takes({ [name]: undefined }), false, name);
});

test('every text has an end', () => {
  const long = 'x'.repeat(100_000);
  const places: Record<string, unknown>[] = [
    { title: long },
    { subject: long },
    { kind: `file.${long}` },
    { rule: { id: long, name: 'x' } },
    { rule: { id: 'x', name: long } },
    { process: { path: long } },
    { process: { commandLine: long } },
    { user: { name: long } },
    { source: { address: long } },
    { destination: { address: '::1', name: long } },
    { file: { path: long } },
    { file: { path: '/x', after: { type: 'file', owner: long } } },
  ];
  for (const place of places) assert.equal(takes(place), false, JSON.stringify(place).slice(0, 60));
});

test('times are UTC instants, ids are UUIDs, kinds are dotted words', () => {
  for (const occurredAt of ['2026-11-24', '2026-11-24T01:00:00+09:00', 'yesterday', '', 0])
    assert.equal(takes({ occurredAt }), false);
  for (const id of ['', '1', "'; drop table", '01a20a31-5566-7012-8eda-7743074b687'])
    assert.equal(takes({ id }), false);
  for (const kind of ['file', 'File.modified', 'file.', '.file', 'file modified', 'file.modified\n'])
    assert.equal(takes({ kind }), false);
});

test('words outside the lists are refused', () => {
  for (const change of [
    { module: 'applicationcontrol' },
    { severity: 'urgent' },
    { mode: 'both' },
    { action: 'thrown' },
    { actionResult: 'maybe' },
  ])
    assert.equal(takes(change), false, JSON.stringify(change));
});

test('numbers stay within what they count', () => {
  assert.equal(takes({ source: { address: '203.0.113.9', port: 65_536 } }), false);
  assert.equal(takes({ source: { address: '203.0.113.9', port: 22 } }), true);
  assert.equal(takes({ file: { path: '/x', after: { type: 'file', sizeBytes: -1 } } }), false);
});

test('fields that nobody declared are dropped', () => {
  assert.equal('evil' in Detection.parse({ ...valid, evil: 'x' }), false);
});
