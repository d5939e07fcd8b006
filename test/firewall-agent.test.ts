import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asker, four } from '@sakimori/agent/engines/firewall/test-site';
import { type Peer, TestNetwork, whyNoNetwork } from '@sakimori/agent/test-network';
import { type AskedTask, type Detection, routes } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { joinManager, translated } from './join-manager.ts';
import { makeAccount, type RealAgent, startAgent, until } from './system.ts';
import type { Driver } from './workload-security/driver.ts';
import { startWorkload, type Workload } from './workload-security/world.ts';

/**
 * From a call of the Workload Security API to a packet that does not arrive: a manager, an agent in a network of its own, and a host beside it that asks. The
 * agent reaches its manager by a translated address, as in a cluster: so rules can cut it off although the manager itself is spared.
 */
const skip = whyNoNetwork();
const [permitted, stranger] = [asker, '10.78.0.50'];

describe('firewall rules of the API on a real host', { skip }, () => {
  let workload: Workload;
  let api: Driver;
  let network: TestNetwork;
  let [client, server] = [] as unknown as [Peer, Peer];
  let relay: Server;
  let agent: RealAgent;
  let accountId: string;
  let policyID: number;
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-firewall-agent-'));

  before(async () => {
    workload = await startWorkload({ SAKIMORI_AGENTS_NAMES: translated });
    api = workload.api;
    const { system } = workload;
    accountId = (await system.admin(routes.listAccounts)).items.find(({ name }) => name === 'workload-security')!.id;
    network = new TestNetwork('e2e');
    network.addAddress(`${stranger}/24`);
    const port = Number(system.agents.split(':').at(-1));
    relay = await joinManager(network, join(folder, 'manager.sock'), port);
    [client, server] = [network.peer(network.client), network.peer(network.server)];
    await server.ask({ do: 'listen', tcp: [22, 80, 443, 8080], udp: [] });
    await client.ask({ do: 'listen', tcp: [80], udp: [] });
    agent = await startAgent(system, accountId, ['ip', 'netns', 'exec', network.server]);
    policyID = (await theComputer())['policyID'] as number;
  });
  after(async () => {
    await agent?.remove();
    relay?.close();
    await network?.remove();
    await workload?.system.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const theComputer = async () => (await api.call<{ computers: ApiObject[] }>('listComputers')).computers[0]!;
  const firewallStatus = async () =>
    ((await theComputer())['firewall'] as { moduleStatus: { agentStatus: string; agentStatusMessage: string } })
      .moduleStatus;
  const host = () => workload.system.admin(routes.getHost, { params: { hostId: agent.hostId } });
  const connectFrom = (source: string, port: number) => client.ask({ do: 'connect', host: four, port, source });
  const setFirewall = (firewall: ApiObject) => api.call('modifyPolicy', { policyID }, { body: { firewall } });
  const makeRule = async (body: ApiObject): Promise<number> =>
    (
      await api.call(
        'createFirewallRule',
        {},
        { body: { protocol: 'tcp', frameType: 'ip', direction: 'incoming', ...body } },
      )
    )['ID'] as number;
  const applied = async () => {
    const { policy } = await host();
    return policy.appliedVersion === policy.assignedVersion || undefined;
  };
  const detections = async (kind: string): Promise<Detection[]> => {
    const query = { accountId, hostId: agent.hostId, module: 'firewall' as const };
    return (await workload.system.admin(routes.listDetections, { query })).items.filter((one) => one.kind === kind);
  };
  const alerts = async () =>
    (await workload.system.admin(routes.listAlerts, { query: { accountId, module: 'firewall' } })).items;
  const web = { destinationPortType: 'multiple', destinationPortMultiple: ['443'] };
  let stateful: number;
  let allowWeb: number;

  test('S4: a scan from a source that is not permitted finds everything closed; answers to what the host asks pass', async () => {
    const { statefulConfigurations } = await api.call<{ statefulConfigurations: ApiObject[] }>(
      'listStatefulConfigurations',
    );
    stateful = statefulConfigurations.find(({ name }) => name === 'Enable Stateful Inspection')!['ID'] as number;
    allowWeb = await makeRule({
      name: 'Web for one',
      action: 'allow',
      sourceIPType: 'single',
      sourceIPValue: permitted,
      ...web,
    });
    await setFirewall({ state: 'on', ruleIDs: [allowWeb], globalStatefulConfigurationID: stateful });
    await until(async () => ((await firewallStatus()).agentStatus === 'active' ? true : undefined), 'not active');
    await until(applied, 'not in force');
    for (const port of [22, 80, 443, 8080]) assert.equal(await connectFrom(stranger, port), 'silent', `${port}`);
    assert.equal(await connectFrom(permitted, 443), 'open');
    assert.equal(await server.ask({ do: 'connect', host: asker, port: 80 }), 'open');
    await client.ask({ do: 'ports', host: four, from: 3000, count: 40, source: stranger });
    const scan = await until(async () => (await alerts()).find(({ kind }) => kind === 'firewall.scan'), 'no alert');
    assert.deepEqual([scan.subject, scan.severity, scan.hostId], [stranger, 'medium', agent.hostId]);
    const refused = await until(async () => (await detections('firewall.out_of_policy'))[0], 'no detection');
    assert.deepEqual([refused.action, refused.source?.address], ['denied', stranger]);
  });

  test('S4, in part: what a rule denies with an alert stands in the console as an alert of that rule', async () => {
    const deny = await makeRule({
      name: 'No web for anybody',
      action: 'deny',
      priority: '3',
      alertEnabled: true,
      ...web,
    });
    await setFirewall({ ruleIDs: [allowWeb, deny] });
    await until(async () => ((await connectFrom(permitted, 443)) === 'silent' ? true : undefined), 'still open');
    const alert = await until(async () => (await alerts()).find(({ ruleId }) => ruleId === `${deny}`), 'no alert');
    assert.deepEqual([alert.kind, alert.ruleName, alert.subject], ['firewall.denied', 'No web for anybody', permitted]);
  });

  test('S56, in part: one computer is switched from preventing to detecting and back, and its policy stays', async () => {
    const setting = 'firewallSettingNetworkEngineMode';
    const computerID = (await theComputer())['ID'] as number;
    const setMode = (value: string) =>
      api.call('modifyComputer', { computerID }, { body: { computerSettings: { [setting]: { value } } } });
    await setMode('Tap');
    await until(async () => ((await connectFrom(permitted, 443)) === 'open' ? true : undefined), 'still prevented');
    const told = await until(async () => (await detections('firewall.logged'))[0], 'nothing is detected');
    assert.deepEqual([told.rule.name, told.mode, told.action], ['No web for anybody', 'detect', 'observed']);
    const policy = await api.call<ApiObject>('describePolicySetting', { policyID, name: setting });
    assert.equal(policy['value'], 'Inline');
    await setMode('Inline');
    await until(async () => ((await connectFrom(permitted, 443)) === 'silent' ? true : undefined), 'still detected');
    await setFirewall({ ruleIDs: [allowWeb] });
    await until(async () => ((await connectFrom(permitted, 443)) === 'open' ? true : undefined), 'still closed');
  });

  test('S4: a rule that cuts the manager off takes itself back within 60 s, and the manager learns why', async () => {
    const cut = await makeRule({ name: 'Nothing out', action: 'deny', direction: 'outgoing', priority: '4' });
    const startedMs = performance.now();
    await setFirewall({ ruleIDs: [allowWeb, cut] });
    const problem = await until(async () => (await host()).policy.problem, 'no problem is told', 60_000);
    assert.ok(performance.now() - startedMs < 60_000);
    assert.match(problem, /firewall: The rules cut this host off from its manager/);
    assert.equal(await server.ask({ do: 'connect', host: asker, port: 80 }), 'open');
    assert.deepEqual([await connectFrom(permitted, 443), await connectFrom(permitted, 22)], ['open', 'silent']);
    const alert = await until(
      async () => (await alerts()).find(({ kind }) => kind === 'firewall.rolled_back'),
      'no alert',
    );
    assert.equal(alert.severity, 'high');
    await setFirewall({ ruleIDs: [allowWeb] });
    await until(async () => ((await host()).policy.problem === undefined ? true : undefined), 'the problem stays');
  });

  test('of another account nobody sees any of it', async () => {
    const { system } = workload;
    const other = await makeAccount(system, 'firewall-other');
    const query = { accountId: other, module: 'firewall' as const };
    assert.deepEqual((await system.admin(routes.listDetections, { query })).items, []);
    assert.deepEqual((await system.admin(routes.listAlerts, { query })).items, []);
  });

  test('S73, S74: a host is isolated with the customer’s word and not without it, reaches only its manager, keeps that over a restart, and is lifted to what it was', async () => {
    const { admin } = workload.system;
    const give = (body: AskedTask) => admin(routes.giveHostTask, { params: { hostId: agent.hostId }, body });
    const isNoted = async () =>
      (await host()).modules.some(({ notes }) => notes?.some(({ code }) => code === 'firewall_isolated')) || undefined;
    await assert.rejects(give({ kind: 'isolate', reason: 'ransomware', minutes: 60, dns: false }), {
      code: 'consent_needed',
    });
    const aim = { playbookId: 'isolate-host', scope: 'host', reason: 'ransomware', minutes: 60 } as const;
    const { id } = await admin(routes.proposeContainment, { params: { hostId: agent.hostId }, body: aim });
    const params = { requestId: id };
    await assert.rejects(admin(routes.runContainment, { params, body: {} }), { code: 'consent_needed' });
    await admin(routes.recordPhoneConsent, {
      params,
      body: { answer: 'yes', name: '山田 花子', phone: '+81 3-1234-5678' },
    });
    await admin(routes.runContainment, { params, body: {} });
    const isOver = async (kind: 'isolate' | 'release') =>
      (await admin(routes.listHostTasks, { params: { hostId: agent.hostId } })).items.some(
        (task) => task.kind === kind && task.state === 'done',
      ) || undefined;
    await until(() => isOver('isolate'), 'not isolated', 30_000);
    assert.equal(await connectFrom(permitted, 443), 'silent');
    assert.equal(await server.ask({ do: 'connect', host: asker, port: 80 }), 'silent');
    await until(isNoted, 'the host’s page does not say so', 90_000);
    const alert = await until(
      async () => (await alerts()).find(({ kind }) => kind === 'firewall.isolated'),
      'no alert',
    );
    assert.equal(alert.facts['reason'], 'ransomware');
    const { state, consent } = await admin(routes.getContainmentRequest, { params });
    assert.equal(state, 'running');
    assert.match(JSON.stringify(consent), /山田 花子.*81 3-1234-5678/);
    await agent.kill('SIGKILL');
    await agent.start();
    assert.equal(await connectFrom(permitted, 443), 'silent');
    await admin(routes.liftContainment, { params, body: { reason: 'cleaned' } });
    await until(() => isOver('release'), 'not released', 60_000);
    assert.deepEqual([await connectFrom(permitted, 443), await connectFrom(stranger, 443)], ['open', 'silent']);
    assert.equal(await server.ask({ do: 'connect', host: asker, port: 80 }), 'open');
  });

  test('off: nothing of it is left on the host', async () => {
    assert.match(network.run(network.server, 'nft', ['list', 'tables']), /inet sakimori_fw/);
    await setFirewall({ state: 'off' });
    await until(
      async () => (/sakimori/.test(network.run(network.server, 'nft', ['list', 'tables'])) ? undefined : true),
      'still there',
    );
    assert.equal(await connectFrom(stranger, 22), 'open');
    await until(async () => ((await firewallStatus()).agentStatus === 'inactive' ? true : undefined), 'not inactive');
  });
});
