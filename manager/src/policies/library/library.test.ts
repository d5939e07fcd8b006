import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Actor, agentPaths, type PolicyModules, type RuleModule, routes, ruleModules } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../../test/agents-door.ts';
import { actorOf } from '../../../../test/service.ts';
import type { SimulatedAgent } from '../../../../test/simulated-agent.ts';
import { until } from '../../../../test/system.ts';
import { changeConfiguration } from '../index.ts';

/** The rule library as people read it, and rules of policies as they change them; a light agent gets what follows. */
const operator = actorOf('operator');
const reason = 'agreed with the customer';
let door: TestDoor;
let accountId: string;
let agent: SimulatedAgent;
let linux: string;
let base: string;

before(async () => {
  door = await startTestDoor();
  accountId = await door.makeAccount('Yamato');
  agent = await door.enrolAgent(accountId);
  const { items } = await call()(routes.getPolicyTree, { params: { accountId } });
  base = items.find(({ name }) => name === 'Base Policy')!.id;
  linux = items.find(({ name }) => name === 'Linux Server')!.id;
});
after(() => door.stop());

const call = (actor: Actor = operator) => door.service.as(actor);
const list = (
  module: RuleModule,
  query: { text?: string; severity?: 'high'; applicationTypeId?: number; limit?: number } = {},
) => call()(routes.listRules, { params: { accountId }, query: { module, ...query } });
const show = (module: RuleModule, ruleId: number) => call()(routes.getRule, { params: { accountId, module, ruleId } });
const change = (policyId: string, body: Omit<Parameters<typeof sendChange>[1], 'reason'>): Promise<PolicyModules> =>
  sendChange(policyId, { reason, ...body });
const sendChange = (
  policyId: string,
  body: {
    module: PolicyModules['modules'][number]['module'];
    state?: 'on' | 'off' | 'prevent' | 'inherited' | 'real-time';
    assign?: number[];
    unassign?: number[];
    reason: string;
  },
) => call()(routes.changePolicyRules, { params: { policyId }, body });
const of = (found: PolicyModules, module: string) => found.modules.find((one) => one.module === module)!;

test('every module lists its rules with their names in both languages; all of them can be shown', async () => {
  for (const module of ruleModules) {
    const { items, total } = await list(module);
    assert.equal(items.length, Math.min(total, 1000), module);
    assert.ok(total >= 60, `${module}: ${total}`);
    assert.ok(
      items.every(({ name, nameJa, own }) => name && nameJa && !own),
      module,
    );
    assert.ok(module === 'firewall' || items.every(({ severity }) => severity), module);
    for (const { id } of items.filter((_, index) => index % 10 === 0)) {
      const rule = await show(module, id);
      assert.deepEqual(rule.limits, [], `${module} ${id}`);
      assert.ok(rule.traffic || rule.texts.length > 0 || rule.watches.length > 0, `${module} ${id} says what it does`);
    }
  }
});

test('a search is by words of the name in either language, CVE, technique, severity, application type and id', async () => {
  const { items } = await list('intrusionPrevention', { text: 'cve-2021-41773' });
  assert.ok(items.length > 0 && items.every(({ cve }) => cve.includes('CVE-2021-41773')));
  const [first] = items;
  const byType = await list('intrusionPrevention', { applicationTypeId: first!.applicationType!.id });
  assert.ok(byType.items.every(({ applicationType }) => applicationType?.id === first!.applicationType!.id));
  assert.ok(byType.applicationTypes.length > 20, 'all types are there to choose from');
  assert.ok((await list('intrusionPrevention', { text: 'ＳＱＬ インジェクション' })).items.length > 5);
  assert.equal((await list('intrusionPrevention', { text: 'sql no-such-word' })).total, 0);
  assert.ok((await list('logInspection', { text: 'T1110' })).items.some(({ name }) => name === 'OpenSSH server'));
  assert.ok((await list('firewall', { text: '12' })).items.some(({ id }) => id === 12));
  const severe = await list('integrityMonitoring', { severity: 'high', limit: 3 });
  assert.equal(severe.items.length, 3);
  assert.ok(severe.total > 3 && severe.items.every(({ severity }) => severity === 'high'));
});

test('a rule tells its text, what it watches, where it is recommended, and where it is assigned', async () => {
  const [sqli] = (await list('intrusionPrevention', { text: 'UNION SELECT' })).items;
  const intrusion = await show('intrusionPrevention', sqli!.id);
  assert.match(intrusion.texts[0]!.text, /^alert .*sid:\d+/);
  assert.ok(intrusion.recommendedFor.some(({ listens }) => listens === 'tcp/80'));
  const ssh = await show('logInspection', 1);
  assert.deepEqual(
    ssh.texts.map(({ kind, name }) => [kind, name]),
    [
      ['decoder_xml', 'sshd.decoders.xml'],
      ['rule_xml', 'sshd.rules.xml'],
    ],
  );
  assert.ok(ssh.logFiles.some(({ path }) => path === '/var/log/auth.log'));
  assert.deepEqual(
    ssh.policies.map(({ name, policyId, inherited }) => [name, policyId, inherited]),
    [['Linux Server', linux, false]],
  );
  const accounts = (await list('integrityMonitoring', { text: 'Accounts and privileges' })).items[0]!;
  assert.ok(
    (await show('integrityMonitoring', accounts.id)).watches.some(({ include }) => include.includes('/etc/passwd')),
  );
  const dns = (await list('firewall', { text: 'DNS Server' })).items[0]!;
  const { traffic } = await show('firewall', dns.id);
  assert.deepEqual(
    [traffic?.direction, traffic?.protocol, traffic?.destination.ports, traffic?.source],
    ['incoming', 'tcp-udp', { not: false, items: ['53'] }, {}],
  );
  await refusedWith(show('firewall', 999_999), 'not_found');
});

test('a rule that the account made itself is told apart, with the text that agents would read, or why they could not', async () => {
  const by = { accountId, actor: operator, reason };
  const made = await changeConfiguration(door.platform, by, async (edit) => ({
    basic: await edit.insert('LogInspectionRule', {
      ...{ name: 'Our application', template: 'basic-rule', ruleID: 100_001, level: 8, groups: ['ours'] },
      ...{ ruleDescription: 'It failed', pattern: 'FATAL', patternType: 'string', dependency: 'none' },
      logFiles: { logFiles: [{ location: '/var/log/ours.log', format: 'syslog' }] },
    }),
    broken: await edit.insert('LogInspectionRule', {
      ...{ name: 'Nobody before it', template: 'custom' },
      ruleXML: Buffer.from(
        '<group name="x"><rule id="100002" level="5"><if_sid>999999</if_sid><description>x</description></rule></group>',
      ).toString('base64'),
    }),
    syn: await edit.insert('FirewallRule', {
      ...{
        name: 'Scans',
        action: 'deny',
        direction: 'incoming',
        protocol: 'tcp',
        anyFlags: false,
        tcpflags: ['syn', 'fin'],
      },
      ...{ sourceIPType: 'single', sourceIPValue: '192.0.2.7', sourceIPNot: true, scheduleID: 1 },
    }),
  }));
  const basic = await show('logInspection', made.basic);
  assert.deepEqual([basic.own, basic.nameJa, basic.limits], [true, undefined, []]);
  assert.match(basic.texts.find(({ kind }) => kind === 'rule_xml')!.text, /id="100001"[\s\S]*FATAL/);
  assert.deepEqual(basic.logFiles, [{ path: '/var/log/ours.log', format: 'syslog' }]);
  assert.match((await show('logInspection', made.broken)).limits.join(), /999999/);
  const { traffic, schedule } = await show('firewall', made.syn);
  assert.deepEqual(
    [traffic?.tcpFlags, traffic?.source.addresses, schedule?.id],
    [{ not: false, items: ['syn', 'fin'] }, { not: true, items: ['192.0.2.7'] }, 1],
  );
});

test('policies of an account are a tree by the numbers of the API, with state and number of rules of each module', async () => {
  const { items } = await call()(routes.getPolicyTree, { params: { accountId } });
  assert.deepEqual(
    items.map(({ number, parentNumber, name, nameJa }) => [number, parentNumber, name, nameJa]),
    [
      [1, undefined, 'Base Policy', '基本ポリシー'],
      [2, 1, 'Linux Server', 'Linux サーバ'],
    ],
  );
  const states = items[1]!.modules.map(({ module, state, ruleCount }) => [module, state, ruleCount]);
  assert.deepEqual(states.slice(0, 2), [
    ['antiMalware', 'off', undefined],
    ['webReputation', 'off', undefined],
  ]);
  assert.deepEqual(states.slice(4), [
    ['integrityMonitoring', 'real-time', 7],
    ['logInspection', 'on', 9],
  ]);
});

test('a rule assigned to a policy reaches its agent; the version and how many hosts have it are told', async () => {
  const watched = (await list('integrityMonitoring', { text: 'Apache settings' })).items[0]!;
  const before = await call()(routes.getPolicyModules, { params: { policyId: linux } });
  assert.deepEqual([before.number, before.parent?.policyId, before.hosts.total], [2, base, 1]);
  const after = await change(linux, { module: 'integrityMonitoring', assign: [watched.id] });
  assert.equal(after.version, before.version + 1);
  assert.deepEqual(after.hosts, { total: 1, applied: 0, refused: 0 });
  assert.ok(of(after, 'integrityMonitoring').rules!.some(({ id }) => id === watched.id));
  assert.ok((await show('integrityMonitoring', watched.id)).policies.some(({ policyId }) => policyId === linux));
  const { body } = await agent.get(agentPaths.policy);
  assert.ok(JSON.stringify(body).includes(watched.name));
  const policy = body as { policyId: string; version: number };
  await agent.heartbeat({ policy: { id: policy.policyId, version: policy.version } });
  await door.sightings.flush();
  const told = await call()(routes.getPolicyModules, { params: { policyId: linux } });
  assert.deepEqual(told.hosts, { total: 1, applied: 1, refused: 0 });
  const taken = await change(linux, { module: 'integrityMonitoring', unassign: [watched.id] });
  assert.ok(!of(taken, 'integrityMonitoring').rules!.some(({ id }) => id === watched.id));
});

test('what a policy above assigns is inherited and stays where it is taken away below', async () => {
  const rule = (await list('logInspection', { text: 'Docker' })).items[0]!;
  await change(base, { module: 'logInspection', assign: [rule.id] });
  const inherited = of(await call()(routes.getPolicyModules, { params: { policyId: linux } }), 'logInspection');
  assert.equal(inherited.rules!.find(({ id }) => id === rule.id)?.inheritedFrom?.name, 'Base Policy');
  const still = await change(linux, { module: 'logInspection', unassign: [rule.id] });
  assert.ok(of(still, 'logInspection').rules!.some(({ id }) => id === rule.id));
  const uses = (await show('logInspection', rule.id)).policies;
  assert.deepEqual(uses.map(({ name, inherited: isInherited }) => [name, isInherited]).sort(), [
    ['Base Policy', false],
    ['Linux Server', true],
  ]);
  await change(base, { module: 'logInspection', unassign: [rule.id] });
});

test('the state of a module is set, and left to the policy above again', async () => {
  const on = await change(linux, { module: 'firewall', state: 'on' });
  assert.deepEqual([of(on, 'firewall').state, of(on, 'firewall').stateAbove], ['on', 'off']);
  const above = await change(linux, { module: 'firewall', state: 'inherited' });
  assert.deepEqual([of(above, 'firewall').state, of(above, 'firewall').stateAbove], ['off', undefined]);
  const { items } = await call(actorOf('provider-admin'))(routes.listAudit, {
    query: { accountId, target: 'Policy:2' },
  });
  assert.ok(items.every(({ facts, actorName }) => facts['reason'] === reason && actorName === 'A operator'));
});

test('what a module does not have, a rule that is not there and one that agents cannot carry out are refused, and nothing is stored', async () => {
  await refusedWith(change(linux, { module: 'firewall', state: 'prevent' }), 'malformed');
  await refusedWith(change(linux, { module: 'antiMalware', assign: [1] }), 'malformed');
  await refusedWith(change(linux, { module: 'firewall', assign: [999_999] }), 'not_found');
  const before = await call()(routes.getPolicyModules, { params: { policyId: linux } });
  const broken = await changeConfiguration(door.platform, { accountId, actor: operator, reason }, (edit) =>
    edit.insert('IntegrityMonitoringRule', { name: 'no base', template: 'file' }),
  );
  const rule = await show('integrityMonitoring', broken);
  assert.deepEqual([rule.own, rule.limits], [true, ['fileBaseDirectory is missing.']]);
  await refusedWith(change(linux, { module: 'integrityMonitoring', assign: [broken] }), 'malformed');
  const after = await call()(routes.getPolicyModules, { params: { policyId: linux } });
  assert.deepEqual(after, before);
});

const sigma = `title: A login from nowhere
id: 6f3e2987-db24-4c78-a860-b4f4095a7001
logsource: { product: linux, service: sshd }
detection: { s: { srcip|cidr: 203.0.113.0/24 }, condition: s }
---
title: Elsewhere
logsource: { product: windows }
detection: { s: [x], condition: s }
`;
const store = (actor: Actor, body: { text: string; ruleId?: number; name?: string; logs?: string[] }) =>
  call(actor)(routes.storeLogRules, {
    params: { accountId },
    body: { name: 'nowhere.yml', logs: [], reason, ...body },
  });

test('a file of Sigma is stored, shown with what is left out of it, assigned, and given to the agent; its next text follows', async () => {
  const stored = await store(operator, { text: sigma });
  assert.deepEqual([stored.name, stored.ruleCount, stored.leftOut.length], ['nowhere.yml', 1, 1]);
  const rule = await show('logInspection', stored.id);
  assert.deepEqual([rule.own, rule.texts, rule.limits], [true, [{ kind: 'sigma', text: sigma }], stored.leftOut]);
  await change(linux, { module: 'logInspection', assign: [stored.id] });
  const isGiven = async (words: string) =>
    JSON.stringify((await agent.get(agentPaths.policy)).body).includes(words) || undefined;
  await until(() => isGiven('A login from nowhere'), 'the agent has the rule');
  const next = sigma.replace('from nowhere', 'from anywhere');
  assert.equal((await store(operator, { text: next, ruleId: stored.id })).id, stored.id);
  await until(() => isGiven('A login from anywhere'), 'the agent has its next text');
  await refusedWith(
    store(operator, { text: next.replace('detection: {', 'detection: ['), ruleId: stored.id }),
    'malformed',
  );
  assert.equal((await show('logInspection', stored.id)).texts[0]?.text, next, 'a wrong text leaves the one before');
  await change(linux, { module: 'logInspection', unassign: [stored.id] });
  const xml =
    '<group name="own,"><rule id="100400" level="3"><match>x</match><description>x</description></rule></group>';
  const ossec = await store(operator, { name: 'own.xml', text: xml, logs: ['/var/log/secure', '/srv/own.log'] });
  assert.deepEqual([ossec.ruleCount, ossec.leftOut], [1, []]);
  assert.deepEqual((await show('logInspection', ossec.id)).logFiles, [
    { path: '/var/log/secure', format: 'syslog' },
    { path: '/srv/own.log', format: 'single-line-text-log' },
  ]);
});

test('a file of rules: wrong ones store nothing, rules of the product are not replaced, another tenant’s are not there', async () => {
  const { total } = await list('logInspection');
  const hostile = [
    'title: x',
    'nothing',
    `detection: ${'['.repeat(9000)}`,
    'a: &a [*a]\ntitle: b\n',
    '<group name="x,"><rule/></group>',
  ];
  for (const text of hostile) await refusedWith(store(operator, { text }), 'malformed');
  const [shippedRule] = (await list('logInspection')).items;
  await refusedWith(store(operator, { text: sigma, ruleId: shippedRule!.id }), 'not_found');
  await refusedWith(store(operator, { text: sigma, ruleId: 2_000_000_000 }), 'not_found');
  const other = await door.makeAccount('Hitachi');
  await refusedWith(store({ ...operator, accountId: other }, { text: sigma }), 'not_found');
  await refusedWith(store(actorOf('customer-admin', other), { text: sigma }), 'forbidden');
  await refusedWith(store(actorOf('customer-admin', accountId), { text: sigma }), 'forbidden');
  assert.equal((await list('logInspection')).total, total);
});

test('S41, S12: the other tenant sees nothing of it; a customer reads and does not write', async () => {
  const other = await door.makeAccount('Musashi');
  const stranger = call(actorOf('customer-admin', other));
  await refusedWith(stranger(routes.listRules, { params: { accountId }, query: { module: 'firewall' } }), 'not_found');
  await refusedWith(stranger(routes.getRule, { params: { accountId, module: 'firewall', ruleId: 1 } }), 'not_found');
  await refusedWith(stranger(routes.getPolicyTree, { params: { accountId } }), 'not_found');
  await refusedWith(stranger(routes.getPolicyModules, { params: { policyId: linux } }), 'not_found');
  const bound = call({ ...operator, accountId: other });
  const body = { module: 'firewall' as const, assign: [1], reason };
  await refusedWith(bound(routes.changePolicyRules, { params: { policyId: linux }, body }), 'not_found');
  for (const role of ['customer-admin', 'customer-viewer'] as const) {
    const own = call(actorOf(role, accountId));
    assert.ok((await own(routes.listRules, { params: { accountId }, query: { module: 'firewall' } })).total > 0);
    assert.equal((await own(routes.getPolicyModules, { params: { policyId: linux } })).number, 2);
    await refusedWith(own(routes.changePolicyRules, { params: { policyId: linux }, body }), 'forbidden');
  }
});
