import { basename, dirname } from 'node:path';
import type { LogSource } from '@sakimori/contract/policy';
import type { Clock } from '../../../clock.ts';
import { errorText, type Log } from '../../../log.ts';
import type { LogFormat } from '../event.ts';
import { FolderWatch } from './folder-watch.ts';
import type { FollowedFile } from './followed-file.ts';
import { LogFiles, type Unreadable } from './log-files.ts';
import { decodePosition, encodePosition } from './position.ts';
import { readSourcePath, type SourcePath } from './source-paths.ts';

/** Lines of one file, in order, with what is to be kept once they are dealt with. */
export interface LineBatch {
  readonly path: string;
  readonly format: LogFormat;
  readonly lines: readonly string[];
  /** Whether they were written while nobody looked, so that their own time is nearer to the truth than the clock's. */
  readonly isBehind: boolean;
  /** Key → text to keep, `undefined` to forget: in the same transaction as what the lines give. */
  readonly memory: Readonly<Record<string, string | undefined>>;
}

export interface FollowerHost {
  readonly clock: Clock;
  readonly log: Log;
  recall(key: string): string | undefined;
  recallKeys(): string[];
  /** Deals with a batch; resolves when its results and its memory are kept. */
  take(batch: LineBatch): Promise<void>;
}

/** Files are looked at this often even if the kernel says nothing; more often where it cannot be asked. */
const pollMs = 1000;
const unwatchedPollMs = 150;

const fileKey = (file: string) => `file:${file}`;
const sourceKey = (path: string) => `source:${path}`;

/**
 * Follows the logs that a policy names and gives out every line exactly once, over restarts too, since the place in each file is kept with
 * what its lines gave. A source seen for the first time begins at the end of the files that exist then; files that come later, or came while
 * the agent was away, are read from their beginning.
 */
export class LogFollower {
  readonly #host: FollowerHost;
  readonly #files = new LogFiles();
  readonly #watch: FolderWatch;
  #paths: readonly SourcePath[] = [];
  #cancelPoll: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #namesChanged = false;
  #contentChanged = false;
  #stopped = false;

  constructor(host: FollowerHost) {
    this.#host = host;
    this.#watch = new FolderWatch((_folder, change, name) => {
      if (change === 'names') this.#namesChanged = true;
      if (change === 'names' || this.#concerns(name)) this.#wake();
    });
  }

  get followedCount(): number {
    return this.#files.all.filter((file) => !file.isCopy && file.retiringSinceMs === undefined).length;
  }

  get unreadable(): readonly Unreadable[] {
    return this.#files.unreadable;
  }

  /** @throws Error with a sentence, for a path that no source can have; then nothing has changed. */
  static readPaths(sources: readonly LogSource[]): SourcePath[] {
    return sources.map(readSourcePath);
  }

  /** Follows these sources from now on. Resolves when every existing file has its place. */
  async follow(paths: readonly SourcePath[]): Promise<void> {
    await this.#running;
    const before = this.#paths;
    this.#paths = paths;
    if (before.length === 0) this.#restore();
    const unknown = new Set(
      paths.map((path) => path.source.path).filter((path) => !this.#host.recall(sourceKey(path))),
    );
    this.#files.update(paths, this.#now(), (source) => ({ at: unknown.has(source.path) ? 'end' : 'beginning' }));
    this.#files.release(before);
    if (before.length === 0) for (const file of this.#files.all) file.isBehind = true;
    const memory = this.#startingMemory();
    await this.#host.take({ path: '', format: 'plain', lines: [], isBehind: false, memory });
    this.#watch.watch(new Set(paths.map((path) => path.folder)));
    this.#poll();
    this.#wake();
  }

  /** What is to be kept when following begins anew: the sources as known, every file's place, and nothing of what is no longer followed. */
  #startingMemory(): Record<string, string | undefined> {
    const memory: Record<string, string | undefined> = {};
    for (const key of this.#host.recallKeys()) if (/^(?:file|source):/.test(key)) memory[key] = undefined;
    for (const path of this.#paths) memory[sourceKey(path.source.path)] = 'known';
    for (const file of this.#files.all) {
      if (file.isCopy) continue;
      file.takeMovedPosition();
      memory[fileKey(file.key)] = encodePosition(file.position);
    }
    return memory;
  }

  /** Ends following; what is under way is finished first. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelPoll?.();
    this.#watch.close();
    await this.#running;
    this.#files.closeAll();
  }

  #now(): number {
    return this.#host.clock.monotonicMs();
  }

  /** Files that an earlier run has read, wherever they lie now. */
  #restore(): void {
    for (const key of this.#host.recallKeys()) {
      const position = key.startsWith('file:') ? decodePosition(this.#host.recall(key)) : undefined;
      const path = position && this.#sourceOf(position.path);
      if (!position || !path) continue;
      if (this.#files.restore(position, path.source.format, this.#now())) continue;
      this.#host.log('warn', 'a log is gone that was not read to its end', {
        path: position.path,
        offset: position.offset,
      });
    }
  }

  /** The source of a path; of a copy beside a log, that of its folder. */
  #sourceOf(path: string): SourcePath | undefined {
    const inFolder = this.#paths.filter((one) => one.folder === dirname(path));
    return inFolder.find((one) => one.matches(basename(path))) ?? inFolder[0];
  }

  #concerns(name: string | undefined): boolean {
    return (
      name === undefined ||
      this.#files.all.some((file) => file.path.endsWith(`/${name}`)) ||
      this.#paths.some((path) => path.matches(name))
    );
  }

  #poll(): void {
    this.#cancelPoll?.();
    const watched = this.#paths.every((path) => this.#watch.isWatching(path.folder));
    this.#cancelPoll = this.#host.clock.after(watched ? pollMs : unwatchedPollMs, () => {
      this.#namesChanged = true;
      this.#watch.watch(new Set(this.#paths.map((path) => path.folder)));
      this.#wake();
      this.#poll();
    });
  }

  #wake(): void {
    this.#contentChanged = true;
    if (this.#stopped || this.#running) return;
    this.#running = this.#readAll()
      .catch((error: unknown) =>
        this.#host.log('error', 'following the logs failed, it is tried again', { error: errorText(error) }),
      )
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #readAll(): Promise<void> {
    while (this.#contentChanged && !this.#stopped) {
      this.#contentChanged = false;
      if (this.#namesChanged) {
        this.#namesChanged = false;
        this.#files.update(this.#paths, this.#now(), () => ({ at: 'beginning' }));
      }
      for (const file of this.#files.all) if (!file.isCopy && file.isReplaced) this.#files.renew(file, this.#now());
      for (const file of this.#files.all) await this.#readFile(file);
    }
  }

  async #readFile(file: FollowedFile): Promise<void> {
    for (let lines = file.read(); lines && !this.#stopped; lines = file.read()) await this.#give(file, lines);
    file.isBehind = false;
    if (!this.#files.isOver(file, this.#now()) || this.#stopped) return;
    const rest = file.finish();
    this.#files.forget(file);
    await this.#host.take({
      path: file.path,
      format: this.#files.formatOf(file),
      lines: rest,
      isBehind: false,
      memory: { [fileKey(file.key)]: undefined },
    });
  }

  async #give(file: FollowedFile, lines: readonly string[]): Promise<void> {
    const position = file.takeMovedPosition();
    if (lines.length === 0 && !position) return;
    const memory = position ? { [fileKey(file.key)]: encodePosition(position) } : {};
    await this.#host.take({
      path: file.path,
      format: this.#files.formatOf(file),
      lines,
      isBehind: file.isBehind,
      memory,
    });
    // Others want to run too, between two pieces of a long file.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
