import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Detection } from '@sakimori/contract/detection';
import { type EntityKind, entityKinds } from '@sakimori/contract/integrity-entity';
import { digestOf, type Entities, type Values } from './entity.ts';

const schema = `
  create table if not exists entity (kind text not null, key text not null, state text not null, primary key (kind, key)) without rowid;
  create table if not exists kind (name text primary key) without rowid;
  create table if not exists outbox (id text primary key, body text not null) without rowid;
`;

/** What became of the entities of one kind; written whole or not at all. `undefined` as state: no longer there. */
export type EntityStep = {
  readonly kind: EntityKind;
  readonly states: ReadonlyMap<string, Values | undefined>;
  readonly detections: readonly Detection[];
};

/** The recorded state of everything that is watched besides files, in one SQLite file. */
export class EntityStore {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** What the disk did not take. */
  #held: EntityStep[] = [];
  #delivered: string[] = [];

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Opens or makes it. A file that SQLite cannot read is moved aside; then `lost` says where to, and everything is recorded anew. */
  static open(folder: string): { store: EntityStore; lost?: string } {
    const path = join(folder, 'entities.db');
    const existed = existsSync(path);
    try {
      return { store: new EntityStore(openDatabase(path)) };
    } catch (error) {
      if (!existed || ![11, 26].includes(primaryCode(error))) throw error;
      const aside = `${path}.damaged`;
      for (const tail of ['', '-wal', '-shm']) if (existsSync(path + tail)) renameSync(path + tail, aside + tail);
      return { store: new EntityStore(openDatabase(path)), lost: aside };
    }
  }

  /** All entities of a kind as they were last; undefined where the kind was never recorded. */
  read(kind: EntityKind): Entities | undefined {
    const isHeld = this.#held.some((step) => step.kind === kind);
    const isKnown = this.#prepare('select 1 from kind where name = ?').get(kind) !== undefined;
    if (!isHeld && !isKnown) return undefined;
    const rows = this.#prepare('select key, state from entity where kind = ? order by key').all(kind);
    const entities = new Map(rows.map((row) => [row['key'] as string, JSON.parse(row['state'] as string) as Values]));
    for (const step of this.#held)
      if (step.kind === kind)
        for (const [key, state] of step.states) state ? entities.set(key, state) : entities.delete(key);
    return entities;
  }

  /** Writes the step, and first what an earlier one left in memory. `memory`: the disk took nothing; the step is held. */
  write(step: EntityStep): 'disk' | 'memory' {
    try {
      this.#transact(() => {
        for (const id of this.#delivered) this.#prepare('delete from outbox where id = ?').run(id);
        for (const one of [...this.#held, step]) this.#put(one);
      });
    } catch (error) {
      // SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL: no room, or no writing here now.
      if (![8, 10, 13].includes(primaryCode(error))) throw error;
      // What is told goes into the spool's memory ring in any case: held is what was seen.
      this.#held.push({ ...step, detections: [] });
      return 'memory';
    }
    this.#delivered = [];
    this.#held = [];
    return 'disk';
  }

  #put({ kind, states, detections }: EntityStep): void {
    this.#prepare('insert or ignore into kind values (?)').run(kind);
    for (const [key, state] of states) {
      if (state) this.#prepare('insert or replace into entity values (?, ?, ?)').run(kind, key, JSON.stringify(state));
      else this.#prepare('delete from entity where kind = ? and key = ?').run(kind, key);
    }
    for (const detection of detections)
      this.#prepare('insert or replace into outbox values (?, ?)').run(detection.id, JSON.stringify(detection));
  }

  /** Forgets the kinds that nobody watches any more: watched again, they are recorded anew. */
  keepOnly(kinds: readonly EntityKind[]): void {
    for (const kind of entityKinds.filter((one) => !kinds.includes(one))) {
      this.#prepare('delete from entity where kind = ?').run(kind);
      this.#prepare('delete from kind where name = ?').run(kind);
      this.#held = this.#held.filter((step) => step.kind !== kind);
    }
  }

  /** Forgets everything; what was told but perhaps not taken stays. @throws Error when the disk takes no writes */
  clear(): void {
    this.#transact(() => {
      this.#db.exec('delete from entity; delete from kind');
    });
    this.#held = [];
  }

  /** What was told but perhaps not taken by the daemon. */
  outbox(): Detection[] {
    return this.#prepare('select body from outbox order by id')
      .all()
      .map((row) => JSON.parse(row['body'] as string) as Detection);
  }

  noteDelivered(ids: readonly string[]): void {
    this.#delivered.push(...ids);
  }

  /** SHA-256 over all that is recorded, in the order of kinds and keys. */
  digest(): string {
    const rows = this.#prepare('select kind, key, state from entity order by kind, key').all();
    return digestOf(rows.map((row) => `${row['kind']}\0${row['key']}\0${row['state']}`).join('\n'));
  }

  close(): void {
    if (!this.#db.isOpen) return;
    try {
      this.#transact(() => {
        for (const id of this.#delivered) this.#prepare('delete from outbox where id = ?').run(id);
        for (const one of this.#held) this.#put(one);
      });
    } catch (error) {
      // Without room on the disk it is told and found again: the daemon knows it by its ids.
      if (![8, 10, 13].includes(primaryCode(error))) throw error;
    }
    this.#db.close();
  }

  #transact(work: () => void): void {
    this.#db.exec('begin immediate');
    try {
      work();
      this.#db.exec('commit');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('rollback');
      throw error;
    }
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function openDatabase(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  try {
    db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -1024;');
    db.exec(schema);
    if (db.prepare('pragma quick_check(1)').get()?.['quick_check'] !== 'ok')
      throw Object.assign(new Error('the record of entities is damaged'), { errcode: 11 });
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The primary result code of SQLite; extended codes carry theirs above the lowest byte. */
const primaryCode = (error: unknown): number => {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' ? code & 0xff : 0;
};
