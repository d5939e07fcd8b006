import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Peer, TestNetwork, whyNoNetwork } from '@sakimori/agent/test-network';
import { type Detection, routes } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type RealAgent, startAgent, until } from './system.ts';
import type { Driver } from './workload-security/driver.ts';
import { startWorkload, type Workload } from './workload-security/world.ts';

/** From a feed in the manager and a call of the Workload Security API to a page that curl does not get. */
const remote = '10.78.0.1';

describe('web reputation of the API on a real host', { skip: whyNoNetwork() }, () => {
  let workload: Workload;
  let api: Driver;
  let network: TestNetwork;
  let client: Peer;
  let relay: Server;
  let agent: RealAgent;
  let accountId: string;
  let policyID: number;
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-web-agent-'));

  before(async () => {
    workload = await startWorkload({ SAKIMORI_AGENTS_NAMES: remote });
    api = workload.api;
    const { system } = workload;
    accountId = (await system.admin(routes.listAccounts)).items.find(({ name }) => name === 'workload-security')!.id;
    network = new TestNetwork('webe2e');
    const port = Number(system.agents.split(':').at(-1));
    relay = await joinManager(network, join(folder, 'manager.sock'), port);
    client = network.start(network.client, process.execPath, ['-e', webServer]);
    await client.ask({});
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
  const setWeb = (level: string, more: ApiObject = {}) =>
    api.call(
      'modifyPolicy',
      { policyID },
      {
        body: {
          webReputation: { state: 'on' },
          policySettings: { webReputationSettingSecurityLevel: { value: level }, ...more },
        },
      },
    );
  const curl = (host: string): Promise<string> =>
    new Promise((resolve) => {
      const args = [
        'netns',
        'exec',
        network.server,
        'curl',
        '-s',
        '--max-time',
        '8',
        '--resolve',
        `${host}:80:${remote}`,
      ];
      execFile('ip', [...args, '-o', '/dev/null', '-w', '%{http_code}', `http://${host}/a?token=secret1`], (_, out) =>
        resolve(out),
      );
    });
  const becomes = (host: string, status: string) =>
    until(async () => ((await curl(host)) === status ? true : undefined), `${host} is not answered with ${status}`);
  const detections = async (): Promise<Detection[]> =>
    (
      await workload.system.admin(routes.listDetections, {
        query: { accountId, hostId: agent.hostId, module: 'webreputation' },
      })
    ).items;

  test('S5: curl of a listed address is blocked at level high, and the outcome changes with the level', async () => {
    await setWeb('High', { webReputationSettingAlertingEnabled: { value: 'true' } });
    await becomes('scam.sakimori.test', '403');
    assert.equal(await curl('nothing.example'), '200');
    const told = await until(async () => (await detections())[0], 'no detection');
    assert.deepEqual(
      [
        told.kind,
        told.url?.value,
        told.url?.category,
        told.facts?.['level'],
        told.facts?.['verdict'],
        told.facts?.['score'],
      ],
      ['web.blocked_rated', 'scam.sakimori.test/a?token=***', 'scam', 'high', 'blocked', 45],
    );
    assert.match(told.process?.path ?? '', /curl/);
    const alert = await until(
      async () =>
        (await workload.system.admin(routes.listAlerts, { query: { accountId, module: 'webreputation' } })).items[0],
      'no alert',
    );
    assert.equal(alert.subject, 'scam.sakimori.test');
    await setWeb('Medium');
    await becomes('scam.sakimori.test', '200');
    assert.equal(await curl('phishing.sakimori.test'), '403');
    await setWeb('Low');
    await becomes('spam.sakimori.test', '200');
    assert.equal(await curl('malware.sakimori.test'), '403');
  });

  test('S5: an account’s own list reaches the host while it serves', async () => {
    const feed = await workload.system.admin(routes.addWebFeed, {
      body: { accountId, name: 'Ours', text: 'mine.example\n' },
    });
    await becomes('www.mine.example', '403');
    await workload.system.admin(routes.removeWebFeed, { params: { feedId: feed.id } });
    await becomes('www.mine.example', '200');
  });
});

const webServer = `require('node:http').createServer((_, response) => response.end('welcome')).listen(80, '${remote}', () => console.log('{"ready":true}'));`;

/** The manager behind the other host's address. */
async function joinManager(network: TestNetwork, path: string, port: number): Promise<Server> {
  const relay = createServer((inner) => {
    const outer = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const)
      from.on('error', () => to.destroy()).pipe(to);
  }).listen(path);
  await once(relay, 'listening');
  const inside = `const { connect, createServer } = require('node:net');
createServer((inner) => {
  const outer = connect(${JSON.stringify(path)});
  for (const [from, to] of [[inner, outer], [outer, inner]]) from.on('error', () => to.destroy()).pipe(to);
}).listen(${port}, '${remote}', () => console.log(JSON.stringify({ ready: true })));`;
  await network.start(network.client, process.execPath, ['-e', inside]).ask({});
  return relay;
}
