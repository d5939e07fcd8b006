import assert from 'node:assert/strict';
import test from 'node:test';
import { judgeRows } from '../scripts/checks/conformance.ts';
import type { TestResult } from '../scripts/checks/test-file.ts';

const rows = { S1: ['一', 'one'], S1a: ['甲', 'a'], S1b: ['乙', 'b'], S2: ['二', 'two'], S3: ['三', 'three'] } as const;
const result = (state: TestResult['state'], ...names: string[]): TestResult => ({
  file: 'x.test.ts',
  database: 'bundled',
  names,
  state,
  durationMs: 1,
  ...(state === 'left out' ? { reason: 'no sshd' } : {}),
});
const states = (results: readonly TestResult[], open = {}) =>
  Object.fromEntries(Object.entries(judgeRows(rows, open, results)).map(([row, { state }]) => [row, state]));

test('a row passes when its tests pass, and fails with one of them', () => {
  const judged = states([result('passed', 'S2, S3: works'), result('failed', 'S3: breaks')]);
  assert.deepEqual(judged, { S1: 'none', S1a: 'none', S1b: 'none', S2: 'pass', S3: 'fail' });
});

test('a row with listed items passes when each of them does', () => {
  assert.equal(states([result('passed', 'S1a: works')])['S1'], 'none');
  assert.equal(states([result('passed', 'S1a: works'), result('passed', 'S1b: works')])['S1'], 'pass');
  assert.equal(states([result('passed', 'S1a: works'), result('failed', 'S1b: works')])['S1'], 'fail');
});

test('what is proved in part, left out or declared open is not proved', () => {
  assert.equal(states([result('passed', 'S2, in part: works')])['S2'], 'none');
  assert.equal(states([result('passed', 'S2: works'), result('left out', 'S2: more')])['S2'], 'none');
  assert.equal(
    judgeRows(rows, { S2: 'the other half' }, [result('passed', 'S2: works')])['S2']?.note,
    'the other half',
  );
});

test('the name of a group counts for the tests within', () => {
  assert.equal(states([result('failed', 'S2: group', 'inner')])['S2'], 'fail');
});

test('the tests within a group that names the row are counted once each, whatever database they ran on', () => {
  const inner = ['one', 'one', 'two'].map((name) => result('passed', 'about', 'S2: group', name));
  const judged = judgeRows(rows, {}, [result('passed', 'about', 'S2: group'), ...inner]);
  assert.deepEqual(judged['S2']?.tests, ['x.test.ts › about › S2: group (2 tests)']);
});

test('a row that is not in the list is an error', () => {
  assert.throws(() => states([result('passed', 'S999: works')]), /S999/);
});

test('equal results in another order give equal words', () => {
  const results = [result('passed', 'S2: a'), result('passed', 'S2: b'), result('passed', 'S3: c')];
  assert.deepEqual(judgeRows(rows, {}, results), judgeRows(rows, {}, [...results].reverse()));
});
