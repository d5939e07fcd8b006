import assert from 'node:assert/strict';
import test from 'node:test';
import { Refusal } from '@sakimori/contract';
import { Turns } from './turns.ts';

/** Work that ends when it is told to. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { work: () => promise, resolve, reject };
}
const settled = () => new Promise((done) => setImmediate(done));

test('so much runs at once, the rest in the order of its coming, and other names beside it', async () => {
  const turns = new Turns(2, 10);
  const begun: number[] = [];
  const works = [0, 1, 2, 3].map(held);
  const results = works.map(({ work }, index) =>
    turns.run('a', () => {
      begun.push(index);
      return work();
    }),
  );
  assert.equal(await turns.run('b', async () => 'beside'), 'beside');
  assert.deepEqual(begun, [0, 1]);
  works[1]!.resolve('one');
  await settled();
  assert.deepEqual(begun, [0, 1, 2]);
  works[0]!.reject(new Error('failed'));
  await assert.rejects(results[0]!, /failed/);
  assert.deepEqual(begun, [0, 1, 2, 3], 'a failure hands its place over as well');
  works[2]!.resolve('two');
  works[3]!.resolve('three');
  assert.deepEqual(await Promise.all(results.slice(1)), ['one', 'two', 'three']);
  assert.equal(await turns.run('a', async () => 'again'), 'again');
});

test('too much that waits is refused, and what waits is not lost by it', async () => {
  const turns = new Turns(1, 1);
  const first = held();
  const running = turns.run('a', first.work);
  const waiting = turns.run('a', async () => 'waited');
  const refused = (error: unknown) => error instanceof Refusal && error.code === 'too_many_requests';
  await assert.rejects(
    turns.run('a', async () => 'never'),
    refused,
  );
  first.resolve('first');
  assert.deepEqual(await Promise.all([running, waiting]), ['first', 'waited']);
});
