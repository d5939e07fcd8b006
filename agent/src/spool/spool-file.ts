import { rmSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Detection } from '@sakimori/contract/detection';
import { severities, severityId } from '@sakimori/contract/severity';

/** A detection as the spool keeps it. */
export type SpoolRow = { readonly seq: number; readonly id: string; readonly body: string; readonly bytes: number };

/** What an engine keeps beside its detections, written in the same transaction. */
export type Memory = { readonly owner: string; readonly values: Readonly<Record<string, string | undefined>> };

export type Lost = { readonly severity: number; readonly occurredAt: string; readonly bytes: number };

/** Index, row header and free space of half-filled pages, as measured on detections of 500 to 2,000 bytes. */
const rowOverheadBytes = 150;

const schema = `
  create table if not exists detection (
    seq integer primary key autoincrement, id text not null unique, severity integer not null, occurred_at text not null,
    bytes integer not null, body text not null
  );
  create index if not exists detection_severity on detection (severity, seq);
  create table if not exists memory (owner text not null, key text not null, value text not null, primary key (owner, key)) without rowid;
`;

/** The SQL of the spool. Every method throws what SQLite throws; `Spool` knows what to do then. */
export class SpoolFile {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #inode: number;
  #synchronous: 'full' | 'normal' = 'full';
  readonly #statements = new Map<string, StatementSync>();

  /**
   * Opens or makes the file and takes it for this process alone; the kernel gives it free when the process ends, however it ends.
   * @param pagesMax a bound of the file for tests of a full disk.
   */
  constructor(path: string, pagesMax?: number) {
    this.#path = path;
    this.#db = new DatabaseSync(path);
    try {
      this.#db.exec('pragma locking_mode = exclusive; pragma page_size = 8192; pragma auto_vacuum = incremental;');
      // FULL: what was reported outlives a power cut, at one fsync a group.
      this.#db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -2048;');
      if (pagesMax !== undefined) this.#db.exec(`pragma max_page_count = ${pagesMax}`);
      this.#db.exec(schema);
      const check = this.#db.prepare('pragma quick_check(1)').get()?.['quick_check'];
      if (check !== 'ok') throw Object.assign(new Error(`the spool is damaged: ${check}`), { errcode: 11 });
      this.#inode = statSync(path).ino;
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /**
   * @param how `full`: it outlives a power cut. `normal`: it outlives the end of the process; a power cut may take back the last of it, and whatever is
   *   written in full later takes it along, since the write-ahead log has an order.
   */
  transact(work: () => void, how: 'full' | 'normal' = 'full'): void {
    if (how !== this.#synchronous) this.#db.exec(`pragma synchronous = ${how}`);
    this.#synchronous = how;
    this.#db.exec('begin immediate');
    try {
      work();
      this.#db.exec('commit');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('rollback');
      throw error;
    }
  }

  /** A detection that is here already stays as it is. @returns bytes it took, 0 for one already here */
  insert(detection: Detection): number {
    const body = JSON.stringify(detection);
    const bytes = Buffer.byteLength(body) + rowOverheadBytes;
    const { changes } = this.#prepare(
      'insert or ignore into detection (id, severity, occurred_at, bytes, body) values (?, ?, ?, ?, ?)',
    ).run(detection.id, severityId(detection.severity), detection.occurredAt, bytes, body);
    return changes === 0 ? 0 : bytes;
  }

  /** Puts a detection in place of the one of the same id. @returns what that gained */
  replace(detection: Detection): { count: number; bytes: number } {
    const freed = this.delete([detection.id]);
    return { count: 1 - freed.count, bytes: this.insert(detection) - freed.bytes };
  }

  keep({ owner, values }: Memory): void {
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined) this.#prepare('delete from memory where owner = ? and key = ?').run(owner, key);
      else this.#prepare('insert or replace into memory values (?, ?, ?)').run(owner, key, value);
    }
  }

  recallAll(): { owner: string; key: string; value: string }[] {
    return this.#prepare('select owner, key, value from memory').all() as never;
  }

  /** The oldest rows after `seq`, at least one, together no more than `bytesMax`. */
  next(seq: number, countMax: number, bytesMax: number): SpoolRow[] {
    const rows: SpoolRow[] = [];
    let total = 0;
    const found = this.#prepare('select seq, id, body, bytes from detection where seq > ? order by seq limit ?');
    for (const row of found.iterate(seq, countMax)) {
      const { bytes } = row as { bytes: number };
      if (rows.length > 0 && total + bytes > bytesMax) break;
      total += bytes;
      rows.push({ ...row } as SpoolRow);
    }
    return rows;
  }

  /** Deletes these detections. @returns what that freed */
  delete(ids: readonly string[]): { count: number; bytes: number } {
    const freed = { count: 0, bytes: 0 };
    for (const id of ids) {
      const row = this.#prepare('delete from detection where id = ? returning bytes').get(id);
      if (!row) continue;
      freed.count += 1;
      freed.bytes += row['bytes'] as number;
    }
    return freed;
  }

  /** Deletes rows after `seq` until `bytes` are freed: the lowest severity first, of one severity the oldest. */
  drop(seq: number, bytes: number, spare: string | undefined): Lost[] {
    const lost: Lost[] = [];
    let freed = 0;
    for (let severity = 1; severity <= severities.length && freed < bytes; severity += 1) {
      const rows = this.#prepare(
        'select seq, occurred_at, bytes from detection where severity = ? and seq > ? and id is not ? order by seq limit ?',
      ).all(severity, seq, spare ?? null, dropMax);
      for (const row of rows) {
        if (freed >= bytes) break;
        this.#prepare('delete from detection where seq = ?').run(row['seq'] as number);
        freed += row['bytes'] as number;
        lost.push({ severity, occurredAt: row['occurred_at'] as string, bytes: row['bytes'] as number });
      }
    }
    return lost;
  }

  totals(): { count: number; bytes: number } {
    return this.#prepare('select count(*) count, coalesce(sum(bytes), 0) bytes from detection').get() as never;
  }

  /** Gives pages that the last sending left empty back to the file system, some at a time. */
  shrink(): void {
    const free = this.#prepare('pragma freelist_count').get()!['freelist_count'] as number;
    if (free > 512) this.#db.exec('pragma incremental_vacuum(512)');
  }

  /** Is the file still where it was opened? A deleted one takes writes as before, and loses them at the end of the process. */
  isInPlace(): boolean {
    return statSync(this.#path, { throwIfNoEntry: false })?.ino === this.#inode;
  }

  /** Writes all of it to the path again; then this one should be closed and the path opened anew. */
  copyToPlace(): void {
    for (const tail of ['', '-wal', '-shm', '-journal']) rmSync(this.#path + tail, { force: true });
    this.#db.prepare('vacuum into ?').run(this.#path);
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** Rows looked at in one go; a group never needs more room than this many rows give. */
const dropMax = 10_000;

const primaryCode = (error: unknown): number => {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' ? code & 0xff : 0;
};

/** SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY, SQLITE_CANTOPEN: the disk takes no writes now. */
export const isUnwritable = (error: unknown): boolean => [13, 10, 8, 14].includes(primaryCode(error));
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
export const isDamage = (error: unknown): boolean => [11, 26].includes(primaryCode(error));
/** SQLITE_BUSY: another process has the file. */
export const isTaken = (error: unknown): boolean => primaryCode(error) === 5;
