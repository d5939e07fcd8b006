import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import {
  json,
  makeCertificates,
  startVCenter,
  type VCenterCloud,
  type VCenterServer,
} from '../../../test/clouds/index.ts';
import { ConnectorFault, type FaultKind } from './fault.ts';
import { listVCenter, tryVCenter, type VCenterOptions } from './vcenter.ts';

const login = { username: 'watch@vsphere.local', password: 'パスワード:of a test' };
const quick = { firstWaitMs: 1, waitMsMax: 20 };

const cloud: VCenterCloud = {
  ...login,
  datacenters: {
    'datacenter-1': {
      name: '東京',
      clusters: { 'domain-c1': 'Cluster A', 'domain-c2': 'Cluster B' },
      folders: { 'group-v1': 'Web', 'group-v2': 'Empty' },
    },
    'datacenter-2': { name: '大阪', clusters: {} },
  },
  hosts: {
    'host-1': { datacenter: 'datacenter-1', cluster: 'domain-c1' },
    'host-2': { datacenter: 'datacenter-1', cluster: 'domain-c1' },
    'host-3': { datacenter: 'datacenter-1', cluster: 'domain-c2' },
    'host-4': { datacenter: 'datacenter-1' },
    'host-5': { datacenter: 'datacenter-2' },
  },
  machines: [
    {
      vm: 'vm-1',
      name: '会計サーバ',
      host: 'host-1',
      folder: 'group-v1',
      information: {
        guest_OS: 'RHEL_9_64',
        identity: {
          bios_uuid: '421E1137-5c49-56e4-246d-9bf7637e69f5',
          instance_uuid: '501e5d0c-0f64-21b8-0d5b-0a1b2c3d4e5f',
        },
        cpu: { count: 4 },
        memory: { size_MiB: 8192 },
      },
      identity: {
        host_name: 'kaikei.example.co.jp',
        ip_address: '10.1.1.7',
        family: 'LINUX',
        name: 'RHEL_9_64',
        full_name: { id: 'x', default_message: 'Red Hat Enterprise Linux 9 (64-bit)', args: [] },
      },
      interfaces: [
        {
          mac_address: '00:50:56:aa:bb:cc',
          ip: { ip_addresses: [{ ip_address: '10.1.1.7' }, { ip_address: 'fe80::1' }] },
        },
        { mac_address: '00:50:56:aa:bb:cd', ip: { ip_addresses: [{ ip_address: '10.2.1.7' }] } },
      ],
      tools: { run_state: 'RUNNING', version_status: 'CURRENT', version: '12352' },
    },
    { vm: 'vm-2', name: 'no tools', host: 'host-2' },
    { vm: 'vm-3', name: 'off', host: 'host-3', power: 'POWERED_OFF' },
    { vm: 'vm-4', name: 'in a folder', host: 'host-4', folder: 'group-v1', power: 'SUSPENDED' },
    { vm: 'vm-5', name: 'nowhere', host: 'host-5' },
  ],
};

async function start(t: TestContext, changes: Partial<VCenterCloud> = {}): Promise<VCenterServer> {
  const server = await startVCenter({ ...cloud, ...changes });
  t.after(() => server.close());
  return server;
}
const options = (server: VCenterServer, changes: Partial<VCenterOptions> = {}): VCenterOptions => ({
  host: 'vcenter.example',
  ...login,
  endpoint: server.url,
  limits: quick,
  ...changes,
});
const isFault = (kind: FaultKind, code?: string) => (error: unknown) =>
  error instanceof ConnectorFault && error.kind === kind && (code === undefined || error.code === code);
const placesOf = (machines: readonly { key: string; groups: readonly { name: string }[] }[]): string[] =>
  machines.map(({ key, groups }) => [key, ...groups.map(({ name }) => name)].join(' / ')).sort();
const places = [
  'vm-1 / 東京 / Cluster A',
  'vm-2 / 東京 / Cluster A',
  'vm-3 / 東京 / Cluster B',
  'vm-4 / 東京 / Web',
  'vm-5 / 大阪',
];

test('machines are listed with their place, and the session is closed', async (t) => {
  const server = await start(t);
  const listing = await listVCenter(options(server));
  assert.deepEqual(placesOf(listing.machines), places);
  assert.deepEqual([listing.top.type, listing.incomplete], ['vcenters-top', []]);
  assert.equal(server.sessions.size, 0);
  assert.equal(server.asked.filter(({ method }) => method === 'POST').length, 1);
});

test('a machine and what its guest tells become a summary in the words of the API', async (t) => {
  const { machines } = await listVCenter(options(await start(t)));
  assert.deepEqual(
    machines.find(({ key }) => key === 'vm-1'),
    {
      key: 'vm-1',
      scope: 'datacenter-1',
      hostName: 'kaikei.example.co.jp',
      displayName: '会計サーバ',
      groups: [
        { key: 'datacenter-1', type: 'vmware-datacenter', name: '東京' },
        { key: 'domain-c1', type: 'vcenter-cluster-group', name: 'Cluster A' },
      ],
      addresses: ['10.1.1.7', '10.2.1.7'],
      biosUUID: '421e1137-5c49-56e4-246d-9bf7637e69f5',
      summary: {
        vmwareVMVirtualMachineSummary: {
          operatingSystem: 'Red Hat Enterprise Linux 9 (64-bit)',
          memory: '8192 MB',
          vmwareTools: 'RUNNING, CURRENT',
          biosUUID: '421e1137-5c49-56e4-246d-9bf7637e69f5',
          state: 'POWER ON',
          notes: [],
          CPU: '4',
          IPAddress: '10.1.1.7',
          DNSName: 'kaikei.example.co.jp',
          vCenterUUID: '501e5d0c-0f64-21b8-0d5b-0a1b2c3d4e5f',
          NSXSecurityGroups: [],
        },
      },
    },
  );
  const summaryOf = (key: string) => Object.values(machines.find((one) => one.key === key)!.summary)[0];
  assert.deepEqual(summaryOf('vm-2'), {
    memory: '4096 MB',
    vmwareTools: 'NOT_RUNNING, NOT_INSTALLED',
    state: 'POWER ON',
    notes: [],
    CPU: '2',
    NSXSecurityGroups: [],
  });
  assert.deepEqual([summaryOf('vm-3').state, summaryOf('vm-4').state], ['POWER OFF', 'SUSPENDED']);
});

test('a guest without tools is asked once, for its 503 is an answer', async (t) => {
  const server = await start(t);
  await listVCenter(options(server));
  assert.equal(server.asked.filter(({ path }) => path === '/api/vcenter/vm/vm-2/guest/identity').length, 1);
  assert.equal(server.asked.filter(({ path }) => path === '/api/vcenter/vm/vm-3/guest/identity').length, 0);
});

test('a cluster with more machines than vCenter tells at once is read host by host', async (t) => {
  const server = await start(t, { machinesMax: 1 });
  assert.deepEqual(placesOf((await listVCenter(options(server))).machines), places);
});

test('a machine that goes while it is read is left out, one that may not be read is not', async (t) => {
  const server = await start(t, {
    instead: ({ path }) => {
      if (path === '/api/vcenter/vm/vm-1') return json({ error_type: 'NOT_FOUND', messages: [] }, 404);
      if (path === '/api/vcenter/vm/vm-3') return json({ error_type: 'UNAUTHORIZED', messages: [] }, 403);
      return undefined;
    },
  });
  const { machines, incomplete } = await listVCenter(options(server));
  assert.deepEqual(placesOf(machines), places.slice(1));
  assert.deepEqual(incomplete, []);
});

test('a datacentre that cannot be read is told, and a password that is wrong is refused', async (t) => {
  const server = await start(t, {
    instead: ({ path, query }) =>
      path === '/api/vcenter/cluster' && query.get('datacenters') === 'datacenter-1'
        ? json({ error_type: 'UNAUTHORIZED', messages: [] }, 403)
        : undefined,
  });
  const { machines, incomplete } = await listVCenter(options(server));
  assert.deepEqual([placesOf(machines), incomplete.map(({ scope }) => scope)], [['vm-5 / 大阪'], ['datacenter-1']]);
  await assert.rejects(tryVCenter(options(server, { password: 'another' })), isFault('refused', 'UNAUTHENTICATED'));
  assert.equal(server.sessions.size, 0);
});

test('the session is closed also when the listing fails or is stopped', async (t) => {
  const stop = new AbortController();
  const server = await start(t, {
    instead: ({ path }) => {
      if (path === '/api/vcenter/cluster') stop.abort();
      return undefined;
    },
  });
  await assert.rejects(listVCenter(options(server, { signal: stop.signal })), isFault('stopped'));
  assert.equal(server.sessions.size, 0);
  const failing = await start(t, {
    instead: ({ path }) => (path === '/api/vcenter/datacenter' ? json('?') : undefined),
  });
  await assert.rejects(listVCenter(options(failing)), isFault('malformed'));
  assert.equal(failing.sessions.size, 0);
});

test('a certificate must be trusted: by its authority and name, or by itself', async (t) => {
  const named = await makeCertificates([{ type: 'ip', value: '127.0.0.1' }]);
  const server = await start(t, { tls: named });
  await assert.rejects(tryVCenter(options(server)), isFault('untrusted'));
  assert.equal(server.asked.length, 0, 'no password was sent');
  await tryVCenter(options(server, { trustedCertificates: [named.authority] }));
  await tryVCenter(options(server, { trustedCertificates: [named.cert] }));

  const misnamed = await makeCertificates([{ type: 'dns', value: 'vcenter.example' }]);
  const other = await start(t, { tls: misnamed });
  await assert.rejects(
    tryVCenter(options(other, { trustedCertificates: [misnamed.authority] })),
    isFault('untrusted', 'ERR_TLS_CERT_ALTNAME_INVALID'),
  );
  await assert.rejects(tryVCenter(options(other, { trustedCertificates: [named.cert] })), isFault('untrusted'));
  assert.equal(other.asked.length, 0);
  await tryVCenter(options(other, { trustedCertificates: [misnamed.cert] }));
  await assert.rejects(
    tryVCenter(options(other, { trustedCertificates: ['not a certificate'] })),
    isFault('untrusted'),
  );
});

test('a host of a customer’s choice leads neither to this machine nor to a metadata service', async (t) => {
  const server = await start(t);
  for (const host of [
    '127.0.0.1',
    'localhost',
    '::1',
    '::ffff:127.0.0.1',
    '169.254.169.254',
    '0.0.0.0',
    '2130706433',
  ]) {
    await assert.rejects(
      tryVCenter({ host, port: server.port, ...login, limits: { ...quick, triesMax: 1, timeoutMs: 2000 } }),
      isFault('unreachable', 'INNER_ADDRESS'),
      host,
    );
  }
  await assert.rejects(tryVCenter({ host: 'user:pw@vcenter.example/x', ...login }), isFault('unreachable'));
  assert.deepEqual(server.asked, []);
});
