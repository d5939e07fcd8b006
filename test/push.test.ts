import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { type Push, routes } from '@sakimori/contract';
import { createKeyFor } from '@sakimori/manager/access/index';
import { sql } from '@sakimori/manager/platform/index';
import { type FreshHost, layCable, plugIn, startFreshHost, whyNoFreshHost } from './fresh-host.ts';
import { type ManagerInProcess, startManagerInProcess } from './manager-in-process.ts';
import { whyNoRealSshd } from './real-sshd.ts';
import { until } from './system.ts';

/** The agent brought over SSH to a host of its own that has nothing of ours but a real sshd (S42). */
const reason = whyNoFreshHost() || whyNoRealSshd() || false;
const cable = layCable();
const password = 'Pässwort für "root" $(id)';
const user = 'root';
let world: ManagerInProcess;
let accountId: string;
let host: FreshHost;
let unplug: (() => void) | undefined;
const folder = mkdtempSync(join(tmpdir(), 'sakimori-push-'));

before(async () => {
  if (reason) return;
  unplug = plugIn(cable);
  world = await startManagerInProcess({
    ...{ SAKIMORI_AGENTS_HOST: '0.0.0.0', SAKIMORI_AGENTS_NAMES: cable.machine },
    ...{ SAKIMORI_API_HOST: '0.0.0.0', SAKIMORI_API_NAMES: cable.machine },
  });
  ({ accountId } = await world.makeAccount('push'));
  host = await startFreshHost('pushed-1', cable);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'a passphrase', '-f', join(folder, 'login')]);
  await startSshd();
});
after(async () => {
  await host?.stop();
  await world?.stop();
  unplug?.();
  rmSync(folder, { recursive: true, force: true });
});

async function startSshd(): Promise<void> {
  for (const place of ['run/sshd', 'root/.ssh']) mkdirSync(join(host.root, place), { recursive: true, mode: 0o700 });
  host.run(['chmod', '700', '/root', '/root/.ssh']);
  writeFileSync(join(host.root, 'root/.ssh/authorized_keys'), readFileSync(join(folder, 'login.pub')), { mode: 0o600 });
  host.run(['chpasswd'], `${user}:${password}\n`);
  host.run(['touch', '/var/log/auth.log']);
  newHostKey();
  const config = `Port 22\nHostKey /root/host-key\nPidFile /run/sshd.pid\nUsePAM yes\nUseDNS no\nPasswordAuthentication yes\nPermitRootLogin yes\n`;
  writeFileSync(join(host.root, 'root/sshd_config'), config);
  restartSshd();
  await until(async () => (await prepare()).targets[0]?.keyState !== 'unreachable', 'sshd does not answer', 30_000);
}
const newHostKey = () => {
  host.run(['rm', '-f', '/root/host-key', '/root/host-key.pub']);
  host.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', '/root/host-key']);
};
const restartSshd = () => {
  host.run(['sh', '-c', '[ -f /run/sshd.pid ] && kill "$(cat /run/sshd.pid)"; sleep 0.5']);
  const { code, err } = host.run(['/usr/sbin/sshd', '-f', '/root/sshd_config']);
  assert.equal(code, 0, err);
};
const shownFingerprint = () => /(SHA256:\S+)/.exec(host.run(['ssh-keygen', '-lf', '/root/host-key.pub']).out)?.[1];

const prepare = (auth = 'password', more = ''): Promise<Push> =>
  world.admin(routes.createPush, {
    params: { accountId },
    body: { hosts: `host,port,user,auth\n${cable.host},22,${user},${auth}${more}\n` },
  });
const acceptAll = ({ targets }: Push) =>
  targets.flatMap(({ id, fingerprint, keyState }) =>
    fingerprint && keyState === 'new' ? [{ targetId: id, fingerprint }] : [],
  );
const start = (push: Push, body: Record<string, unknown>) =>
  world.admin(routes.startPush, { params: { pushId: push.id }, body: { acceptKeys: acceptAll(push), ...body } });
const ended = (push: Push) =>
  until(
    async () => {
      const now = await world.admin(routes.getPush, { params: { pushId: push.id } });
      return now.state === 'running' ? undefined : now;
    },
    'the installation does not end',
    300_000,
  );
const logOf = async ({ id, targets }: Push): Promise<string> =>
  (await world.admin(routes.getPushLog, { params: { pushId: id, targetId: targets[0]!.id } })).items
    .map(({ kind, text }) => `${kind}: ${text}`)
    .join('\n');

describe('installation over SSH', { skip: reason, concurrency: false }, () => {
  test('a host whose key nobody compared, and a login that is wrong, are not installed on; each says why', async () => {
    const push = await prepare();
    const [target] = push.targets;
    assert.deepEqual([target?.keyState, target?.fingerprint], ['new', shownFingerprint()]);
    await start(push, { password, acceptKeys: [] });
    const unknown = await ended(push);
    assert.deepEqual([unknown.targets[0]?.state, unknown.targets[0]?.code], ['failed', 'host_key_new']);
    await start(push, { password: 'wrong' });
    const refused = await ended(push);
    assert.deepEqual([refused.targets[0]?.state, refused.targets[0]?.code], ['failed', 'auth_failed']);
    assert.equal((await prepare()).targets[0]?.keyState, 'known', 'accepted once, it is remembered');
  });

  test('S42: with a key and a passphrase the package is copied, checked, installed and the host enrolled; the log has what was run', async () => {
    // A restart is due: it is told, a letter is drafted, and nothing restarts the host (S15).
    host.run(['touch', '/run/reboot-required']);
    const bootId = host.run(['cat', '/proc/sys/kernel/random/boot_id']).out;
    const push = await prepare('key');
    const privateKey = readFileSync(join(folder, 'login'), 'utf8');
    const running = await start(push, { privateKey, passphrase: 'a passphrase' });
    assert.equal(running.state, 'running');
    assert.ok(running.credentialsUntil && !running.disposedAt);
    const done = await ended(push);
    const log = await logOf(done);
    const [target] = done.targets;
    assert.deepEqual([target?.state, target?.code], ['needs_reboot', undefined], log);
    const hosts = (await world.admin(routes.listHosts, { query: { accountId } })).items;
    assert.deepEqual(
      hosts.map(({ id, facts }) => [id, facts.name]),
      [[target?.hostId, 'pushed-1']],
    );
    assert.match(log, /command: .*mktemp -d \/var\/tmp\/sakimori-push/);
    assert.match(log, /SHA-256 [\da-f]{64}/);
    assert.match(log, /PASS .*is supported/);
    assert.match(log, /This host is activated, as host/);
    assert.equal(host.run(['sh', '-c', 'ls -d /var/tmp/sakimori-push.* 2>/dev/null']).out, '', 'it cleans up');
    assert.equal(host.run(['cat', '/proc/sys/kernel/random/boot_id']).out, bootId);

    // Nothing of the credentials is left: neither in what is stored, nor in what was logged; and it cannot be used again.
    assert.ok(done.disposedAt);
    const tables = ['installation_push', 'installation_push_target', 'installation_push_log', 'audit_entry'];
    const stored = await world.platform.database.asProvider(async (tx) => {
      const texts = await Promise.all(
        tables.map((table) => tx.rows(sql<{ row: string }>`select t::text as row from ${sql.table(table)} t`)),
      );
      return texts
        .flat()
        .map(({ row }) => row)
        .join('\n');
    });
    const keyBody = privateKey.split('\n')[2]!;
    for (const secret of ['a passphrase', keyBody, password, 'wrong']) {
      assert.ok(!`${stored}${log}${world.logged()}`.includes(secret), `${secret} is kept`);
    }
    const tokens = (await world.admin(routes.listEnrolmentTokens, { params: { accountId } })).items;
    assert.ok(tokens.every(({ usesMax, usedCount, revokedAt }) => usesMax === 1 && (usedCount === 1 || revokedAt)));
    await assert.rejects(start(push, { privateKey, passphrase: 'a passphrase' }), { code: 'wrong_state' });
  });

  test('S15: an installation that a restart holds up ends needs_reboot and restarts nothing; the letter is a draft until somebody sends it', async () => {
    await world.admin(routes.createContact, {
      params: { accountId },
      body: { name: 'Tanaka', mail: 'tanaka@example.jp', language: 'ja', purposes: ['alerts'] },
    });
    const { items } = await world.admin(routes.listRebootNotices, { query: { accountId } });
    assert.equal(items.length, 1);
    const [notice] = items;
    assert.deepEqual([notice?.state, notice?.hostName], ['draft', 'pushed-1']);
    assert.deepEqual(await world.letters(accountId), []);
    const sent = await world.admin(routes.sendRebootNotice, { params: { noticeId: notice!.id } });
    assert.equal(sent.state, 'sent');
    const [letter] = await world.letters(accountId);
    assert.equal(letter?.recipient, 'tanaka@example.jp');
    assert.match(letter?.subject ?? '', /pushed-1 の再起動のお願い/);
    assert.match(letter?.body_text ?? '', /無断で再起動することはありません/);
    await assert.rejects(world.admin(routes.sendRebootNotice, { params: { noticeId: notice!.id } }), {
      code: 'wrong_state',
    });
  });

  test('S42, in part: a server that shows another key than was accepted gets nothing, not even a login', async () => {
    newHostKey();
    restartSshd();
    const push = await prepare();
    assert.equal(push.targets[0]?.keyState, 'changed');
    await start(push, { password });
    const refused = await ended(push);
    assert.deepEqual([refused.targets[0]?.state, refused.targets[0]?.code], ['failed', 'host_key_changed']);
    assert.equal(await logOf(refused), '');
    const pinned = await prepare('password', `,${shownFingerprint()}`);
    assert.equal(pinned.targets[0]?.keyState, 'known', 'the list itself may name the fingerprint');
  });

  test('S42, in part: no customer and no other account may use or see any of it', async () => {
    const { accountId: other } = await world.makeAccount('other');
    const [push] = (await world.admin(routes.listPushes, { query: { accountId } })).items;
    const base = `${world.manager.consoleUrl}/service`;
    for (const account of [accountId, other]) {
      const key = await createKeyFor(world.platform, { name: 'customer', role: 'customer-admin', accountId: account });
      for (const [method, path] of [
        ['GET', '/pushes'],
        ['GET', `/pushes/${push!.id}`],
        ['POST', `/pushes/${push!.id}/start`],
        ['POST', `/accounts/${account}/pushes`],
        ['GET', `/pushes/${push!.id}/targets/${push!.targets[0]!.id}/log`],
        ['GET', '/reboot-notices'],
      ] as const) {
        const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
        const body = method === 'POST' ? '{"hosts":"127.0.0.1,22,root"}' : null;
        assert.equal((await fetch(base + path, { method, headers, body })).status, 403, `${method} ${path}`);
      }
    }
  });
});
