import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { agentPaths, type HostInventory } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { sql } from '@sakimori/manager/platform/index';
import { type CloudServer, makeServiceAccount, startGcpCloud } from '../clouds/index.ts';
import { type ManagerInProcess, startManagerInProcess } from '../manager-in-process.ts';
import type { SimulatedAgent } from '../simulated-agent.ts';
import { until } from '../system.ts';
import type { Driver } from './driver.ts';

/** Event-based tasks: agents that enrol and move, machines of a cloud that come, move and start. */
let here: ManagerInProcess;
let cloud: CloudServer;
const google = makeServiceAccount();
type Machine = { id: string; name: string; status: string; labels: Record<string, string>; tags: { items: string[] } };
let machines: Record<string, Machine[]> = {};

before(async () => {
  cloud = await startGcpCloud({
    clock: { now: () => here.clock.now() },
    ...{ clientEmail: google.clientEmail, publicKey: google.publicKey },
    projects: [{ projectId: 'sample-project' }, { projectId: 'other-project' }],
    get instances() {
      return {
        'sample-project': {},
        'other-project': {},
        ...Object.fromEntries(
          Object.entries(machines).map(([project, found]) => [project, { 'asia-northeast1-a': found }]),
        ),
      };
    },
  });
  here = await startManagerInProcess({ SAKIMORI_GCP_ENDPOINT: cloud.url });
});
after(async () => {
  await here?.stop();
  await cloud?.close();
});

type Condition = { field: string; key?: string; value?: string };
const activation = 'agent-initiated-activation';

async function makePolicies(api: Driver, ...names: string[]): Promise<number[]> {
  const made = await Promise.all(names.map((name) => api.call('createPolicy', {}, { body: { name } })));
  return made.map(({ ID }) => ID as number);
}
const makeTask = (api: Driver, name: string, type: string, actions: ApiObject[], conditions: Condition[] = []) =>
  api.call('createEventBasedTask', {}, { body: { name, type, actions, conditions } });
const assign = (parameterValue: number): ApiObject => ({ type: 'assign-policy', parameterValue });

const computersOf = async (api: Driver) =>
  (await api.call<{ computers: ApiObject[] }>('listComputers', {}, { query: { expand: 'all' } })).computers;
const computerOf = async (api: Driver, name: string) =>
  (await computersOf(api)).find(({ hostName }) => hostName === name)!;

test('an agent that enrols gets the policy and group of the tasks whose conditions all hold; the last in the order of names decides', async () => {
  const { api, accountId } = await here.makeAccount('activation');
  const [web, db, debian] = await makePolicies(api, 'Web', 'DB', 'Debian');
  const groupID = (await api.call('createComputerGroup', {}, { body: { name: 'Servers' } }))['ID'] as number;
  const toGroup = { type: 'assign-group', parameterValue: groupID };
  const names = (value: string): Condition => ({ field: 'hostname', value });
  const first = await makeTask(api, 'a web', activation, [assign(web!), toGroup], [names('web-\\d+')]);
  await makeTask(api, 'b db', activation, [assign(db!)], [names('db-.*'), { field: 'platform', value: '.*Debian.*' }]);
  await makeTask(
    api,
    'c both',
    activation,
    [assign(debian!)],
    [names('web-02'), { field: 'platform', value: 'Debian.*' }],
  );
  const off = { name: 'd off', type: activation, enabled: false, actions: [assign(db!)], conditions: [] };
  await api.call('createEventBasedTask', {}, { body: off });
  await makeTask(api, 'e never', activation, [assign(db!)], [{ field: 'esx', value: '.*' }]);
  await makeTask(api, 'f cloud', activation, [assign(db!)], [{ field: 'tag', key: 'env', value: '.*' }]);

  const os = 'Debian GNU/Linux 12 (bookworm)';
  for (const name of ['web-01', 'web-02', 'db-01', 'other', 'my-web-01']) await here.enrol(accountId, { name, os });
  await here.enrol(accountId, { name: 'db-02', os: 'Red Hat Enterprise Linux 9' });
  const placed = await computersOf(api);
  const [usual] = placed.filter(({ hostName }) => hostName === 'other');
  assert.deepEqual(
    Object.fromEntries(placed.map(({ hostName, policyID, groupID: group }) => [hostName, [policyID, group]])),
    {
      ...{ 'web-01': [web, groupID], 'web-02': [debian, groupID], 'db-01': [db, 0] },
      ...{ other: [usual!['policyID'], 0], 'my-web-01': [usual!['policyID'], 0], 'db-02': [usual!['policyID'], 0] },
    },
  );
  const ran = await here.audit(accountId, 'task.ran');
  assert.deepEqual(ran.map(({ facts }) => `${String(facts['name'])}: ${String(facts['computer'])}`).sort(), [
    ...['a web: web-01', 'a web: web-02', 'b db: db-01', 'c both: web-02'],
  ]);
  const ids = { eventBasedTaskID: first['ID'] as number };
  assert.equal((await api.call('describeEventBasedTask', ids))['lastRunTime'], here.clock.now().getTime());
  const changes = await here.audit(accountId, 'configuration.modified');
  assert.deepEqual(
    changes.filter(({ target }) => target.startsWith('EventBasedTask')),
    [],
  );
});

test('a task that deactivates ends the agent at once; an action that this manager does not take is named in the audit', async () => {
  const { api, accountId } = await here.makeAccount('deactivation');
  const relay = { type: 'assign-relay', parameterValue: 1 };
  await makeTask(
    api,
    'no guests',
    activation,
    [{ type: 'deactivate' }, relay],
    [{ field: 'hostname', value: 'guest-.*' }],
  );
  const guest = await here.enrol(accountId, { name: 'guest-1' });
  await assert.rejects(guest.heartbeat(), /certificate_revoked/);
  const computer = await computerOf(api, 'guest-1');
  assert.deepEqual((computer['computerStatus'] as ApiObject)['agentStatus'], 'inactive');
  const [ran] = await here.audit(accountId, 'task.ran');
  assert.deepEqual(ran!.facts['ignored'], ['assign-relay']);
  const regular = await here.enrol(accountId, { name: 'regular' });
  await regular.heartbeat();
  regular.kill();
});

const inventoryOf = (address: string, cloudInstance?: string): HostInventory => ({
  takenAt: here.clock.now().toISOString(),
  os: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12', kernel: '6.1.0', architecture: 'x64' },
  ...{ packages: [], services: [], processes: [], limits: [] },
  interfaces: [{ name: 'eth0', mac: '02:00:00:00:00:01', addresses: ['127.0.0.1/8', 'fe80::1', `${address}/24`] }],
  ...(cloudInstance ? { cloud: { provider: 'gcp', instanceId: cloudInstance } } : {}),
});
async function tell(agent: SimulatedAgent, inventory: HostInventory): Promise<void> {
  assert.equal((await agent.post(agentPaths.inventory, inventory)).status, 204);
}

test('a new address of an agent is an event, its first one is not', async () => {
  const { api, accountId } = await here.makeAccount('addresses');
  const [branch] = await makePolicies(api, 'Branch');
  await makeTask(api, 'branch', 'agent-ip-changed', [assign(branch!)], [{ field: 'lastUsedIP', value: '10\\.2\\..*' }]);
  const agent = await here.enrol(accountId, { name: 'laptop' });
  const before = (await computerOf(api, 'laptop'))['policyID'];
  await tell(agent, inventoryOf('10.2.0.1'));
  assert.equal((await computerOf(api, 'laptop'))['policyID'], before);
  await tell(agent, inventoryOf('10.3.0.1'));
  assert.equal((await computerOf(api, 'laptop'))['policyID'], before);
  await tell(agent, inventoryOf('10.2.0.9'));
  assert.equal((await computerOf(api, 'laptop'))['policyID'], branch);
});

const settled = (accountId: string, count: number) =>
  until(async () => {
    const { ended } = await here.platform.database.asProvider((tx) =>
      tx.one(
        sql<{
          ended: number;
        }>`select count(*) as ended from automation_sync where tenant_id = ${accountId} and ended_at is not null`,
      ),
    );
    return ended >= count ? true : undefined;
  }, 'the synchronization did not end');
const machine = (id: string, name: string, env: string, status = 'RUNNING'): Machine => ({
  ...{ id, name, status, labels: { env, team: 'web' }, tags: { items: ['http', 'internal'] } },
});

test('machines of a cloud that come, move or are started are events, with what the cloud knows as conditions', async () => {
  const { api, accountId } = await here.makeAccount('cloud');
  const [production, moved, started] = await makePolicies(api, 'Production', 'Moved', 'Started');
  const tag: Condition = { field: 'tag', key: 'env', value: 'prod.*' };
  const network: Condition = { field: 'gcpNetworkTag', value: 'http' };
  const vendor: Condition = { field: 'cloudVendor', value: 'GCP|Google' };
  await makeTask(api, 'created', 'computer-created-by-system', [assign(production!)], [tag, network, vendor]);
  await makeTask(
    api,
    'moved',
    'computer-moved-by-system',
    [assign(moved!)],
    [{ field: 'folder', value: 'other-project' }],
  );
  await makeTask(api, 'started', 'computer-powered-on-by-system', [assign(started!), { type: 'activate' }]);
  machines = {
    'sample-project': [
      machine('1', 'p', 'production'),
      machine('2', 't', 'test'),
      machine('3', 's', 'test', 'TERMINATED'),
    ],
  };
  await api.call('createGcpConnector', {}, { body: { name: 'Google', serviceAccount: google.base64 } });
  await settled(accountId, 1);
  const policies = async () =>
    Object.fromEntries((await computersOf(api)).map(({ hostName, policyID }) => [hostName, policyID]));
  assert.deepEqual(await policies(), { p: production, t: undefined, s: undefined });
  machines = {
    'sample-project': [machine('1', 'p', 'production'), machine('3', 's', 'test')],
    'other-project': [machine('2', 't', 'test')],
  };
  await api.call('createGcpConnectorAction', { gcpConnectorID: 1 }, { body: { type: 'synchronize' } });
  await settled(accountId, 2);
  assert.deepEqual(await policies(), { p: production, t: moved, s: started });
  const ran = await here.audit(accountId, 'task.ran');
  assert.deepEqual(ran.map(({ facts }) => [facts['name'], facts['computers'], facts['names']]).sort(), [
    ['created', 1, 'p'],
    ['moved', 1, 't'],
    ['started', 1, 's'],
  ]);

  const groups = (await api.call<{ computerGroups: ApiObject[] }>('listComputerGroups')).computerGroups;
  const below = groups.find(({ name }) => name === 'sample-project')!['ID'];
  const sync = { type: 'synchronize-cloud-account', synchronizeCloudAccountTaskParameters: { computerGroupID: below } };
  machines['sample-project']!.push(machine('9', 'nine', 'test'));
  await api.call('createScheduledTask', {}, { body: { name: 'sync', runNow: true, ...sync } });
  await settled(accountId, 3);
  assert.ok(await computerOf(api, 'nine'));
});

test('a task for activation that asks the cloud is decided when the agent has said which machine it runs on', async () => {
  const { api, accountId } = await here.makeAccount('late');
  const [tagged] = await makePolicies(api, 'Tagged');
  await makeTask(api, 'by tag', activation, [assign(tagged!)], [{ field: 'tag', key: 'team', value: 'web' }]);
  machines = { 'sample-project': [machine('77', 'in-the-cloud', 'test')] };
  await api.call('createGcpConnector', {}, { body: { name: 'Google', serviceAccount: google.base64 } });
  await settled(accountId, 1);
  const agent = await here.enrol(accountId, { name: 'agent-of-77' });
  assert.notEqual((await computerOf(api, 'agent-of-77'))['policyID'], tagged);
  await tell(agent, inventoryOf('10.0.0.1', '77'));
  assert.equal((await computerOf(api, 'agent-of-77'))['policyID'], tagged);
  assert.equal((await computersOf(api)).length, 1);
});

test('what cannot be a task is refused; an expression that could stall is one of them', async () => {
  const { api } = await here.makeAccount('refused');
  const refusals: [ApiObject, RegExp][] = [
    [{ actions: [{ type: 'assign-policy' }] }, /needs the ID of a Policy/],
    [{ actions: [assign(4711)] }, /no Policy with the ID 4711/],
    [{ actions: [{ type: 'assign-group', parameterValue: 4711 }] }, /no ComputerGroup/],
    [{ conditions: [{ value: 'x' }] }, /needs a field/],
    [{ conditions: [{ field: 'hostname', value: '(?=a)b' }] }, /linear time/],
    [{ conditions: [{ field: 'hostname', value: '(' }] }, /no regular expression/],
    [{ conditions: [{ field: 'hostname', value: '(a|b){500}{2}' }] }, /regular expression|too large/],
    [{ conditions: [{ field: 'tag', key: '[', value: 'x' }] }, /no regular expression/],
    [{ conditions: [{ field: 'hostname', value: 'x'.repeat(1001) }] }, /at most 1000/],
  ];
  for (const [parts, pattern] of refusals) {
    const body = { name: 'x', type: activation, ...parts };
    assert.match(
      await api.refused(400, 'createEventBasedTask', {}, { body }),
      pattern,
      JSON.stringify(parts).slice(0, 200),
    );
  }
});

test('S41, in part: tasks of one account do nothing to hosts of another one and are nothing to it', async () => {
  const theirs = await here.makeAccount('theirs');
  const ours = await here.makeAccount('ours');
  const [policy] = await makePolicies(theirs.api, 'Theirs');
  const { ID } = await makeTask(theirs.api, 'all', activation, [assign(policy!)]);
  const ids = { eventBasedTaskID: ID as number };
  await ours.api.refused(404, 'describeEventBasedTask', ids);
  await ours.api.refused(404, 'deleteEventBasedTask', ids);
  await here.enrol(ours.accountId, { name: 'ours' });
  assert.deepEqual(await here.audit(ours.accountId, 'task.ran'), []);
  assert.deepEqual(await here.audit(theirs.accountId, 'task.ran'), []);
});
