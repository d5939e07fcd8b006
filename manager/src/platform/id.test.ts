import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Id } from '@sakimori/contract';
import { ManualClock } from './clock.ts';
import { newId } from './id.ts';

test('ids are UUIDs of version 7, ordered by the clock and, while it stands still, by their making', () => {
  const clock = new ManualClock('2026-11-23T10:00:00.123Z');
  const ids = Array.from({ length: 20_000 }, () => newId(clock));
  clock.advance(1);
  ids.push(newId(clock));
  assert.deepEqual(ids, [...ids].sort());
  assert.equal(new Set(ids).size, ids.length);
  for (const id of [ids[0]!, ids.at(-1)!]) {
    assert.ok(Id.safeParse(id).success);
    assert.equal(id[14], '7');
  }
  assert.equal(Number.parseInt(ids[0]!.replace('-', '').slice(0, 12), 16), Date.parse('2026-11-23T10:00:00.123Z'));
});

test('two clocks that take turns still give every id once', () => {
  const clocks = [new ManualClock('2026-11-23T10:00:00Z'), new ManualClock('2027-01-01T00:00:00Z')];
  const ids = Array.from({ length: 20_000 }, (_, index) => newId(clocks[index % 2]!));
  assert.equal(new Set(ids).size, ids.length);
});
