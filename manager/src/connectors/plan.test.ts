import assert from 'node:assert/strict';
import test from 'node:test';
import { propertiesOf, typeOf } from '@sakimori/contract/workload-security/index';
import { patience } from '../../../test/patience.ts';
import { planGroups } from './groups.ts';
import type {
  Ec2Summary,
  GcpSummary,
  GroupStep,
  ListedMachine,
  Listing,
  VmwareSummary,
  WorkspaceSummary,
} from './machine.ts';
import { type ComputerFacts, type KnownComputer, planSync } from './plan.ts';

const ec2: Required<Ec2Summary> = {
  cloudProvider: 'AWS',
  accountID: '111122223333',
  operatingSystem: 'Linux/UNIX',
  privateIPAddress: '10.0.0.1',
  publicIPAddress: '203.0.113.1',
  availabilityZone: 'ap-northeast-1a',
  instanceID: 'i-1',
  securityGroups: [{ name: 'web', ID: 'sg-1' }],
  type: 't3.small',
  virtualizationType: 'hvm',
  state: 'POWER ON',
  metadata: [{ name: 'Name', value: 'a' }],
  DNSName: 'a.example',
  amiID: 'ami-1',
};
const workspace: Required<WorkspaceSummary> = {
  cloudProvider: 'AWS',
  accountID: '111122223333',
  workspaceDirectory: 'd-1',
  userName: 'sato',
  workspaceID: 'ws-1',
  bundleID: 'wsb-1',
  workspaceHardware: 'STANDARD',
  state: 'AVAILABLE',
  metadata: [],
  IPAddress: '10.0.0.2',
};
const gcp: Required<GcpSummary> = {
  cloudProvider: 'GCP',
  state: 'POWER OFF',
  operatingSystem: 'debian-12',
  instanceID: '1',
  privateIPAddress: '10.0.0.3',
  publicIPAddress: '203.0.113.3',
  zone: 'asia-northeast1-a',
  vCPUs: 2,
  memory: 4096,
  labels: [{ key: 'team', value: 'a' }],
  networkTags: ['web'],
};
const vmware: Required<VmwareSummary> = {
  operatingSystem: 'RHEL',
  memory: '4096 MB',
  vmwareTools: 'RUNNING',
  biosUUID: 'u',
  state: 'SUSPENDED',
  notes: [],
  CPU: '2',
  IPAddress: '10.0.0.4',
  DNSName: 'd.example',
  vCenterUUID: 'v',
  NSXSecurityGroups: [],
};

test('summaries have the properties of the API’s models, all of them and of their types', () => {
  for (const [model, summary] of [
    ['Ec2VirtualMachineSummary', ec2],
    ['WorkspaceVirtualMachineSummary', workspace],
    ['GcpVirtualMachineSummary', gcp],
    ['VmwareVMVirtualMachineSummary', vmware],
  ] as const) {
    const properties = propertiesOf(model);
    assert.deepEqual(Object.keys(summary).sort(), Object.keys(properties).sort(), model);
    for (const [name, value] of Object.entries(summary)) {
      const { item, isList } = typeOf(properties[name]!);
      assert.equal(Array.isArray(value), isList, `${model}.${name}`);
      if (!isList) assert.equal(typeof value, item === 'int' ? 'number' : 'string', `${model}.${name}`);
    }
  }
  const ofComputer = propertiesOf('Computer');
  for (const name of [
    'ec2VirtualMachineSummary',
    'workspaceVirtualMachineSummary',
    'gcpVirtualMachineSummary',
    'vmwareVMVirtualMachineSummary',
  ])
    assert.ok(name in ofComputer, name);
});

const region: GroupStep = { key: 'ap-northeast-1', type: 'aws-region', name: 'ap-northeast-1' };
const vpc: GroupStep = { key: 'vpc-1', type: 'aws-vpc', name: 'vpc-1' };
const subnet: GroupStep = { key: 'subnet-1', type: 'aws-subnet', name: 'subnet-1' };
const machine = (key: string, changes: Partial<ListedMachine> = {}): ListedMachine => ({
  key,
  scope: 'ap-northeast-1/ec2',
  hostName: `${key}.example`,
  displayName: key,
  groups: [region, vpc, subnet],
  addresses: ['10.0.0.1'],
  summary: { ec2VirtualMachineSummary: { ...ec2, instanceID: key } },
  ...changes,
});
const listing = (machines: ListedMachine[], changes: Partial<Listing> = {}): Listing => ({
  top: { key: '111122223333', type: 'aws-account' },
  machines,
  incomplete: [],
  ...changes,
});
const innermost = '111122223333/ap-northeast-1/vpc-1/subnet-1';
const factsOf = (one: ListedMachine, groupKey = innermost): ComputerFacts => ({
  hostName: one.hostName,
  displayName: one.displayName,
  groupKey,
  addresses: one.addresses,
  biosUUID: one.biosUUID,
  summary: one.summary,
});
const known = (id: number, one: ListedMachine, changes: Partial<KnownComputer> = {}): KnownComputer => ({
  id,
  machineKey: one.key,
  scope: one.scope,
  // As it comes back from where it was kept.
  synced: JSON.parse(JSON.stringify(factsOf(one))),
  isKept: false,
  isMarked: false,
  ...changes,
});
const fault = new Error('no');

test('groups stand as a tree in the API’s words, parents first', () => {
  const workspaces: GroupStep[] = [
    region,
    { key: 'workspaces', type: 'aws-workspaces', name: 'WorkSpaces' },
    { key: 'd-1', type: 'aws-directory', name: 'd-1' },
  ];
  const groups = planGroups(listing([machine('i-1'), machine('i-2'), machine('ws-1', { groups: workspaces })]), '本番');
  assert.deepEqual(
    groups.map(({ type, name, parentKey, ownNumber }) => [type, name, parentKey, ownNumber]),
    [
      ['aws-account', '本番', undefined, 'amazonAccountID'],
      ['aws-region', 'ap-northeast-1', '111122223333', 'amazonRegionID'],
      ['aws-vpc', 'vpc-1', '111122223333/ap-northeast-1', 'amazonVPCID'],
      ['aws-subnet', 'subnet-1', '111122223333/ap-northeast-1/vpc-1', 'amazonSubnetID'],
      ['aws-workspaces', 'WorkSpaces', '111122223333/ap-northeast-1', 'amazonWorkspacesID'],
      ['aws-directory', 'd-1', '111122223333/ap-northeast-1/workspaces', 'amazonDirectoryID'],
    ],
  );
  assert.deepEqual(
    [groups[0]!.cloudType, groups[0]!.cloudResourceType, groups[1]!.cloudResourceType, groups[1]!.externalID],
    ['amazon', 'top-level', 'partition', 'ap-northeast-1'],
  );
  const properties = propertiesOf('ComputerGroup');
  for (const { type, cloudType, cloudResourceType, ownNumber } of groups) {
    assert.ok(properties['type']!.enum!.includes(type), type);
    assert.ok(properties['cloudType']!.enum!.includes(cloudType!));
    assert.ok(properties['cloudResourceType']!.enum!.includes(cloudResourceType!));
    assert.ok(ownNumber! in properties, String(ownNumber));
  }
  const others: [Listing['top'], GroupStep[]][] = [
    [{ key: 'watch@x', type: 'gcp-connector' }, [{ key: 'p', type: 'gcp-project', name: 'P' }]],
    [
      { key: 'vcenter', type: 'vcenters-top' },
      [
        { key: 'datacenter-1', type: 'vmware-datacenter', name: 'D' },
        { key: 'domain-c1', type: 'vcenter-cluster-group', name: 'C' },
        { key: 'group-v1', type: 'vcenter-folder-network', name: 'F' },
      ],
    ],
  ];
  for (const [top, steps] of others) {
    const planned = planGroups(listing([machine('1', { groups: steps })], { top }), 'T');
    for (const { type } of planned) assert.ok(properties['type']!.enum!.includes(type), type);
    assert.deepEqual(
      [...new Set(planned.map(({ cloudType }) => cloudType))],
      [top.type === 'gcp-connector' ? 'gcp' : undefined],
    );
  }
});

test('the connector’s own group stands without machines, and no key breaks out of its step', () => {
  assert.deepEqual(
    planGroups(listing([]), '本番').map(({ key }) => key),
    ['111122223333'],
  );
  const odd = planGroups(listing([machine('1', { groups: [{ ...region, key: '../a/b' }] })]), 'T');
  assert.deepEqual(
    odd.map(({ key }) => key),
    ['111122223333', '111122223333/..%2Fa%2Fb'],
  );
});

test('what is new is made, what is the same is left alone', () => {
  const plan = planSync([known(7, machine('i-1'))], [], listing([machine('i-1'), machine('i-2')]), '本番');
  assert.deepEqual(plan.create, [{ machineKey: 'i-2', scope: 'ap-northeast-1/ec2', facts: factsOf(machine('i-2')) }]);
  assert.deepEqual([plan.update, plan.remove, plan.mark, plan.groupsGone], [[], [], [], []]);
});

test('only what the cloud changed is written: a name that people gave stays', () => {
  const stopped = machine('i-1', {
    summary: { ec2VirtualMachineSummary: { ...ec2, instanceID: 'i-1', state: 'POWER OFF' } },
  });
  const plan = planSync([known(7, machine('i-1'))], [], listing([stopped]), '本番');
  assert.deepEqual(plan.update, [
    {
      id: 7,
      machineKey: 'i-1',
      scope: 'ap-northeast-1/ec2',
      facts: factsOf(stopped),
      changed: { summary: stopped.summary },
      isBack: false,
    },
  ]);
  const moved = machine('i-1', { groups: [region], displayName: '新' });
  const { changed } = planSync([known(7, machine('i-1'))], [], listing([moved]), '本番').update[0]!;
  assert.deepEqual(changed, { displayName: '新', groupKey: '111122223333/ap-northeast-1' });
});

test('what is gone is removed, or marked once where something would be lost, and comes back', () => {
  const computers = [
    known(1, machine('i-1')),
    known(2, machine('i-2'), { isKept: true }),
    known(3, machine('i-3'), { isKept: true, isMarked: true }),
    known(4, machine('i-4'), { isKept: true, isMarked: true }),
  ];
  const plan = planSync(computers, [], listing([machine('i-4')]), '本番');
  assert.deepEqual([plan.remove, plan.mark, plan.create], [[1], [2], []]);
  assert.deepEqual(
    plan.update.map(({ id, isBack, changed }) => [id, isBack, changed]),
    [[4, true, {}]],
  );
});

test('nothing is gone of a part that was not read', () => {
  const there = known(1, machine('i-1'));
  const elsewhere = known(2, machine('i-2', { scope: 'us-east-1/ec2' }));
  const removed = (changes: Partial<Listing>) => planSync([there, elsewhere], [], listing([], changes), '本番').remove;
  assert.deepEqual(removed({}), [1, 2]);
  assert.deepEqual(removed({ incomplete: [{ scope: 'us-east-1/ec2', fault }] }), [1]);
  assert.deepEqual(removed({ incomplete: [{ scope: 'us-east-1', fault }] }), [1]);
  assert.deepEqual(removed({ incomplete: [{ scope: 'us-east', fault }] }), [1, 2]);
  assert.deepEqual(removed({ covers: ['ap-northeast-1'] }), [1]);
  assert.deepEqual(removed({ covers: ['ap-northeast-1'], incomplete: [{ scope: 'ap-northeast-1/ec2', fault }] }), []);
});

test('a computer of no connector is taken over, and never removed by one', () => {
  const bare = { scope: undefined, synced: undefined };
  const one = machine('i-1');
  const plan = planSync([known(9, one, bare), known(8, machine('i-2'), bare)], [], listing([one]), '本番');
  assert.deepEqual([plan.create, plan.remove, plan.mark], [[], [], []]);
  assert.deepEqual(
    plan.update.map(({ id, changed }) => [id, changed]),
    [[9, factsOf(one)]],
  );
  const both = planSync([known(5, one, bare), known(6, one)], [], listing([one]), '本番');
  assert.deepEqual([both.create, both.update, both.remove], [[], [], []], 'its own computer is the machine');
});

test('a machine that is listed twice is one, and of two computers of it the older stays', () => {
  const plan = planSync([], [], listing([machine('i-1'), machine('i-1', { displayName: 'b' })]), '本番');
  assert.deepEqual(
    plan.create.map(({ facts }) => facts.displayName),
    ['i-1'],
  );
  const twins = planSync([known(4, machine('i-1')), known(3, machine('i-1'))], [], listing([machine('i-1')]), '本番');
  assert.deepEqual(twins.remove, [4]);
});

test('groups go when nothing stands in them any more, children first', () => {
  const groups = [
    '111122223333',
    '111122223333/ap-northeast-1',
    innermost,
    '111122223333/us-east-1',
    '111122223333/us-east-1/vpc-9',
    '111122223333/eu-west-1',
    '111122223333/eu-west-1/vpc-8',
  ].map((key) => ({ key }));
  const kept = machine('i-8', { scope: 'eu-west-1/ec2' });
  const computers = [
    known(1, machine('i-1')),
    known(2, machine('i-2', { scope: 'us-east-1/ec2' }), {
      synced: factsOf(machine('i-2'), '111122223333/us-east-1/vpc-9'),
    }),
    known(3, kept, { isKept: true, synced: factsOf(kept, '111122223333/eu-west-1/vpc-8') }),
  ];
  const plan = planSync(computers, groups, listing([machine('i-1')]), '本番');
  assert.deepEqual(plan.groupsGone, ['111122223333/us-east-1/vpc-9', '111122223333/us-east-1']);
  assert.deepEqual([plan.remove, plan.mark], [[2], [3]]);
  const unread = planSync(computers, groups, listing([], { incomplete: [{ scope: 'us-east-1', fault }] }), '本番');
  assert.deepEqual(unread.groupsGone, [innermost, '111122223333/ap-northeast-1']);
  const moved = planSync([known(1, machine('i-1'))], groups, listing([machine('i-1', { groups: [] })]), '本番');
  assert.ok(moved.groupsGone.includes(innermost), 'a group whose last machine moved away is empty');
});

test('fifty thousand machines are planned in a moment', () => {
  const machines = Array.from({ length: 50_000 }, (_, index) => machine(`i-${index}`));
  const computers = machines.map((one, index) => known(index, one));
  const startedMs = performance.now();
  const plan = planSync(computers, [], listing(machines), '本番');
  assert.deepEqual([plan.create.length, plan.update.length, plan.groups.length], [0, 0, 4]);
  assert.ok(performance.now() - startedMs < patience(10_000));
});
