import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { QuarantinedSender, Source } from '@sakimori/contract';
import { createKeyFor } from '@sakimori/manager/access/index';
import { type Manager, startManager } from '@sakimori/manager/manager';
import { createLog, readConfig } from '@sakimori/manager/platform/index';
import { eventually } from '../../../test/notices.ts';
import { patience } from '../../../test/patience.ts';
import { type Run, runCli } from '../../../test/run-cli.ts';

let folder: string;
let manager: Manager;
let key: string;
let customerKey: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sakimori-cli-'));
  chmodSync(folder, 0o711);
  const doors = [
    'PORT',
    'AGENTS_PORT',
    'SMTP_PORT',
    'API_PORT',
    'SYSLOG_TCP_PORT',
    'SYSLOG_TLS_PORT',
    'SYSLOG_UDP_PORT',
    'SNS_PORT',
  ];
  const config = readConfig({
    ...Object.fromEntries(doors.map((door) => [`SAKIMORI_${door}`, '0'])),
    ...{ SAKIMORI_DATA: join(folder, 'data'), SAKIMORI_INTAKE_FOLDER: join(folder, 'events') },
  });
  const log = createLog(process.env['SAKIMORI_TEST_LOG'] ?? 'silent');
  manager = await startManager({ config, log, ephemeral: true });
  key = await createKeyFor(manager.platform, { name: 'test', role: 'operator' });
  const admin = await createKeyFor(manager.platform, { name: 'admin', role: 'provider-admin' });
  for (const name of ['yamato', 'musashi']) {
    const { code, out, err } = await run(
      ['account', 'create', name, '--customer', `株式会社 ${name}`, '--plan', 'highend', '--json'],
      admin,
    );
    assert.equal(code, 0, err);
    const { id: accountId } = JSON.parse(out) as { id: string };
    if (name === 'musashi')
      customerKey = await createKeyFor(manager.platform, { name, role: 'customer-admin', accountId });
  }
});
after(async () => {
  await manager?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (args: readonly string[], by = key): Promise<Run> =>
  runCli(args, { SAKIMORI_CLI_URL: manager.consoleUrl, SAKIMORI_CLI_KEY: by });
const done = async (...args: string[]): Promise<string> => {
  const { code, out, err } = await run(args);
  assert.equal(code, 0, err);
  return out;
};
const json = async <T>(...args: string[]): Promise<T> => JSON.parse(await done(...args, '--json')) as T;
const until = (isSo: () => Promise<boolean>) => eventually(isSo, patience(5000));
const sources = async () => (await json<{ items: Source[] }>('source', 'list')).items;
const senders = async () => (await json<{ items: QuarantinedSender[] }>('source', 'quarantine')).items;
const line = (n: number) =>
  `<134>2026-11-20T09:15:00+09:00 dsm CEF:0|Trend Micro|Deep Security Agent|20.0.560|4000000|Eicar_test_file|6|cn1=${n} cn1Label=Host ID dvchost=web-${n} TrendMicroDsTenant=Primary TrendMicroDsTenantId=0 filePath=/tmp/${n} act=Quarantine result=Quarantined\n`;
const sendByTcp = (text: string) => {
  const [host, port] = manager.intake.syslogTcp!.split(':');
  return new Promise<void>((sent, failed) =>
    connect(Number(port), host)
      .once('error', failed)
      .end(text, () => sent()),
  );
};

test('sakimori source: what a stranger sends waits in quarantine; its source is added, the records released and counted', async () => {
  assert.match(await done('source', 'list'), /^There are none\.\n$/);
  await sendByTcp(line(1) + line(2));
  await until(async () => (await senders()).some(({ recordCount }) => recordCount === 2));
  const [stranger] = await senders();
  assert.match(await done('source', 'quarantine'), /127\.0\.0\.1/);
  assert.match(await done('source', 'quarantine', '--show', stranger!.id), /Eicar_test_file/);
  await done('source', 'add', 'DSM', '--account', 'yamato', '--value', '127.0.0.1', '--silent', '60');
  await done('source', 'quarantine', '--release', stranger!.id, '--to', 'DSM');
  assert.deepEqual(await senders(), []);
  const [source] = await sources();
  assert.deepEqual([source!.name, source!.silentMinutes, source!.counts.stored], ['DSM', 60, 2]);
  assert.match(await done('source', 'hosts', '--account', 'yamato'), /web-1[\s\S]*web-2/);
  await sendByTcp(line(3));
  await until(async () => (await sources())[0]!.counts.stored === 3);
});

test('a folder is a source as well; a source is changed, removed and brought back', async () => {
  await done(
    'source',
    'add',
    'Fetched',
    '--account',
    'musashi',
    '--kind',
    'folder',
    '--value',
    'musashi',
    '--zone',
    'Asia/Tokyo',
  );
  mkdirSync(join(folder, 'events/musashi'), { recursive: true });
  writeFileSync(join(folder, 'events/musashi/1.log'), line(8) + line(9));
  const fetched = async () => (await sources()).find(({ name }) => name === 'Fetched')!;
  await until(async () => (await fetched()).counts.stored === 2);
  await done('source', 'set', 'DSM', '--silent', '0', '--name', 'Primary DSM');
  assert.equal((await sources()).find(({ name }) => name === 'Primary DSM')!.silentMinutes, undefined);
  await done('source', 'remove', 'Primary DSM');
  assert.equal((await sources()).find(({ name }) => name === 'Primary DSM')?.state, 'removed');
  await done('source', 'remove', 'Primary DSM', '--undo');
  assert.notEqual((await sources()).find(({ name }) => name === 'Primary DSM')!.state, 'removed');
});

test('sakimori source typed wrong says what to type; a customer sees the own sources alone, and adds none', async () => {
  for (const [args, exitCode, words] of [
    [['source', 'add', 'X', '--account', 'yamato'], 64, /--value/],
    [
      ['source', 'add', 'X', '--account', 'yamato', '--value', '1.2.3.4', '--kind', 'pigeon'],
      64,
      /--kind[\s\S]*address, tls, sns, folder/,
    ],
    [['source', 'add', 'X', '--account', 'yamato', '--value', '999.1.1.1'], 1, /999\.1\.1\.1|value/],
    [['source', 'add', 'X', '--account', 'yamato', '--value', '192.0.2.1', '--silent', '1'], 64, /5/],
    [['source', 'add', 'X', '--account', 'nobody', '--value', '192.0.2.1'], 1, /nobody/],
    [['source', 'remove', 'nothing'], 1, /nothing/],
    [['source', 'quarantine', '--show', 'a', '--discard', 'b'], 64, /./],
    [['source', 'quarantine', '--release', 'a'], 64, /./],
  ] as const) {
    const { code, err } = await run(args);
    assert.deepEqual([args.join(' '), code], [args.join(' '), exitCode], err);
    assert.match(err, words);
    assert.equal(err.trim().split('\n').length, 1, err);
  }
  const own = await run(['source', 'list', '--json'], customerKey);
  const names = own.code === 0 ? (JSON.parse(own.out) as { items: Source[] }).items.map(({ name }) => name) : [];
  assert.ok(!names.includes('Primary DSM'), 'the other account’s source');
  const adding = await run(['source', 'add', 'X', '--account', 'musashi', '--value', '192.0.2.1'], customerKey);
  assert.notEqual(adding.code, 0);
});
