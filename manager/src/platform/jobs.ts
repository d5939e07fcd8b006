import { type Runner, run, Logger as WorkerLogger } from 'graphile-worker';
import pg from 'pg';
import { sql, type Tx } from './database.ts';
import type { Log } from './log.ts';

/** A kind of job: its name and the shape of its payload. */
export type Job<Payload extends Record<string, unknown>> = { readonly name: string; readonly payload?: Payload };
export const defineJob = <Payload extends Record<string, unknown>>(name: string): Job<Payload> => ({ name });

export type JobHandler = { readonly name: string; readonly run: (payload: never) => Promise<void> };
export const handleJob = <Payload extends Record<string, unknown>>(
  job: Job<Payload>,
  run: (payload: Payload) => Promise<void>,
): JobHandler => ({ name: job.name, run });

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

/** Runs jobs until stopped. A handler that throws is tried again by the queue; deadlines are rows with a due time, never the queue's. */
export async function startJobs(
  jobsUrl: string,
  handlers: readonly JobHandler[],
  log: Log,
  concurrency: number,
): Promise<{ stop(): Promise<void> }> {
  const pool = new pg.Pool({ connectionString: jobsUrl, max: concurrency + 2, application_name: 'sakimori jobs' });
  pool.on('error', (error) => log.warn({ err: error.message }, 'a job connection ended'));
  pool.on('connect', (client) => client.on('error', () => undefined));
  const runner: Runner = await run({
    pgPool: pool,
    concurrency,
    noHandleSignals: true,
    pollInterval: 1000,
    logger: new WorkerLogger(() => (level, message) => {
      if (level === 'error' || level === 'warning') log.warn({ job: true }, message);
    }),
    taskList: Object.fromEntries(
      handlers.map((handler) => [handler.name, (payload: unknown) => handler.run(payload as never)]),
    ),
  });
  return {
    async stop() {
      await runner
        .stop()
        .catch((error: Error) => log.warn({ err: error.message }, 'the job runner did not stop cleanly'));
      await pool.end();
    },
  };
}
