import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asker, four, whyNoIntrusion } from '@sakimori/agent/engines/intrusion/test-site';
import { TestNetwork } from '@sakimori/agent/test-network';
import { routes } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { joinManager, translated } from './join-manager.ts';
import { type RealAgent, startAgent, until } from './system.ts';
import type { Driver } from './workload-security/driver.ts';
import { startWorkload, type Workload } from './workload-security/world.ts';

/**
 * From the Workload Security API to a request that gets no answer: a manager, and two agents under one policy, each in a network of its own with somebody
 * who attacks it by curl. The rules are shipped ones.
 */
const web = join(import.meta.dirname, '../agent/src/engines/intrusion/test-web.py');
/** As the API numbers them: 1000 less than in `rules/`. */
const [sqlInjection, scripting, tor] = [1, 41, 1709];
/** As on most hosts, the tracing of the kernel is mounted on the first one; the other one does without. */
const traced = ['sh', '-c', 'mount -t tracefs none /sys/kernel/tracing; exec "$@"', 'sh'];
const attacks = { sql: '/?q=1%20union%20select%201,2', xss: '/?q=%3Cscript%3Ealert(1)%3C/script%3E' } as const;

describe('intrusion prevention from the API to the wire', { skip: whyNoIntrusion() }, () => {
  let workload: Workload;
  let api: Driver;
  let policyID: number;
  let accountId: string;
  const networks: TestNetwork[] = [];
  const relays: Server[] = [];
  const agents: RealAgent[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-intrusion-agent-'));

  before(async () => {
    workload = await startWorkload({ SAKIMORI_AGENTS_NAMES: translated });
    api = workload.api;
    const { system } = workload;
    accountId = (await system.admin(routes.listAccounts)).items.find(({ name }) => name === 'workload-security')!.id;
    const port = Number(system.agents.split(':').at(-1));
    for (const name of ['ia', 'ib']) {
      const network = new TestNetwork(name);
      networks.push(network);
      relays.push(await joinManager(network, join(folder, `${name}.sock`), port));
      for (const where of [network.server, network.client]) network.start(where, 'python3', ['-u', web]);
      agents.push(
        await startAgent(system, accountId, ['ip', 'netns', 'exec', network.server, ...(name === 'ia' ? traced : [])]),
      );
    }
    policyID = (await computerOf(0))['policyID'] as number;
  });
  after(async () => {
    for (const agent of agents) await agent.remove();
    for (const relay of relays) relay.close();
    for (const network of networks) await network.remove();
    await workload?.system.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const computerOf = async (which: number): Promise<ApiObject> => {
    const { computers } = await api.call<{ computers: ApiObject[] }>('listComputers');
    return computers.toSorted((x, y) => Number(x['ID']) - Number(y['ID']))[which]!;
  };
  const moduleOf = async (which: number) =>
    (await computerOf(which))['intrusionPrevention'] as ApiObject & {
      moduleStatus: { agentStatus: string; agentStatusMessage: string };
    };
  const hostIdOf = (which: number) => agents[which]!.hostId;
  const says = (which: number, note: string) =>
    until(
      async () => {
        const { modules } = await workload.system.admin(routes.getHost, { params: { hostId: hostIdOf(which) } });
        const status = modules.find(({ module }) => module === 'intrusion');
        return status?.state === 'active' && status.notes?.some(({ code }) => code === note) ? true : undefined;
      },
      `host ${which} does not say ${note}`,
      60_000,
    );
  const curl = (which: number, path: string, isFromInside = false): Promise<string> => {
    const network = networks[which]!;
    const [where, address] = isFromInside ? [network.server, asker] : [network.client, four];
    const child = network.spawn(where, 'curl', [
      '-g',
      '-s',
      '-m',
      '3',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      `http://${address}${path}`,
    ]);
    return new Promise((done) => {
      let answer = '';
      child.stdout?.on('data', (chunk) => {
        answer += chunk;
      });
      child.once('close', () => done(answer));
    });
  };
  const found = (which: number, rule: number, action: string) =>
    until(
      async () => {
        const query = { accountId, hostId: hostIdOf(which), module: 'intrusion' as const };
        const { items } = await workload.system.admin(routes.listDetections, { query });
        return items.find((one) => one.rule.id === `intrusion:${rule}` && one.action === action);
      },
      `no detection of ${rule}`,
      60_000,
    );

  test('S2: prevent: an SQL injection and a script get no answer, and stand in the API with the mode; an alert is open', async () => {
    await until(async () => ((await curl(0, '/')) === '200' ? true : undefined), 'the web server');
    const body = { intrusionPrevention: { state: 'prevent', ruleIDs: [sqlInjection, scripting, tor] } };
    await api.call('modifyPolicy', { policyID }, { body });
    for (const which of [0, 1]) await says(which, 'intrusion_prevents');
    assert.equal((await moduleOf(0)).moduleStatus.agentStatus, 'active');
    assert.deepEqual(await Promise.all([attacks.sql, attacks.xss, '/'].map((path) => curl(0, path))), [
      '000',
      '000',
      '200',
    ]);
    for (const rule of [sqlInjection, scripting]) {
      const one = await found(0, rule, 'denied');
      assert.deepEqual([one.mode, one.actionResult, one.source?.address], ['prevent', 'success', asker]);
    }
    const alert = await until(
      async () =>
        (await workload.system.admin(routes.listAlerts, { query: { accountId, module: 'intrusion' } })).items[0],
      'no alert',
    );
    assert.equal(alert.kind, 'intrusion.matched');
  });

  test('S3: a program that calls a command and control server is named with its process, its file and where it went', async () => {
    for (const which of [0, 1]) {
      assert.equal(await curl(which, '/tor/status-vote/current/consensus', true), '000');
      const one = await found(which, tor, 'denied');
      assert.equal(one.process?.path, '/usr/bin/curl', `host ${which}`);
      assert.ok(one.process?.pid);
      // Of a program that ends before it could be asked, the file is known and the command may not be.
      if (one.process?.commandLine) assert.match(one.process.commandLine, /curl .*\/tor\/status-vote/);
      assert.deepEqual([one.destination?.address, one.destination?.port, one.user?.name], [asker, 80, 'root']);
    }
  });

  test('S56: host A switches to detect with a reason and an end, host B under the same policy stays, and S2 follows on each', async () => {
    const body = {
      mode: 'detect' as const,
      reason: 'release of the shop',
      until: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const params = { hostId: hostIdOf(0) };
    const preview = await workload.system.admin(routes.previewIntrusionMode, { params, query: { mode: 'detect' } });
    assert.ok(
      preview.wouldPass >= 2 && preview.byRule.some(({ effect }) => effect === 'passes'),
      JSON.stringify(preview),
    );
    await workload.system.admin(routes.switchIntrusionMode, { params, body });
    await says(0, 'intrusion_detects');
    assert.equal((await moduleOf(0))['state'], 'detect');
    assert.equal((await moduleOf(1))['state'], 'prevent');
    assert.deepEqual(await Promise.all([curl(0, attacks.sql), curl(1, attacks.sql)]), ['200', '000']);
    const [passed, blocked] = [await found(0, sqlInjection, 'observed'), await found(1, sqlInjection, 'denied')];
    assert.deepEqual([passed.mode, blocked.mode], ['detect', 'prevent']);
    await workload.system.admin(routes.endIntrusionSwitch, { params, body: { reason: 'released' } });
    await says(0, 'intrusion_prevents');
    assert.equal(await curl(0, attacks.xss), '000');
  });

  test('switched off, nothing of it is left in the network', async () => {
    await api.call('modifyPolicy', { policyID }, { body: { intrusionPrevention: { state: 'off' } } });
    await until(
      async () => ((await moduleOf(0)).moduleStatus.agentStatus === 'inactive' ? true : undefined),
      'not off',
    );
    assert.doesNotMatch(networks[0]!.run(networks[0]!.server, 'nft', ['list', 'ruleset']), /SAKIMORI|sakimori/);
    assert.equal(await curl(0, attacks.sql), '200');
  });
});
