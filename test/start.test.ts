import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, routes } from '@sakimori/contract';
import { freePort } from '@sakimori/manager/platform/index';

/** What a newcomer does: a fresh clone, `npm start`, and again. The clone has nothing installed. */
const root = resolve(import.meta.dirname, '..');
const clone = mkdtempSync(join(tmpdir(), 'sakimori-clone-'));
const data = mkdtempSync(join(tmpdir(), 'sakimori-data-'));
const running: ChildProcess[] = [];
let env: NodeJS.ProcessEnv;

before(async () => {
  for (const folder of [clone, data]) chmodSync(folder, 0o755);
  execFileSync('git', ['clone', '--quiet', root, clone]);
  const { SAKIMORI_TEST_DATABASE_URL: _, ...rest } = process.env;
  const [console_, agents, smtp] = [await freePort(), await freePort(), await freePort()];
  // The machine's own Node runs npm, not the one that runs this test.
  const path = (process.env['PATH'] ?? '')
    .split(':')
    .filter((part) => !part.includes('node_modules'))
    .join(':');
  env = {
    ...rest,
    PATH: path,
    LANG: 'ja_JP.UTF-8',
    LC_ALL: '',
    SAKIMORI_DATA: data,
    SAKIMORI_PORT: `${console_}`,
    SAKIMORI_AGENTS_PORT: `${agents}`,
    SAKIMORI_SMTP_PORT: `${smtp}`,
  };
});

after(async () => {
  for (const child of running) await stop(child);
  for (const folder of [clone, data]) rmSync(folder, { recursive: true, force: true });
});

type Started = { readonly child: ChildProcess; readonly said: () => string };

async function npmStart(extra: { env?: NodeJS.ProcessEnv; uid?: number } = {}): Promise<Started> {
  const owner = extra.uid === undefined ? {} : { uid: extra.uid, gid: extra.uid };
  const child = spawn('npm', ['start', '--silent'], {
    cwd: clone,
    env: { ...env, ...extra.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...owner,
  });
  running.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  for (let waitedMs = 0; !said.includes('Ctrl-C'); waitedMs += 100) {
    if (child.exitCode !== null || waitedMs > 240_000) throw new Error(`npm start did not get ready:\n${said}`);
    await sleep(100);
  }
  return { child, said: () => said };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

const clientOf = (folder: string) => {
  const { service, key } = JSON.parse(readFileSync(join(folder, 'cli.json'), 'utf8')) as {
    service: string;
    key: string;
  };
  return createClient({ base: service, headers: { authorization: `Bearer ${key}` } });
};

let first: Started;
let hostId: string;

test('npm start on a fresh clone installs, starts everything, protects this machine and prints a one-time link', async (t) => {
  const begun = performance.now();
  first = await npmStart();
  t.diagnostic(`first start after ${Math.round((performance.now() - begun) / 100) / 10} s`);
  const link = /http:\/\/[^\s]+\/link#\S+/.exec(first.said())?.[0];
  assert.ok(link, `no link in:\n${first.said()}`);
  const page = await fetch(new URL('/', link));
  assert.match(await page.text(), /<div id="root">/);
  const hosts = (await clientOf(data)(routes.listHosts, { query: {} })).items;
  assert.deepEqual(
    hosts.map((host) => host.facts.name),
    [hostname()],
  );
  assert.equal(hosts[0]!.modules.length, 6);
  assert.equal(hosts[0]!.liveness.state, 'connected');
  hostId = hosts[0]!.id;
});

test('a second start takes over from the first and keeps what it had', async (t) => {
  const begun = performance.now();
  const second = await npmStart();
  t.diagnostic(
    `second start after ${Math.round((performance.now() - begun) / 100) / 10} s, the first being stopped in it`,
  );
  assert.match(second.said(), /引き継ぎました/);
  await until(() => first.child.exitCode !== null, 'the first did not end');
  const hosts = (await clientOf(data)(routes.listHosts, { query: {} })).items;
  assert.deepEqual(
    hosts.map((host) => host.id),
    [hostId],
  );
  await stop(second.child);
  await until(() => processesOf(data).length === 0, `left running: ${processesOf(data).join('\n')}`);
  assert.ok(!existsSync(join(data, 'run.json')));
});

test('without root it starts too, and says what the agent then cannot see', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('already not root: the tests above ran without');
  const own = mkdtempSync(join(tmpdir(), 'sakimori-nobody-'));
  chownSync(own, 65534, 65534);
  const started = await npmStart({ env: { SAKIMORI_DATA: own, HOME: own }, uid: 65534 });
  assert.match(started.said(), /root 権限がないため/);
  const [host] = (await clientOf(own)(routes.listHosts, { query: {} })).items;
  assert.ok(host!.facts.limits.length > 0);
  assert.equal(host!.facts.root, false);
  await stop(started.child);
  await until(() => processesOf(own).length === 0, `left running: ${processesOf(own).join('\n')}`);
  rmSync(own, { recursive: true, force: true });
});

test('wrong configuration prints the whole list of faults and exits 78', () => {
  const wrong = { ...env, SAKIMORI_PORT: '99999', SAKIMORI_LOG: 'loud', SAKIMORI_PROT: '1' };
  assert.throws(
    () => execFileSync('npx', ['sakimori', 'up'], { cwd: clone, env: wrong, stdio: 'pipe', timeout: 60_000 }),
    (error: { status: number; stderr: Buffer }) => {
      assert.equal(error.status, 78);
      for (const name of ['SAKIMORI_PORT', 'SAKIMORI_LOG', 'SAKIMORI_PROT'])
        assert.match(error.stderr.toString(), new RegExp(name));
      return true;
    },
  );
});

async function until(done: () => boolean, what: string): Promise<void> {
  for (let waitedMs = 0; !done(); waitedMs += 50) {
    if (waitedMs > 20_000) throw new Error(what);
    await sleep(50);
  }
}

/** Command lines of live processes that mention a folder. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((command) => command.includes(folder));
}
