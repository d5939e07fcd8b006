import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Client, createClient, routes } from '@sakimori/contract';
import {
  createLog,
  Database,
  type EmbeddedPostgres,
  migrate,
  startEmbeddedPostgres,
  Vault,
} from '@sakimori/manager/platform/index';
import { lastingMemory } from '../../scripts/programs.mjs';
import { SimulatedAgent, sampleFacts } from '../../test/simulated-agent.ts';

const managerProcess = join(import.meta.dirname, 'manager-process.ts');
const secret = 'a secret of the benchmarks, long enough';

type Line = { agents: string; service: string; workloadSecurity: string; smtp: string; key: string };

/** A manager in a process of its own on an embedded PostgreSQL that keeps its promises (fsync on), all in a temporary folder. */
export type BenchSystem = Line & {
  readonly folder: string;
  readonly postgres: EmbeddedPostgres;
  readonly managerPid: number;
  readonly vault: Vault;
  readonly admin: Client;
  /** The database as the manager's own processes see it, for what a bench prepares or looks up. */
  withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T>;
  makeAccount(name: string): Promise<string>;
  enrolAgent(accountId: string, name: string): Promise<SimulatedAgent>;
  stop(): Promise<void>;
};

/** `BENCH_NODE_OPTIONS` reaches the manager process alone, to profile it: `--cpu-prof --cpu-prof-dir=/tmp/prof`. */
export async function startBenchSystem(env: Record<string, string> = {}): Promise<BenchSystem> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-bench-'));
  chmodSync(folder, 0o755);
  const vault = new Vault(secret);
  const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgresql'), vault, ephemeral: false });
  const nodeOptions = process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? [];
  const child = spawn(process.execPath, [...lastingMemory.flags, ...nodeOptions, managerProcess], {
    env: {
      ...lastingMemory.env,
      ...process.env,
      SAKIMORI_DATA: folder,
      SAKIMORI_SECRET: secret,
      DATABASE_URL: postgres.url,
      SAKIMORI_PORT: '0',
      SAKIMORI_AGENTS_PORT: '0',
      SAKIMORI_API_PORT: '0',
      SAKIMORI_SYSLOG_TCP_PORT: '0',
      SAKIMORI_SYSLOG_TLS_PORT: '0',
      SAKIMORI_SYSLOG_UDP_PORT: '0',
      SAKIMORI_SNS_PORT: '0',
      SAKIMORI_SMTP_PORT: '0',
      SAKIMORI_LOG: 'warn',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const line = await firstLine(child);
  const admin = createClient({ base: line.service, headers: { authorization: `Bearer ${line.key}` } });
  return {
    ...line,
    folder,
    postgres,
    managerPid: child.pid!,
    vault,
    admin,
    async withDatabase(work) {
      const { serveUrl } = await migrate(postgres.url, vault);
      const database = new Database(serveUrl, createLog('warn'), 2);
      return work(database).finally(() => database.close());
    },
    makeAccount: async (name) =>
      (await admin(routes.createAccount, { body: { customerName: `${name} Inc.`, name, plan: 'standard' } })).id,
    async enrolAgent(accountId, name) {
      const { token } = await admin(routes.createEnrolmentToken, { params: { accountId }, body: {} });
      return SimulatedAgent.enrol(token, sampleFacts({ name }));
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin!.end();
      if (child.exitCode === null) await ended;
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function firstLine(child: ChildProcess): Promise<Line> {
  for await (const line of createInterface({ input: child.stdout! })) return JSON.parse(line) as Line;
  throw new Error(`The manager ended with ${child.exitCode} before it was ready.`);
}
