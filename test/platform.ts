import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLog,
  Database,
  Live,
  type Logins,
  loginsOf,
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

/** One for all that a test server holds: its logins are shared by its databases. */
export const testSecret = 'a secret for the tests, long enough to serve';

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
  const given = process.env['SAKIMORI_TEST_DATABASE_URL'];
  const vault = given ? new Vault(testSecret) : await Vault.open(folder);
  const server = given ? await freshDatabase(given, vault) : await ownCluster(join(folder, 'postgresql'), vault);
  const { logins } = server;
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

type TestDatabase = { readonly url: string; readonly logins: Logins; stop(): Promise<void> };

async function ownCluster(folder: string, vault: Vault): Promise<TestDatabase> {
  const server = await startEmbeddedPostgres({ folder, vault, ephemeral: true });
  return { url: server.url, logins: await migrate(server.url, vault), stop: () => server.stop() };
}

/** Named by what it holds, so that a server that outlives a checkout serves the next one too. */
const template = `sakimori_template_${createHash('sha256')
  .update(
    globSync(join(import.meta.dirname, '../manager/migrations/*.sql'))
      .sort()
      .map((path) => readFileSync(path, 'utf8'))
      .join(),
  )
  .digest('hex')
  .slice(0, 12)}`;

/**
 * A database of its own on a server that many tests share: a copy of one that was migrated once, which costs a tenth of a migration. The logins are
 * the server's, and so the same for all of them.
 */
export async function freshDatabase(serverUrl: string, vault: Vault): Promise<TestDatabase> {
  const name = `sakimori_${randomUUID().replaceAll('-', '')}`;
  const urlOf = (database: string) => Object.assign(new URL(serverUrl), { pathname: `/${database}` }).toString();
  const asOwner = async <T>(work: (client: pg.Client) => Promise<T>) => {
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    return work(client).finally(() => client.end());
  };
  await asOwner(async (client) => {
    const isThere = async () =>
      (await client.query('select from pg_database where datname = $1 and datistemplate', [template])).rowCount === 1;
    if (!(await isThere())) {
      await client.query(`select pg_advisory_lock(hashtext('sakimori test databases'))`);
      if (!(await isThere())) {
        await client.query(`drop database if exists ${template}`);
        await client.query(`create database ${template}`);
        await migrate(urlOf(template), vault);
        await client.query(`alter database ${template} is_template true`);
      }
      await client.query(`select pg_advisory_unlock(hashtext('sakimori test databases'))`);
    }
    await client.query(`create database ${name} template ${template} strategy file_copy`);
    // What a database grants as a whole is not copied with it.
    await client.query(`grant create on database ${name} to sakimori_jobs`);
    await client.query(`grant temporary on database ${name} to sakimori_tenant, sakimori_provider`);
  });
  const stop = () =>
    asOwner(async (client) => void (await client.query(`drop database if exists ${name} with (force)`)));
  return { url: urlOf(name), logins: loginsOf(urlOf(name), vault), stop };
}
