import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { ownOperations } from '../../../test/changes-desk.ts';
import { actorOf } from '../../../test/service.ts';
import { BackendFault, Backends } from './index.ts';

const by = { actor: actorOf('operator'), reason: 'a test' };
let door: TestDoor;
let backends: Backends;
let [yamato, musashi] = ['', ''];

before(async () => {
  door = await startTestDoor();
  [yamato, musashi] = [await door.makeAccount('Yamato'), await door.makeAccount('Musashi')];
  backends = new Backends(ownOperations(door.platform));
});
after(() => door.stop());

const make = async (accountId: string, name: string) => {
  const backend = await backends.of(accountId);
  return (await backend.perform('createPolicy', by, { body: { name } }))['ID'] as number;
};
const failsWith = (work: Promise<unknown>, status: number) =>
  assert.rejects(work, (error) => error instanceof BackendFault && error.status === status && error.message !== '');

test('the own backend reads and changes an account by operations of the public API, in the name of a person and with a reason', async () => {
  const backend = await backends.of(yamato);
  assert.deepEqual([backend.kind, backend.accountId], ['own', yamato]);
  const policyID = await make(yamato, 'Made');
  const params = { policyID };
  const changed = await backend.perform('modifyPolicy', by, { params, body: { firewall: { state: 'on' } } });
  assert.equal((changed['firewall'] as { state: string }).state, 'on');
  const own = await backend.perform('describePolicy', by, { params, query: { overrides: 'true' } });
  assert.deepEqual([own['name'], own['ID']], ['Made', policyID]);
  const { policies } = await backend.perform('listPolicies', by);
  assert.ok((policies as { ID: number }[]).some(({ ID }) => ID === policyID));
  assert.deepEqual(await backend.perform('deletePolicy', by, { params }), {});
  await failsWith(backend.perform('describePolicy', by, { params }), 404);
});

test('what cannot be is a fault with the status and sentence of the API', async () => {
  const backend = await backends.of(yamato);
  await failsWith(backend.perform('noSuchOperation', by), 404);
  await failsWith(backend.perform('describePolicy', by, { params: { policyID: 999_999 } }), 404);
  await failsWith(backend.perform('createPolicy', by, { body: {} }), 400);
  await failsWith(backend.perform('createPolicy', by, { body: { name: 'x', parentID: 'not a number' } }), 400);
  await failsWith(backend.perform('describePolicy', by, { params: { policyID: 'x' } }), 400);
});

test('S41, in part: what is asked of one account reaches nothing of another', async () => {
  const theirs = await make(musashi, 'Theirs');
  const [mine, other] = [await backends.of(yamato), await backends.of(musashi)];
  const params = { policyID: theirs };
  const found = await mine.perform('describePolicy', by, { params }).then(
    ({ name }) => name,
    (error: BackendFault) => error.status,
  );
  assert.notEqual(found, 'Theirs');
  await mine.perform('modifyPolicy', by, { params, body: { description: 'mine' } }).catch(() => undefined);
  const { name, description = '' } = await other.perform('describePolicy', by, { params });
  assert.deepEqual([name, description], ['Theirs', '']);
  // Whether there is such an account was checked before; where there is none, nothing of another one is read.
  const nobody = await (await backends.of('019ab000-0000-7000-8000-00000000aaaa')).perform('listPolicies', by);
  assert.ok(!JSON.stringify(nobody).includes('Theirs'));
});
