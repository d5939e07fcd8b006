import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type AwsCloud, type CloudServer, startAwsCloud } from '../../../test/clouds/index.ts';
import { ManualClock } from '../platform/index.ts';
import { identifyAwsAccount, listEc2 } from './aws.ts';
import { ConnectorFault, type FaultKind } from './fault.ts';

const clock = new ManualClock('2026-11-20T09:00:00Z');
const own = { accessKey: 'AKIAEXAMPLEEXAMPLE01', secretKey: 'own/secret+key/of/a/test/0123456789abcd' };
const ofRole = { accessKey: 'ASIAEXAMPLEEXAMPLE02', secretKey: 'role/secret+key/of/a/test/123456789abcd' };
const quick = { firstWaitMs: 1, waitMsMax: 20 };

const web = `<imageId>ami-0abc1234</imageId><instanceState><code>16</code><name>running</name></instanceState>
<privateDnsName>ip-10-0-1-5.ap-northeast-1.compute.internal</privateDnsName><dnsName>ec2-203-0-113-5.compute.amazonaws.com</dnsName>
<instanceType>t3.small</instanceType><placement><availabilityZone>ap-northeast-1a</availabilityZone></placement>
<subnetId>subnet-0aaa</subnetId><vpcId>vpc-0aaa</vpcId><privateIpAddress>10.0.1.5</privateIpAddress><ipAddress>203.0.113.5</ipAddress>
<groupSet><item><groupId>sg-1</groupId><groupName>web &amp; more</groupName></item></groupSet>
<networkInterfaceSet><item><groupSet><item><groupId>sg-1</groupId><groupName>web &amp; more</groupName></item><item><groupId>sg-2</groupId><groupName>ssh</groupName></item></groupSet></item></networkInterfaceSet>
<virtualizationType>hvm</virtualizationType><platformDetails>Linux/UNIX</platformDetails>
<tagSet><item><key>Name</key><value>会計サーバ</value></item><item><key>empty</key><value/></item></tagSet>`;
const state = (name: string): string => `<instanceState><name>${name}</name></instanceState>`;
const instances = Array.from({ length: 5 }, (_, index) => ({
  id: `i-0000000000000000${index}`,
  fields: index === 0 ? web : state('stopped'),
}));

async function start(t: TestContext, changes: Partial<AwsCloud> = {}): Promise<CloudServer> {
  const server = await startAwsCloud({
    clock,
    keys: {
      [own.accessKey]: { secretKey: own.secretKey, account: '111122223333' },
      [ofRole.accessKey]: { secretKey: ofRole.secretKey, sessionToken: 'Session//Token==', account: '444455556666' },
    },
    regions: {
      'us-east-1': { instances: [] },
      'ap-northeast-1': { instances: [...instances, { id: 'i-00000000000000099', fields: state('terminated') }] },
    },
    pageSize: 2,
    ...changes,
  });
  t.after(() => server.close());
  return server;
}
const isFault = (kind: FaultKind, code?: string) => (error: unknown) =>
  error instanceof ConnectorFault && error.kind === kind && (code === undefined || error.code === code);

test('instances of all regions are listed page by page, with signatures that another signer confirms', async (t) => {
  const server = await start(t, { alias: 'sample-alias' });
  const listing = await listEc2({ keys: own, clock, endpoint: server.url, limits: quick });
  assert.equal(listing.accountId, '111122223333');
  assert.equal(listing.accountAlias, 'sample-alias');
  assert.deepEqual(listing.regions, [
    { region: 'ap-northeast-1', computersSynced: 5, workspacesSynced: 0 },
    { region: 'us-east-1', computersSynced: 0, workspacesSynced: 0 },
  ]);
  assert.deepEqual(listing.incomplete, []);
  assert.deepEqual(
    listing.machines.map(({ key }) => key),
    instances.map(({ id }) => id),
  );
  const pages = server.asked.filter(({ body }) => body.includes('Action=DescribeInstances'));
  assert.equal(pages.length, 4, 'three pages of one region and one of the other');
  assert.ok(pages.every(({ headers }) => headers['accept-encoding'] === undefined));
});

test('an instance becomes a machine in the words of the API', async (t) => {
  const server = await start(t);
  const { machines } = await listEc2({ keys: own, clock, endpoint: server.url });
  assert.deepEqual(machines[0], {
    key: 'i-00000000000000000',
    scope: 'ap-northeast-1/ec2',
    hostName: 'ec2-203-0-113-5.compute.amazonaws.com',
    displayName: '会計サーバ',
    groups: [
      { key: 'ap-northeast-1', type: 'aws-region', name: 'ap-northeast-1' },
      { key: 'vpc-0aaa', type: 'aws-vpc', name: 'vpc-0aaa' },
      { key: 'subnet-0aaa', type: 'aws-subnet', name: 'subnet-0aaa' },
    ],
    addresses: ['10.0.1.5', '203.0.113.5'],
    summary: {
      ec2VirtualMachineSummary: {
        cloudProvider: 'AWS',
        accountID: '111122223333',
        operatingSystem: 'Linux/UNIX',
        privateIPAddress: '10.0.1.5',
        publicIPAddress: '203.0.113.5',
        availabilityZone: 'ap-northeast-1a',
        instanceID: 'i-00000000000000000',
        securityGroups: [
          { name: 'web & more', ID: 'sg-1' },
          { name: 'ssh', ID: 'sg-2' },
        ],
        type: 't3.small',
        virtualizationType: 'hvm',
        state: 'POWER ON',
        metadata: [
          { name: 'Name', value: '会計サーバ' },
          { name: 'empty', value: '' },
        ],
        DNSName: 'ec2-203-0-113-5.compute.amazonaws.com',
        amiID: 'ami-0abc1234',
      },
    },
  });
  assert.deepEqual(machines[1], {
    key: 'i-00000000000000001',
    scope: 'ap-northeast-1/ec2',
    hostName: 'i-00000000000000001',
    displayName: 'i-00000000000000001',
    groups: [{ key: 'ap-northeast-1', type: 'aws-region', name: 'ap-northeast-1' }],
    addresses: [],
    summary: {
      ec2VirtualMachineSummary: {
        cloudProvider: 'AWS',
        accountID: '111122223333',
        instanceID: 'i-00000000000000001',
        securityGroups: [],
        state: 'POWER OFF',
        metadata: [],
      },
    },
  });
});

test('a role of another account is taken on with its external id, and with no other', async (t) => {
  const arn = 'arn:aws:iam::444455556666:role/watch';
  const server = await start(t, { role: { arn, externalId: 'customer-7', accessKey: ofRole.accessKey } });
  const options = { keys: own, clock, endpoint: server.url };
  const listing = await listEc2({ ...options, role: { arn, externalId: 'customer-7' } });
  assert.equal(listing.accountId, '444455556666');
  assert.equal(listing.machines.length, 5);
  await assert.rejects(
    listEc2({ ...options, role: { arn, externalId: 'customer-8' } }),
    isFault('forbidden', 'AccessDenied'),
  );
  await assert.rejects(listEc2({ ...options, role: { arn } }), isFault('forbidden'));
});

test('the role of the manager’s own machine comes from its metadata service, by a token', async (t) => {
  const server = await start(t, { instanceRole: { name: 'watch-role', accessKey: ofRole.accessKey } });
  const options = { keys: 'instance-role', clock, endpoint: server.url } as const;
  assert.equal(await identifyAwsAccount(options), '444455556666');
  assert.deepEqual(
    server.asked.map(({ method, path }) => `${method} ${path}`),
    [
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/',
      'GET /latest/meta-data/iam/security-credentials/watch-role',
      'POST /',
    ],
  );
  const bare = await start(t);
  await assert.rejects(identifyAwsAccount({ ...options, endpoint: bare.url }), isFault('forbidden'));
});

test('wrong keys and a clock that is off are refused, in a sentence', async (t) => {
  const server = await start(t);
  const options = { clock, endpoint: server.url };
  await assert.rejects(
    listEc2({ ...options, keys: { ...own, secretKey: 'another/secret/key/of/a/test/0123456789' } }),
    (error) => {
      assert.ok(isFault('refused', 'SignatureDoesNotMatch')(error));
      assert.equal(
        (error as Error).message,
        'AWS STS (us-east-1) did not accept the credentials (status 403, SignatureDoesNotMatch).',
      );
      return true;
    },
  );
  await assert.rejects(
    listEc2({ ...options, keys: own, clock: new ManualClock('2026-11-20T10:00:00Z') }),
    isFault('refused'),
  );
});

test('a busy service is asked again, as often as the limits say and no more', async (t) => {
  let busy = 3;
  const throttled = '<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>';
  const server = await start(t, {
    instead: (action) => (action === 'DescribeInstances' && busy-- > 0 ? { status: 400, body: throttled } : undefined),
  });
  const listing = await listEc2({ keys: own, clock, endpoint: server.url, limits: { ...quick, triesMax: 4 } });
  assert.equal(listing.machines.length, 5);

  busy = Number.POSITIVE_INFINITY;
  server.asked.length = 0;
  await assert.rejects(
    listEc2({ keys: own, clock, endpoint: server.url, limits: { ...quick, triesMax: 3 } }),
    isFault('throttled', 'RequestLimitExceeded'),
  );
  assert.equal(
    server.asked.filter(({ body }) => body.includes('DescribeInstances')).length,
    6,
    'three for each region',
  );
});

test('a region that may not be read is told, and the others are listed', async (t) => {
  const server = await start(t, {
    regions: {
      'us-east-1': { instances: [], faultCode: 'UnauthorizedOperation' },
      'ap-northeast-1': { instances },
    },
  });
  const listing = await listEc2({ keys: own, clock, endpoint: server.url });
  assert.equal(listing.machines.length, 5);
  assert.deepEqual(
    listing.incomplete.map(({ scope, fault }) => [scope, fault.message]),
    [
      [
        'us-east-1/ec2',
        'AWS EC2 (us-east-1) did not permit the request with these credentials (status 403, UnauthorizedOperation).',
      ],
    ],
  );
  assert.deepEqual(
    listing.regions.map(({ region }) => region),
    ['ap-northeast-1'],
  );
});

test('WorkSpaces are listed with their tags when they are asked for', async (t) => {
  const workspaces = [
    {
      WorkspaceId: 'ws-000000001',
      DirectoryId: 'd-926722edaf',
      UserName: 'sato',
      IpAddress: '10.1.0.9',
      State: 'AVAILABLE',
      BundleId: 'wsb-0zsvgp8fc',
      ComputerName: 'WSAMZN-1',
      WorkspaceProperties: { ComputeTypeName: 'STANDARD', RunningMode: 'AUTO_STOP' },
    },
    { WorkspaceId: 'ws-000000002', DirectoryId: 'd-926722edaf', State: 'TERMINATED' },
    { WorkspaceId: 'ws-000000003', DirectoryId: 'd-926722edaf', State: 'PENDING', UserName: 7 },
  ];
  const regions = { 'ap-northeast-1': { instances: [], workspaces } };
  const tags = { 'ws-000000001': [{ Key: 'team', Value: '経理' }], 'ws-000000003': [] };
  const server = await start(t, { regions, tags });
  const options = { keys: own, clock, seedRegion: 'ap-northeast-1', endpoint: server.url };
  assert.equal((await listEc2(options)).machines.length, 0);
  const listing = await listEc2({ ...options, workspacesEnabled: true });
  assert.deepEqual(listing.regions, [{ region: 'ap-northeast-1', computersSynced: 0, workspacesSynced: 2 }]);
  assert.deepEqual(listing.machines[0], {
    key: 'ws-000000001',
    scope: 'ap-northeast-1/workspaces',
    hostName: 'WSAMZN-1',
    displayName: 'WSAMZN-1 (sato)',
    groups: [
      { key: 'ap-northeast-1', type: 'aws-region', name: 'ap-northeast-1' },
      { key: 'workspaces', type: 'aws-workspaces', name: 'WorkSpaces' },
      { key: 'd-926722edaf', type: 'aws-directory', name: 'd-926722edaf' },
    ],
    addresses: ['10.1.0.9'],
    summary: {
      workspaceVirtualMachineSummary: {
        cloudProvider: 'AWS',
        accountID: '111122223333',
        workspaceDirectory: 'd-926722edaf',
        userName: 'sato',
        workspaceID: 'ws-000000001',
        bundleID: 'wsb-0zsvgp8fc',
        workspaceHardware: 'STANDARD',
        state: 'AVAILABLE',
        metadata: [{ name: 'team', value: '経理' }],
        IPAddress: '10.1.0.9',
      },
    },
  });
  const untagged = await start(t, { regions });
  const bare = await listEc2({ ...options, endpoint: untagged.url, workspacesEnabled: true });
  assert.equal(bare.machines.length, 2, 'the right to read tags is not needed');
});

test('a list that would never end, or is longer than allowed, is given up', async (t) => {
  let pages = 0;
  const server = (nameOfPage: (number: number) => string): Promise<CloudServer> =>
    start(t, {
      instead: (action) => {
        if (action !== 'DescribeInstances') return undefined;
        pages += 1;
        const token = `<nextToken>${nameOfPage(pages)}</nextToken>`;
        return { body: `<DescribeInstancesResponse><reservationSet/>${token}</DescribeInstancesResponse>` };
      },
    });
  const turning = await server((number) => `t${number % 3}`);
  await assert.rejects(listEc2({ keys: own, clock, endpoint: turning.url }), isFault('malformed'));
  const endless = await server((number) => `t${number}`);
  pages = 0;
  const limits = { pagesMax: 10 };
  await assert.rejects(listEc2({ keys: own, clock, endpoint: endless.url, limits }), isFault('too-large'));
  assert.equal(pages, 20, 'ten of each region');
  const many = await start(t);
  const { machines, incomplete } = await listEc2({ keys: own, clock, endpoint: many.url, limits: { machinesMax: 3 } });
  assert.deepEqual([machines.length, incomplete.map(({ scope }) => scope)], [0, ['ap-northeast-1/ec2']]);
});

test('a region that is no name of one goes nowhere', async (t) => {
  const evil = await start(t, { regions: { 'us-east-1.evil.example/': { instances: [] } } });
  await assert.rejects(listEc2({ keys: own, clock, endpoint: evil.url }), isFault('malformed'));
  await assert.rejects(
    listEc2({ keys: own, clock, seedRegion: 'evil.example#', endpoint: evil.url }),
    isFault('malformed'),
  );
});
