import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { agentPaths, type HostInventory } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { sql } from '@sakimori/manager/platform/index';
import {
  type AwsCloud,
  type CloudServer,
  makeServiceAccount,
  startAwsCloud,
  startGcpCloud,
  startVCenter,
  type VCenterServer,
} from '../clouds/index.ts';
import { type ManagerInProcess, startManagerInProcess } from '../manager-in-process.ts';
import { patience } from '../patience.ts';
import type { SimulatedAgent } from '../simulated-agent.ts';
import { until } from '../system.ts';
import type { Driver } from './driver.ts';
import { tick } from './task-runs.ts';

/** Connectors through the API, with clouds on this machine that check what they are sent as the real ones do. */
const keys = { accessKey: 'AKIAEXAMPLEEXAMPLE01', secretKey: 'himitsu/aws+key/of/a/test/0123456789abcd' };
const google = makeServiceAccount();
const vCenterLogin = { username: 'watch@vsphere.local', password: 'himitsu-of-vcenter' };

type Instance = AwsCloud['regions'][string]['instances'][number];
const instance = (id: string, name: string, subnet = 'subnet-a', state = 'running'): Instance => ({
  id,
  fields: `<imageId>ami-0abc</imageId><instanceState><name>${state}</name></instanceState><privateDnsName>${name}.internal</privateDnsName>
    <vpcId>vpc-a</vpcId><subnetId>${subnet}</subnetId><privateIpAddress>10.0.0.5</privateIpAddress>
    <groupSet><item><groupId>sg-1</groupId><groupName>web</groupName></item></groupSet>
    <tagSet><item><key>Name</key><value>${name}</value></item><item><key>env</key><value>production</value></item></tagSet>`,
});
const tokyo: { instances: Instance[] } = { instances: [] };
const aws: { holds: boolean; waiting: (() => void)[] } = { holds: false, waiting: [] };

let here: ManagerInProcess;
let awsServer: CloudServer;
let gcpServer: CloudServer;
let vCenter: VCenterServer;
let machines: { vm: string; name: string; host: string }[];

before(async () => {
  machines = [{ vm: 'vm-1', name: 'kaikei', host: 'host-1' }];
  const clock = { now: () => here.clock.now() };
  awsServer = await startAwsCloud({
    clock,
    keys: { [keys.accessKey]: { secretKey: keys.secretKey, account: '123456789012' } },
    alias: 'sample',
    regions: { 'ap-northeast-1': tokyo, 'us-east-1': { instances: [] } },
    instead: (action) =>
      action === 'DescribeInstances' && aws.holds
        ? { raw: (response) => void aws.waiting.push(() => response.destroy()) }
        : undefined,
  });
  gcpServer = await startGcpCloud({
    clock,
    ...{ clientEmail: google.clientEmail, publicKey: google.publicKey },
    projects: [{ projectId: 'sample-project', name: 'Sample' }],
    instances: {
      'sample-project': {
        'asia-northeast1-a': [
          { id: '4711', name: 'gcp-web', status: 'RUNNING', labels: { env: 'production' }, tags: { items: ['http'] } },
        ],
      },
    },
  });
  vCenter = await startVCenter({
    ...vCenterLogin,
    datacenters: { 'datacenter-1': { name: 'Tokyo', clusters: { 'domain-c1': 'Cluster A' } } },
    hosts: { 'host-1': { datacenter: 'datacenter-1', cluster: 'domain-c1' } },
    get machines() {
      return machines;
    },
  });
  here = await startManagerInProcess({
    SAKIMORI_AWS_ENDPOINT: awsServer.url,
    SAKIMORI_GCP_ENDPOINT: gcpServer.url,
    SAKIMORI_VCENTER_ENDPOINT: vCenter.url,
  });
});
after(async () => {
  await here?.stop();
  for (const server of [awsServer, gcpServer, vCenter]) await server?.close();
});

const computersOf = async (api: Driver) =>
  (await api.call<{ computers: ApiObject[] }>('listComputers', {}, { query: { expand: 'all' } })).computers;
const groupsOf = async (api: Driver) =>
  (await api.call<{ computerGroups: ApiObject[] }>('listComputerGroups')).computerGroups;
const named = (list: readonly ApiObject[], name: string) =>
  list.find(({ displayName, hostName }) => displayName === name || hostName === name);

/** Waits until what was submitted for a connector has ended. */
const settled = (accountId: string) =>
  until(async () => {
    const { open } = await here.platform.database.asProvider((tx) =>
      tx.one(sql<{ open: number }>`
        select count(*) as open from automation_sync where tenant_id = ${accountId} and state in ('submitted', 'running')`),
    );
    return open === 0 ? true : undefined;
  }, 'synchronizations did not end');

async function makeAws(name: string, changes: ApiObject = {}) {
  const account = await here.makeAccount(name);
  const body = { displayName: 'Tokyo', ...keys, workspacesEnabled: 'false', ...changes };
  const connector = await account.api.call('createAwsConnector', {}, { body });
  await settled(account.accountId);
  return { ...account, awsConnectorID: connector['ID'] as number };
}

test('a connector to AWS brings the machines of all regions, in groups as they stand there', async () => {
  tokyo.instances = [instance('i-00000000000000001', 'web'), instance('i-00000000000000002', 'db', 'subnet-b')];
  const { api, awsConnectorID, accountId } = await makeAws('machines');
  const connector = await api.call('describeAwsConnector', { awsConnectorID });
  assert.deepEqual(
    { ...connector, lastSyncTime: 0 },
    {
      ...{ displayName: 'Tokyo', accountId: '123456789012', accountAlias: 'sample', accessKey: keys.accessKey },
      ...{ useInstanceRole: false, lastSyncTime: 0, workspacesEnabled: false, ID: awsConnectorID },
      syncedRegions: [
        { region: 'ap-northeast-1', computersSynced: 2, workspacesSynced: 0 },
        { region: 'us-east-1', computersSynced: 0, workspacesSynced: 0 },
      ],
    },
  );
  assert.equal(connector['lastSyncTime'], here.clock.now().getTime());
  const computers = await computersOf(api);
  const one = named(computers, 'web')!;
  assert.equal(one['hostName'], 'web.internal');
  const summary = one['ec2VirtualMachineSummary'] as ApiObject;
  assert.deepEqual(
    [summary['instanceID'], summary['accountID'], summary['state']],
    ['i-00000000000000001', '123456789012', 'POWER ON'],
  );
  const groups = await groupsOf(api);
  const chain: string[] = [];
  for (let id = one['groupID']; id; ) {
    const group = groups.find(({ ID }) => ID === id)!;
    chain.push(`${String(group['type'])}:${String(group['name'])}`);
    id = group['parentGroupID'];
  }
  assert.deepEqual(chain, ['aws-subnet:subnet-a', 'aws-vpc:vpc-a', 'aws-region:ap-northeast-1', 'aws-account:Tokyo']);
  const subnet = groups.find(({ name }) => name === 'subnet-a')!;
  assert.deepEqual(
    [subnet['amazonSubnetID'], subnet['amazonVPCID'], subnet['cloudType'], subnet['cloudID']],
    [subnet['ID'], 0, 'amazon', awsConnectorID],
  );
  const search = { searchCriteria: [{ fieldName: 'accountId', stringValue: '123456789012' }] };
  const found = await api.call<{ awsConnectors: ApiObject[] }>('searchAwsConnectors', {}, { body: search });
  assert.deepEqual(found.awsConnectors, [await api.call('describeAwsConnector', { awsConnectorID })]);
  assert.deepEqual(await here.audit(accountId, 'connector.failed'), []);
});

test('a synchronization follows the cloud: new, renamed, moved and gone; what people changed stays theirs', async () => {
  tokyo.instances = [instance('i-00000000000000011', 'stays'), instance('i-00000000000000012', 'goes', 'subnet-b')];
  const { api, awsConnectorID, accountId } = await makeAws('follows');
  const before = await computersOf(api);
  const computerID = named(before, 'stays')!['ID'] as number;
  await api.call('modifyComputer', { computerID }, { body: { description: 'ours', displayName: 'renamed by us' } });
  tokyo.instances = [
    instance('i-00000000000000011', 'stays', 'subnet-c', 'stopped'),
    instance('i-00000000000000013', 'new', 'subnet-c'),
  ];
  await api.call('modifyAwsConnector', { awsConnectorID }, { query: { sync: false }, body: { displayName: 'Other' } });
  await settled(accountId);
  assert.ok(named(await computersOf(api), 'goes'), 'nothing was synchronized');
  await api.call('modifyAwsConnector', { awsConnectorID }, { body: {} });
  await settled(accountId);
  const computers = await computersOf(api);
  assert.deepEqual(computers.map(({ hostName }) => hostName).sort(), ['new.internal', 'stays.internal']);
  const stays = computers.find(({ ID }) => ID === computerID)!;
  assert.deepEqual([stays['description'], stays['displayName']], ['ours', 'renamed by us']);
  assert.equal((stays['ec2VirtualMachineSummary'] as ApiObject)['state'], 'POWER OFF');
  const groups = await groupsOf(api);
  assert.deepEqual(groups.map(({ name }) => name).sort(), ['Other', 'ap-northeast-1', 'subnet-c', 'vpc-a']);
  assert.equal(groups.find(({ ID }) => ID === stays['groupID'])?.['name'], 'subnet-c');
});

test('every hour each connector is synchronized, by the injected clock', async () => {
  tokyo.instances = [];
  const { api, accountId } = await makeAws('hourly');
  tokyo.instances = [instance('i-00000000000000021', 'later')];
  await tick(here, 'automation.syncs');
  await settled(accountId);
  assert.deepEqual(await computersOf(api), []);
  here.clock.advance(60 * 60_000);
  await tick(here, 'automation.syncs');
  await settled(accountId);
  assert.equal((await computersOf(api)).length, 1);
});

const inventoryOf = (instanceId: string, address = '10.0.0.5'): HostInventory => ({
  takenAt: here.clock.now().toISOString(),
  os: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12', kernel: '6.1.0', architecture: 'x64' },
  ...{ packages: [], services: [], processes: [], limits: [] },
  interfaces: [{ name: 'eth0', mac: '02:00:00:00:00:01', addresses: ['127.0.0.1', address] }],
  cloud: { provider: 'aws', instanceId },
});
async function tell(agent: SimulatedAgent, inventory: HostInventory): Promise<void> {
  const { status } = await agent.post(agentPaths.inventory, inventory);
  assert.equal(status, 204);
}

test('an agent on a machine of the cloud and the machine are one computer, whichever came first; it outlives the machine', async () => {
  tokyo.instances = [instance('i-00000000000000031', 'cloud-first'), instance('i-00000000000000032', 'alone')];
  const { api, awsConnectorID, accountId } = await makeAws('agents');
  const cloudFirst = named(await computersOf(api), 'cloud-first')!['ID'];
  const first = await here.enrol(accountId, { name: 'host-of-cloud-first' });
  assert.equal((await computersOf(api)).length, 3);
  await tell(first, inventoryOf('i-00000000000000031'));
  const merged = named(await computersOf(api), 'host-of-cloud-first')!;
  assert.equal((await computersOf(api)).length, 2);
  assert.equal(merged['ID'], cloudFirst);
  assert.equal((merged['ec2VirtualMachineSummary'] as ApiObject)['instanceID'], 'i-00000000000000031');

  const second = await here.enrol(accountId, { name: 'agent-first' });
  await tell(second, inventoryOf('i-00000000000000033'));
  const agentFirst = named(await computersOf(api), 'agent-first')!['ID'];
  tokyo.instances.push(instance('i-00000000000000033', 'agents-machine'));
  await api.call('modifyAwsConnector', { awsConnectorID }, { body: {} });
  await settled(accountId);
  const taken = (await computersOf(api)).find(({ ID }) => ID === agentFirst)!;
  assert.equal((taken['ec2VirtualMachineSummary'] as ApiObject)['instanceID'], 'i-00000000000000033');
  assert.deepEqual([taken['hostName'], taken['displayName']], ['agent-first', 'agents-machine']);
  assert.equal((await computersOf(api)).length, 3);

  tokyo.instances = [instance('i-00000000000000032', 'alone')];
  await api.call('modifyAwsConnector', { awsConnectorID }, { body: {} });
  await settled(accountId);
  assert.equal((await computersOf(api)).length, 3, 'those with an agent stay');
  const group = named(await computersOf(api), 'alone')!['groupID'] as number;
  await api.refused(400, 'deleteComputerGroup', { computerGroupID: group });
  await api.refused(400, 'modifyComputerGroup', { computerGroupID: group }, { body: { name: 'mine' } });
  await api.call('createComputerGroup', {}, { body: { name: 'below', parentGroupID: group } });
  await api.call('createComputer', {}, { body: { hostName: 'put-there', groupID: group } });

  await api.call('deleteAwsConnector', { awsConnectorID });
  const left = await computersOf(api);
  assert.deepEqual(left.map(({ hostName }) => hostName).sort(), ['agent-first', 'host-of-cloud-first', 'put-there']);
  assert.ok(left.every(({ groupID, ec2VirtualMachineSummary }) => groupID === 0 && !ec2VirtualMachineSummary));
  assert.deepEqual(
    (await groupsOf(api)).map(({ name, parentGroupID }) => [name, parentGroupID ?? 0]),
    [['below', 0]],
  );
  await api.refused(404, 'describeAwsConnector', { awsConnectorID });
});

test('GCP and vCenter: actions go from submitted to success, or to failed with the reason in the audit', async () => {
  const { api, accountId } = await here.makeAccount('actions');
  const gcp = await api.call('createGcpConnector', {}, { body: { name: 'Google', serviceAccount: google.base64 } });
  assert.deepEqual(
    { ...gcp, privateKeyID: '' },
    { name: 'Google', ownerProjectID: 'sample-project', privateKeyID: '', clientEmail: google.clientEmail, ID: 1 },
  );
  const action = await api.call('createGcpConnectorAction', { gcpConnectorID: 1 }, { body: { type: 'synchronize' } });
  assert.equal(action['status'], 'SUBMITTED');
  await settled(accountId);
  const actionID = action['ID'] as number;
  assert.deepEqual(await api.call('describeGcpConnectorAction', { gcpConnectorID: 1, actionID }), {
    ...action,
    status: 'SUCCESS',
  });
  const web = named(await computersOf(api), 'gcp-web')!;
  assert.deepEqual((web['gcpVirtualMachineSummary'] as ApiObject)['networkTags'], ['http']);
  const password = Buffer.from(vCenterLogin.password).toString('base64');
  const info = { host: 'vcenter.example', port: '443', name: 'DC', username: vCenterLogin.username };
  const made = await api.call('createVCenterConnector', {}, { body: { vCenter: { ...info, password } } });
  assert.deepEqual(made, { id: 1, vCenter: { ...info, port: 443, description: '' } });
  await settled(accountId);
  assert.ok(named(await computersOf(api), 'kaikei'));
  const top = (await groupsOf(api)).find(({ type }) => type === 'vcenters-top')!;
  assert.deepEqual([top['name'], top['virtualID']], ['DC', 1]);

  const wrong = { vCenter: { password: Buffer.from('wrong').toString('base64') } };
  await api.call('modifyVCenterConnector', { virtualID: 1 }, { body: wrong });
  const failing = await api.call('createVCenterConnectorAction', { virtualID: 1 }, { body: { type: 'synchronize' } });
  await settled(accountId);
  const ended = await api.call('describeVCenterConnectorAction', {
    virtualID: 1,
    actionID: failing['ID'] as number,
  });
  assert.equal(ended['status'], 'FAILED');
  const [failure, ...more] = await here.audit(accountId, 'connector.failed');
  assert.deepEqual([failure!.target, more], ['VCenterConnector:1', []]);
  assert.match(String(failure!.facts['reason']), /did not accept the credentials/);
  assert.ok(named(await computersOf(api), 'kaikei'), 'what is known of before stands');
  await api.refused(404, 'describeVCenterConnectorAction', { virtualID: 1, actionID });
  await api.refused(400, 'createGcpConnectorAction', { gcpConnectorID: 1 }, { body: {} });
  await api.call('deleteVCenterConnector', { virtualID: 1 });
  assert.equal(named(await computersOf(api), 'kaikei'), undefined);
});

test('what cannot be a connector is refused with the reason; a stored secret goes to no other place', async () => {
  const { api } = await here.makeAccount('refused');
  const refusals: [string, ApiObject, RegExp][] = [
    ['createAwsConnector', {}, /Give an access key/],
    ['createAwsConnector', { useInstanceRole: true }, /may not be used here/],
    ['createAwsConnector', { ...keys, seedRegion: 'evil.example' }, /region/],
    ['createGcpConnector', { name: 'x', serviceAccount: 'e30=' }, /service account/],
    ['createGcpConnector', { serviceAccount: google.base64 }, /name/],
    ['createVCenterConnector', { vCenter: { host: 'http://x', username: 'a', password: 'YQ==' } }, /host/],
  ];
  for (const [operation, body, pattern] of refusals)
    assert.match(await api.refused(400, operation, {}, { body }), pattern);
  const info = { host: 'vcenter.example', username: vCenterLogin.username, password: 'aGltaXRzdQ==' };
  await api.call('createVCenterConnector', {}, { body: { vCenter: info } });
  const elsewhere = { vCenter: { host: 'attacker.example' } };
  assert.match(
    await api.refused(400, 'modifyVCenterConnector', { virtualID: 1 }, { body: elsewhere }),
    /password must be given again/,
  );
});

test('S41, in part: connectors of one account are nothing to another one, and its external id is its own', async () => {
  tokyo.instances = [instance('i-00000000000000041', 'theirs')];
  const theirs = await makeAws('theirs');
  await theirs.api.call('createGcpConnector', {}, { body: { name: 'Google', serviceAccount: google.base64 } });
  await settled(theirs.accountId);
  const ours = await here.makeAccount('ours');
  const { api } = ours;
  const ids = { awsConnectorID: theirs.awsConnectorID, gcpConnectorID: 1, actionID: 1, virtualID: 1 };
  for (const operation of ['describeAwsConnector', 'deleteAwsConnector', 'describeGcpConnector', 'deleteGcpConnector'])
    await api.refused(404, operation, ids);
  await api.refused(404, 'modifyAwsConnector', ids, { body: { displayName: 'x' } });
  await api.refused(404, 'createGcpConnectorAction', ids, { body: { type: 'synchronize' } });
  await api.refused(404, 'describeGcpConnectorAction', ids);
  assert.deepEqual(await computersOf(api), []);
  const external = await Promise.all(
    [api, theirs.api, api].map(async (one) => (await one.call('listAwsConnectorSettings'))['externalId']),
  );
  assert.match(String(external[0]), /^[0-9A-F]{32}$/);
  assert.equal(external[0], external[2]);
  assert.notEqual(external[0], external[1]);
  const auditor = await api.call('createApiKey', {}, { body: { keyName: 'auditor', roleID: 2 } });
  const reader = api.as(auditor['secretKey'] as string);
  await reader.call('listAwsConnectors');
  await reader.refused(403, 'createAwsConnector', {}, { body: keys });
});

test('secrets stand in no answer, log, audit or table', async () => {
  const secrets = [
    keys.secretKey,
    vCenterLogin.password,
    Buffer.from(vCenterLogin.password).toString('base64'),
    google.base64.slice(0, 200),
    google.privateKey.split('\n')[2]!,
  ];
  const dump = await here.platform.database.asProvider(async (tx) => {
    const tables = await tx.rows(sql<{ name: string }>`
      select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname !~ '^notices_settings'
        and has_table_privilege(oid, 'select')`);
    const parts: string[] = [];
    for (const { name } of tables)
      parts.push(JSON.stringify(await tx.rows(sql`select to_jsonb(t) as row from ${sql.table(name)} t`)));
    return parts.join('\n');
  });
  assert.match(dump, /AKIAEXAMPLEEXAMPLE01/);
  const { api } = await makeAws('shown');
  const answers = JSON.stringify([
    await api.call('listAwsConnectors'),
    await api.call('searchAwsConnectors', {}, { body: {} }),
    await api.call('modifyAwsConnector', { awsConnectorID: 1 }, { body: { ...keys } }),
  ]);
  for (const secret of secrets)
    for (const [place, text] of Object.entries({ dump, answers, log: here.logged() }))
      assert.ok(!text.includes(secret), `a secret stands in the ${place}`);
});

test('a cloud that does not answer keeps nobody else waiting, nor the end of the manager; it is asked again after the next start', async () => {
  tokyo.instances = [];
  aws.holds = true;
  const held = await here.makeAccount('held');
  await held.api.call('createAwsConnector', {}, { body: keys });
  await held.api.call('createAwsConnector', {}, { body: keys });
  await until(async () => (aws.waiting.length > 0 ? true : undefined), 'the cloud was not asked');
  const other = await here.makeAccount('not held');
  await other.api.call('createGcpConnector', {}, { body: { name: 'Google', serviceAccount: google.base64 } });
  await settled(other.accountId);
  assert.equal((await computersOf(other.api)).length, 1);
  const states = await here.platform.database.asProvider((tx) =>
    tx.rows(sql<{ state: string }>`select state from automation_sync where tenant_id = ${held.accountId} order by id`),
  );
  assert.deepEqual(
    states.map(({ state }) => state),
    ['running', 'submitted'],
    'one at a time for an account',
  );
  const startedMs = performance.now();
  await here.stop();
  assert.ok(performance.now() - startedMs < patience(8000), 'the stop waited for the cloud');
  for (const drop of aws.waiting) drop();
});
