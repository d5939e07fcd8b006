// How many detections a second one manager process takes through HTTPS and mutual TLS until they are committed, against psql's `\copy` of the
// same rows into a table of the same shape, both in turn on the same PostgreSQL with fsync on.
import { execFile, execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Detection } from '@sakimori/contract';
import { keyedBy } from '@sakimori/manager/detections/detections';
import { textsOf, writtenColumns } from '@sakimori/manager/detections/row';
import pg from 'pg';
import { prepareBatch, type SimulatedAgent } from '../test/simulated-agent.ts';
import {
  cpuSecondsOf,
  median,
  megabytes,
  percentile,
  residentBytesOf,
  round,
  sharedOutBytesOf,
} from './parts/measure.ts';
import { progress, tell } from './parts/report.ts';
import { type BenchSystem, startBenchSystem } from './parts/system.ts';
import { makeTraffic } from './parts/traffic.ts';

const batchSize = 500;
const batchesPerHost = 12;
const hosts = 8;
const accounts = 4;
const rounds = 7;
const rowsPerRound = batchSize * batchesPerHost * hosts;

type Load = { readonly agent: SimulatedAgent; readonly batches: readonly Buffer[] };
type Copied = { readonly rowsPerSecond: number; readonly postgresCpuSeconds: number };
type Measured = {
  readonly rowsPerSecond: number;
  readonly batchMs: readonly number[];
  readonly managerCpuSeconds: number;
  readonly postgresCpuSeconds: number;
};

async function main(): Promise<void> {
  try {
    execFileSync('psql', ['--version'], { stdio: 'ignore' });
  } catch {
    console.error(
      'This benchmark compares with psql, which is not here. Install it with: apt install postgresql-client',
    );
    process.exit(69);
  }
  const system = await startBenchSystem();
  try {
    await measure(system);
  } finally {
    await system.stop();
  }
}

async function measure(system: BenchSystem): Promise<void> {
  const agents: SimulatedAgent[] = [];
  for (let account = 0; account < accounts; account++) {
    const accountId = await system.makeAccount(`Account ${account}`);
    for (let host = 0; host < hosts / accounts; host++) agents.push(await system.enrolAgent(accountId, `host-${host}`));
  }
  await makeCopyTable(system.postgres.url);
  const [intakes, copies]: [Measured[], Copied[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const detections = agents.map((agent) =>
      Array.from({ length: batchSize * batchesPerHost }, (_, index) => makeTraffic(agent, index)),
    );
    const intake = await takeIn(system, agents, detections);
    const copied = await copy(system, agents, detections);
    progress(
      `${round === 0 ? 'warm-up' : `round ${round}`}: intake ${Math.round(intake.rowsPerSecond)} rows/s, \\copy ${Math.round(copied.rowsPerSecond)} rows/s`,
    );
    if (round === 0) continue;
    intakes.push(intake);
    copies.push(copied);
  }
  await checkCounts(system.postgres.url);
  report(system, intakes, copies);
}

async function takeIn(
  system: BenchSystem,
  agents: readonly SimulatedAgent[],
  detections: readonly Detection[][],
): Promise<Measured> {
  const loads: Load[] = agents.map((agent, index) => ({
    agent,
    batches: Array.from({ length: batchesPerHost }, (_, batch) =>
      prepareBatch(detections[index]!.slice(batch * batchSize, (batch + 1) * batchSize)),
    ),
  }));
  const cpuBefore = [cpuSecondsOf(system.managerPid), cpuSecondsOf(system.postgres.pid())];
  const startedAt = performance.now();
  const batchMs = (await Promise.all(loads.map(sendAll))).flat();
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    rowsPerSecond: rowsPerRound / seconds,
    batchMs,
    managerCpuSeconds: cpuSecondsOf(system.managerPid) - cpuBefore[0]!,
    postgresCpuSeconds: cpuSecondsOf(system.postgres.pid()) - cpuBefore[1]!,
  };
}

/** As an agent: the next batch when the one before is committed. */
async function sendAll({ agent, batches }: Load): Promise<number[]> {
  const took: number[] = [];
  for (const batch of batches) {
    const startedAt = performance.now();
    const { stored } = await agent.sendPrepared(batch);
    if (stored !== batchSize) throw new Error(`Of ${batchSize} detections ${stored} were stored.`);
    took.push(performance.now() - startedAt);
  }
  return took;
}

/** The table as the migrations make it, under another name: same columns, key, indexes and monthly partition. */
async function makeCopyTable(ownerUrl: string): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    const month = new Date().toISOString().slice(0, 7);
    await client.query(`
      create table bench_copy (like detections_detection including all) partition by range (occurred_at);
      create table bench_copy_month partition of bench_copy for values from ('${month}-01') to ('${nextMonth(month)}-01');
      create table bench_copy_other partition of bench_copy default`);
  });
}

function nextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year!, number!, 1)).toISOString().slice(0, 7);
}

const toKeyed = keyedBy({ config: { SAKIMORI_ALERTS: undefined } });

/** COPY's text format (PostgreSQL documentation, "COPY", Text Format). */
const escaped = (text: string | undefined): string =>
  text === undefined ? '\\N' : text.replace(/[\\\t\n\r]/g, (found) => escapes[found]!);
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

async function copy(
  system: BenchSystem,
  agents: readonly SimulatedAgent[],
  detections: readonly Detection[][],
): Promise<Copied> {
  const file = join(system.folder, 'rows.tsv');
  const out = openSync(file, 'w');
  const receivedAt = new Date().toISOString();
  for (const [index, agent] of agents.entries())
    writeSync(
      out,
      detections[index]!.map(toKeyed)
        .map((row) => `${agent.accountId}\t${receivedAt}\t${textsOf(row).map(escaped).join('\t')}\n`)
        .join(''),
    );
  closeSync(out);
  const url = new URL(system.postgres.url);
  const { password } = url;
  url.password = '';
  const cpuBefore = cpuSecondsOf(system.postgres.pid());
  const startedAt = performance.now();
  await promisify(execFile)(
    'psql',
    [
      '-X',
      '-q',
      '-v',
      'ON_ERROR_STOP=1',
      url.href,
      '-c',
      `\\copy bench_copy (tenant_id, received_at, ${Object.keys(writtenColumns).join(', ')}) from '${file}'`,
    ],
    {
      env: { ...process.env, PGPASSWORD: password },
    },
  );
  const seconds = (performance.now() - startedAt) / 1000;
  rmSync(file);
  return { rowsPerSecond: rowsPerRound / seconds, postgresCpuSeconds: cpuSecondsOf(system.postgres.pid()) - cpuBefore };
}

/** What was measured was stored, on both ways. */
async function checkCounts(ownerUrl: string): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    for (const table of ['detections_detection', 'bench_copy']) {
      const { rows } = await client.query<{ count: number }>(
        `select count(*)::integer as count from ${table} where module <> 'system'`,
      );
      if (rows[0]!.count !== rowsPerRound * rounds)
        throw new Error(`${table} holds ${rows[0]!.count} rows instead of ${rowsPerRound * rounds}.`);
    }
  });
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await work(client).finally(() => client.end());
}

function report(system: BenchSystem, intakes: readonly Measured[], copies: readonly Copied[]): void {
  const ratios = intakes.map(({ rowsPerSecond }, index) => rowsPerSecond / copies[index]!.rowsPerSecond);
  const batchMs = intakes.flatMap((intake) => intake.batchMs);
  const share = median(ratios);
  tell({
    bench: 'intake',
    figures: {
      'rows a second, intake': Math.round(median(intakes.map(({ rowsPerSecond }) => rowsPerSecond))),
      'rows a second, psql \\copy': Math.round(median(copies.map(({ rowsPerSecond }) => rowsPerSecond))),
      'intake in % of \\copy': round(share * 100),
      'lowest and highest round, %': `${round(Math.min(...ratios) * 100)} – ${round(Math.max(...ratios) * 100)}`,
      'batch of 500 under load, p50 ms': round(percentile(batchMs, 0.5)),
      'batch of 500 under load, p99 ms': round(percentile(batchMs, 0.99)),
      'manager, CPU µs a row': microseconds(intakes.map(({ managerCpuSeconds }) => managerCpuSeconds)),
      'PostgreSQL, CPU µs a row': microseconds(intakes.map(({ postgresCpuSeconds }) => postgresCpuSeconds)),
      'PostgreSQL under \\copy, CPU µs a row': microseconds(copies.map(({ postgresCpuSeconds }) => postgresCpuSeconds)),
      'manager, peak RSS MB': megabytes(residentBytesOf(system.managerPid, 'peak')),
      'PostgreSQL, PSS MB': megabytes(sharedOutBytesOf(system.postgres.pid())),
      'rows measured': rowsPerRound * (rounds - 1),
    },
    aims: [
      {
        what: 'intake against \\copy of the same rows',
        aim: '≥ 50 %',
        measured: `${round(share * 100)} %`,
        met: share >= 0.5,
      },
    ],
    notes: [
      `${hosts} hosts of ${accounts} accounts, one batch of ${batchSize} under way each; ${rounds - 1} rounds in turn after one to warm up; medians. The sender runs on the same cores.`,
    ],
  });
}

const microseconds = (seconds: readonly number[]): number => round((median(seconds) / rowsPerRound) * 1e6);

await main();
