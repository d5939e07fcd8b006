import assert from 'node:assert/strict';
import test from 'node:test';
import type { HostRule } from '@sakimori/contract';
import { countOf, inStandingOrder, previewOf } from './standings.ts';

const rule = (id: number, standing: HostRule['standing'], inherited = false): HostRule => ({
  ...{ id, name: `R${id}`, standing, inherited, reasons: [] },
  assigned: standing === 'standard' || standing === 'deviation',
});
const rules = [
  rule(1, 'left_out'),
  rule(2, 'standard'),
  rule(3, 'deviation', true),
  rule(4, 'deviation'),
  rule(5, 'missing'),
];
const idsOf = (some: readonly HostRule[]) => some.map(({ id }) => id);

test('what asks for a decision comes first', () => {
  assert.deepEqual(idsOf(inStandingOrder(rules)), [5, 3, 4, 2, 1]);
  assert.equal(countOf(rules, 'deviation'), 2);
});

test('the standard adds what is missing and takes away what deviates, except where the policy assigns it', () => {
  const { added, removed, staying } = previewOf({ module: 'logInspection', state: 'on', rules });
  assert.deepEqual([idsOf(added), idsOf(removed), idsOf(staying)], [[5], [4], [3]]);
});
