import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { type CloudServer, makeServiceAccount, startGcpCloud } from '../../../../test/clouds/index.ts';
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts';
import { editConfiguration, readConfiguration } from '../../configuration/index.ts';
import { sql } from '../../platform/index.ts';
import { type Connector, externalIdOf, openSecret, sealSecret } from './connector.ts';
import { readUuid, uuidForms } from './identity.ts';
import { keepSyncs } from './keep.ts';
import { runSync, submitSync } from './syncs.ts';

/** What a synchronization leaves behind when its process goes away, and what the next one makes of it. */
let platform: TestPlatform;
let cloud: CloudServer;
let holds = false;
const google = makeServiceAccount();

before(async () => {
  cloud = await startGcpCloud({
    clock: { now: () => platform.clock.now() },
    ...{ clientEmail: google.clientEmail, publicKey: google.publicKey },
    projects: [{ projectId: 'sample-project' }],
    instances: { 'sample-project': { 'asia-northeast1-a': [{ id: '1', name: 'one', status: 'RUNNING' }] } },
    instead: () => (holds ? { raw: () => undefined } : undefined),
  });
  platform = await startTestPlatform(new Date().toISOString(), { SAKIMORI_GCP_ENDPOINT: cloud.url });
});
after(async () => {
  await platform?.stop();
  await cloud?.close();
});

async function makeConnector(name: string): Promise<Connector> {
  const accountId = await platform.makeAccount(name);
  const id = await editConfiguration(
    platform,
    accountId,
    async () => undefined,
    (edit) => edit.insert('GCPConnector', { name, ...sealSecret(platform, accountId, undefined, google.base64) }),
  );
  return { accountId, kind: 'GCPConnector', id };
}
const submit = (connector: Connector) =>
  platform.database.as(connector.accountId, (tx) => submitSync(tx, platform, connector, 'a test'));
const states = async ({ accountId }: Connector) =>
  (
    await platform.database.as(accountId, (tx) =>
      tx.rows(sql<{ state: string }>`select state from automation_sync where tenant_id = ${accountId} order by id`),
    )
  ).map(({ state }) => state);
const run = (connector: Connector, signal = new AbortController().signal) => runSync(platform, connector, signal);

test('one listing answers whatever was submitted before it began; without anything submitted nothing is asked', async () => {
  const connector = await makeConnector('several');
  assert.equal(await submit(connector), await submit(connector), 'what waits already stands for its like');
  const asked = cloud.asked.length;
  await run(connector);
  assert.deepEqual(await states(connector), ['success']);
  const once = cloud.asked.length - asked;
  await run(connector);
  assert.equal(cloud.asked.length - asked, once);
});

test('a synchronization that is stopped with its process waits for the next one', async () => {
  const connector = await makeConnector('stopped');
  await submit(connector);
  holds = true;
  const stopping = new AbortController();
  const running = run(connector, stopping.signal);
  while ((await states(connector))[0] !== 'running') await new Promise((resolve) => setTimeout(resolve, 5));
  stopping.abort();
  await running;
  holds = false;
  assert.deepEqual(await states(connector), ['submitted']);
  await run(connector);
  assert.deepEqual(await states(connector), ['success']);
});

test('one whose process died fails after a while, and no longer keeps the account’s others waiting', async () => {
  const connector = await makeConnector('died');
  await submit(connector);
  const at = platform.clock.now();
  await platform.database.as(connector.accountId, (tx) =>
    tx.run(
      sql`update automation_sync set state = 'running', started_at = ${at} where tenant_id = ${connector.accountId}`,
    ),
  );
  await submit(connector);
  await run(connector);
  assert.deepEqual(await states(connector), ['running', 'submitted']);
  platform.clock.advance(21 * 60_000);
  await keepSyncs(platform);
  assert.deepEqual(await states(connector), ['failed', 'submitted']);
  await run(connector);
  assert.deepEqual(await states(connector), ['failed', 'success']);
});

test('a connector that was deleted while its cloud was asked brings nothing', async () => {
  const connector = await makeConnector('deleted');
  const { accountId, kind, id } = connector;
  await submit(connector);
  await editConfiguration(
    platform,
    accountId,
    async () => undefined,
    async (edit) => edit.remove(kind, id),
  );
  await run(connector);
  const view = await platform.database.as(accountId, (tx) => readConfiguration(tx, accountId));
  assert.deepEqual(view.list('ComputerGroup'), []);
});

test('a secret opens for its own account and connector alone', async () => {
  const [one, other] = [await platform.makeAccount('one'), await platform.makeAccount('other')];
  const sealed = sealSecret(platform, one, undefined, 'a secret');
  assert.equal(openSecret(platform, one, sealed), 'a secret');
  assert.throws(() => openSecret(platform, other, sealed));
  const twin = sealSecret(platform, one, undefined, 'another secret');
  assert.throws(() => openSecret(platform, one, { ...sealed, _secret: twin['_secret'] }));
  const changed = sealSecret(platform, one, sealed, 'changed');
  assert.deepEqual([changed['_seal'], openSecret(platform, one, changed)], [sealed['_seal'], 'changed']);
  assert.notEqual(externalIdOf(platform, one), externalIdOf(platform, other));
});

test('a UUID is known in both of its forms, and one that a firmware makes up is none', () => {
  assert.deepEqual(uuidForms('421E1137-5C49-56E4-246D-9BF7637E69F5'), [
    '421e1137-5c49-56e4-246d-9bf7637e69f5',
    '37111e42-495c-e456-246d-9bf7637e69f5',
  ]);
  for (const uuid of [
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    'Not Settable',
    '',
  ])
    assert.equal(readUuid(uuid), undefined);
});
