import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Role, routes } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../../test/agents-door.ts';
import { actorOf } from '../../../../test/service.ts';
import { workloadApiRoom } from '../index.ts';
import { Authenticator } from './authenticate.ts';

/** Keys of the API by the service's own routes; what they open is asked of the door that takes them. */
const operator = actorOf('operator');
const dayMs = 86_400_000;
let door: TestDoor;
let accountId: string;

before(async () => {
  door = await startTestDoor({
    rooms: (platform) => [
      workloadApiRoom(platform, { address: () => 'https://desk.example:7303', certificateAuthority: 'PEM' }),
    ],
  });
  accountId = await door.makeAccount('Yamato');
});
after(() => door.stop());

const call = () => door.service.as(operator);
const params = () => ({ accountId });
const list = () => call()(routes.listWorkloadKeys, { params: params() });
const create = (name: string, more: { roleId?: number; expiresAt?: string } = {}) =>
  call()(routes.createWorkloadKey, { params: params(), body: { name, roleId: 1, ...more } });
const enter = (secret: string) => new Authenticator(door.platform).callerOf({ 'api-secret-key': secret });
const refusedAtDoor = (secret: string, status: number) =>
  assert.rejects(enter(secret), (error: { status?: number }) => error.status === status);

test('the address of the API is told with the authority that its clients must trust', async () => {
  const told = await call()(routes.getWorkloadSecurity);
  assert.deepEqual([told.address, told.certificateAuthority], ['https://desk.example:7303/api', 'PEM']);
  assert.equal(told.requestsPerMinute, door.platform.config.SAKIMORI_API_REQUESTS_PER_MINUTE);
});

test('a key is made with a role by its name, opens the door of its account, and its secret is shown once', async () => {
  const { items, roles } = await list();
  assert.deepEqual(items, []);
  assert.deepEqual(
    roles.map(({ id, name, nameJa }) => [id, name, nameJa]),
    [
      [1, 'Full Access', 'フルアクセス'],
      [2, 'Auditor', '監査者'],
    ],
  );
  const { secret, ...key } = await create('terraform', { roleId: 2 });
  assert.deepEqual([key.role.name, key.state, key.lastUsedAt], ['Auditor', 'active', undefined]);
  const caller = await enter(secret);
  assert.deepEqual([caller.accountId, caller.keyId, caller.role['ID']], [accountId, key.id, 2]);
  const after = await list();
  assert.equal(after.items[0]!.lastUsedAt, door.platform.clock.now().toISOString());
  assert.ok(!JSON.stringify(after).includes(secret));
});

test('a new secret ends the one before at once', async () => {
  const { id, secret } = await create('renewed');
  const renewed = await call()(routes.renewWorkloadKey, { params: { accountId, apiKeyId: id } });
  await refusedAtDoor(secret, 401);
  assert.equal((await enter(renewed.secret)).keyId, id);
});

test('a locked key is refused until it is unlocked; a deleted one for good', async () => {
  const { id, secret } = await create('locked');
  const key = { params: { accountId, apiKeyId: id } };
  assert.equal((await call()(routes.lockWorkloadKey, key)).state, 'locked');
  await refusedAtDoor(secret, 403);
  assert.equal((await call()(routes.unlockWorkloadKey, key)).state, 'active');
  assert.equal((await enter(secret)).keyId, id);
  await call()(routes.deleteWorkloadKey, key);
  await refusedAtDoor(secret, 401);
  await refusedWith(call()(routes.deleteWorkloadKey, key), 'not_found');
  await refusedWith(call()(routes.renewWorkloadKey, key), 'not_found');
});

test('a key expires at its time; an end that has passed is refused', async () => {
  const expiresAt = new Date(door.platform.clock.now().getTime() + dayMs).toISOString();
  const { id, secret } = await create('short', { expiresAt });
  assert.equal((await enter(secret)).keyId, id);
  door.platform.clock.advance(dayMs);
  assert.equal((await list()).items.find((key) => key.id === id)?.state, 'expired');
  await refusedAtDoor(secret, 403);
  await refusedWith(create('past', { expiresAt }), 'malformed');
});

test('a name is taken once, and a role must be there', async () => {
  await create('twice');
  await refusedWith(create('twice'), 'already_exists');
  await refusedWith(create('nobody', { roleId: 999 }), 'not_found');
});

test('every deed is in the audit of the account, by whom, and never with a secret', async () => {
  const { secret, id } = await create('noted');
  await call()(routes.lockWorkloadKey, { params: { accountId, apiKeyId: id } });
  const { items } = await door.service.as(actorOf('provider-admin'))(routes.listAudit, {
    query: { accountId, target: `apikey:${id}` },
  });
  assert.deepEqual(
    items.map(({ action, actorName }) => [action, actorName]),
    [
      ['apikey.modified', 'A operator'],
      ['apikey.created', 'A operator'],
    ],
  );
  assert.ok(!JSON.stringify(items).includes(secret));
});

test('S41: the other tenant neither sees nor changes a key; an account that is not there is not there', async () => {
  const other = await door.makeAccount('Musashi');
  const { id } = await create('ours');
  const stranger = door.service.as(actorOf('customer-admin', other));
  await refusedWith(stranger(routes.listWorkloadKeys, { params: params() }), 'not_found');
  const bound = door.service.as({ ...operator, accountId: other });
  await refusedWith(bound(routes.renewWorkloadKey, { params: { accountId, apiKeyId: id } }), 'not_found');
  await refusedWith(bound(routes.renewWorkloadKey, { params: { accountId: other, apiKeyId: id } }), 'not_found');
  const body = { name: 'x', roleId: 1 };
  await refusedWith(bound(routes.createWorkloadKey, { params: params(), body }), 'not_found');
  const nowhere = '00000000-0000-4000-8000-000000000000';
  await refusedWith(call()(routes.listWorkloadKeys, { params: { accountId: nowhere } }), 'not_found');
});

test('S12, in part: who may look and who may write', async () => {
  const own = door.service.as(actorOf('customer-admin', accountId));
  assert.ok((await own(routes.listWorkloadKeys, { params: params() })).items.length > 0);
  const { id } = (await list()).items[0]!;
  const roles: [Role, string | undefined][] = [
    ['customer-admin', accountId],
    ['customer-viewer', accountId],
    ['soc-analyst', undefined],
    ['service-manager', undefined],
  ];
  for (const [role, account] of roles) {
    const asked = door.service.as(actorOf(role, account));
    const body = { name: 'x', roleId: 1 };
    await refusedWith(asked(routes.createWorkloadKey, { params: params(), body }), 'forbidden');
    await refusedWith(asked(routes.lockWorkloadKey, { params: { accountId, apiKeyId: id } }), 'forbidden');
    await refusedWith(asked(routes.deleteWorkloadKey, { params: { accountId, apiKeyId: id } }), 'forbidden');
  }
});
