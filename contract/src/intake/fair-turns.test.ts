import assert from 'node:assert/strict';
import test from 'node:test';
import { FairTurns } from './fair-turns.ts';
import { udpDrops } from './udp-drops.ts';

test('senders are served in turn: one that floods does not stand before the others', async () => {
  const turns = new FairTurns(1);
  const served: string[] = [];
  const work = (sender: string) =>
    turns.run(sender, async () => {
      await Promise.resolve();
      served.push(sender);
    });
  await Promise.all([...Array.from({ length: 6 }, () => work('flood')), work('a'), work('b'), work('a')]);
  assert.deepEqual(served, ['flood', 'flood', 'a', 'b', 'flood', 'a', 'flood', 'flood', 'flood']);
});

test('no more at one time than there are slots; a failure gives its slot on', async () => {
  const turns = new FairTurns(2);
  let [running, most] = [0, 0];
  const all = Array.from({ length: 20 }, (_, index) =>
    turns.run(`s${index % 3}`, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((done) => setImmediate(done));
      running -= 1;
      if (index % 4 === 0) throw new Error('no');
    }),
  );
  const results = await Promise.allSettled(all);
  assert.deepEqual([most, results.filter(({ status }) => status === 'rejected').length], [2, 5]);
});

test('where the kernel tells nothing, nothing is said', async () => {
  assert.equal(await udpDrops(514, '/nonexistent'), undefined);
});
