import { Refusal } from '@sakimori/contract';
import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely';
import pg from 'pg';
import type { Log } from './log.ts';

export { type RawBuilder, sql };

pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);

/** Kysely composes SQL (`sql` templates and typed builders); `pg` carries it. The two meet here only. */
const composer = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

type Statement<Row> = RawBuilder<Row> | Compilable<Row>;

/** One transaction. What it may see was decided when it was opened. */
export class Tx {
  /** The `pg` client, for a statement that is written by hand. */
  readonly client: pg.PoolClient;
  constructor(client: pg.PoolClient) {
    this.client = client;
  }
  /** @param name the connection keeps the statement planned under this name: for what runs with every batch, and is the same text each time */
  async rows<Row>(statement: Statement<Row>, name?: string): Promise<Row[]> {
    return (await this.#query(statement, name)).rows as Row[];
  }
  /** The first row, or undefined. */
  async first<Row>(statement: Statement<Row>): Promise<Row | undefined> {
    return (await this.rows(statement))[0];
  }
  /** The one row that must be there. @throws Error */
  async one<Row>(statement: Statement<Row>): Promise<Row> {
    const [row] = await this.rows(statement);
    if (row === undefined) throw new Error('The statement gave no row.');
    return row;
  }
  async run(statement: Statement<unknown>, name?: string): Promise<number> {
    return (await this.#query(statement, name)).rowCount ?? 0;
  }
  #query(statement: Statement<unknown>, name: string | undefined): Promise<pg.QueryResult> {
    const { sql: text, parameters } =
      'toOperationNode' in statement ? statement.compile(composer) : (statement as Compilable<unknown>).compile();
    const values = parameters as unknown[];
    return this.client.query(name === undefined ? { text, values } : { name, text, values });
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The database as the serving processes see it. The login owns no table and by itself may read none: every statement runs in a
 * transaction either **as one tenant** (row-level security lets it see that tenant's rows and no others) or **as the provider**.
 */
export class Database {
  readonly #pool: pg.Pool;
  readonly #log: Log;
  #closing = false;
  constructor(url: string, log: Log, connectionsMax: number) {
    this.#log = log;
    this.#pool = new pg.Pool({
      connectionString: url,
      max: connectionsMax,
      connectionTimeoutMillis: 5_000,
      application_name: 'sakimori',
    });
    // A connection that dies while idle is replaced at the next use; without a listener it would end the process.
    this.#pool.on('error', (error) => {
      if (!this.#closing) this.#log.warn({ err: error.message }, 'a database connection ended');
    });
    // One that dies in use between two statements says so by this event too; the next statement is refused.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** Everything of one account and nothing else. `set local` and not `set_config()`: on Citus only the former reaches the shards. */
  as<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (!uuid.test(tenantId)) throw new Refusal('not_found', { what: 'account' });
    return this.#transaction(`begin; set local role sakimori_tenant; set local app.tenant = '${tenantId}'`, work);
  }

  /** All accounts: for the provider's own people and jobs that pick work. Never for a customer's request. */
  asProvider<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transaction('begin; set local role sakimori_provider', work);
  }

  /**
   * As the account of a customer's actor, as the provider for its own people. A partner SOC is neither: what it may see is opened account by account
   * by the room that knows the contracts. @throws Refusal `forbidden`
   */
  for<T>(actor: { readonly accountId?: string; readonly socId?: string }, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (actor.socId !== undefined) return Promise.reject(new Refusal('forbidden', { permission: 'account.read' }));
    return actor.accountId ? this.as(actor.accountId, work) : this.asProvider(work);
  }

  async #transaction<T>(opening: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw new Refusal('unavailable', { retrySeconds: 5 }, { cause: error });
    });
    let broken = false;
    try {
      await client.query(opening);
      const result = await work(new Tx(client));
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => {
        broken = true;
      });
      if (isOutage(error)) throw new Refusal('unavailable', { retrySeconds: 5 }, { cause: error });
      if (isUnstorable(error))
        throw new Refusal('malformed', { detail: 'a text holds a character that cannot be stored' }, { cause: error });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  close(): Promise<void> {
    this.#closing = true;
    return this.#pool.end();
  }
}

/** Connection trouble and server shutdown (SQLSTATE classes 08, 57P, 53): come back later, nothing was stored. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: string }).code ?? '';
  return (
    /^(08|57P|53)/.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT'].includes(code) ||
    /Connection terminated|timeout exceeded when trying to connect|not currently accepting connections|not queryable/.test(
      error.message,
    )
  );
}

/** Two transactions stood in each other's way (unique key, serialization, deadlock): the same work, done again, succeeds. */
export const isConflict = (error: unknown): boolean =>
  ['23505', '40001', '40P01'].includes((error as { code?: string } | undefined)?.code ?? '');

/** Two transactions waited for each other, and this one was ended. */
export const isDeadlock = (error: unknown): boolean =>
  ['40001', '40P01'].includes((error as { code?: string } | undefined)?.code ?? '');

/** SQLSTATE 57014: the statement took longer than it was given. */
export const isCancelled = (error: unknown): boolean => (error as { code?: string } | undefined)?.code === '57014';

/**
 * SQLSTATE 22021, 22P05: a text holds U+0000, which PostgreSQL cannot keep. 22P02 of type json: half a surrogate pair, the one thing that
 * `JSON.stringify` writes and PostgreSQL does not read.
 */
function isUnstorable(error: unknown): boolean {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  return ['22021', '22P05'].includes(code) || (code === '22P02' && message.includes('input syntax for type json'));
}

/** SQLSTATE 23505: a row of this key is already there. */
export const isDuplicate = (error: unknown): boolean => (error as { code?: string } | undefined)?.code === '23505';
