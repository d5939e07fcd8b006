import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AssignedPolicy, agentPaths, type HostRecommendations, type HostRule, routes } from '@sakimori/contract';
import { applyAutomatically, recommendationsRoom } from '@sakimori/manager/recommendations/index';
import { refusedWith, startTestDoor, type TestDoor } from './agents-door.ts';
import { actorOf } from './service.ts';
import type { SimulatedAgent } from './simulated-agent.ts';

/** A host that says it runs nginx, against a real manager. */
let door: TestDoor;
let account: string;
let agent: SimulatedAgent;
const operator = actorOf('operator');
const reason = 'standard of the service';

before(async () => {
  door = await startTestDoor({
    onInventory: (tx, host) => applyAutomatically(tx, door.platform, host),
    rooms: (platform) => [recommendationsRoom(platform)],
  });
  account = await door.makeAccount('Yamato');
  agent = await door.enrolAgent(account);
});
after(() => door.stop());

const call = () => door.service.as(operator);
const params = () => ({ hostId: agent.hostId });
const look = () => call()(routes.getHostRecommendations, { params: params() });
const rulesOf = (found: HostRecommendations, module: 'intrusionPrevention' | 'integrityMonitoring' | 'logInspection') =>
  found.modules.find((entry) => entry.module === module)?.rules ?? [];
const all = (found: HostRecommendations): HostRule[] => found.modules.flatMap((entry) => entry.rules);
const policyOf = async () => (await agent.get(agentPaths.policy)).body as unknown as AssignedPolicy;

const inventory = () => ({
  takenAt: door.platform.clock.now().toISOString(),
  os: {
    id: 'debian',
    version: '12',
    name: 'Debian GNU/Linux 12 (bookworm)',
    kernel: '6.1.0-40-amd64',
    architecture: 'x86_64',
  },
  packages: [
    { name: 'nginx', version: '1.22.1-9', architecture: 'amd64', manager: 'dpkg' },
    { name: 'openssh-server', version: '1:9.2p1-2', architecture: 'amd64', manager: 'dpkg' },
  ],
  services: [{ protocol: 'tcp', address: '0.0.0.0', port: 80, process: 'nginx' }],
  processes: ['nginx', 'sshd'],
  interfaces: [{ name: 'eth0', mac: '02:00:00:00:00:01', addresses: ['192.0.2.10/24'] }],
  limits: [],
});
const send = async () => assert.equal((await agent.post(agentPaths.inventory, inventory())).status, 204);

test('before a host has told what runs on it, nothing is recommended and nothing can be applied', async () => {
  assert.deepEqual(await look(), { status: 'none', scanPending: false, modules: [] });
  const body = { modules: ['logInspection' as const], reason };
  await refusedWith(call()(routes.applyRecommendations, { params: params(), body }), 'wrong_state');
});

test('a scan is asked for once, and stands as pending until the host has answered', async () => {
  const found = await call()(routes.scanForRecommendations, { params: params() });
  assert.equal(found.scanPending, true);
  // The door hears of it by an announcement.
  await sleep(100);
  const { received } = await agent.heartbeat();
  const [task] = received.tasks ?? [];
  assert.equal(task?.kind, 'recommendation-scan');
  await send();
  await agent.post(agentPaths.taskResults, { results: [{ id: task.id, state: 'done' }] });
  const after = await look();
  assert.deepEqual([after.status, after.scanPending], ['valid', false]);
});

test('S11: a host with nginx gets what is recommended and high; what is recommended below high is shown as left out; one added by hand deviates', async () => {
  const before = await look();
  const nginx = rulesOf(before, 'logInspection').find(({ name }) => /nginx/i.test(name));
  assert.ok(
    nginx?.reasons.some((why) => why.package === 'nginx' || why.process === 'nginx' || why.port === 'tcp/80'),
    'nginx speaks for it',
  );
  const missing = all(before).filter(({ standing }) => standing === 'missing');
  assert.ok(missing.length > 20, `${missing.length} rules are missing`);
  assert.ok(missing.every(({ severity }) => severity === 'high' || severity === 'critical'));

  const body = { modules: ['intrusionPrevention', 'integrityMonitoring', 'logInspection'] as const, reason };
  const applied = await call()(routes.applyRecommendations, {
    params: params(),
    body: { ...body, modules: [...body.modules] },
  });
  assert.deepEqual(
    all(applied).filter(({ standing }) => standing === 'missing'),
    [],
  );
  for (const { id } of missing)
    assert.ok(all(applied).find((rule) => rule.id === id && rule.standing === 'standard')?.assigned);
  const own = all(applied).filter(({ assigned, inherited }) => assigned && !inherited);
  assert.ok(
    own.every(({ severity, reasons }) => /high|critical/.test(severity ?? '') && reasons.length > 0),
    'recommended and high, nothing else',
  );

  const leftOut = all(applied).filter(({ standing }) => standing === 'left_out');
  assert.ok(
    leftOut.length > 0 &&
      leftOut.every(({ severity, assigned }) => !/high|critical/.test(severity ?? 'high') && !assigned),
  );

  const module = applied.modules.find((entry) => entry.rules.some(({ standing }) => standing === 'left_out'))!;
  const added = module.rules.find(({ standing }) => standing === 'left_out')!;
  const changed = await call()(routes.changeHostRules, {
    params: params(),
    body: { module: module.module, assign: [added.id], unassign: [], reason: 'お客様のご要望' },
  });
  const standing = rulesOf(changed, module.module).find(({ id }) => id === added.id);
  assert.deepEqual([standing?.standing, standing?.assigned, standing?.inherited], ['deviation', true, false]);
});

test('what was applied is what the agent gets', async () => {
  const assigned = rulesOf(await look(), 'integrityMonitoring').filter((rule) => rule.assigned);
  const { document } = await policyOf();
  const { rules, entities = [] } = document.modules.integrity;
  const names = new Set([...rules, ...entities].map((rule) => rule.name.en));
  for (const { name } of assigned) assert.ok(names.has(name), name);
});

test('taken away by hand, a rule of the standard is missing again; one that the policy assigns stays', async () => {
  const before = await look();
  const own = all(before).find(
    ({ standing, inherited, assigned }) => standing === 'standard' && assigned && !inherited,
  )!;
  const module = before.modules.find((entry) => entry.rules.includes(own))!.module;
  const inherited = rulesOf(before, 'integrityMonitoring').find((rule) => rule.inherited)!;
  const body = { module, assign: [], unassign: [own.id], reason };
  const after = await call()(routes.changeHostRules, { params: params(), body });
  assert.equal(rulesOf(after, module).find(({ id }) => id === own.id)?.standing, 'missing');
  const stays = await call()(routes.changeHostRules, {
    params: params(),
    body: { module: 'integrityMonitoring', assign: [], unassign: [inherited.id], reason },
  });
  assert.equal(rulesOf(stays, 'integrityMonitoring').find(({ id }) => id === inherited.id)?.assigned, true);
});

test('the other tenant neither sees nor changes anything of it; a customer reads and does not write', async () => {
  const other = await door.makeAccount('Musashi');
  for (const role of ['customer-admin', 'customer-viewer'] as const) {
    const stranger = door.service.as(actorOf(role, other));
    await refusedWith(stranger(routes.getHostRecommendations, { params: params() }), 'not_found');
    const own = door.service.as(actorOf(role, account));
    assert.equal((await own(routes.getHostRecommendations, { params: params() })).status, 'valid');
    const body = { modules: ['logInspection' as const], reason };
    await refusedWith(own(routes.applyRecommendations, { params: params(), body }), 'forbidden');
  }
  const bound = door.service.as({ ...operator, accountId: other });
  const body = { module: 'logInspection' as const, assign: [1], unassign: [], reason };
  await refusedWith(bound(routes.changeHostRules, { params: params(), body }), 'not_found');
});

test('404 for a rule that is not there, 400 for a module without recommendations', async () => {
  const body = { module: 'logInspection' as const, assign: [9_999_999], unassign: [], reason };
  await refusedWith(call()(routes.changeHostRules, { params: params(), body }), 'not_found');
  const wrong = { ...body, module: 'firewall' as 'logInspection' };
  await refusedWith(call()(routes.changeHostRules, { params: params(), body: wrong }), 'malformed');
});
