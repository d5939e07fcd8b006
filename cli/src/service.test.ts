import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { rootCertificates } from 'node:tls';
import type { MailSettings } from '@sakimori/contract';
import { createKeyFor } from '@sakimori/manager/access/index';
import { type Manager, startManager } from '@sakimori/manager/manager';
import { createLog, ManualClock, newId, readConfig, sql } from '@sakimori/manager/platform/index';
import { type Run, runCli, startCli } from '../../test/run-cli.ts';

/** The real command against a whole manager; only hosts and alerts are put into its tables, for no agent is needed to list them. */
const clock = new ManualClock('2026-11-24T01:00:00.000Z');
let folder: string;
let manager: Manager;
let adminKey: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sakimori-cli-'));
  // The database runs as another user, who must be able to enter.
  chmodSync(folder, 0o711);
  const ports = { SAKIMORI_PORT: '0', SAKIMORI_AGENTS_PORT: '0', SAKIMORI_SMTP_PORT: '0' };
  const config = readConfig({ SAKIMORI_DATA: join(folder, 'data'), ...ports });
  const log = createLog(process.env['SAKIMORI_TEST_LOG'] ?? 'silent');
  manager = await startManager({ config, clock, log, ephemeral: true });
  adminKey = await createKeyFor(manager.platform, { name: 'test', role: 'provider-admin' });
});
after(async () => {
  await manager?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (args: readonly string[], key = adminKey, input = ''): Promise<Run> => {
  const env = { SAKIMORI_CLI_URL: manager.consoleUrl, SAKIMORI_CLI_KEY: key };
  return input === '' ? runCli(args, env) : startCli(args, env, input);
};
const done = async (...args: string[]): Promise<string> => {
  const { code, out, err } = await run(args);
  assert.equal(code, 0, err);
  return out;
};
const json = async <T>(...args: string[]): Promise<T> => JSON.parse(await done(...args, '--json')) as T;
const makeAccount = (name: string) =>
  json<{ id: string }>('account', 'create', name, '--customer', `株式会社 ${name}`, '--plan', 'highend');

/** A host with one open alert in an account. */
async function putHost(accountId: string, name: string): Promise<{ hostId: string; alertId: string }> {
  const [hostId, alertId, at] = [newId(clock), newId(clock), clock.now()];
  const facts = {
    name,
    os: 'Debian 12',
    kernel: '6.1',
    architecture: 'x64',
    agentVersion: '0.1.0',
    bootId: 'b',
    root: true,
  };
  await manager.platform.database.asProvider(async (tx) => {
    const { id } = await tx.one(sql<{ id: string }>`select id from policies_policy where tenant_id = ${accountId}`);
    await tx.run(sql`
      insert into hosts_host (tenant_id, id, name, facts, enrolled_at, policy_id, last_seen_at)
      values (${accountId}, ${hostId}, ${name}, ${JSON.stringify({ ...facts, limits: [] })}, ${at}, ${id}, ${at})`);
    await tx.run(sql`
      insert into hosts_certificate (tenant_id, host_id, serial, issued_at, expires_at)
      values (${accountId}, ${hostId}, ${hostId}, ${at}, ${new Date(at.getTime() + 86_400_000)})`);
    await tx.run(sql`
      insert into alerts_alert (tenant_id, id, number, host_id, grouping_key, module, kind, rule_id, rule_name, rule_name_ja, severity, title, subject, file, state, opened_at, last_detected_at, detection_count, first_detection_id)
      values (${accountId}, ${alertId}, 1, ${hostId}, ${`${accountId}|x`}, 'integrity', 'file.modified', 'passwd', 'Accounts', 'アカウント情報', 4, '/etc/passwd changed: content', '/etc/passwd', '{"path":"/etc/passwd","changed":["content"]}', 'open', ${at}, ${at}, 3, ${newId(clock)})`);
    await tx.run(sql`insert into alerts_counter (tenant_id, last_number) values (${accountId}, 1)`);
  });
  return { hostId, alertId };
}

test('accounts and contacts: made, listed and removed by name', async () => {
  const made = await done('account', 'create', '筑紫', '--customer', '株式会社 筑紫', '--plan', 'highend');
  assert.match(made, /sakimori host token --account 筑紫/);
  assert.match(await done('account', 'list', '--language', 'ja'), /筑紫 +株式会社 筑紫 +ハイエンド +0 +0/);
  await done(
    'contact',
    'add',
    '--account',
    '筑紫',
    '--name',
    '佐藤 花子',
    '--mail',
    'sato@example.jp',
    '--receives',
    'alerts,weekly',
  );
  const listed = await json<{ items: { purposes: string[]; language: string }[] }>(
    'contact',
    'list',
    '--account',
    '筑紫',
  );
  assert.deepEqual(
    listed.items.map(({ purposes, language }) => [purposes, language]),
    [[['alerts', 'weekly'], 'ja']],
  );
  await done('contact', 'remove', 'sato@example.jp', '--account', '筑紫');
  assert.equal(await done('contact', 'list', '--account', '筑紫'), 'There are none.\n');
  const again = await run(['account', 'create', '筑紫', '--customer', '株式会社 筑紫', '--plan', 'standard']);
  assert.deepEqual([again.code, again.out], [1, '']);
  assert.match(again.err, /exactly one plan/);
  const unknown = await run(['contact', 'list', '--account', 'Nagato']);
  assert.deepEqual(
    [unknown.code, unknown.err],
    [1, 'sakimori: There is no account “Nagato”. To see them: sakimori account list\n'],
  );
});

test('hosts: token to standard output alone, list, retire by name with a reason', async () => {
  const { id } = await makeAccount('大和');
  const { code, out, err } = await run(['host', 'token', '--account', '大和', '--hours', '1']);
  assert.equal(code, 0);
  assert.match(out, /^[A-Za-z0-9_-]{50,}\n$/);
  assert.match(err, /valid until 2026-11-24 11:00:00/);
  await putHost(id, 'web-01');
  assert.match(
    await done('host', 'list', '--account', '大和'),
    /web-01 +大和 +Connected +2026-11-24 10:00:00 +.* v– \(not applied yet\)/,
  );
  const refused = await run(['host', 'retire', 'web-01']);
  assert.equal(refused.code, 64, 'a reason is asked for');
  assert.match(await done('host', 'retire', 'web-01', '--reason', 'replaced'), /web-01/);
  const again = await run(['host', 'retire', 'web-01', '--reason', 'replaced', '--language', 'ja']);
  assert.deepEqual([again.code, /登録解除済み/.test(again.err)], [1, true]);
});

test('a name that two hosts share is refused until an account or an id narrows it', async () => {
  const one = await makeAccount('筑前');
  const two = await makeAccount('筑後');
  await putHost(one.id, 'db');
  const { hostId } = await putHost(two.id, 'db');
  const several = await run(['host', 'retire', 'db', '--reason', 'x']);
  assert.deepEqual([several.code, /several.*“db”/.test(several.err)], [1, true]);
  assert.match(await done('host', 'retire', 'db', '--account', '筑前', '--reason', 'x'), /db/);
  assert.match(await done('host', 'retire', hostId, '--reason', 'x'), /db/);
});

test('alerts: listed, shown, taken, noted and closed by number', async () => {
  const { id } = await makeAccount('武蔵');
  await putHost(id, 'app-01');
  const at = ['--account', '武蔵'];
  assert.match(
    await done('alert', 'list', ...at, '--language', 'ja'),
    /1 +武蔵 +高 +未対応 +app-01 +ファイルの変更：\/etc\/passwd（内容） +3/,
  );
  const told = await done('alert', 'show', '1', ...at, '--language', 'ja');
  assert.match(told, /アカウント情報 \(passwd\)/);
  assert.equal((await run(['alert', 'show', '1'])).code, 64, 'a number alone is not enough among several accounts');
  assert.equal(await done('alert', 'acknowledge', '1', ...at), 'Alert 1: Acknowledged\n');
  await done('alert', 'note', '1', '担当者に確認中', ...at);
  assert.match(
    await done('alert', 'close', '1', ...at, '--as', 'planned_work', '--note', '更新作業'),
    /Closed \(Planned work\)/,
  );
  const shown = await done('alert', 'show', '1', ...at);
  for (const word of [
    'File changed: /etc/passwd (content)',
    'Accounts (passwd)',
    'app-01',
    '担当者に確認中',
    '更新作業',
    'Planned work',
  ])
    assert.ok(shown.includes(word), word);
  assert.equal(await done('alert', 'list', ...at), 'There are none.\n');
  assert.match(await done('alert', 'list', ...at, '--state', 'all'), /app-01/);
  const twice = await run(['alert', 'close', '1', ...at, '--as', 'handled']);
  assert.deepEqual([twice.code, twice.err], [1, 'sakimori: This cannot be done now: the alert is Closed.\n']);
  assert.equal((await run(['alert', 'show', '7', ...at])).code, 1);
});

test('policies: shown, changed through a file or standard input, and a change in between is not overwritten', async () => {
  await makeAccount('出雲');
  const { items } = await json<{ items: { name: string }[] }>('policy', 'list', '--account', '出雲');
  const name = items[0]!.name;
  const policy = (...args: string[]) => ['policy', ...args, name, '--account', '出雲'];
  assert.match(await done(...policy('show')), /Integrity monitoring +O(n|ff)/);
  const current = await json<{ document: { heartbeatSeconds: number } }>(...policy('show'));
  current.document.heartbeatSeconds = 30;
  const file = join(folder, 'policy.json');
  writeFileSync(file, JSON.stringify(current));
  assert.match(await done(...policy('set'), '--file', file, '--reason', 'faster'), /version 2/);
  const stale = await run([...policy('set'), '--file', file, '--reason', 'again']);
  assert.deepEqual([stale.code, /version 2.*policy show/.test(stale.err)], [1, true]);
  const piped = await run(
    [...policy('set'), '--file', '-', '--reason', 'x'],
    adminKey,
    JSON.stringify(current.document),
  );
  assert.match(piped.out, /version 3/);
  writeFileSync(file, '{"heartbeatSeconds": "often"}');
  assert.match(
    (await run([...policy('set'), '--file', file, '--reason', 'x'])).err,
    /not the JSON of a policy: heartbeatSeconds/,
  );
  assert.equal((await run([...policy('set'), '--file', '/nonexistent', '--reason', 'x'])).code, 64);
});

test('keys and people: secrets to standard output alone, revoked and disabled by name', async () => {
  const { id } = await makeAccount('加賀');
  const made = await run(['key', 'create', 'viewer', '--role', 'customer-viewer', '--account', '加賀', '--days', '7']);
  assert.match(made.out, /^skm_[A-Za-z0-9_-]{43}\n$/);
  const viewer = made.out.trim();
  const own = await run(['account', 'list', '--json'], viewer);
  assert.deepEqual(
    (JSON.parse(own.out) as { items: { id: string }[] }).items.map((item) => item.id),
    [id],
  );
  const forbidden = await run(['contact', 'add', '--account', '加賀', '--name', 'x', '--mail', 'x@example.jp'], viewer);
  assert.deepEqual(
    [forbidden.code, forbidden.out, /role does not allow.*contact\.write/.test(forbidden.err)],
    [77, '', true],
  );
  assert.match(await done('key', 'list'), /viewer +Customer viewer +加賀 +2026-11-24 10:00:00 +2026-12-01 10:00:00/);
  await done('key', 'revoke', 'viewer');
  const shut = await run(['account', 'list'], viewer);
  assert.deepEqual([shut.code, shut.err.includes(viewer)], [77, false]);

  const person = ['--name', '山田', '--mail', 'yamada@example.jp', '--role', 'soc-analyst'];
  const link = (await done('person', 'add', ...person)).trim();
  assert.ok(link.startsWith(`${manager.consoleUrl}/link#`));
  assert.notEqual((await done('person', 'link', 'Yamada@example.jp')).trim(), link);
  assert.match(await done('person', 'list'), /山田 +yamada@example\.jp +SOC analyst +Nothing yet/);
  assert.match(await done('person', 'disable', 'yamada@example.jp'), /sessions have ended/);
  assert.match(await done('person', 'list'), /山田 .*Disabled/);
  const last = await run(['person', 'disable', 'admin@sakimori.internal']);
  assert.deepEqual([last.code, /At least one provider administrator/.test(last.err)], [1, true]);
});

test('mail: settings are changed one by one, the password comes through standard input and is never shown; a test mail arrives', async () => {
  assert.match(await done('mail', 'settings'), /Built-in mail catcher/);
  assert.match(await done('mail', 'test', 'someone@example.jp'), /accepted/);
  const server = ['--host', 'smtp.example.jp', '--port', '587', '--security', 'starttls', '--user', 'desk'];
  const set = await run(['mail', 'settings', ...server, '--password-stdin'], adminKey, 'hunter2 hunter2\n');
  assert.equal(set.code, 0, set.err);
  assert.match(set.out, /smtp\.example\.jp:587 \(starttls\)[\s\S]*Password +Set/);
  assert.ok(!`${set.out}${set.err}`.includes('hunter2'));
  assert.match(
    await done('mail', 'settings', '--from-name', '運用センター'),
    /smtp\.example\.jp[\s\S]*Set[\s\S]*運用センター/,
  );
  assert.match(await done('mail', 'settings', '--no-password'), /Password +None/);
  const signature = join(folder, 'signature.txt');
  writeFileSync(signature, '運用センター\nTEL 03-0000-0000\n');
  const certificate = join(folder, 'smtp.pem');
  writeFileSync(certificate, rootCertificates[0]!);
  const identity = ['--signature', signature, '--trusted-certificate', certificate, '--bounce-addressing', 'plain'];
  const set2 = await json<MailSettings>('mail', 'settings', ...identity);
  assert.deepEqual(
    [set2.signature, set2.trustedCertificate?.trim(), set2.bounceAddressing, set2.host],
    ['運用センター\nTEL 03-0000-0000', rootCertificates[0]!.trim(), 'plain', 'smtp.example.jp'],
  );
  const bare = await json<MailSettings>('mail', 'settings', '--no-signature', '--no-trusted-certificate');
  assert.deepEqual(
    [bare.signature || undefined, bare.trustedCertificate || undefined, bare.bounceAddressing],
    [undefined, undefined, 'plain'],
  );
  assert.equal((await run(['mail', 'settings', '--signature', join(folder, 'missing')])).code, 64);
  assert.match(await done('mail', 'settings', '--catcher'), /Built-in mail catcher/);
});

test('reports: the weekly mail and the monthly PDF are saved, with their figures on the terminal', async () => {
  await makeAccount('駿河 本番/西');
  const out = join(folder, 'reports');
  const report = (kind: string, period: string, ...more: string[]) =>
    run(['report', kind, '--account', '駿河 本番/西', '--period', period, '--out', out, ...more]);
  const weekly = await report('weekly', '2026-W47', '--language', 'ja');
  assert.equal(weekly.code, 0, weekly.err);
  assert.match(weekly.out, /変更監視 +0 +0 +0/);
  const name = join(out, 'sakimori-weekly-駿河-本番-西-2026-W47');
  assert.match(readFileSync(`${name}.html`, 'utf8'), /<html/i);
  assert.match(readFileSync(`${name}.txt`, 'utf8'), /駿河/);
  const early = await report('monthly', '2026-11');
  assert.deepEqual([early.code, /not over yet.*--early/.test(early.err)], [1, true]);
  const monthly = await report('monthly', '2026-11', '--early', '--json');
  const { files, report: figures } = JSON.parse(monthly.out) as { files: string[]; report: { total: number } };
  assert.equal(figures.total, 0);
  const pdf = readFileSync(files[0]!);
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');

  const list = await done('report', 'list', '--account', '駿河 本番/西', '--language', 'ja');
  assert.match(list, /駿河 本番\/西 +週次レポート +2026-W47 +0/);
  const { items } = await json<{ items: { id: string; kind: string }[] }>(
    'report',
    'list',
    '--account',
    '駿河 本番/西',
  );
  const idOf = (kind: string) => items.find((item) => item.kind === kind)!.id;
  const again = join(folder, 'again');
  const shown = await json<{ files: string[] }>('report', 'show', idOf('monthly'), '--out', again);
  assert.deepEqual(readFileSync(shown.files[0]!), pdf, 'the very document that was stored');
  assert.match(await done('report', 'show', idOf('weekly'), '--language', 'ja'), /変更監視 +0 +0 +0/);
  const stranger = await makeAccount('駿河の隣');
  const key = await createKeyFor(manager.platform, { name: 'x', role: 'customer-admin', accountId: stranger.id });
  const refused = await run(['report', 'show', idOf('weekly'), '--out', again, '--language', 'ja'], key);
  assert.deepEqual([refused.code, refused.err], [1, 'sakimori: 該当するレポートが見つかりません。\n']);
  assert.equal((await report('weekly', 'last week')).code, 1);
});

test('audit: every deed of the above in words, newest first, narrowed by account', async () => {
  const { id } = await makeAccount('近江');
  await done('contact', 'add', '--account', '近江', '--name', 'a', '--mail', 'a@example.jp');
  const list = await done('audit', 'list', '--account', '近江', '--language', 'ja');
  assert.match(list, /連絡先の追加/);
  assert.match(list, new RegExp(`アカウントの作成 +近江 +account:${id}`));
  const { items } = await json<{ items: { actorName: string }[]; more: boolean }>('audit', 'list', '--limit', '3');
  assert.equal(items.length, 3);
  assert.match(await done('audit', 'list', '--limit', '1'), /--limit shows more/);
});

test('in a checkout the system that runs there is found by its data folder; --server and --key win over the environment', async () => {
  writeFileSync(join(folder, 'cli.json'), JSON.stringify({ service: `${manager.consoleUrl}/service`, key: adminKey }));
  const local = await runCli(['account', 'list'], { SAKIMORI_DATA: folder });
  assert.equal(local.code, 0, local.err);
  const elsewhere = await runCli(['account', 'list', '--server', `${manager.consoleUrl}/`, '--key', adminKey], {
    SAKIMORI_CLI_URL: 'http://127.0.0.1:1',
    SAKIMORI_CLI_KEY: 'none',
  });
  assert.equal(elsewhere.code, 0, elsewhere.err);
});
