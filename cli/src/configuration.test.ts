import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { agentPaths, type HostRecommendations, type PolicyModules } from '@sakimori/contract';
import { createKeyFor } from '@sakimori/manager/access/index';
import { type Manager, startManager } from '@sakimori/manager/manager';
import { createLog, readConfig } from '@sakimori/manager/platform/index';
import { type Run, runCli } from '../../test/run-cli.ts';
import { SimulatedAgent } from '../../test/simulated-agent.ts';
import { until } from '../../test/system.ts';

/** The real command about keys of the API, rules and recommendations, against a whole manager with a light agent. */
let folder: string;
let manager: Manager;
let adminKey: string;
let agent: SimulatedAgent;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sakimori-cli-configuration-'));
  // The database runs as another user, who must be able to enter.
  chmodSync(folder, 0o711);
  const ports = {
    ...{ SAKIMORI_PORT: '0', SAKIMORI_AGENTS_PORT: '0' },
    ...{ SAKIMORI_SMTP_PORT: '0', SAKIMORI_API_PORT: '0' },
  };
  const config = readConfig({ SAKIMORI_DATA: join(folder, 'data'), ...ports });
  manager = await startManager({
    config,
    log: createLog(process.env['SAKIMORI_TEST_LOG'] ?? 'silent'),
    ephemeral: true,
  });
  adminKey = await createKeyFor(manager.platform, { name: 'test', role: 'provider-admin' });
  await done('account', 'create', '対馬', '--customer', '株式会社 対馬', '--plan', 'highend');
  agent = await SimulatedAgent.enrol((await done('host', 'token', '--account', '対馬')).trim());
});
after(async () => {
  await agent?.goodbye('stop').catch(() => undefined);
  await manager?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (args: readonly string[], key = adminKey): Promise<Run> =>
  runCli(args, { SAKIMORI_CLI_URL: manager.consoleUrl, SAKIMORI_CLI_KEY: key });
const done = async (...args: string[]): Promise<string> => {
  const { code, out, err } = await run(args);
  assert.equal(code, 0, err);
  return out;
};
const json = async <T>(...args: string[]): Promise<T> => JSON.parse(await done(...args, '--json')) as T;
const apikey = (...args: string[]) => ['apikey', ...args, '--account', '対馬'];

/** A call of the API as a client makes it that trusts what `apikey certificate` gave. */
async function callApi(secret: string, path: string): Promise<{ status: number; body: string }> {
  const [address, ca] = [(await done('apikey', 'address')).trim(), await done('apikey', 'certificate')];
  return new Promise((resolve, reject) => {
    const headers = { 'api-version': 'v1', 'api-secret-key': secret };
    request(`${address}${path}`, { ca, headers }, async (answer) =>
      resolve({ status: answer.statusCode!, body: await text(answer) }),
    )
      .on('error', reject)
      .end();
  });
}

test('a key of the API: its secret alone on standard output, a role by name, and its end at once', async () => {
  const made = await run(apikey('create', 'terraform', '--role', 'Auditor', '--days', '30', '--description', 'plans'));
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /^2:[A-Za-z0-9+/]{44}\n$/);
  assert.match(made.err, /not shown again.*https:\/\/127\.0\.0\.1:\d+\/api\n$/);
  const secret = made.out.trim();
  const { status, body } = await callApi(secret, '/policies');
  assert.deepEqual([status, body.includes('Linux Server')], [200, true]);
  assert.match(await done(...apikey('list'), '--language', 'ja'), /terraform +監査者 +有効 +\d{4}-/);

  assert.match(await done(...apikey('lock', 'terraform')), /^Locked/);
  assert.equal((await callApi(secret, '/policies')).status, 403);
  assert.match(await done(...apikey('list')), /terraform +Auditor +Locked/);
  assert.match(await done(...apikey('unlock', 'terraform')), /^Unlocked/);
  assert.equal((await callApi(secret, '/policies')).status, 200);

  const renewed = (await done(...apikey('renew', 'terraform'))).trim();
  assert.equal((await callApi(secret, '/policies')).status, 401);
  assert.equal((await callApi(renewed, '/policies')).status, 200);
  assert.match(await done(...apikey('delete', 'terraform')), /^Deleted/);
  assert.equal((await callApi(renewed, '/policies')).status, 401);
  assert.equal(await done(...apikey('list')), 'There are none.\n');
});

test('a key of the API: what is not there or not allowed is told in a line', async () => {
  const { id, address } = await json<{ id: number; address: string }>(...apikey('create', 'full'));
  assert.equal(address, (await done('apikey', 'address')).trim());
  assert.match(await done(...apikey('list')), /full +Full Access +Active/);
  assert.match(await done(...apikey('lock', String(id))), /full/, 'by its id, too');
  const twice = await run(apikey('create', 'full'));
  assert.deepEqual([twice.code, twice.out], [1, '']);
  assert.match((await run(apikey('create', 'x', '--role', 'Nobody'))).err, /no role “Nobody”/);
  assert.match((await run(apikey('renew', 'gone'))).err, /no Workload Security API key “gone”.*apikey list/);
  assert.equal((await run(['apikey', 'list'])).code, 64, 'an account is asked for');
  const analyst = await createKeyFor(manager.platform, { name: 'soc', role: 'soc-analyst' });
  const forbidden = await run(apikey('create', 'y'), analyst);
  assert.deepEqual([forbidden.code, /apikey\.(read|write)/.test(forbidden.err)], [77, true]);
  const certificate = new X509Certificate(await done('apikey', 'certificate'));
  assert.ok(certificate.ca);
});

test('rules are listed by module and words, in both languages, and shown with their text', async () => {
  const module = ['--account', '対馬', '--module', 'intrusionPrevention'];
  const found = await done('rule', 'list', ...module, '--text', 'CVE-2021-41773', '--language', 'ja');
  assert.match(found, /フォルダ外参照 +\S+ +\S.* CVE-2021-41773 +0/);
  const [, id] = /^ *(\d+) /m.exec(found.split('\n')[1]!)!;
  const shown = await done('rule', 'show', id!, ...module);
  assert.match(shown, /CVE +CVE-2021-41773/);
  assert.match(shown, /\n\nalert http .*sid:\d+/);
  assert.match(await done('rule', 'list', ...module, '--limit', '2'), /--limit shows more/);
  const firewall = ['--account', '対馬', '--module', 'firewall'];
  assert.match(await done('rule', 'list', ...firewall, '--text', 'DNS Server'), /DNS Server +Allow/);
  const none = await run(['rule', 'show', '999999', ...firewall]);
  assert.deepEqual([none.code, none.err], [1, 'sakimori: There is no such rule.\n']);
});

test('rules of a policy are shown and changed, and the agent gets them', async () => {
  const policy = ['policy', 'rules', 'Linux Server', '--account', '対馬'];
  const told = await done(...policy, '--module', 'integrityMonitoring');
  assert.match(
    told,
    /Policy above +Base Policy[\s\S]*Applied +0 of 1 host[\s\S]*On \(real time\) +7[\s\S]*Accounts and privileges/,
  );
  const integrity = [...policy, '--module', 'integrityMonitoring'];
  assert.equal((await run([...integrity, '--assign', '10'])).code, 64, 'a reason is asked for');
  assert.equal((await run([...policy, '--assign', '10', '--reason', 'x'])).code, 64, 'a module is asked for');
  const changed = await run([...integrity, '--assign', '10,11', '--reason', 'boot files']);
  assert.match(changed.err, /version 2/);
  assert.match(changed.out, /Boot loader configuration/);
  assert.match(JSON.stringify((await agent.get(agentPaths.policy)).body), /Boot loader configuration/);
  const state = await json<PolicyModules>(...policy, '--module', 'firewall', '--state', 'on', '--reason', 'trial');
  assert.equal(state.modules.find(({ module }) => module === 'firewall')?.state, 'on');
  await done(...integrity, '--unassign', '10,11', '--reason', 'enough');
  const refused = await run([...policy, '--module', 'firewall', '--state', 'prevent', '--reason', 'x']);
  assert.deepEqual([refused.code, /firewall has no state prevent/.test(refused.err)], [1, true]);
});

test('a file of Sigma rules is added and replaced; what is wrong in it is told by line and column', async () => {
  const file = join(folder, 'shell.yml');
  const text =
    'title: A shell of the web server\nlogsource: { product: linux, category: process_creation }\ndetection: { s: { Image|endswith: /sh, User: www-data }, condition: s }\n';
  const add = (more: readonly string[] = []) =>
    run(['rule', 'add', file, '--account', '対馬', '--reason', 'ours', ...more]);
  writeFileSync(file, `${text}---\n${text.replace('linux', 'windows')}`);
  const added = await add(['--log', '/srv/audit.log']);
  assert.equal(added.code, 0, added.err);
  assert.match(
    added.out,
    /Rule +shell\.yml[\s\S]*Rules in force +1\n[\s\S]*is left out: the agent reads no such log: product windows/,
  );
  const id = /API id +(\d+)/.exec(added.out)![1]!;
  const shown = await done('rule', 'show', id, '--account', '対馬', '--module', 'logInspection');
  assert.match(shown, /Logs +\/srv\/audit\.log[\s\S]*title: A shell of the web server/);
  writeFileSync(file, text.replace('Image|endswith', 'Image|ends'));
  const refused = await add(['--replace', id]);
  assert.deepEqual(
    [refused.code, /Line 3, column 19: There is no modifier `ends`/.test(refused.err)],
    [1, true],
    refused.err,
  );
  writeFileSync(file, text);
  assert.match((await add(['--replace', id, '--name', 'Shells'])).out, /Rule +Shells/);
});

test('S11: recommended rules of a host are asked for, shown by their standing and applied', async () => {
  const host = ['--host', 'web-01', '--account', '対馬'];
  assert.match(await done('recommendation', 'show', ...host), /State +Not scanned yet\n\nThere are none/);
  const early = await run(['recommendation', 'apply', ...host, '--reason', 'x']);
  assert.equal(early.code, 1);
  const waiting = run(['recommendation', 'scan', ...host, '--wait']);
  await answerScan();
  const { code, out, err } = await waiting;
  assert.deepEqual([code, out], [0, 'The host has answered.\n'], err);
  const missing = ['--module', 'logInspection', '--standing', 'missing', '--language', 'ja'];
  assert.match(
    await done('recommendation', 'show', ...host, ...missing),
    /高 +未割り当て +パッケージ nginx 1\.22\.1-9/,
  );
  assert.match(
    await done('recommendation', 'apply', ...host, '--modules', 'logInspection', '--reason', 'the standard'),
    /^web-01: \d+ rules? added, 0 rules taken away\.\n$/,
  );
  const after = await json<HostRecommendations>('recommendation', 'show', ...host);
  const log = after.modules.find(({ module }) => module === 'logInspection')!;
  assert.ok(log.rules.every(({ standing }) => standing !== 'missing'));
});

/** Does what a real agent does when it is asked what stands and runs on its host. */
async function answerScan(): Promise<void> {
  const task = await until(
    async () => (await agent.heartbeat()).received.tasks?.find(({ kind }) => kind === 'recommendation-scan'),
    'the agent was not asked',
  );
  const answer = await agent.post(agentPaths.inventory, {
    takenAt: new Date().toISOString(),
    os: { id: 'debian', version: '12', name: 'Debian 12', kernel: '6.1.0', architecture: 'x86_64' },
    packages: [{ name: 'nginx', version: '1.22.1-9', architecture: 'amd64', manager: 'dpkg' }],
    services: [{ protocol: 'tcp', address: '0.0.0.0', port: 80, process: 'nginx' }],
    processes: ['nginx'],
    interfaces: [],
    limits: [],
  });
  assert.equal(answer.status, 204);
  await agent.post(agentPaths.taskResults, { results: [{ id: task.id, state: 'done' }] });
}

test('sources that are never blocked are listed, added and taken off; what is no source is refused with what to do', async () => {
  const list = (...args: string[]) => ['proposal', ...args, '--account', '対馬'];
  const allowed = async () =>
    (await json<{ items: { source: string }[] }>(...list('allowed'))).items.map((one) => one.source);
  assert.match(await done(...list('allow', '192.0.2.0/24')), /192\.0\.2\.0\/24 is never blocked/);
  await done(...list('allow', '2001:DB8::1'));
  assert.match(await done(...list('allow', '2001:db8:0::1')), /already/);
  assert.deepEqual(await allowed(), ['192.0.2.0/24', '2001:db8::1']);
  const wrong = await run(list('allow', '192.0.2.300'));
  assert.notEqual(wrong.code, 0);
  assert.match(wrong.err, /192\.0\.2\.300/);
  const unknown = await run(list('disallow', '198.51.100.1'));
  assert.match(unknown.err, /not on the list.*sakimori proposal allowed --account 対馬/);
  await done(...list('disallow', '2001:db8:0:0::1'));
  assert.deepEqual(await allowed(), ['192.0.2.0/24']);
});

test('a feed is named by its name; one that is not there is told with the list', async () => {
  const unknown = await run(['feed', 'refresh', 'no such feed']);
  assert.notEqual(unknown.code, 0);
  assert.match(unknown.err, /no such feed.*sakimori feed list/s);
  assert.doesNotMatch(unknown.err, /uuid/i);
  const file = join(folder, 'list.csv');
  writeFileSync(file, 'bad.example\n');
  await done('feed', 'add', 'Ours', '--account', '対馬', '--file', file);
  writeFileSync(file, 'bad.example\nworse.example\n192.0.2.7\n');
  const replace = ['feed', 'replace', 'Ours', '--account', '対馬'];
  assert.match(await done(...replace, '--file', file), /Ours.*3/);
  const { entries } = JSON.parse(await done(...replace, '--file', file, '--json')) as { entries: number };
  assert.equal(entries, 3);
  for (const given of [[], ['--file', file, '--url', 'https://feeds.example/list.csv']]) {
    const refused = await run([...replace, ...given]);
    assert.equal(refused.code, 64, 'either a file or a URL');
    assert.match(refused.err, /--url.*--file|--file.*--url/);
  }
  // A list that was given stays one, and what cannot be read leaves the list as it was.
  assert.notEqual((await run([...replace, '--url', 'https://feeds.example/list.csv'])).code, 0);
  writeFileSync(file, '\u0000\u0001 not a list\n');
  assert.notEqual((await run([...replace, '--file', file])).code, 0);
  assert.notEqual((await run([...replace, '--file', join(folder, 'none.csv')])).code, 0);
  assert.match(await done('feed', 'list', '--account', '対馬'), /Ours.*3/);
  assert.notEqual((await run(['feed', 'replace', 'no such feed', '--file', file])).code, 0);
  await done('feed', 'remove', 'Ours', '--account', '対馬');
  assert.doesNotMatch(await done('feed', 'list', '--account', '対馬'), /Ours/);
});
