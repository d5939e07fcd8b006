import { setTimeout as sleep } from 'node:timers/promises';
import { type Runner, run, Logger as WorkerLogger } from 'graphile-worker';
import pg from 'pg';
import { isOutage, sql, type Tx } from './database.ts';
import type { Log } from './log.ts';

/** A kind of job: its name and the shape of its payload. */
export type Job<Payload extends Record<string, unknown>> = { readonly name: string; readonly payload?: Payload };
export const defineJob = <Payload extends Record<string, unknown>>(name: string): Job<Payload> => ({ name });

export type JobHandler = {
  readonly name: string;
  readonly run: (payload: never, stopping: AbortSignal) => Promise<void>;
  /** It waits for others' servers, perhaps for minutes: it has a runner beside the one that sends mail. */
  readonly isSlow: boolean;
};
export const handleJob = <Payload extends Record<string, unknown>>(
  job: Job<Payload>,
  run: (payload: Payload, stopping: AbortSignal) => Promise<void>,
  options: { readonly isSlow?: boolean } = {},
): JobHandler => ({ name: job.name, run, isSlow: options.isSlow ?? false });

/**
 * Puts work into the queue inside the transaction that causes it: both happen or neither.
 * @param key jobs of one name and key that have not begun are one job
 */
export async function enqueue<Payload extends Record<string, unknown>>(
  tx: Tx,
  job: Job<Payload>,
  payload: Payload,
  key?: string,
): Promise<void> {
  await tx.run(
    sql`select sakimori_jobs.enqueue(${job.name}, ${JSON.stringify(payload)}::json, ${key ? `${job.name}:${key}` : null})`,
  );
}

/**
 * Runs jobs until stopped; those that run then are told by their signal and waited for. A handler that throws is tried again by the queue; deadlines are rows with a due time, never the queue's.
 * The queue's runner gives up when it cannot write to the database, so it is started again until the database is back.
 */
export async function startJobs(
  jobsUrl: string,
  handlers: readonly JobHandler[],
  log: Log,
  concurrency: number,
): Promise<{ stop(): Promise<void> }> {
  const pool = new pg.Pool({
    connectionString: jobsUrl,
    max: concurrency + 2,
    application_name: 'sakimori jobs',
    Client: PatientClient,
  });
  pool.on('error', (error) => log.warn({ err: error.message }, 'a job connection ended'));
  pool.on('connect', (client) => client.on('error', () => undefined));
  const stopping = new AbortController();
  const start = () => startRunner(pool, handlers, log, concurrency, stopping.signal);
  let runner = await start();
  const supervision = (async () => {
    for (;;) {
      const fault = await runner.promise.then(() => undefined, toMessage);
      if (stopping.signal.aborted) return;
      log.warn({ err: fault }, 'the job runner ended; it is started again');
      const next = await startAgain(start, stopping.signal);
      if (!next) return;
      runner = next;
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await runner.stop().catch((error: Error) => log.debug({ err: error.message }, 'the job runner had ended before'));
      await supervision;
      await pool.end();
    },
  };
}

/** The queue tries again what failed with this code, and ends for good at any other sign of an outage. */
const tryAgainCode = '57P03';
const asPatient = (error: unknown): unknown =>
  isOutage(error) ? Object.assign(error as Error, { code: tryAgainCode }) : error;

class PatientClient extends pg.Client {
  // The two forms that the pool and the queue use: connect with a callback, query with a promise.
  override connect(callback?: unknown): never {
    if (typeof callback !== 'function') return super.connect() as never;
    return super.connect((error: unknown) => callback(error ? asPatient(error) : error)) as never;
  }
  override query(...given: unknown[]): never {
    const running = super.query(...(given as Parameters<pg.Client['query']>)) as unknown;
    if (!(running instanceof Promise)) return running as never;
    return running.catch((error: unknown) => {
      throw asPatient(error);
    }) as never;
  }
}

const toMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function startRunner(
  pool: pg.Pool,
  handlers: readonly JobHandler[],
  log: Log,
  concurrency: number,
  stopping: AbortSignal,
): Promise<Runner> {
  return run({
    pgPool: pool,
    concurrency,
    noHandleSignals: true,
    pollInterval: 1000,
    logger: new WorkerLogger(() => (level, message) => {
      if (level === 'error' || level === 'warning') log.warn({ job: true }, message);
    }),
    taskList: Object.fromEntries(
      handlers.map((handler) => [handler.name, (payload: unknown) => handler.run(payload as never, stopping)]),
    ),
  });
}

async function startAgain(start: () => Promise<Runner>, stopping: AbortSignal): Promise<Runner | undefined> {
  while (!stopping.aborted) {
    const runner = await start().catch(() => undefined);
    if (runner && stopping.aborted) await runner.stop();
    if (runner) return runner;
    await sleep(1000, undefined, { signal: stopping }).catch(() => undefined);
  }
  return undefined;
}
