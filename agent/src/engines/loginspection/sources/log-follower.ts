import { basename, dirname, join } from 'node:path';
import { errorText } from '../../../log.ts';
import { findFiles } from './find-files.ts';
import { FolderWatch } from './folder-watch.ts';
import type { FollowedFile } from './followed-file.ts';
import type { Delivery, Memory, SourceHost } from './line-batch.ts';
import { LogFiles } from './log-files.ts';
import type { PackedFile } from './packed-file.ts';
import { decodePosition, encodePosition, logOf, type Position } from './position.ts';
import { decodeSince, keyOf } from './predecessors.ts';
import { isRotatedName } from './rotation-names.ts';
import { Rounds } from './rounds.ts';
import { type SourcePath, sourceName } from './source-paths.ts';
import { isSystemLog } from './system-logs.ts';

const fileKey = (file: string) => `file:${file}`;
const sourceKey = (path: string) => `source:${path}`;
/** What became of a log and was being packed is still to be looked for. */
const laterKey = (log: string) => `later:${log}`;
const isOurs = (key: string) => /^(?:file|source|later):/.test(key);

/** A search for files that takes long may take this share of the time, however many names there are. */
const searchShare = 0.05;
const shortSearchMs = 20;

/**
 * Follows the logs that a policy names and gives out every record exactly once, over restarts too, since the place in each file is kept with
 * what its lines gave. A source seen for the first time begins at the end of the files that exist then; files that come later, or came while
 * the agent was away, are read from their beginning.
 */
export class LogFollower {
  readonly #host: SourceHost;
  readonly #delivery: Delivery;
  readonly #files: LogFiles;
  readonly #watch: FolderWatch;
  readonly #rounds: Rounds;
  readonly #isCovered: (path: string, by: SourcePath) => boolean;
  #paths: readonly SourcePath[] = [];
  #folders: ReadonlySet<string> = new Set();
  #namesChanged = false;
  #nextSearchMs = 0;
  #isCutShort = false;
  #cut = 0;
  #holeBytes = 0;

  /**
   * @param isCovered asked for every file that comes: whether what it holds so far was read elsewhere (in the journal), so that it begins at its end
   */
  constructor(
    host: SourceHost,
    delivery: Delivery,
    isCovered: (path: string, by: SourcePath) => boolean = () => false,
  ) {
    this.#host = host;
    this.#delivery = delivery;
    this.#isCovered = isCovered;
    this.#files = new LogFiles(() => host.clock.nowMs());
    this.#rounds = new Rounds(host.clock, host.log, {
      look: (isThorough) => this.#look(isThorough),
      round: () => this.#readAll(),
    });
    this.#watch = new FolderWatch((folder, change, name) => this.#hear(folder, change, name));
  }

  get followedCount(): number {
    return this.#files.all.filter((file) => !file.isCopy && file.retiringSinceMs === undefined).length;
  }

  /** Files of the syslog daemon that are there now. */
  get systemLogCount(): number {
    const now = this.#files.all.filter((file) => file.retiringSinceMs === undefined);
    return now.filter((file) => isSystemLog(file.log, file.manner.format)).length;
  }

  get unreadable() {
    return this.#files.unreadable;
  }

  get leftOut(): number {
    return this.#files.leftOut;
  }

  get isCutShort(): boolean {
    return this.#isCutShort;
  }

  /** Lines that were longer than is looked at. */
  get cut(): number {
    return this.#files.all.reduce((sum, file) => sum + file.cut, this.#cut);
  }

  /** Bytes of holes in files that were passed over. */
  get holeBytes(): number {
    return this.#files.all.reduce((sum, file) => sum + file.holeBytes, this.#holeBytes);
  }

  /** Follows these sources from now on. Resolves when every existing file has its place. */
  async follow(paths: readonly SourcePath[]): Promise<void> {
    await this.#rounds.pause();
    const before = this.#paths;
    const isFirst = before.length === 0;
    this.#paths = paths;
    if (isFirst) await this.#restore();
    const isKnown = (path: SourcePath): boolean => this.#host.recall(sourceKey(sourceName(path))) !== undefined;
    const unknown = new Set(paths.filter((path) => !isKnown(path)));
    await this.#search((by) => unknown.has(by));
    this.#files.release(before, keyOf);
    if (isFirst) for (const file of this.#files.all) file.isBehind = true;
    await this.#give('', [], this.#startingMemory());
    this.#rounds.start();
  }

  /** What is to be kept when following begins anew: the sources as known, every file's place, and nothing of what is no longer followed. */
  #startingMemory(): Memory {
    const memory: Record<string, string | undefined> = {};
    for (const key of this.#host.recallKeys()) if (isOurs(key)) memory[key] = undefined;
    for (const path of this.#paths) memory[sourceKey(sourceName(path))] = 'known';
    for (const [log, since] of this.#files.openQuestions) memory[laterKey(log)] = JSON.stringify(since);
    for (const file of this.#files.packed) memory[fileKey(file.key)] = encodePosition(file.position);
    for (const file of this.#files.all) {
      if (file.isCopy) continue;
      file.takeMovedPosition();
      memory[fileKey(file.key)] = encodePosition(file.position);
    }
    return memory;
  }

  /** Ends following; what is under way is finished first. May be called twice. */
  async stop(): Promise<void> {
    await this.#rounds.stop();
    this.#watch.close();
    this.#files.closeAll();
  }

  #now(): number {
    return this.#host.clock.monotonicMs();
  }

  /** Files that an earlier run has read, wherever they lie now. */
  async #restore(): Promise<void> {
    const positions = this.#host
      .recallKeys()
      .flatMap((key) => (key.startsWith('file:') ? (decodePosition(this.#host.recall(key)) ?? []) : []))
      .sort((one, other) => (one.modifiedMs ?? 0) - (other.modifiedMs ?? 0));
    const known = positions.flatMap((position) => {
      const by = this.#sourceOf(logOf(position));
      return by ? [{ position, by }] : [];
    });
    for (const { path, offset } of await this.#files.restore(known, this.#now()))
      this.#host.log('warn', 'a log is gone that was not read to its end', { path, offset });
    for (const key of this.#host.recallKeys().filter((one) => one.startsWith('later:'))) await this.#askAgain(key);
  }

  async #askAgain(key: string): Promise<void> {
    const log = key.slice('later:'.length);
    const by = this.#sourceOf(log);
    const since = decodeSince(this.#host.recall(key));
    if (by && since) await this.#files.askAgain(log, since, by, this.#now());
  }

  /** The source of a path; of what became of a log by rotation, that of the log. */
  #sourceOf(path: string): SourcePath | undefined {
    const folder = dirname(path);
    const name = basename(path);
    return (
      this.#paths.find((one) => one.matches(path) && !one.isExcluded(path)) ??
      this.#paths.find(({ parts, folder: own }) => {
        const last = parts.at(-1);
        return own === folder && last?.kind === 'name' && isRotatedName(name, last.name);
      }) ??
      this.#paths.find((one) => one.folder === folder)
    );
  }

  #hear(folder: string, change: 'content' | 'names', name: string | undefined): void {
    const file = name === undefined ? undefined : this.#files.at(join(folder, name));
    if (file) file.isDirty = true;
    if (change === 'names' || name === undefined) this.#namesChanged = true;
    else if (!file) return;
    this.#rounds.wake();
  }

  /** Asks the files themselves: those of which the kernel does not tell, and now and then all. @returns whether there is something to read */
  #look(isThorough: boolean): boolean {
    for (const file of this.#files.all) {
      const isTold = file.retiringSinceMs === undefined && this.#watch.isWatching(dirname(file.path));
      if (file.isDirty || (isTold && !isThorough && !file.isWaiting)) continue;
      file.isDirty = file.hasChanged || file.isWaiting || file.retiringSinceMs !== undefined;
    }
    if (isThorough || [...this.#folders].some((folder) => !this.#watch.isWatching(folder))) this.#namesChanged = true;
    if (this.#files.isUnsettled(this.#now())) return true;
    return this.#namesChanged || this.#files.all.some((file) => file.isDirty && !file.isCopy);
  }

  async #search(isNew: (by: SourcePath) => boolean): Promise<void> {
    this.#namesChanged = false;
    const before = process.cpuUsage();
    const found = findFiles(this.#paths, this.#host.clock.nowMs());
    const { user, system } = process.cpuUsage(before);
    const costMs = (user + system) / 1000;
    this.#nextSearchMs = this.#now() + (costMs < shortSearchMs ? 0 : costMs / searchShare);
    this.#isCutShort = found.isCutShort;
    this.#folders = found.folders;
    this.#watch.watch(found.folders);
    const startOf = (path: string, by: SourcePath) => (isNew(by) || this.#isCovered(path, by) ? 'end' : 'beginning');
    const questions = this.#files.openQuestions.size;
    const isMoved = await this.#files.update(found, this.#now(), startOf);
    if (isMoved || this.#files.openQuestions.size !== questions) await this.#give('', [], this.#startingMemory());
    for (const file of this.#files.all) if (file.isDirty) file.grewMs = this.#now();
  }

  async #readAll(): Promise<void> {
    if (this.#namesChanged && this.#now() >= this.#nextSearchMs) await this.#search(() => false);
    if (this.#files.isUnsettled(this.#now())) {
      await this.#files.settle(this.#now());
      await this.#give('', [], this.#startingMemory());
    }
    await this.#readPacked();
    for (const file of this.#files.all) if (file.isDirty && !this.#rounds.isStopped) await this.#readFile(file);
    if (this.#rounds.isStopped || this.#files.openQuestions.size > 0) return;
    if (this.#files.all.some((file) => file.retiringSinceMs !== undefined)) return;
    const over = this.#files.forgetPacked();
    if (over.length === 0) return;
    await this.#give('', [], Object.fromEntries(over.map(({ key }) => [fileKey(key), undefined])));
  }

  /** Looks for what came into a blank file before what was read of it just now. */
  async #lookBefore(blank: Position, file: FollowedFile): Promise<void> {
    const found = await this.#files.openBefore(blank, file, this.#now());
    const memory = this.#placesOf(found);
    if (Object.keys(memory).length === 0) return;
    await this.#give('', [], memory);
    this.#rounds.wake();
  }

  /** Places, and what is still to be asked, as they are kept. */
  #placesOf(files: readonly (FollowedFile | PackedFile)[]): Record<string, string> {
    const memory: Record<string, string> = {};
    for (const file of files) memory[fileKey(file.key)] = encodePosition(file.position);
    for (const [log, since] of this.#files.openQuestions) memory[laterKey(log)] = JSON.stringify(since);
    return memory;
  }

  async #readPacked(): Promise<void> {
    for (const file of this.#files.packed) {
      for (
        let records = await this.#nextOf(file);
        records && !this.#rounds.isStopped;
        records = await this.#nextOf(file)
      ) {
        await this.#give(file.log, records, { [fileKey(file.key)]: encodePosition(file.position) }, file, true);
      }
    }
  }

  async #nextOf(file: PackedFile): Promise<string[] | undefined> {
    try {
      return await file.read();
    } catch (error) {
      this.#host.log('warn', 'a packed log is damaged: what comes behind is not read', {
        path: file.path,
        error: errorText(error),
      });
      return undefined;
    }
  }

  async #readFile(file: FollowedFile): Promise<void> {
    file.isDirty = false;
    for (;;) {
      if (this.#rounds.isStopped) {
        file.isDirty = true;
        return;
      }
      const blank = file.isBlank && !file.isCopy ? file.position : undefined;
      const records = this.#read(file);
      if (records === 'failed') return;
      if (records === undefined) break;
      if (records === 'replaced') return await this.#renew(file);
      if (blank) await this.#lookBefore(blank, file);
      await this.#giveOf(file, records);
    }
    file.isBehind = false;
    await this.#flush(file);
    if (this.#files.isOver(file, this.#now())) await this.#end(file);
  }

  /** A file that cannot be read (a broken disk, a server that is gone) must not keep the others from being read. It is tried again. */
  #read(file: FollowedFile): ReturnType<FollowedFile['read']> | 'failed' {
    try {
      return file.read(this.#now());
    } catch (error) {
      this.#files.fail(file, (error as NodeJS.ErrnoException).code ?? 'UNKNOWN');
      return 'failed';
    }
  }

  /** What its writer has not finished for a while is taken as it is. */
  async #flush(file: FollowedFile): Promise<void> {
    if (!file.isWaiting || file.isCopy) return;
    const quietMs = this.#now() - file.grewMs;
    const { waitMs, lineWaitMs } = file.manner.reading;
    if (quietMs < waitMs) return;
    await this.#giveOf(file, file.flush(quietMs < lineWaitMs ? 'records' : 'lines'));
  }

  async #renew(file: FollowedFile): Promise<void> {
    const found = await this.#files.renew(file, this.#now());
    const memory = this.#placesOf([file, ...found]);
    // Both places at once: after a restart the rest must not be looked for again.
    await this.#give('', [], memory);
    this.#rounds.wake();
  }

  async #end(file: FollowedFile): Promise<void> {
    const rest = file.flush('lines');
    this.#cut += file.cut;
    this.#holeBytes += file.holeBytes;
    this.#files.forget(file);
    await this.#give(file.log, rest, { [fileKey(file.key)]: undefined }, file);
  }

  async #giveOf(file: FollowedFile, records: readonly string[]): Promise<void> {
    const position = file.takeMovedPosition();
    if (records.length === 0 && !position) return;
    const memory: Memory = position ? { [fileKey(file.key)]: encodePosition(position) } : {};
    await this.#give(file.log, records, memory, file, file.isBehind);
    // Others want to run too, between two pieces of a long file.
    await new Promise((resolve) => setImmediate(resolve));
  }

  #give(
    path: string,
    lines: readonly string[],
    memory: Memory,
    of?: Pick<FollowedFile, 'manner'>,
    isBehind = false,
  ): Promise<void> {
    return this.#delivery.give({ path, format: of?.manner.format ?? 'plain', lines, isBehind, memory });
  }
}
