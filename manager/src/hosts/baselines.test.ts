import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type BaselineVersion, type ModuleStatus, routes } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';

const operator = actorOf('operator');
let door: TestDoor;
let accountId: string;
let agent: SimulatedAgent;

before(async () => {
  door = await startTestDoor();
  accountId = await door.makeAccount('Yamato');
  agent = await door.enrolAgent(accountId);
});
after(() => door.stop());

const version = (number: number, more: Partial<BaselineVersion> = {}): BaselineVersion => ({
  ...{ version: number, recordedAt: `2026-11-27T0${number}:00:00.000Z`, cause: 'first', rules: 'a'.repeat(64) },
  ...{ files: 10, entities: 2, seconds: 0.1, ...more },
});
const module = (baseline?: BaselineVersion): ModuleStatus => ({
  ...{ module: 'integrity', state: 'active', causes: [], figures: {} },
  ...(baseline ? { baseline } : {}),
});
const say = async (of: SimulatedAgent, ...modules: ModuleStatus[]) => {
  await of.heartbeat({ modules });
  of.kill();
  await door.sightings.flush();
};
const list = async (actor = operator, hostId = agent.hostId) =>
  (await door.service.as(actor)(routes.listBaselines, { params: { hostId } })).items;

test('versions are kept as the host says them, newest first; the same one again is the same', async () => {
  assert.deepEqual(await list(), []);
  await say(agent, module());
  const first = version(1);
  const second = version(2, { cause: 'requested', by: '山田 花子', reason: 'monthly update', digest: 'b'.repeat(64) });
  await say(agent, module(first));
  await say(agent, module(first));
  await say(agent, module(second));
  assert.deepEqual(await list(), [second, first]);
  const anew = version(1, { recordedAt: '2026-11-28T00:00:00.000Z' });
  await say(agent, module(anew));
  assert.deepEqual(
    (await list()).map(({ version: number }) => number),
    [1, 2, 1],
    'an agent that was installed anew',
  );
});

test('S41, in part: another account reads none of them', async () => {
  const other = await door.enrolAgent(await door.makeAccount('Musashi'));
  await say(other, module(version(7)));
  assert.ok((await list()).every(({ version: number }) => number !== 7));
  await refusedWith(list({ ...operator, accountId: other.accountId }), 'not_found');
  await refusedWith(list(actorOf('customer-viewer', other.accountId)), 'not_found');
  assert.equal((await list(actorOf('customer-viewer', accountId))).length, 3);
});
