import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { DetectionModule, routes } from '@sakimori/contract';
import { cefFixtures, leefFixtures } from '@sakimori/contract/intake/test-lines';
import { countRows, refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { Editions } from '../editions/index.ts';
import { sql } from '../platform/index.ts';
import { raiseSilentSources, type SourcesRoom, sourcesRoom } from './index.ts';

let door: TestDoor;
let room: SourcesRoom;
let yamato: string;
let musashi: string;
const operator = actorOf('operator');
const at = (platform: TestDoor['platform'], seconds = 0): string =>
  new Date(platform.clock.now().getTime() - seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');

before(async () => {
  door = await startTestDoor({
    rooms: (platform) => {
      room = sourcesRoom({ platform, editions: Editions.read(platform.config) });
      return [room];
    },
  });
  yamato = await door.makeAccount('Yamato');
  musashi = await door.makeAccount('Musashi');
});
after(async () => {
  await room.receivers.close();
  await door.stop();
});

const asOperator = () => door.service.as(operator);
const bind = (accountId: string, body: Record<string, unknown>) =>
  asOperator()(routes.addSource, {
    params: { accountId },
    body: { name: 'DSM', kind: 'address', value: '192.0.2.1', ...body } as never,
  });
const send = (
  address: string,
  lines: readonly (string | Buffer)[],
  transport: 'tcp' | 'tls' | 'udp' = 'tcp',
  identity?: string,
) =>
  room.intake.takeFrames(
    { transport, address, ...(identity ? { identity } : {}) },
    lines.map((line) => ({ bytes: Buffer.from(line), isCut: false })),
  );
const detectionsOf = async (accountId: string) =>
  (await asOperator()(routes.listDetections, { query: { accountId, limit: 500 } })).items;
const sourceOf = async (id: string) =>
  (await asOperator()(routes.listSources, { query: {} })).items.find((each) => each.id === id)!;
const agentHead = 'CEF:0|Trend Micro|Deep Security Agent|20.0.0.7119';

test('S13, in part: each record of every module becomes a detection of its account, with the raw record beside it and unknown keys kept', async () => {
  const source = await bind(yamato, { value: '192.0.2.0/24' });
  const lines = [...cefFixtures, ...leefFixtures].map(({ raw }) => raw);
  await send('192.0.2.9', lines);
  const { counts } = await sourceOf(source.id);
  const inScope = lines.length - counts.application - counts.device;
  assert.deepEqual([counts.records, counts.stored, counts.duplicate, counts.held], [lines.length, inScope, 0, 0]);
  assert.ok(counts.application > 0 && counts.device > 0, 'S13: they are recognised and counted');
  const found = await detectionsOf(yamato);
  assert.equal(found.length, inScope);
  const modules = new Set(found.map(({ module }) => module));
  for (const module of [
    'antimalware',
    'webreputation',
    'firewall',
    'intrusion',
    'integrity',
    'loginspection',
    'system',
  ] as const)
    assert.ok(modules.has(module), module);
  for (const { raw, foreign } of found) assert.ok(lines.includes(raw!) && foreign!.sourceId === source.id);
  const signed = found.find(({ rule, foreign }) => rule.id === '600' && foreign!.format === 'cef')!;
  assert.deepEqual([signed.severity, signed.foreign!.time], ['informational', 'zoned']);
  assert.deepEqual(signed.foreign!.fields!['extra'], { TrendMicroDsReasonId: '12' });
  const malware = found.find(({ rule }) => rule.id === 'Eicar_test_file')!;
  assert.deepEqual(
    [malware.kind, malware.action, malware.hostName.slice(0, 5)],
    ['malware.found', 'quarantined', 'app-1'],
  );
  const prevented = found.find(({ rule }) => rule.id === '1011466')!;
  assert.deepEqual([prevented.mode, prevented.action], ['detect', 'observed'], 'IDS: says that it was not blocked');
  // The same walk: what is medium and above stands as an alert.
  const alerts = (await asOperator()(routes.listAlerts, { query: { accountId: yamato, limit: 500 } })).items;
  assert.ok(alerts.some(({ ruleId }) => ruleId === 'Eicar_test_file'));
  assert.ok((await asOperator()(routes.listRemoteHosts, { query: { accountId: yamato } })).items.length > 0);
});

test('S13: what application control tells is shown as out of scope, and is in no detection, alert, mail or roll-up, from which reports are made', async () => {
  const account = await door.makeAccount('Okayama');
  const source = await bind(account, { value: '203.0.113.213', name: 'Scope' });
  const outOfScope = [...cefFixtures, ...leefFixtures].filter(({ expected }) =>
    ['application_control', 'device_control'].includes(expected.module ?? ''),
  );
  await send(
    '203.0.113.213',
    outOfScope.map(({ raw }) => raw),
  );
  const { counts } = await sourceOf(source.id);
  assert.ok(counts.application > 0);
  assert.deepEqual([counts.application + counts.device, counts.stored, counts.held], [outOfScope.length, 0, 0]);
  for (const table of ['detections_detection', 'detections_hourly', 'alerts_alert', 'notices_notice'])
    assert.equal(await countRows(door.platform, table, account), 0, table);
  assert.deepEqual(
    DetectionModule.options.filter((module) => module !== 'system'),
    ['antimalware', 'webreputation', 'firewall', 'intrusion', 'integrity', 'loginspection'],
    'the six of the service (§2)',
  );
});

test('a host that only a remote manager knows is none of ours: not listed, not counted, not silent, given no task', async () => {
  const remote = (await asOperator()(routes.listRemoteHosts, { query: { accountId: yamato } })).items;
  assert.ok(remote.some(({ name }) => name.startsWith('app-1')));
  const { items } = await asOperator()(routes.listHosts, { query: { accountId: yamato } });
  assert.deepEqual(items, []);
  assert.equal(await countRows(door.platform, 'liveness_check', yamato), 0);
  const counted = await door.platform.database.asProvider((tx) =>
    tx.rows(sql`select from hosts_count_by_account where tenant_id = ${yamato}`),
  );
  assert.equal(counted.length, 0);
  await refusedWith(
    asOperator()(routes.retireHost, { params: { hostId: remote[0]!.id }, body: { reason: 'x' } }),
    'not_found',
  );
});

test('sent again, by another relay, or after a restart, a record is one detection', async () => {
  const source = await bind(yamato, { value: '198.51.100.1', name: 'Again' });
  const line = `<134>${at(door.platform, 5)} dsm CEF:0|Trend Micro|Deep Security Manager|20|740|Agent Error|8|target=web-1 msg=again`;
  const [untimed] = [
    `${agentHead}|4000000|Once|6|cn1=77 cn1Label=Host ID dvchost=web-7 filePath=/tmp/x act=Delete result=Deleted`,
  ];
  for (const lines of [[line, untimed], [line.replace('<134>', '<142>')], [`${line}\n`], [untimed]])
    await send('198.51.100.1', lines as string[]);
  await Promise.all([send('198.51.100.1', [line]), send('198.51.100.1', [line])]);
  const { counts } = await sourceOf(source.id);
  assert.deepEqual([counts.records, counts.stored, counts.duplicate], [7, 2, 5]);
});

test('the same event by two roads, the agent’s and its manager’s, is one; two of each are two', async () => {
  const accountId = await door.makeAccount('Roads');
  await bind(accountId, { value: '203.0.113.10', name: 'Agents' });
  await bind(accountId, { value: '203.0.113.11', name: 'Manager' });
  const body = (port: number) => `act=Deny src=198.51.100.7 dst=192.0.2.9 spt=${port} dpt=22 proto=TCP in=60`;
  const direct = (port: number, seconds: number) =>
    `<134>${at(door.platform, seconds)} web-3 ${agentHead}|21|Out Of Allowed Policy|5|cn1=3 cn1Label=Host ID ${body(port)}`;
  const relayed = (port: number, seconds: number) =>
    `<134>${at(door.platform, seconds)} dsm CEF:0|Trend Micro|Deep Security Agent|20.0.560|21|Out Of Allowed Policy|5|cn1=3 cn1Label=Host ID dvchost=web-3 TrendMicroDsTenant=Primary TrendMicroDsTenantId=0 ${body(port)}`;
  await send('203.0.113.10', [direct(1001, 700), direct(1001, 650)]);
  await send('203.0.113.11', [relayed(1001, 100), relayed(1001, 90), relayed(1002, 80)]);
  await send('203.0.113.11', [relayed(1001, 100), relayed(1002, 80)]);
  await send('203.0.113.10', [direct(1002, 75), direct(1001, 700)]);
  assert.equal((await detectionsOf(accountId)).length, 3);
  // A third of the manager's has no counterpart: it is an event of its own.
  await send('203.0.113.11', [relayed(1001, 60)]);
  assert.equal((await detectionsOf(accountId)).length, 4);
});

test('a record that names another account’s tenant, and one of a stranger, go to quarantine; work says so; released, they are detections', async () => {
  const [own, other] = [
    await bind(yamato, { value: '198.51.100.20', name: 'Shared A', trendTenant: '17' }),
    await bind(musashi, { value: '198.51.100.20', name: 'Shared B', trendTenant: '18' }),
  ];
  const line = (tenant: string, name: string) =>
    `<134>${at(door.platform)} dsm ${agentHead}|4000000|${name}|6|cn1=1 cn1Label=Host ID dvchost=h filePath=/x act=Delete result=Deleted${tenant && ` TrendMicroDsTenantId=${tenant}`}`;
  const before = await countRows(door.platform, 'detections_detection', musashi);
  await send('198.51.100.20', [line('17', 'Mine'), line('18', 'Theirs'), line('19', 'Nobody'), line('', 'Whose')]);
  assert.equal(await countRows(door.platform, 'detections_detection', musashi), before + 1);
  // Alone on its address, without a tenant of its own: what is named elsewhere is not its to send.
  const alone = await bind(yamato, { value: '198.51.100.21', name: 'Alone' });
  await send('198.51.100.21', [line('18', 'Forged'), line('99', 'Unclaimed')]);
  assert.equal(await countRows(door.platform, 'detections_detection', musashi), before + 1);
  const aloneCounts = (await sourceOf(alone.id)).counts;
  assert.deepEqual([aloneCounts.stored, aloneCounts.held], [1, 1]);
  await send('203.0.113.99', [line('17', 'Stranger'), 'binary \u0001']);
  const { items } = await asOperator()(routes.listHeldSenders);
  const of = (address: string, reason: string) =>
    items.find((each) => each.address === address && each.reason === reason);
  assert.equal(of('198.51.100.20', 'foreign_tenant')?.named, '19');
  assert.ok(of('198.51.100.20', 'ambiguous') && of('198.51.100.21', 'foreign_tenant'));
  const stranger = of('203.0.113.99', 'unbound')!;
  assert.deepEqual([stranger.recordCount, stranger.keptCount, stranger.accountName], [2, 2, undefined]);
  const work = await door.platform.database.asProvider((tx) =>
    tx.rows(sql<{ key: string }>`select key from work_item where kind = 'sourceForeign' and tenant_id = ${yamato}`),
  );
  assert.ok(work.some(({ key }) => key === `source:${alone.id}:foreign_tenant`));
  const held = await asOperator()(routes.listHeldRecords, { params: { senderId: stranger.id } });
  assert.match(held.items[0]!.text, /Stranger/);
  const done = await asOperator()(routes.releaseHeldRecords, {
    params: { senderId: stranger.id },
    body: { sourceId: own.id },
  });
  assert.deepEqual(done, { released: 1, stored: 1, duplicate: 0, unreadable: 1 });
  await asOperator()(routes.discardHeldRecords, { params: { senderId: stranger.id } });
  await refusedWith(asOperator()(routes.listHeldRecords, { params: { senderId: stranger.id } }), 'not_found');
  assert.equal((await sourceOf(other.id)).counts.stored, 1);
});

test('bad input is counted, explained and stops nobody: cut, escaped, huge, binary, wrong clocks, other products', async () => {
  const source = await bind(yamato, { value: '198.51.100.30', name: 'Bad' });
  const now = at(door.platform);
  const huge = `<134>${now} dsm ${agentHead}|3002795|Huge|6|cn1=1 cn1Label=Host ID dvchost=h msg=${'x'.repeat(64 * 1024 - 200)}`;
  const lines: (string | Buffer)[] = [
    `<134>${now} dsm CEF:0|Trend Micro|Deep Security Agent|20.0`,
    `<134>${now} dsm ${agentHead}|1000001|A \\| B|8|cn1=1 cn1Label=Host ID dvchost=h msg=a\\=b\\nc act=Reset`,
    huge,
    Buffer.from([0, 1, 2, 255, 254, 0, 137]),
    `<134>2031-01-01T00:00:00Z dsm ${agentHead}|1000002|Future|8|cn1=1 cn1Label=Host ID dvchost=h act=Reset`,
    `<134>1970-01-01T00:00:00Z dsm ${agentHead}|1000003|Past|8|cn1=1 cn1Label=Host ID dvchost=h act=Reset`,
    `<134>Jan  1 00:00:00 fw CEF:0|Other Vendor|Firewall|1|1|x|5|src=1.2.3.4`,
    `<134>${now} dsm ${agentHead}|1000004|Nul \0 in\ud83d it|8|cn1=1 cn1Label=Host ID dvchost=h\0st act=Reset key\0x=1`,
    '',
  ];
  await send('198.51.100.30', lines);
  const { counts } = await sourceOf(source.id);
  assert.deepEqual([counts.stored, counts.held], [6, 2]);
  const found = (await detectionsOf(yamato)).filter(({ foreign }) => foreign?.sourceId === source.id);
  assert.equal(found.find(({ rule }) => rule.id === '3002795')!.raw, huge, 'kept to 64 KB');
  const future = found.find(({ rule }) => rule.name === 'Future')!;
  assert.deepEqual([future.foreign!.time, future.foreign!.toldAt], ['wrong', '2031-01-01T00:00:00.000Z']);
  assert.equal(found.find(({ rule }) => rule.id === '1000001')!.rule.name, 'A | B');
  assert.ok(found.some(({ foreign }) => foreign!.truncated));
  await send('198.51.100.30', [lines[4]!]);
  assert.equal((await sourceOf(source.id)).counts.duplicate, 1, 'a wrong time is no reason to be two');
});

test('a flood of a stranger is bounded in quarantine and counted whole', async () => {
  const lines = Array.from({ length: 5000 }, (_, index) => `<134>flood ${index} ${'x'.repeat(300)}`);
  for (let at = 0; at < lines.length; at += 500) await send('203.0.113.200', lines.slice(at, at + 500), 'udp');
  const sender = (await asOperator()(routes.listHeldSenders)).items.find(({ address }) => address === '203.0.113.200')!;
  assert.deepEqual([sender.recordCount, sender.keptCount], [5000, 200]);
});

test('a source that was not heard is work, and settled by its next record', async () => {
  const source = await bind(musashi, { value: '198.51.100.40', name: 'Quiet', silentMinutes: 30 });
  const workOf = () =>
    door.platform.database.asProvider((tx) =>
      tx.rows(sql<{ state: string }>`select state from work_item where key = ${`source:${source.id}:silent`}`),
    );
  const desk = { platform: door.platform, editions: Editions.read(door.platform.config) };
  door.platform.clock.advance(29 * 60_000);
  await raiseSilentSources(desk);
  assert.deepEqual(await workOf(), []);
  door.platform.clock.advance(60_000);
  await raiseSilentSources(desk);
  await raiseSilentSources(desk);
  assert.deepEqual(
    [(await workOf()).map(({ state }) => state), (await sourceOf(source.id)).state],
    [['open'], 'silent'],
  );
  await send('198.51.100.40', [
    `<134>${at(door.platform)} dsm CEF:0|Trend Micro|Deep Security Manager|20|731|Back Online|3|target=web-1`,
  ]);
  assert.deepEqual(
    [(await workOf()).map(({ state }) => state), (await sourceOf(source.id)).state],
    [['done'], 'heard'],
  );
});

test('an alert that the manager says has ended closes ours', async () => {
  await bind(musashi, { value: '198.51.100.50', name: 'Alerts' });
  const line = (id: number, name: string) =>
    `<134>${at(door.platform)} dsm-9 CEF:0|Trend Micro|Workload Security Manager|50.0|${id}|${name}|6|suser=System msg=Alert: Anti-Malware Engine Offline\\nSubject: db-2\\nSeverity: Critical`;
  await send('198.51.100.50', [line(190, 'Alert Started')]);
  const standing = async () =>
    (await asOperator()(routes.listAlerts, { query: { accountId: musashi } })).items.find(
      ({ subject }) => subject === 'db-2',
    );
  assert.deepEqual([(await standing())?.state, (await standing())?.severity], ['open', 'high']);
  door.platform.clock.advance(1000);
  await send('198.51.100.50', [line(192, 'Alert Ended')]);
  assert.deepEqual([(await standing())?.state, (await standing())?.closing], ['closed', 'resolved']);
});

test('a source is changed, removed and brought back; wrong values say what to give; another account sees and changes nothing', async () => {
  const source = await bind(yamato, { value: '192.0.2.200', name: 'Undo' });
  for (const body of [
    { value: '0.0.0.0/0' },
    { value: '192.0.2.300' },
    { kind: 'sns', value: 'arn:aws:s3:::bucket' },
    { kind: 'folder', value: '../etc' },
    { zone: 'Mars/Olympus' },
    { isRaw: true, value: '192.0.2.201' },
  ])
    await refusedWith(bind(yamato, body), 'source_value_invalid');
  await refusedWith(bind(musashi, { value: '192.0.2.200' }), 'source_taken');
  const params = { sourceId: source.id };
  const changed = await asOperator()(routes.changeSource, {
    params,
    body: { name: 'Renamed', silentMinutes: 60, trendTenant: '5' },
  });
  assert.deepEqual([changed.name, changed.silentMinutes, changed.trendTenant], ['Renamed', 60, '5']);
  assert.equal((await asOperator()(routes.removeSource, { params })).state, 'removed');
  await refusedWith(asOperator()(routes.changeSource, { params, body: { name: 'x' } }), 'wrong_state');
  assert.equal((await asOperator()(routes.restoreSource, { params })).state, 'waiting');
  const customer = door.service.as(actorOf('customer-admin', musashi));
  const seen = (await customer(routes.listSources, { query: {} })).items;
  assert.ok(seen.length > 0 && seen.every(({ accountId }) => accountId === musashi));
  assert.ok(
    (await customer(routes.listRemoteHosts, { query: {} })).items.every(({ accountId }) => accountId === musashi),
  );
  assert.deepEqual((await customer(routes.listSources, { query: { accountId: yamato } })).items, []);
  const body = { name: 'x', kind: 'address', value: '192.0.2.222' } as const;
  await refusedWith(customer(routes.removeSource, { params }), 'forbidden');
  await refusedWith(customer(routes.addSource, { params: { accountId: yamato }, body }), 'forbidden');
  await refusedWith(customer(routes.listHeldSenders), 'forbidden');
  const entries = (await asOperator()(routes.listAudit, { query: { target: `source:${source.id}` } })).items;
  assert.deepEqual(entries.map(({ action }) => action).sort(), [
    'source.added',
    'source.changed',
    'source.removed',
    'source.restored',
  ]);
});

test('by TCP, TLS and UDP the doors of the manager take records; a stop loses nothing that was sent', async () => {
  const accountId = await door.makeAccount('Doors');
  const source = await bind(accountId, { value: '127.0.0.1', name: 'Loopback' });
  await room.receivers.open((names) => door.authority.issueServer(names));
  const { syslogTcp } = room.receivers.addresses;
  const socket = connect(Number(syslogTcp!.split(':')[1]), '127.0.0.1');
  const line = (index: number) =>
    `<134>${at(door.platform)} dsm ${agentHead}|1000001|Many|3|cn1=1 cn1Label=Host ID dvchost=h src=198.51.100.1 spt=${index}`;
  const lines = Array.from({ length: 3000 }, (_, index) => line(index));
  await new Promise<void>((sent) =>
    socket.write(
      lines.map((each, index) => (index % 2 ? `${each}\n` : `${Buffer.byteLength(each)} ${each}`)).join(''),
      () => sent(),
    ),
  );
  await room.receivers.close();
  assert.equal((await sourceOf(source.id)).counts.stored, 3000);
});
