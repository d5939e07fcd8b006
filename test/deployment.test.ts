import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { type EnrolmentToken, type Host, routes } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type FreshHost, layCable, plugIn, startFreshHost, whyNoFreshHost, whyNoSystemd } from './fresh-host.ts';
import { makeAccount, until } from './system.ts';
import { createDriver, type Driver } from './workload-security/driver.ts';
import { itemsOf, startWorkload, type Workload } from './workload-security/world.ts';

/** Deployment scripts, run by root on a host that has nothing of ours: they install the agent, enrol the host, and say no when they must. */
const reason = whyNoFreshHost();
const [cable, cableOfRuled] = [layCable(), layCable(1)];
/** Stands in a comment of the script. */
const policyName = "Deployed “policy”'\u2028; touch /tmp/owned #";
let workload: Workload;
let api: Driver;
let accountId: string;
let otherId: string;
let host: FreshHost;
let unplug: () => void;
let policyID: number;
let groupID: number;

before(async () => {
  if (reason) return;
  const ends = [plugIn(cable), plugIn(cableOfRuled)];
  unplug = () => ends.forEach((end) => void end());
  // By this name alone: a script that says another address than the manager was told does not come through.
  const names = `${cable.machine},${cableOfRuled.machine}`;
  const named = (door: string) => ({ [`SAKIMORI_${door}_HOST`]: '0.0.0.0', [`SAKIMORI_${door}_NAMES`]: names });
  workload = await startWorkload({ ...named('AGENTS'), ...named('API') });
  ({ api } = workload);
  [accountId] = (await workload.system.admin(routes.listAccounts)).items.map(({ id }) => id) as [string];
  otherId = await makeAccount(workload.system, 'other');
  const parents = { searchCriteria: [{ fieldName: 'name', stringValue: 'Linux Server' }] };
  const [parent] = itemsOf('searchPolicies', await api.call('searchPolicies', {}, { body: parents }));
  const policy = { name: policyName, parentID: parent!['ID'] };
  policyID = (await api.call('createPolicy', {}, { body: policy }))['ID'] as number;
  groupID = (await api.call('createComputerGroup', {}, { body: { name: 'Deployed' } }))['ID'] as number;
  host = await startFreshHost('fresh-1', cable);
});
after(async () => {
  await host?.stop();
  await workload?.system.stop();
  unplug?.();
});

const scriptOf = async (more: ApiObject = {}): Promise<string> => {
  const body = { platform: 'linux', activationRequired: true, policyID, computerGroupID: groupID, ...more };
  return (await api.call('generateAgentDeploymentScript', {}, { body }))['scriptBody'] as string;
};
const certificateIn = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;
const scriptOfOther = async (): Promise<string> =>
  (await workload.system.admin(routes.createDeploymentScript, { params: { accountId: otherId }, body: {} })).script;
const tokenIn = (script: string): string => /"token:([^"]+)"/.exec(script)![1]!;
const hostsOf = async (account: string): Promise<Host[]> =>
  (await workload.system.admin(routes.listHosts, { query: { accountId: account } })).items;
const newestToken = async (): Promise<EnrolmentToken> =>
  (await workload.system.admin(routes.listEnrolmentTokens, { params: { accountId } })).items[0]!;
const statusOf = (agent: string) =>
  JSON.parse(host.run([agent, 'status', '--json']).out) as { pid: number; isRunning: boolean };

/** The account's newest host, once both modules of its policy are at work. */
async function protectedHost(account: string): Promise<Host> {
  const isActive = ({ module, state }: Host['modules'][number]) =>
    ['integrity', 'loginspection'].includes(module) && state === 'active';
  let last: Host | undefined;
  return until(
    async () => {
      last = (await hostsOf(account)).sort((a, b) => b.enrolledAt.localeCompare(a.enrolledAt))[0];
      return last && last.modules.filter(isActive).length === 2 ? last : undefined;
    },
    `the modules are not active: ${JSON.stringify(last?.modules)}`,
    30_000,
  );
}

/** Neither as it is nor in the text that the agent takes it in. */
function assertNoSecret(seen: ReadonlySet<string>, secret: string): void {
  const told = [...seen].join('\n');
  assert.ok(told.includes('dpkg') && told.includes('enrol --token-file -'), 'processes were seen');
  const decoded = (told.match(/[\w-]{60,}/g) ?? []).map((text) => Buffer.from(text, 'base64url').toString('latin1'));
  assert.ok(![told, ...decoded].some((text) => text.includes(secret)), told);
}

/** Stops the agent and takes away what makes the host one of ours, as somebody would who starts anew. */
function forgetIdentity(agent: string): void {
  host.run(['kill', String(statusOf(agent).pid)]);
  host.run(['sh', '-c', 'sleep 1; rm -rf /var/lib/sakimori-agent']);
}

describe('deployment scripts', { skip: reason, concurrency: false }, () => {
  let script: string;

  test('the script ends as Terraform’s users cut it, and only installs where it is not asked to activate', async () => {
    script = await scriptOf();
    const cut = script.slice(-93, -1);
    assert.match(cut, /^"tenantID:[\da-f-]{36}" "token:[\da-f-]{36}"$/);
    assert.equal(cut, `"tenantID:${accountId}" "token:${tokenIn(script)}"`);
    assert.ok(script.endsWith('"\n'));
    const only = await scriptOf({ activationRequired: 'false' });
    assert.ok(only.endsWith('\ndeploy\n') && !only.includes('token:"'));
    for (const platform of ['windows', 'solaris', 'aix'])
      assert.match(
        await api.refused(400, 'generateAgentDeploymentScript', {}, { body: { platform } }),
        new RegExp(`no agent for the platform ${platform}`),
      );
    for (const property of ['policyID', 'computerGroupID', 'relayGroupID', 'dsmProxyID', 'relayProxyID'])
      assert.match(
        await api.refused(
          400,
          'generateAgentDeploymentScript',
          {},
          { body: { platform: 'linux', [property]: 987_654 } },
        ),
        new RegExp(property),
      );
  });

  test('S37, in part: it installs the package, enrols the host with policy and group, and starts the agent; no secret in any command line', async () => {
    // As rsyslog leaves it; this host has none.
    host.run(['touch', '/var/log/auth.log']);
    const { code, out, err, seen } = await host.deploy(script);
    assert.equal(code, 0, `${out}${err}`);
    assert.match(host.run(['dpkg', '-s', 'sakimori-agent']).out, /^Status: install ok installed$/m);
    assertNoSecret(seen, tokenIn(script));
    const enrolled = await protectedHost(accountId);
    assert.equal(enrolled.facts.name, host.name);
    assert.equal(enrolled.policy.name, policyName);
    assert.equal(enrolled.policy.appliedVersion, enrolled.policy.assignedVersion);
    const computers = itemsOf('listComputers', await api.call('listComputers', {}, { query: { expand: ['all'] } }));
    assert.equal(computers.length, 1);
    const [computer] = computers as [ApiObject];
    assert.deepEqual([computer['hostName'], computer['policyID'], computer['groupID']], [host.name, policyID, groupID]);
    assert.match(String(computer['agentVersion']), /^0\.1\.0/);
    const { kind, usedCount, usesMax, usedByHostId } = await newestToken();
    assert.deepEqual([kind, usedCount, usesMax, usedByHostId], ['deployment', 1, 1000, enrolled.id]);
  });

  test('run again, it says that all is done, and leaves the agent alone', async () => {
    const { pid } = statusOf('sakimori-agent');
    const { code, out, err } = await host.deploy(script);
    assert.equal(code, 0, err);
    assert.match(out, /installed already[\s\S]*activated already, as host [\da-f-]{36}[\s\S]*agent runs/);
    assert.equal(statusOf('sakimori-agent').pid, pid);
    assert.equal((await hostsOf(accountId)).length, 1);
  });

  test('the script of another account leaves the host where it is', async () => {
    const { code, err } = await host.deploy(await scriptOfOther());
    assert.equal(code, 21, err);
    assert.match(err, /belongs to another account/);
  });

  test('S37, in part: a token in the script of another account lets nobody in, nor does one that was revoked', async () => {
    forgetIdentity('sakimori-agent');
    const foreign = script.replace(tokenIn(script), tokenIn(await scriptOfOther()));
    const mixed = await host.deploy(foreign);
    assert.equal(mixed.code, 19, mixed.err);
    const doomed = await scriptOf();
    const { id: tokenId } = await newestToken();
    await workload.system.admin(routes.revokeEnrolmentToken, { params: { accountId, tokenId } });
    const revoked = await host.deploy(doomed);
    assert.equal(revoked.code, 19, revoked.err);
    assert.match(revoked.err, /not known here, or it was revoked/);
    assert.deepEqual([(await hostsOf(accountId)).length, (await hostsOf(otherId)).length], [1, 0]);
  });

  test('a package that was tampered with, and a manager that is another, are refused; nothing is installed', async () => {
    host.run(['dpkg', '--purge', 'sakimori-agent']);
    const [, build] = /^build='(.+)'$/m.exec(script)!;
    const path = join(workload.system.dataFolder, 'software', build!, 'sakimori-agent.deb');
    const whole = readFileSync(path);
    const tampered = Buffer.from(whole);
    tampered[5000]! ^= 1;
    writeFileSync(path, tampered);
    try {
      const { code, err } = await host.deploy(script);
      assert.equal(code, 16, err);
    } finally {
      writeFileSync(path, whole);
    }
    const [certificate] = certificateIn.exec(script)!;
    const stranger = strangersCertificate();
    for (const without of [[], ['/usr/bin/curl']]) {
      for (const tool of without) host.run(['mv', tool, `${tool}.away`]);
      const { code, err } = await host.deploy(script.replace(certificate, stranger));
      assert.equal(code, 14, err);
    }
    assert.notEqual(host.run(['dpkg', '-s', 'sakimori-agent']).code, 0);
    assert.notEqual(host.run(['test', '-e', '/usr/lib/sakimori-agent/node']).code, 0);
  });

  test('S10: a host that is not up to it is refused with the cause, unless somebody gives a reason, which is recorded', async () => {
    const release = host.run(['cat', '/etc/os-release']).out;
    writeFileSync(
      join(host.root, 'etc/os-release'),
      'ID=debian\nVERSION_ID="9"\nPRETTY_NAME="Debian GNU/Linux 9 (stretch)"\n',
    );
    try {
      const refused = await host.deploy(script);
      assert.equal(refused.code, 24, `${refused.out}${refused.err}`);
      assert.match(
        refused.out,
        /^FAIL +Debian GNU\/Linux 9 \(stretch\) is not supported \(table [\d-]+, row debian-old, https:/m,
      );
      for (const path of ['/usr/lib/sakimori-agent', '/var/lib/sakimori-agent'])
        assert.notEqual(host.run(['test', '-e', path]).code, 0, path);
      const before = (await hostsOf(accountId)).length;
      const reason = 'Approved in ticket 42 by Tanaka';
      const forced = await host.deploy(`SAKIMORI_OVERRIDE_PREFLIGHT='${reason}'\n${script}`);
      assert.equal(forced.code, 0, `${forced.out}${forced.err}`);
      const hosts = (await hostsOf(accountId)).sort((a, b) => b.enrolledAt.localeCompare(a.enrolledAt));
      assert.equal(hosts.length, before + 1);
      const params = { hostId: hosts[0]!.id };
      const { preflight } = await workload.system.admin(routes.getHostPreflight, { params });
      assert.deepEqual([preflight?.verdict, preflight?.overrideReason], ['fail', reason]);
      assert.equal(preflight?.findings.find(({ level }) => level === 'fail')?.facts['row'], 'debian-old');
      const { items } = await workload.system.admin(routes.listAudit, { query: { accountId } });
      const noted = items.find(({ action }) => action === 'host.preflight_overridden');
      assert.deepEqual(noted?.facts, { reason, failed: 'os_unsupported' });
    } finally {
      writeFileSync(join(host.root, 'etc/os-release'), release);
    }
  });

  test('S37, in part: after purge nothing of the agent is left: no file, unit, table, queue, user or process', () => {
    host.run(['kill', String(statusOf('sakimori-agent').pid)]);
    const users = host.run(['getent', 'passwd']).out;
    assert.equal(host.run(['dpkg', '--purge', 'sakimori-agent']).code, 0);
    const places = ['/etc', '/usr', '/var', '/opt', '/run', '/lib/systemd', '/tmp', '/root'];
    const left = host.run(['find', ...places, '-xdev', '-name', '*sakimori*', '-not', '-path', '/usr/share/*']).out;
    assert.equal(left, '');
    assert.doesNotMatch(users, /sakimori/i);
    for (const command of [
      ['nft', 'list', 'ruleset'],
      ['iptables-save'],
      ['cat', '/proc/net/netfilter/nfnetlink_queue'],
    ])
      assert.doesNotMatch(host.run(command).out, /sakimori|\b41(?:20|19\d)\b/i, command.join(' '));
    assert.doesNotMatch(host.run(['ps', '-eo', 'args']).out, /sakimori-agent/);
  });

  /** A real authority that is not ours. */
  const strangersCertificate = (): string => {
    const made = host.run([
      ...[
        'openssl',
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        '/dev/null',
        '-subj',
        '/CN=Sakimori authority',
      ],
    ]);
    return made.out.trim();
  };

  test('a host without dpkg and curl gets the archive by wget', async () => {
    host.run(['mv', '/usr/bin/dpkg', '/usr/bin/dpkg.away']);
    const { code, out, err } = await host.deploy(await scriptOf());
    assert.equal(code, 0, `${out}${err}`);
    const agent = '/opt/sakimori-agent/bin/sakimori-agent';
    assert.equal(statusOf(agent).isRunning, true);
    assert.equal((await hostsOf(accountId)).length, 3);
    const unit = host.run(['cat', '/opt/sakimori-agent/lib/sakimori-agent.service']).out;
    assert.ok(unit.includes(`ExecStart=${agent} run`) && !unit.includes('/usr/bin/'), unit);
  });

  test('an agent that runs without systemd is exchanged; certificate and digest count for nothing only where the client says so', async () => {
    const agent = '/opt/sakimori-agent/bin/sakimori-agent';
    const { pid } = statusOf(agent);
    host.run(['sh', '-c', 'echo 0.1.0-older >/opt/sakimori-agent/build']);
    const trusting = await scriptOf({ validateCertificateRequired: false, validateDigitalSignatureRequired: 'false' });
    const [certificate] = certificateIn.exec(trusting)!;
    const wrong = trusting
      .replace(certificate, strangersCertificate())
      .replace(/(tar\.gz )[\da-f]{64}/, `$1${'0'.repeat(64)}`);
    const { code, out, err } = await host.deploy(wrong);
    assert.equal(code, 0, `${out}${err}`);
    assert.notEqual(statusOf(agent).pid, pid);
    assert.equal((await hostsOf(accountId)).length, 3);
  });

  test('not as root, and on a machine that no agent is made for: a sentence, and nothing else', async () => {
    const asNobody = host.run(['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'sh', '-s'], script);
    assert.equal(asNobody.code, 10);
    assert.match(asNobody.err, /^sakimori: [^\n]+\n$/);
    const other = host.run(['setarch', 'i686', 'sh', '-s'], script);
    assert.equal(other.code, 11, other.err);
  });
});

describe('deployment scripts on a host that systemd rules', {
  skip: reason || whyNoSystemd(),
  concurrency: false,
}, () => {
  let ruled: FreshHost;
  before(async () => {
    ruled = await startFreshHost('ruled-1', cableOfRuled, { ruled: true });
    ruled.run(['touch', '/var/log/auth.log']);
    const isUp = async () => ruled.run(['systemctl', 'is-system-running']).out.trim() === 'running' || undefined;
    await until(isUp, 'systemd is not up', 30_000);
  });
  after(() => ruled?.stop());
  const show = (property: string) =>
    ruled.run(['systemctl', 'show', '--value', '-p', property, 'sakimori-agent']).out.trim();
  const scriptHere = async (more: ApiObject = {}) =>
    (await scriptOf(more)).replaceAll(cable.machine, cableOfRuled.machine);

  test('a script that only installs leaves the unit waiting; the one that activates starts it, hardened as it is', async () => {
    const before = (await hostsOf(accountId)).length;
    const installed = await ruled.deploy(await scriptHere({ activationRequired: false }));
    assert.equal(installed.code, 0, installed.err);
    assert.match(installed.out, /To activate the agent: /);
    assert.equal(show('ActiveState'), 'inactive');
    const activated = await ruled.deploy(await scriptHere());
    assert.equal(activated.code, 0, `${activated.out}${activated.err}`);
    assert.match(activated.out, /installed already/);
    assert.deepEqual([show('ActiveState'), show('UnitFileState')], ['active', 'enabled']);
    assert.equal((await protectedHost(accountId)).facts.name, 'ruled-1');
    assert.equal((await hostsOf(accountId)).length, before + 1);
  });

  test('run again it changes nothing; another build is exchanged and the unit started anew', async () => {
    const [script, pid] = [await scriptHere(), show('MainPID')];
    assert.equal((await ruled.deploy(script)).code, 0);
    assert.equal(show('MainPID'), pid);
    ruled.run(['sh', '-c', 'echo 0.1.0-older >/usr/lib/sakimori-agent/build']);
    const { code, out, err } = await ruled.deploy(script);
    assert.equal(code, 0, `${out}${err}`);
    assert.match(out, /The agent 0\.1\.0 is installed\./);
    assert.notEqual(show('MainPID'), pid);
    assert.equal(show('ActiveState'), 'active');
  });
});

describe('the agent’s software, to whoever asks', { skip: reason }, () => {
  const path = '/software/agent/linux/x86_64/sakimori-agent.deb';
  const ask = (method: string, where: string, headers = {}) =>
    createDriver(workload.system.workloadSecurity, 'no key').send(method, where, { headers });

  test('size and digest before the download, nothing again for whoever has it; no other address says anything', async () => {
    const head = await ask('HEAD', path);
    assert.equal(head.status, 200);
    assert.ok(Number(head.headers['content-length']) > 10_000_000);
    const digest = (await ask('GET', `${path}.sha256`)).text;
    assert.match(digest, /^[\da-f]{64} {2}sakimori-agent\.deb\n$/);
    assert.equal(head.headers.etag, `"${digest.slice(0, 64)}"`);
    assert.equal((await ask('GET', path, { 'if-none-match': head.headers.etag })).status, 304);
    assert.equal((await ask('HEAD', path.replace('.deb', '.tar.gz'))).status, 200);
    for (const other of [
      ...[path.replace('x86_64', 'sparc'), path.replace('sakimori-agent.deb', 'release.json')],
      ...[`${path}?build=0.1.0-0123456789abcdef`, `${path}?build=..%2f..`, path.replace('x86_64', '..%2f..%2fsecret')],
    ]) {
      const { status, text } = await ask('GET', other);
      assert.equal(status, 404, other);
      assert.equal(typeof (JSON.parse(text) as ApiObject)['message'], 'string');
    }
    for (const closed of ['/software', '/software/agent/', '/api/policies'])
      assert.equal((await ask('GET', closed)).status, 401, closed);
  });

  test('so many at once and no more; whoever hangs up makes room', async () => {
    const downloads = await Promise.all(
      Array.from({ length: 66 }, () => begin(workload.system.workloadSecurity + path)),
    );
    const statuses = downloads.map(({ statusCode }) => statusCode);
    assert.deepEqual(
      [200, 429].map((status) => statuses.filter((one) => one === status).length),
      [64, 2],
    );
    for (const download of downloads) download.destroy();
    await until(async () => {
      const again = await begin(workload.system.workloadSecurity + path);
      again.destroy();
      return again.statusCode === 200 || undefined;
    }, 'there is no room again');
  });
});

/** A download of which only the beginning is read. */
const begin = (url: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false, agent: false }, resolve).once('error', reject);
  });
