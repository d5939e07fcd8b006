import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import type { Detection } from '@sakimori/contract/detection';
import type { Entry } from './entry.ts';

/** One step from the baseline to its next state; written whole or not at all. */
export type Step = {
  readonly put: readonly Entry[];
  readonly remove: readonly string[];
  /** A folder got another name: every entry below it moves along. */
  readonly move: readonly { readonly from: string; readonly to: string }[];
  /** What is told of this step. Kept until the daemon has it, so that a crash between the two neither loses nor repeats it. */
  readonly detections: readonly Detection[];
};

/** Changes that a disk without room leaves in memory. Beyond this the oldest is forgotten and will be found again by the next scan. */
const heldMax = 10_000;

const schema = `
  create table if not exists entry (
    path text primary key, type text not null, size_bytes integer not null, mode integer not null, uid integer not null, gid integer not null,
    identity text not null, inode real not null, modified_ms real not null, sha256 text, unhashed text, link_target text, seen blob
  ) without rowid;
  create index if not exists entry_identity on entry (identity);
  create table if not exists outbox (id text primary key, body text not null);
  create table if not exists meta (key text primary key, value text not null);
`;

/** The recorded state of everything that is watched, in one SQLite file. */
export class Baseline {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** What the disk did not take: path → its state, `undefined` = no longer there. */
  readonly #held = new Map<string, Entry | undefined>();
  #delivered: string[] = [];
  #synchronous: 'full' | 'normal' = 'full';

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /**
   * Opens or makes the baseline of this folder. A file that SQLite cannot read is moved aside: then `lost` says where to, and the baseline
   * begins anew.
   */
  static open(folder: string): { baseline: Baseline; lost?: string } {
    const path = join(folder, 'baseline.db');
    const existed = existsSync(path);
    try {
      return { baseline: new Baseline(openDatabase(path)) };
    } catch (error) {
      if (!existed || !isDamage(error)) throw error;
      const aside = `${path}.damaged`;
      for (const tail of ['', '-wal', '-shm']) if (existsSync(path + tail)) renameSync(path + tail, aside + tail);
      return { baseline: new Baseline(openDatabase(path)), lost: aside };
    }
  }

  get(path: string): Entry | undefined {
    if (this.#held.has(path)) return this.#held.get(path);
    const row = this.#prepare('select * from entry where path = ?').get(path);
    return row && toEntry(row);
  }

  /** Of what a scan compares with: less than the whole entry, for every path there is. */
  known(path: string): Pick<Entry, 'seen' | 'sha256' | 'linkTarget'> | undefined {
    if (this.#held.has(path)) return this.#held.get(path);
    const row = this.#prepare('select seen, sha256, link_target from entry where path = ?').get(path);
    if (!row) return undefined;
    return {
      seen: (row['seen'] as Uint8Array | null) ?? undefined,
      sha256: (row['sha256'] as string | null) ?? undefined,
      linkTarget: (row['link_target'] as string | null) ?? undefined,
    };
  }

  /** Entries that are, or were, the same object as this one, at other paths. */
  twins(entry: Entry): Entry[] {
    return this.#prepare('select * from entry where identity = ? and path <> ? limit 20')
      .all(entry.identity, entry.path)
      .map(toEntry);
  }

  /**
   * The next paths at or below `path` in order.
   * @param after the last one that was given, '' for the first
   */
  pathsBelow(path: string, after: string, limit: number): string[] {
    // '0' is the character after '/', so this is the range of everything that begins with `path/`.
    const [low, high] = path === '/' ? ['/', '0'] : [`${path}/`, `${path}0`];
    const isFirst = after === '' && this.#prepare('select 1 from entry where path = ?').get(path) !== undefined;
    // One bound on each side, so that SQLite goes on from the last path and sorts nothing: a walk of the whole must not become a square of it.
    const rows = this.#prepare('select path from entry where path > ? and path < ? order by path limit ?').all(
      after === '' || after === path ? low : after,
      high,
      isFirst ? limit - 1 : limit,
    );
    const paths = rows.map((row) => row['path'] as string);
    if (isFirst) paths.unshift(path);
    if (this.#held.size === 0) return paths;
    const held = [...this.#held.keys()].filter((key) => (key === path || (key >= low && key < high)) && key > after);
    return [...new Set([...paths, ...held])]
      .filter((key) => this.get(key))
      .sort()
      .slice(0, limit);
  }

  /** The next entries of all in the order of paths, after this one. */
  entriesAfter(path: string, limit: number): Entry[] {
    if (this.#held.size > 0) return this.pathsBelow('/', path, limit).map((next) => this.get(next)!);
    return this.#prepare('select * from entry where path > ? order by path limit ?').all(path, limit).map(toEntry);
  }

  /** Entries that wait in memory because the disk takes no writes. */
  get heldCount(): number {
    return this.#held.size;
  }

  /** Writes the step, and first what an earlier one left in memory. `memory`: the disk took nothing; the step is held. */
  write(step: Step): 'disk' | 'memory' {
    try {
      this.#sync(step.detections.length > 0 ? 'full' : 'normal');
      this.#transact(() => {
        for (const id of this.#delivered) this.#prepare('delete from outbox where id = ?').run(id);
        for (const [path, entry] of this.#held) this.#set(path, entry);
        for (const { from, to } of step.move) this.#move(from, to);
        for (const path of step.remove) this.#set(path, undefined);
        for (const entry of step.put) this.#set(entry.path, entry);
        for (const detection of step.detections) {
          this.#prepare('insert or replace into outbox values (?, ?)').run(detection.id, JSON.stringify(detection));
        }
      });
    } catch (error) {
      if (!isUnwritable(error)) throw error;
      this.#hold(step);
      return 'memory';
    }
    this.#delivered = [];
    this.#held.clear();
    return 'disk';
  }

  #hold(step: Step): void {
    for (const path of step.remove) this.#held.set(path, undefined);
    for (const entry of step.put) this.#held.set(entry.path, entry);
    for (const path of this.#held.keys()) {
      if (this.#held.size <= heldMax) break;
      this.#held.delete(path);
    }
  }

  /** The daemon has these; they leave the outbox with the next step. */
  noteDelivered(ids: readonly string[]): void {
    this.#delivered.push(...ids);
  }

  /**
   * What tells nothing need not be on the disk at once: after a power cut the last of it is found again by the next scan, and is again not told. Whatever
   * is written in full later takes all before along, since the write-ahead log has an order.
   */
  #sync(how: 'full' | 'normal'): void {
    if (how === this.#synchronous) return;
    this.#db.exec(`pragma synchronous = ${how}`);
    this.#synchronous = how;
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

  #set(path: string, entry: Entry | undefined): void {
    if (entry) this.#put(entry);
    else this.#prepare('delete from entry where path = ?').run(path);
  }

  #put(entry: Entry): void {
    const { path, type, sizeBytes, mode, uid, gid, identity, inode, modifiedMs, sha256, unhashed, linkTarget, seen } =
      entry;
    this.#prepare('insert or replace into entry values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      ...[path, type, sizeBytes, mode, uid, gid, identity, inode, modifiedMs],
      ...[sha256 ?? null, unhashed ?? null, linkTarget ?? null, seen ?? null],
    );
  }

  #move(from: string, to: string): void {
    this.#prepare(
      "update or replace entry set path = ? || substr(path, ?) where path = ? or (path >= ? || '/' and path < ? || '0')",
    ).run(to, from.length + 1, from, from, from);
  }

  /** What was told but perhaps not taken by the daemon. */
  outbox(): Detection[] {
    return this.#prepare('select body from outbox order by id')
      .all()
      .map((row) => JSON.parse(row['body'] as string) as Detection);
  }

  counts(): { files: number; attributeOnly: number; unreadable: number } {
    const row = this.#prepare(
      "select count(*) filter (where type = 'file') files, count(*) filter (where unhashed = 'large') large, count(*) filter (where unhashed = 'unreadable') unreadable from entry",
    ).get()!;
    return {
      files: row['files'] as number,
      attributeOnly: row['large'] as number,
      unreadable: row['unreadable'] as number,
    };
  }

  /** One path whose content could not be read, as an example for a person. */
  unreadableExample(): string | undefined {
    const row = this.#prepare("select path from entry where unhashed = 'unreadable' limit 1").get();
    return row?.['path'] as string | undefined;
  }

  getMeta(key: string): string | undefined {
    return this.#prepare('select value from meta where key = ?').get(key)?.['value'] as string | undefined;
  }

  setMeta(key: string, value: string): void {
    this.#sync('full');
    this.#prepare('insert or replace into meta values (?, ?)').run(key, value);
  }

  /** Forgets what was recorded, and with which rules. What was told but perhaps not taken stays. @throws Error when the disk takes no writes */
  clear(): void {
    this.#sync('full');
    this.#transact(() => {
      this.#db.exec('delete from entry');
      this.#prepare('delete from meta where key = ?').run('rules');
    });
    this.#held.clear();
  }

  close(): void {
    if (!this.#db.isOpen) return;
    this.write({ put: [], remove: [], move: [], detections: [] });
    this.#db.close();
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
    // FULL: the outbox must outlive a power cut, or a change would be told twice or never.
    db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -4096;');
    db.exec(schema);
    addSeen(db);
    if (db.prepare('pragma quick_check(1)').get()?.['quick_check'] !== 'ok') {
      throw Object.assign(new Error('the baseline is damaged'), { errcode: 11 });
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Baselines of former versions have no such column: what is in them is looked at in full once. */
function addSeen(db: DatabaseSync): void {
  const columns = db.prepare('select name from pragma_table_info(?)').all('entry');
  if (!columns.some(({ name }) => name === 'seen')) db.exec('alter table entry add column seen blob');
}

/** SQLITE_FULL (13), SQLITE_IOERR (10), SQLITE_READONLY (8): no room, or no writing here now. */
const isUnwritable = (error: unknown): boolean => [8, 10, 13].includes(primaryCode(error));

/** SQLITE_CORRUPT (11) and SQLITE_NOTADB (26), with their extended codes. */
const isDamage = (error: unknown): boolean => [11, 26].includes(primaryCode(error));

/** The primary result code; extended codes carry theirs above the lowest byte. */
const primaryCode = (error: unknown): number => {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' ? code & 0xff : 0;
};

function toEntry(row: Record<string, SQLOutputValue>): Entry {
  return {
    path: row['path'] as string,
    type: row['type'] as Entry['type'],
    sizeBytes: row['size_bytes'] as number,
    mode: row['mode'] as number,
    uid: row['uid'] as number,
    gid: row['gid'] as number,
    identity: row['identity'] as string,
    inode: row['inode'] as number,
    modifiedMs: row['modified_ms'] as number,
    sha256: (row['sha256'] as string | null) ?? undefined,
    unhashed: (row['unhashed'] as Entry['unhashed'] | null) ?? undefined,
    linkTarget: (row['link_target'] as string | null) ?? undefined,
    seen: (row['seen'] as Uint8Array | null) ?? undefined,
  };
}
