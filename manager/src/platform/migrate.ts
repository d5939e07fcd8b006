import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import type { Vault } from './vault.ts';

const folder = join(import.meta.dirname, '../../migrations');

/** The logins of the running processes. Neither owns a table of ours; `sakimori_jobs` owns the job queue and nothing else. */
export type Logins = { readonly serveUrl: string; readonly jobsUrl: string };

/**
 * Brings the database to the newest schema: plain SQL files, forward only, each in one transaction whose first statement is its
 * bookkeeping row, so that two starters cannot collide. Safe to run at every start.
 * @param ownerUrl login that owns the database and may create roles
 */
export async function migrate(ownerUrl: string, vault: Vault): Promise<Logins> {
  const logins = loginsOf(ownerUrl, vault);
  const owner = new pg.Client({ connectionString: ownerUrl, application_name: 'sakimori migrate' });
  await owner.connect();
  try {
    await owner.query(`select pg_advisory_lock(hashtext('sakimori migrate'))`);
    await insist(() => createRoles(owner, logins));
    await owner.query(
      'create table if not exists platform_migration (name text primary key, applied_at timestamptz not null default now())',
    );
    const applied = new Set(
      (await owner.query<{ name: string }>('select name from platform_migration')).rows.map((row) => row.name),
    );
    const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
    const unknown = [...applied].filter((name) => !files.includes(name));
    if (unknown.length > 0)
      throw new Error(
        `The database was made by a newer Sakimori (${unknown.join(', ')}). Start that version or a later one.`,
      );
    for (const name of files.filter((file) => !applied.has(file))) await applyFile(owner, name);
    await prepareJobs(owner, logins.jobsUrl);
  } finally {
    await owner.end();
  }
  return logins;
}

async function applyFile(owner: pg.Client, name: string): Promise<void> {
  await owner.query('begin');
  try {
    await owner.query('insert into platform_migration (name) values ($1)', [name]);
    await owner.query(await readFile(join(folder, name), 'utf8'));
    await owner.query('commit');
  } catch (error) {
    await owner.query('rollback');
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}

/** Roles are the server's, locks its databases': what starts on another database of it at the same moment may come between. */
const cameBetween = ['XX000', '23505', '42710'];
async function insist(work: () => Promise<void>, times = 10): Promise<void> {
  return work().catch(async (error: pg.DatabaseError) => {
    if (times === 0 || !cameBetween.includes(error.code ?? '')) throw error;
    await sleep(50);
    return insist(work, times - 1);
  });
}

async function createRoles(owner: pg.Client, logins: Logins): Promise<void> {
  for (const role of ['sakimori_tenant', 'sakimori_provider', 'sakimori_serve', 'sakimori_jobs']) {
    await owner.query(
      `do $$ begin create role ${role}; exception when duplicate_object or unique_violation then null; end $$`,
    );
  }
  const database = pg.escapeIdentifier(new URL(logins.serveUrl).pathname.slice(1));
  for (const url of [logins.serveUrl, logins.jobsUrl]) {
    const { username, password } = new URL(url);
    await owner.query(`alter role ${username} login noinherit password ${pg.escapeLiteral(password)}`);
    await owner.query(`grant connect, temporary on database ${database} to ${username}`);
  }
  await owner.query('grant sakimori_tenant, sakimori_provider to sakimori_serve');
  await owner.query(`grant temporary on database ${database} to sakimori_tenant, sakimori_provider`);
  await owner.query(`grant create on database ${database} to sakimori_jobs`);
}

/** The queue belongs to its own login. Serving roles put work in through one function, inside the transaction that causes the work. */
async function prepareJobs(owner: pg.Client, jobsUrl: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: jobsUrl, max: 1 });
  // Queries report their own errors; an idle connection that breaks here is of no interest.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await runMigrations({ pgPool: pool });
    await pool.query(`
      create schema if not exists sakimori_jobs;
      create or replace function sakimori_jobs.enqueue(task text, payload json, key text) returns void
        language sql security definer set search_path = pg_catalog
        as $$ select graphile_worker.add_job(task, payload, job_key => key, max_attempts => 25::smallint) $$;
      revoke all on function sakimori_jobs.enqueue from public;`);
  } finally {
    await pool.end();
  }
  await owner.query(`
    do $$ begin
      execute 'grant sakimori_jobs to ' || quote_ident(current_user);
    exception when others then null; end $$`);
  await grantEnqueue(jobsUrl);
}

async function grantEnqueue(jobsUrl: string): Promise<void> {
  const jobs = new pg.Client({ connectionString: jobsUrl });
  await jobs.connect();
  try {
    await jobs.query('grant usage on schema sakimori_jobs to sakimori_tenant, sakimori_provider');
    await jobs.query('grant execute on function sakimori_jobs.enqueue to sakimori_tenant, sakimori_provider');
  } finally {
    await jobs.end();
  }
}

/** The logins of a database, with the passwords that `migrate` gives them. */
export const loginsOf = (ownerUrl: string, vault: Vault): Logins => ({
  serveUrl: loginUrl(ownerUrl, 'sakimori_serve', vault),
  jobsUrl: loginUrl(ownerUrl, 'sakimori_jobs', vault),
});

function loginUrl(ownerUrl: string, user: string, vault: Vault): string {
  const url = new URL(ownerUrl);
  url.username = user;
  url.password = vault.derive(`login:${user}`, 24).toString('hex');
  return url.toString();
}
