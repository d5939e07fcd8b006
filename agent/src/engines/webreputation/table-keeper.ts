import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type AnnouncedTables, type WebTableName, webTableNames } from '@sakimori/contract/web-table-protocol';
import { errorText } from '../../log.ts';
import type { EngineHost } from '../engine.ts';

const keptKey = 'tables';
const fetchMsMax = 120_000;
const retryMs = [5000, 30_000, 120_000, 600_000] as const;

/**
 * Has the tables that the manager announces as files of the engine's folder: fetched when they are announced, gone on with where a fetch broke off, and taken only
 * when they are what was announced. Those of the last run are used until then.
 */
export class TableKeeper {
  readonly #host: EngineHost;
  readonly #folder: string;
  readonly #onTables: () => void;
  #wanted: AnnouncedTables | undefined;
  #kept: { [N in WebTableName]?: string };
  #isOn = false;
  #isFetching = false;
  #failures = 0;
  #cancel: (() => void) | undefined;
  /** Why a table that was announced is not there. */
  fault: string | undefined;

  constructor(host: EngineHost, onTables: () => void) {
    this.#host = host;
    this.#folder = join(host.dataFolder, 'tables');
    this.#onTables = onTables;
    this.#kept = JSON.parse(host.recall(keptKey) ?? '{}') as typeof this.kept;
  }

  get kept(): { readonly [N in WebTableName]?: string } {
    return this.#kept;
  }

  /** Files of the tables that are to be used now. */
  get paths(): string[] {
    return webTableNames.flatMap((name) => {
      const version = this.#kept[name];
      const path = version && this.#pathOf(name, version);
      return path && existsSync(path) ? [path] : [];
    });
  }

  start(): void {
    this.#isOn = true;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.#follow(0);
  }

  stop(): void {
    this.#isOn = false;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  announce(tables: AnnouncedTables): void {
    const isNew = JSON.stringify(tables) !== JSON.stringify(this.#wanted);
    this.#wanted = tables;
    if (!isNew || !this.#isOn) return;
    this.#failures = 0;
    // Who has none yet does not wait for its turn.
    const isFirst = this.#kept.shared === undefined && this.#kept.own === undefined;
    this.#follow(isFirst ? 0 : Math.random() * tables.spreadSeconds * 1000);
  }

  #follow(delayMs: number): void {
    this.#cancel?.();
    this.#cancel = this.#host.clock.after(delayMs, () => void this.#fetchAll());
  }

  async #fetchAll(): Promise<void> {
    const wanted = this.#wanted;
    if (!this.#isOn || this.#isFetching || !wanted) return;
    this.#isFetching = true;
    try {
      for (const name of webTableNames) await this.#take(name, wanted[name]);
      this.fault = undefined;
      this.#failures = 0;
    } catch (error) {
      this.fault = errorText(error);
      this.#host.log('warn', `a table of web reputation could not be fetched: ${this.fault}`);
      this.#follow(retryMs[Math.min(this.#failures, retryMs.length - 1)]!);
      this.#failures += 1;
    } finally {
      this.#isFetching = false;
      // Something newer may have been announced meanwhile.
      if (this.#wanted !== wanted && this.fault === undefined) this.#follow(0);
    }
  }

  async #take(name: WebTableName, announced: AnnouncedTables[WebTableName]): Promise<void> {
    if (announced?.version === this.#kept[name] && (!announced || existsSync(this.#pathOf(name, announced.version))))
      return;
    if (announced) await this.#fetch(name, announced);
    const { [name]: _, ...others } = this.#kept;
    this.#kept = announced ? { ...others, [name]: announced.version } : others;
    await this.#host.report([], { [keptKey]: JSON.stringify(this.#kept) });
    this.#onTables();
    this.#removeOld();
  }

  async #fetch(name: WebTableName, { version, bytes }: NonNullable<AnnouncedTables[WebTableName]>): Promise<void> {
    const path = this.#pathOf(name, version);
    if (existsSync(path)) return;
    const part = `${path}.part`;
    const from = sizeOf(part) > bytes ? 0 : sizeOf(part);
    if (from < bytes) {
      const fetch = this.#host.fetchTable;
      if (!fetch) throw new Error('there is no way to the manager');
      const response = await fetch({ name, version, from }, fetchMsMax);
      let size = from;
      const bound = async function* (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          size += chunk.length;
          if (size > bytes) throw new Error('the table is larger than was announced');
          yield chunk;
        }
      };
      await pipeline(response, bound, createWriteStream(part, { flags: from > 0 ? 'a' : 'w', mode: 0o600 }));
    }
    const digest = await digestOf(part);
    if (digest !== version) {
      rmSync(part, { force: true });
      throw new Error('what came is not the table that was announced');
    }
    renameSync(part, path);
  }

  /** Beginnings of fetches stay as long as what they are of is still announced. */
  #removeOld(): void {
    const used = webTableNames.flatMap((name) => {
      const versions = [this.#kept[name], this.#wanted?.[name]?.version].filter((one) => one !== undefined);
      return versions.flatMap((version) => [this.#pathOf(name, version), `${this.#pathOf(name, version)}.part`]);
    });
    for (const name of readdirSync(this.#folder)) {
      const path = join(this.#folder, name);
      if (!used.includes(path)) rmSync(path, { force: true });
    }
  }

  #pathOf(name: WebTableName, version: string): string {
    return join(this.#folder, `${name}-${version}.table`);
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
