import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import {
  type CloudServer,
  type GcpCloud,
  json,
  makeServiceAccount,
  startGcpCloud,
} from '../../../test/clouds/index.ts';
import { ManualClock } from '../platform/index.ts';
import { ConnectorFault, type FaultKind } from './fault.ts';
import { listGcp } from './gcp.ts';

const clock = new ManualClock('2026-11-20T09:00:00Z');
const account = makeServiceAccount();
const quick = { firstWaitMs: 1, waitMsMax: 20 };
const typeUrl = (zone: string, type: string): string =>
  `https://www.googleapis.com/compute/v1/projects/sample-project/zones/${zone}/machineTypes/${type}`;

const web = {
  id: '1234567890123456789',
  name: 'web-1',
  hostname: 'web-1.example.co.jp',
  status: 'RUNNING',
  machineType: typeUrl('asia-northeast1-a', 'e2-medium'),
  labels: { team: 'keiri', stage: '' },
  tags: { items: ['http-server', 'https-server'], fingerprint: 'x' },
  networkInterfaces: [
    { networkIP: '10.146.0.2', accessConfigs: [{ natIP: '203.0.113.8' }] },
    { networkIP: '10.147.0.2' },
  ],
  disks: [
    { boot: false, licenses: ['https://x/licenses/data'] },
    { boot: true, licenses: ['https://www.googleapis.com/compute/v1/projects/debian-cloud/global/licenses/debian-12'] },
  ],
};
const small = {
  id: '2',
  name: 'batch-1',
  status: 'TERMINATED',
  machineType: typeUrl('asia-northeast1-b', 'gone-type'),
};
const paused = { id: '3', name: 'batch-2', status: 'SUSPENDED', machineType: 5, labels: 'none', tags: 'none' };

async function start(t: TestContext, changes: Partial<GcpCloud> = {}): Promise<CloudServer> {
  const server = await startGcpCloud({
    clock,
    clientEmail: account.clientEmail,
    publicKey: account.publicKey,
    projects: [{ projectId: 'sample-project', name: 'サンプル' }],
    instances: { 'sample-project': { 'asia-northeast1-a': [web], 'asia-northeast1-b': [small, paused] } },
    machineTypes: { 'e2-medium': { guestCpus: 2, memoryMb: 4096 } },
    pageSize: 2,
    ...changes,
  });
  t.after(() => server.close());
  return server;
}
const list = (server: CloudServer, serviceAccount = account.base64) =>
  listGcp({ serviceAccount, clock, endpoint: server.url, limits: quick });
const isFault = (kind: FaultKind, code?: string) => (error: unknown) =>
  error instanceof ConnectorFault && error.kind === kind && (code === undefined || error.code === code);

test('instances are listed page by page with the token of an assertion that the public key confirms', async (t) => {
  const server = await start(t);
  const listing = await list(server);
  assert.deepEqual(listing.top, { key: account.clientEmail, type: 'gcp-connector' });
  assert.deepEqual(listing.projects, [{ id: 'sample-project', name: 'サンプル' }]);
  assert.equal(listing.covers, undefined);
  assert.deepEqual(listing.incomplete, []);
  assert.deepEqual(listing.machines[0], {
    key: '1234567890123456789',
    scope: 'sample-project/asia-northeast1-a',
    hostName: 'web-1.example.co.jp',
    displayName: 'web-1',
    groups: [{ key: 'sample-project', type: 'gcp-project', name: 'サンプル' }],
    addresses: ['10.146.0.2', '10.147.0.2', '203.0.113.8'],
    summary: {
      gcpVirtualMachineSummary: {
        cloudProvider: 'GCP',
        state: 'POWER ON',
        operatingSystem: 'debian-12',
        instanceID: '1234567890123456789',
        privateIPAddress: '10.146.0.2',
        publicIPAddress: '203.0.113.8',
        zone: 'asia-northeast1-a',
        vCPUs: 2,
        memory: 4096,
        labels: [
          { key: 'team', value: 'keiri' },
          { key: 'stage', value: '' },
        ],
        networkTags: ['http-server', 'https-server'],
      },
    },
  });
  const states = listing.machines.map(({ displayName, summary }) => [
    displayName,
    'gcpVirtualMachineSummary' in summary && summary.gcpVirtualMachineSummary.state,
  ]);
  assert.deepEqual(states.slice(1), [
    ['batch-1', 'POWER OFF'],
    ['batch-2', 'SUSPENDED'],
  ]);
  const asked = server.asked.map(({ path }) => path);
  assert.equal(asked.filter((path) => path === '/token').length, 1, 'one token serves the whole listing');
  assert.equal(asked.filter((path) => path.endsWith('/aggregated/instances')).length, 2);
  const fields = server.asked.find(({ path }) => path.endsWith('/aggregated/instances'))!.query.get('fields')!;
  assert.doesNotMatch(fields, /metadata/, 'scripts in an instance’s metadata are not read');
});

test('without the right to list projects the key’s own project is read, and the listing speaks for it alone', async (t) => {
  const listing = await list(await start(t, { projects: undefined }));
  assert.deepEqual(listing.covers, ['sample-project']);
  assert.equal(listing.machines.length, 3);
  assert.equal((await list(await start(t, { projects: [] }))).machines.length, 3);
});

test('a project that cannot be read and a zone that was out of reach are told', async (t) => {
  const disabled = { error: { code: 403, status: 'PERMISSION_DENIED', errors: [{ reason: 'accessNotConfigured' }] } };
  const server = await start(t, {
    projects: [{ projectId: 'sample-project' }, { projectId: 'other-project' }, { projectId: 'third-project' }],
    instances: {
      'sample-project': { 'asia-northeast1-a': [web] },
      'other-project': { faultStatus: 403, faultBody: disabled },
      'third-project': {},
    },
    warnings: { 'us-east1-b': 'UNREACHABLE' },
  });
  const { machines, incomplete } = await list(server);
  assert.equal(machines.length, 1);
  assert.deepEqual(incomplete.map(({ scope }) => scope).sort(), [
    'other-project',
    'sample-project/us-east1-b',
    'third-project/us-east1-b',
  ]);
  const lost = await start(t, { instances: { 'sample-project': { faultStatus: 403, faultBody: disabled } } });
  await assert.rejects(list(lost), isFault('forbidden', 'PERMISSION_DENIED'));
});

test('a rate limit is waited for, also where it comes as a 403', async (t) => {
  const limited = { error: { code: 403, status: 'PERMISSION_DENIED', errors: [{ reason: 'rateLimitExceeded' }] } };
  let busy = 2;
  const server = await start(t, {
    instead: ({ path }) => (path.endsWith('/aggregated/instances') && busy-- > 0 ? json(limited, 403) : undefined),
  });
  assert.equal((await list(server)).machines.length, 3);
  busy = Number.POSITIVE_INFINITY;
  await assert.rejects(list(server), isFault('throttled', 'rateLimitExceeded'));
});

test('a token that runs out on the way is renewed', async (t) => {
  const local = new ManualClock('2026-11-20T09:00:00Z');
  const server = await start(t, {
    clock: local,
    tokenSeconds: 600,
    instead: ({ path }) => {
      if (path === '/v1/projects') local.advance(400_000);
      return undefined;
    },
  });
  const listing = await listGcp({ serviceAccount: account.base64, clock: local, endpoint: server.url, limits: quick });
  assert.equal(listing.machines.length, 3);
  assert.equal(server.asked.filter(({ path }) => path === '/token').length, 2);
});

test('another account’s key and a clock that is off are refused', async (t) => {
  const server = await start(t);
  await assert.rejects(list(server, makeServiceAccount().base64), isFault('refused', 'invalid_grant'));
  const late = new ManualClock('2026-11-20T11:00:00Z');
  await assert.rejects(
    listGcp({ serviceAccount: account.base64, clock: late, endpoint: server.url, limits: quick }),
    isFault('refused'),
  );
});

test('a key that names another place for its tokens is not used, and that place hears nothing', async (t) => {
  const server = await start(t);
  const evil = makeServiceAccount({ token_uri: `${server.url}/token` });
  await assert.rejects(listGcp({ serviceAccount: evil.base64, clock, limits: quick }), isFault('refused'));
  assert.deepEqual(server.asked, []);
});
