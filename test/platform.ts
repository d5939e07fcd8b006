import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLog,
  Database,
  Live,
  ManualClock,
  migrate,
  newId,
  type Platform,
  readConfig,
  sql,
  startEmbeddedPostgres,
  Vault,
} from '@sakimori/manager/platform/index';
import pg from 'pg';

/** A platform on a real, empty PostgreSQL, with a clock that stands still until moved. */
export type TestPlatform = Platform & {
  readonly clock: ManualClock;
  readonly ownerUrl: string;
  readonly jobsUrl: string;
  readonly serveUrl: string;
  /** Makes a customer with one account and gives the account's id. */
  makeAccount(name: string): Promise<string>;
  stop(): Promise<void>;
};

/**
 * With `SAKIMORI_TEST_DATABASE_URL` a fresh database on that server, else a throw-away embedded cluster.
 * @param at where the clock stands at first
 */
export async function startTestPlatform(
  at = '2026-11-24T01:00:00.000Z',
  env: Record<string, string> = {},
): Promise<TestPlatform> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-test-'));
  chmodSync(folder, 0o755);
  // One secret for a whole server of one's own: the logins are shared by its databases.
  const given = process.env['SAKIMORI_TEST_DATABASE_URL'];
  const vault = given ? new Vault('a secret for the tests, long enough to serve') : await Vault.open(folder);
  const server = given
    ? await freshDatabase(given)
    : await startEmbeddedPostgres({ folder: join(folder, 'postgresql'), vault, ephemeral: true });
  const logins = await migrate(server.url, vault);
  const log = createLog(process.env['SAKIMORI_TEST_LOG'] ?? 'silent');
  const database = new Database(logins.serveUrl, log, 10);
  const live = new Live(logins.serveUrl, log);
  await live.start();
  const clock = new ManualClock(at);
  await database.asProvider(async (tx) => {
    for (const month of [-1, 0, 1])
      await tx.run(
        sql`select detections_make_month((${clock.now()}::timestamptz + make_interval(months => ${month}::int))::date)`,
      );
  });
  return {
    config: readConfig({
      SAKIMORI_DATA: folder,
      SAKIMORI_PORT: '0',
      SAKIMORI_AGENTS_PORT: '0',
      SAKIMORI_SMTP_PORT: '0',
      ...env,
    }),
    clock,
    log,
    database,
    live,
    vault,
    ownerUrl: server.url,
    jobsUrl: logins.jobsUrl,
    serveUrl: logins.serveUrl,
    makeAccount: (name) => makeAccount(database, clock, name),
    async stop() {
      await live.stop();
      await database.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function makeAccount(database: Database, clock: ManualClock, name: string): Promise<string> {
  const accountId = newId(clock);
  await database.asProvider(async (tx) => {
    const customerId = newId(clock);
    await tx.run(
      sql`insert into customers_customer (id, name, created_at) values (${customerId}, ${`${name} Inc.`}, ${clock.now()})`,
    );
    await tx.run(
      sql`insert into customers_account (tenant_id, customer_id, customer_name, name, plan, created_at) values (${accountId}, ${customerId}, ${`${name} Inc.`}, ${name}, 'standard', ${clock.now()})`,
    );
  });
  return accountId;
}

async function freshDatabase(serverUrl: string): Promise<{ url: string; stop(): Promise<void> }> {
  const name = `sakimori_${randomUUID().replaceAll('-', '')}`;
  const statement = async (text: string) => {
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    await client.query(text).finally(() => client.end());
  };
  await statement(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.toString(), stop: () => statement(`drop database ${name} with (force)`) };
}
