import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createClient, Refusal, routes } from '@sakimori/contract';
import { createKeyFor } from '@sakimori/manager/access/index';
import { BackendFault } from '@sakimori/manager/backends/index';
import { sql } from '@sakimori/manager/platform/index';
import { type Attached, startTwoManagers, type TwoManagers } from './two-managers.ts';

/** An account whose hosts are ruled by a second manager, which is reached by its public API alone. */
let two: TwoManagers;
let attached: Attached;
const by = { actor: { kind: 'person', id: 'p', name: 'Operator' }, reason: 'asked by the customer' } as const;
before(async () => {
  two = await startTwoManagers();
  attached = await two.attach('remote-a');
});
after(() => two?.stop());

const params = () => ({ accountId: attached.accountId });
const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

test('a tenant is attached, tested and fetched: who the key is, what it may, its computers and policies with their age', async () => {
  const { admin } = two.ours;
  const tested = await admin(routes.testRemote, { params: params() });
  assert.equal(tested.problem, undefined);
  assert.equal(tested.isWorking, true);
  assert.equal(tested.apiVersion, 'v1');
  assert.equal(tested.keyName, 'test');
  assert.deepEqual([...new Set(tested.groups.map(({ outcome }) => outcome))], ['allowed']);

  const agent = await two.theirs.enrol(attached.theirAccountId, { name: 'web-01' });
  await agent.heartbeat();
  const remote = await admin(routes.syncRemote, { params: params() });
  assert.equal(remote.computerCount, 1);
  assert.equal(remote.state, 'working');
  const { items, fetchedAt } = await admin(routes.listRemoteComputers, { params: params() });
  assert.equal(fetchedAt, two.ours.clock.now().toISOString());
  assert.equal(items[0]!.name, 'web-01');
  assert.equal(items[0]!.policyName, 'Linux Server');
  const policies = await admin(routes.listRemotePolicies, { params: params() });
  const { policies: told } = await attached.tenant.call<{ policies: { name: string }[] }>('listPolicies');
  assert.deepEqual(policies.items.map(({ name }) => name).sort(), told.map(({ name }) => name).sort());
  agent.kill();
});

test('the backend of the account is the tenant: it carries out the operations of the public API, and audit says who asked', async () => {
  const backend = await two.backends.of(attached.accountId);
  assert.equal(backend.kind, 'remote');
  const { policies } = (await backend.perform('listPolicies', by)) as { policies: { ID: number; name: string }[] };
  const { ID: policyID } = policies.find(({ name }) => name === 'Linux Server')!;
  await backend.perform('modifyPolicy', by, { params: { policyID }, body: { description: 'changed by the desk' } });
  const policy = await attached.tenant.call('describePolicy', { policyID });
  assert.equal(policy['description'], 'changed by the desk');
  const [entry] = await two.ours.audit(attached.accountId, 'remote.operated');
  assert.deepEqual(entry!.facts, { operation: 'modifyPolicy', policyID, reason: by.reason });

  await assert.rejects(
    backend.perform('describePolicy', by, { params: { policyID: 999_999 } }),
    (error) => error instanceof BackendFault && error.status === 404 && /999999/.test(error.message),
  );
  await assert.rejects(
    backend.perform('modifyPolicy', by, { params: { policyID }, body: { recommendationScanMode: 'nonsense' } }),
    (error) => error instanceof BackendFault && error.status === 400 && /recommendationScanMode/.test(error.message),
  );
  const other = await two.ours.makeAccount('own-account');
  assert.equal((await two.backends.of(other.accountId)).kind, 'own');
});

test('the key is written once and never seen again: not in answers, audit, database or log', async () => {
  const { ours } = two;
  const { items } = await ours.admin(routes.listRemotes, { query: {} });
  const { items: audit } = await ours.admin(routes.listAudit, { query: { accountId: attached.accountId } });
  const rows = await ours.platform.database.asProvider((tx) =>
    tx.rows(sql<{ all: string }>`select row_to_json(t)::text as all from remote_tenant t`),
  );
  for (const text of [JSON.stringify(items), JSON.stringify(audit), rows.map((row) => row.all).join(), ours.logged()])
    assert.ok(!text.includes(attached.apiKey));
  assert.equal(items[0]!.keyHint, attached.apiKey.slice(-4));
  assert.ok(audit.some(({ action }) => action === 'remote.attached'));
});

test('as the other tenant: one key is one account’s, and the role of tenants cannot read where a tenant is', async () => {
  const { ours, theirs } = two;
  const { accountId } = await ours.makeAccount('remote-thief');
  const body = {
    ...({ name: 'mine too', product: 'deep-security', reach: 'on-premises', apiKey: attached.apiKey } as const),
    address: theirs.manager.workloadSecurity,
  };
  await assert.rejects(ours.admin(routes.attachRemote, { params: { accountId }, body }), refused('remote_taken'));
  for (const table of ['remote_tenant', 'remote_budget'])
    await assert.rejects(
      ours.platform.database.as(attached.accountId, (tx) => tx.rows(sql`select * from ${sql.table(table)}`)),
      /permission denied/,
    );
  for (const table of ['remote_computer', 'remote_snapshot', 'hosts_remote_alias']) {
    const rows = await ours.platform.database.as(accountId, (tx) => tx.rows(sql`select * from ${sql.table(table)}`));
    assert.deepEqual(rows, [], table);
  }
});

test('customers see neither key nor address; analysts read and change nothing', async () => {
  const { platform, manager } = two.ours;
  const clientOf = async (role: 'customer-admin' | 'customer-viewer' | 'soc-analyst') => {
    const owner = role === 'soc-analyst' ? {} : { accountId: attached.accountId };
    const key = await createKeyFor(platform, { name: role, role, ...owner });
    return createClient({ base: `${manager.consoleUrl}/service`, headers: { authorization: `Bearer ${key}` } });
  };
  for (const role of ['customer-admin', 'customer-viewer'] as const) {
    const client = await clientOf(role);
    await assert.rejects(client(routes.listRemotes, { query: {} }), refused('forbidden'));
    await assert.rejects(client(routes.listRemoteComputers, { params: params() }), refused('forbidden'));
    await assert.rejects(client(routes.detachRemote, { params: params() }), refused('forbidden'));
  }
  const analyst = await clientOf('soc-analyst');
  assert.equal((await analyst(routes.listRemotes, { query: {} })).items.length, 1);
  await assert.rejects(analyst(routes.testRemote, { params: params() }), refused('forbidden'));
});

test('an address that may not be asked is refused, and a kept key goes to no other address', async () => {
  const { ours, theirs } = two;
  const { accountId } = await ours.makeAccount('remote-addresses');
  const attach = (address: string, reach: 'public' | 'on-premises' = 'public') =>
    ours.admin(routes.attachRemote, {
      params: { accountId },
      body: { name: 'x', product: 'deep-security', address, reach, apiKey: 'a key that is long' },
    });
  for (const address of [
    'http://dsm.example',
    'https://169.254.169.254',
    'https://[::1]',
    'https://localhost:4119',
    'https://dsm',
    'https://10.0.0.5:4119',
    'https://user:word@dsm.example',
    'https://dsm.example/?next=x',
    'ftp://dsm.example',
    'not an address',
  ])
    await assert.rejects(attach(address), refused('remote_address_refused'), address);
  await assert.rejects(attach('https://169.254.169.254', 'on-premises'), refused('remote_address_refused'));
  assert.equal((await attach('https://10.0.0.5:4119/api/', 'on-premises')).address, 'https://10.0.0.5:4119');
  await assert.rejects(
    ours.admin(routes.changeRemote, { params: params(), body: { address: 'https://evil.example' } }),
    refused('remote_key_needed'),
  );
  await ours.admin(routes.detachRemote, { params: { accountId } });
  const { address } = (await ours.admin(routes.listRemotes, { query: { accountId: attached.accountId } })).items[0]!;
  assert.equal(address, theirs.manager.workloadSecurity);
});

test('S25, in part: what the tenant cannot do is not offered, and is refused before anything is sent', async () => {
  const { ours } = two;
  const { kind, items } = await ours.admin(routes.listCapabilities, { params: params() });
  assert.equal(kind, 'remote');
  const why = new Map(items.map(({ capability, isOffered, why }) => [capability, isOffered ? 'offered' : why]));
  assert.equal(why.get('policyChange'), 'offered');
  assert.equal(why.get('containment'), 'not_in_api');
  assert.equal(why.get('agentUpdateRings'), 'not_in_api');
  const backend = await two.backends.of(attached.accountId);
  await assert.rejects(
    backend.perform('replaceCurrentApiSecretKey', by),
    (error) => error instanceof BackendFault && error.status === 403,
  );
});

test('a key that no longer lets in is told in a sentence; a new one mends it', async () => {
  const { ours, theirs } = two;
  const second = await two.attach('remote-b');
  const accountId = second.theirAccountId;
  const [key] = (await theirs.admin(routes.listWorkloadKeys, { params: { accountId } })).items;
  await theirs.admin(routes.deleteWorkloadKey, { params: { accountId, apiKeyId: key!.id } });
  const tested = await ours.admin(routes.testRemote, { params: { accountId: second.accountId } });
  assert.equal(tested.isWorking, false);
  assert.equal(tested.problem!.code, 'key_refused');
  assert.match(tested.problem!.detail, /does not accept the API key/);
  const [row] = (await ours.admin(routes.listRemotes, { query: { accountId: second.accountId } })).items;
  assert.equal(row!.state, 'failing');
  const fresh = await theirs.admin(routes.createWorkloadKey, {
    params: { accountId },
    body: { name: 'fresh', roleId: 1 },
  });
  await ours.admin(routes.changeRemote, { params: { accountId: second.accountId }, body: { apiKey: fresh.secret } });
  const again = await ours.admin(routes.testRemote, { params: { accountId: second.accountId } });
  assert.equal(again.isWorking, true);
  assert.equal((await ours.audit(second.accountId, 'remote.keyReplaced')).length, 1);
});
