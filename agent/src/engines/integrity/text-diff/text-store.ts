import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Room for all texts, packed. What comes beyond is not kept, and its differences are not shown. */
const bytesMax = 32 * 1024 * 1024;

/**
 * The last known content of the text files whose differences are shown: secrets masked before they get here, packed, in the engine's own folder
 * that only root may enter. No more than a cache: where it is lost or damaged it begins anew.
 */
export class TextStore {
  readonly #db: DatabaseSync;
  /** With it secrets are digested; it never leaves this host. */
  readonly key: Uint8Array;
  #bytes: number;

  constructor(folder: string) {
    const path = join(folder, 'texts.db');
    this.#db = openOrRenew(path);
    const kept = this.#db.prepare("select value from secret where name = 'key'").get()?.['value'];
    this.key = (kept as Uint8Array | undefined) ?? randomBytes(32);
    if (!kept) this.#db.prepare("insert into secret values ('key', ?)").run(this.key);
    this.#bytes = this.#db.prepare('select coalesce(sum(length(body)), 0) bytes from text').get()!['bytes'] as number;
  }

  /** The lines that were kept of this content of this path. */
  get(path: string, sha256: string): string[] | undefined {
    const row = this.#db.prepare('select body from text where path = ? and sha256 = ?').get(path, sha256);
    return (
      row &&
      inflateRawSync(row['body'] as Uint8Array)
        .toString('utf8')
        .split('\n')
    );
  }

  has(path: string, sha256: string): boolean {
    return this.#db.prepare('select 1 from text where path = ? and sha256 = ?').get(path, sha256) !== undefined;
  }

  put(path: string, sha256: string, lines: readonly string[]): void {
    this.forget(path);
    const body = deflateRawSync(lines.join('\n'));
    if (this.#bytes + body.length > bytesMax) return;
    this.#db.prepare('insert into text values (?, ?, ?)').run(path, sha256, body);
    this.#bytes += body.length;
  }

  forget(path: string): void {
    const row = this.#db.prepare('delete from text where path = ? returning length(body) bytes').get(path);
    if (row) this.#bytes -= row['bytes'] as number;
  }

  /** Drops what no rule asks for any more. */
  keepOnly(isWanted: (path: string) => boolean): void {
    const paths = this.#db.prepare('select path from text').all();
    for (const row of paths) if (!isWanted(row['path'] as string)) this.forget(row['path'] as string);
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }
}

function openOrRenew(path: string): DatabaseSync {
  try {
    return openTexts(path);
  } catch {
    for (const tail of ['', '-wal', '-shm']) rmSync(path + tail, { force: true });
    return openTexts(path);
  }
}

function openTexts(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  try {
    db.exec(`
      pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -512; pragma secure_delete = on;
      create table if not exists text (path text primary key, sha256 text not null, body blob not null) without rowid;
      create table if not exists secret (name text primary key, value blob not null);
    `);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
