import assert from 'node:assert/strict';
import test from 'node:test';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { patience } from '../../../../test/patience.ts';
import { AccountConfiguration } from '../../configuration/index.ts';
import { Matcher } from './matcher.ts';
import { subjectOf } from './subject.ts';

const type = 'agent-initiated-activation';
const viewWith = (tasks: readonly ApiObject[]) =>
  new AccountConfiguration(
    crypto.randomUUID(),
    1,
    tasks.map((data, index) => ({ kind: 'EventBasedTask', id: index + 1, data: { type, ...data } })),
  );

test('conditions that would take minutes are given up in time, and nothing is done by them', () => {
  const costly = Array.from({ length: 100 }, (_, index) => ({ field: 'hostname', value: `(?:a?){${900 + index}}` }));
  const view = viewWith(Array.from({ length: 50 }, (_, index) => ({ name: `task ${index}`, conditions: costly })));
  const matcher = new Matcher(view, type);
  const subject = subjectOf(view, { hostName: 'a'.repeat(254) });
  const startedMs = performance.now();
  assert.deepEqual(matcher.matching(subject), []);
  assert.ok(performance.now() - startedMs < patience(1000), `${performance.now() - startedMs} ms for one computer`);
  assert.equal(matcher.isExhausted, true);
  for (let computer = 0; computer < 200; computer++) matcher.matching(subject);
  assert.ok(performance.now() - startedMs < patience(6000), `${performance.now() - startedMs} ms for all`);
});

test('conditions that are quick are all tried, and a task without any is for every computer', () => {
  const view = viewWith([
    { name: 'b', conditions: [{ field: 'hostname', value: 'web-.*' }] },
    { name: 'a', conditions: [] },
    { name: 'c', conditions: [{ field: 'hostname', value: 'db-.*' }] },
    { name: 'd', enabled: false, conditions: [] },
  ]);
  const matcher = new Matcher(view, type);
  const names = matcher.matching(subjectOf(view, { hostName: 'web-1' })).map(({ name }) => name);
  assert.deepEqual([names, matcher.isExhausted], [['a', 'b'], false]);
});
