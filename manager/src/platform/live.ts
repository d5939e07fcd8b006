import { EventEmitter } from 'node:events';
import type { LiveEvent } from '@sakimori/contract';
import pg from 'pg';
import { sql, type Tx } from './database.ts';
import type { Log } from './log.ts';

const channel = 'sakimori_live';

/** What processes tell each other. `LiveEvent`s reach browsers; `internal` ones stay among manager processes. */
export type Announcement = LiveEvent | { readonly internal: string; readonly id: string };

/** Tells every manager process, when the transaction commits, that something changed. PostgreSQL folds equal ones of a transaction into one. */
export async function announce(tx: Tx, ...events: readonly Announcement[]): Promise<void> {
  if (events.length === 0) return;
  const told = events.map((event) => JSON.stringify(event));
  await tx.run(sql`select pg_notify(${channel}, told) from unnest(${told}::text[]) as told`);
}

/** Hears announcements of all manager processes over one LISTEN connection, and connects again when it breaks. */
export class Live {
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  readonly #url: string;
  readonly #log: Log;
  #client: pg.Client | undefined;
  #stopped = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(url: string, log: Log) {
    this.#url = url;
    this.#log = log;
  }

  async start(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url, application_name: 'sakimori live', keepAlive: true });
    client.on('notification', ({ payload }) =>
      this.#emitter.emit('event', JSON.parse(payload ?? '{}') as Announcement),
    );
    client.on('error', (error) => this.#reconnect(error));
    client.on('end', () => this.#reconnect(new Error('connection ended')));
    this.#client = client;
    await client.connect();
    await client.query(`listen ${channel}`);
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: (event: Announcement) => void): () => void {
    this.#emitter.on('event', listener);
    return () => this.#emitter.off('event', listener);
  }

  /** Told after a lost connection came back: announcements in between were missed, so listeners should look for themselves. */
  onGap(listener: () => void): void {
    this.#emitter.on('gap', listener);
  }

  #reconnect(error: Error): void {
    if (this.#stopped || this.#retry) return;
    this.#log.warn({ err: error.message }, 'live connection lost');
    this.#client?.removeAllListeners().on('error', () => undefined);
    this.#client?.end().catch(() => undefined);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.start().then(
        () => this.#emitter.emit('gap'),
        (again: Error) => this.#reconnect(again),
      );
    }, 1000);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    await this.#client?.end().catch(() => undefined);
  }
}
