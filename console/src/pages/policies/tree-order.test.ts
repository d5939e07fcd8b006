import assert from 'node:assert/strict';
import test from 'node:test';
import type { PolicyBranch } from '@sakimori/contract';
import { inTreeOrder } from './tree-order.ts';

const policy = (number: number, parentNumber?: number): PolicyBranch => ({
  ...{ id: `id-${number}`, accountId: 'a', name: `P${number}`, version: 1, hostCount: 0, updatedAt: '', number },
  ...(parentNumber === undefined ? {} : { parentNumber }),
  ...{ description: '', modules: [] },
});

test('every policy stands after the one above it, as deep as it is, and none is lost', () => {
  const placed = inTreeOrder([policy(1), policy(2, 1), policy(101), policy(102, 2), policy(103, 1), policy(104, 999)]);
  assert.deepEqual(
    placed.map(({ policy: { number }, depth, parent }) => [number, depth, parent?.number]),
    [
      [1, 0, undefined],
      [2, 1, 1],
      [102, 2, 2],
      [103, 1, 1],
      [101, 0, undefined],
      [104, 0, undefined],
    ],
  );
});
