import { basename } from 'node:path';
import type { Found, FoundFile } from './find-files.ts';
import { FollowedFile, type Start } from './followed-file.ts';
import type { PackedFile } from './packed-file.ts';
import type { Position } from './position.ts';
import { findHolder, findLater, type Holder } from './predecessors.ts';
import { isRotatedName } from './rotation-names.ts';
import type { SourcePath } from './source-paths.ts';

/** A file that has been rotated away is read on for this long: its writer may not know of it yet. */
const retirementMs = 60_000;
/** Open logs. Each is a descriptor; what was written to longest ago is left out first. */
export const filesMax = 1000;

/** A file that some source names and that cannot be opened. */
export interface Unreadable {
  readonly path: string;
  /** `EACCES` and the like; `SYMLINK` for a link that is not followed, `PACKED` for a rotated file that cannot be unpacked. */
  readonly code: string;
}

/**
 * The open logs, known by inode, so that a rename is no new file. Knows nothing of time, watching or reporting.
 *
 * Rotation by rename: the old file is read on until it has been quiet under no source for a minute; the new one is read from its beginning.
 * Rotation by copy and truncation: the unread rest is taken from the copy, then the file anew from its beginning. What was rotated away and packed while
 * nobody looked is unpacked and read from where its reading ended.
 */
export class LogFiles {
  readonly #files = new Map<string, FollowedFile>();
  readonly #byPath = new Map<string, FollowedFile>();
  #packed: PackedFile[] = [];
  /** Files read to their end in this run. */
  readonly #done = new Set<string>();
  #unreadable: Unreadable[] = [];
  readonly #unpackable: Unreadable[] = [];
  #leftOut = 0;

  get all(): readonly FollowedFile[] {
    return [...this.#files.values()];
  }

  get packed(): readonly PackedFile[] {
    return this.#packed;
  }

  get unreadable(): readonly Unreadable[] {
    return [...this.#unreadable, ...this.#unpackable];
  }

  /** Files that are not followed because there are too many. */
  get leftOut(): number {
    return this.#leftOut;
  }

  at(path: string): FollowedFile | undefined {
    return this.#byPath.get(path);
  }

  /**
   * Takes up a file where an earlier run of the agent left it, wherever it lies now, and what was rotated away after it. False when neither the file nor a
   * copy of it is found.
   * @param others keys of all files that have a position of their own
   */
  async restore(position: Position, by: SourcePath, others: ReadonlySet<string>, nowMs: number): Promise<boolean> {
    const holder = await findHolder(position, by.manner);
    if (holder.kind === 'in place') {
      this.#keep(holder.file);
      return true;
    }
    if (holder.kind === 'file') {
      this.#keep(holder.file);
      holder.file.retiringSinceMs = nowMs;
    }
    if (holder.kind === 'packed') this.#packed.push(holder.file);
    await this.#openLater(position, by, holder, (key) => others.has(key), nowMs);
    return holder.kind !== 'nowhere';
  }

  /** Compares the open files with what the sources name now. `startOf` says where a file begins that was not followed before. */
  async update(found: Found, nowMs: number, startOf: (by: SourcePath) => Start['at']): Promise<void> {
    this.#unreadable = found.refusedLinks.map((path) => ({ path, code: 'SYMLINK' }));
    const named = new Set(found.files.map((file) => file.key));
    for (const file of this.all) if (!named.has(file.key)) await this.#retire(file, nowMs);
    for (const { path, key, by } of found.files) {
      const file = this.#files.get(key);
      if (!file) continue;
      if (file.retiringSinceMs !== undefined) file.isDirty = true;
      file.path = path;
      file.manner = by.manner;
      file.retiringSinceMs = undefined;
    }
    this.#openFound(
      found.files.filter(({ key }) => !this.#files.has(key)),
      startOf,
    );
    this.#byPath.clear();
    for (const file of this.all) if (file.retiringSinceMs === undefined) this.#byPath.set(file.path, file);
  }

  /** Files that were begun after this one and rotated away before anybody looked come behind it. */
  async #retire(file: FollowedFile, nowMs: number): Promise<void> {
    if (file.retiringSinceMs !== undefined) return;
    file.retiringSinceMs = nowMs;
    const { position, manner } = file;
    await this.#openLater(position, { manner }, { kind: 'file', file }, () => false, nowMs);
  }

  async #openLater(
    position: Position,
    by: Pick<SourcePath, 'manner'>,
    holder: Holder,
    isOther: (key: string) => boolean,
    nowMs: number,
  ): Promise<void> {
    const isKnown = (key: string): boolean => isOther(key) || this.#isKnown(key);
    const { files, packed, unreadable } = await findLater(position, by.manner, holder, isKnown);
    this.#unpackable.push(...unreadable.map((path) => ({ path, code: 'PACKED' })));
    this.#packed.push(...packed);
    for (const file of files) {
      this.#keep(file);
      file.retiringSinceMs = nowMs;
    }
  }

  #isKnown(key: string): boolean {
    return this.#files.has(key) || this.#done.has(key) || this.#packed.some((file) => file.key === key);
  }

  #openFound(fresh: readonly FoundFile[], startOf: (by: SourcePath) => Start['at']): void {
    const room = Math.max(0, filesMax - this.#files.size);
    const newest = fresh.length > room ? fresh.toSorted((one, other) => other.modifiedMs - one.modifiedMs) : fresh;
    this.#leftOut = Math.max(0, fresh.length - room);
    for (const { path, by } of newest.slice(0, room)) {
      const file = this.#open(path, startOf(by), by);
      if (!file) continue;
      const name = basename(path);
      file.isCopy = this.all.some((other) => other !== file && isRotatedName(name, basename(other.path)));
      this.#keep(file);
    }
  }

  #open(path: string, at: Start['at'], by: SourcePath): FollowedFile | undefined {
    try {
      return new FollowedFile(path, { at: at === 'end' ? 'end' : 'beginning' }, by.manner);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
      if (code !== 'ENOENT') this.#unreadable.push({ path, code });
      return undefined;
    }
  }

  #keep(file: FollowedFile): void {
    this.#files.get(file.key)?.close();
    this.#files.set(file.key, file);
  }

  /**
   * A file that was truncated or rewritten begins anew; what was unread is looked for in a copy beside it.
   * @returns the file that holds the rest, when there is one
   */
  async renew(file: FollowedFile, nowMs: number): Promise<FollowedFile | PackedFile | undefined> {
    const { position } = file;
    const followed = this.all.find((other) => other !== file && other.isCopy && other.resume(position));
    if (followed) followed.isCopy = false;
    const holder = followed ? undefined : await findHolder(position, file.manner, file.key);
    if (holder?.kind === 'file' && !this.#files.has(holder.file.key)) {
      holder.file.retiringSinceMs = nowMs;
      this.#keep(holder.file);
    } else if (holder?.kind === 'file') holder.file.close();
    if (holder?.kind === 'packed') this.#packed.push(holder.file);
    file.restart();
    // The copy holds the older lines: it is read first.
    this.#files.delete(file.key);
    this.#files.set(file.key, file);
    return followed ?? (holder?.kind === 'file' || holder?.kind === 'packed' ? holder.file : undefined);
  }

  /** Lets go of the files that still lie where `before` named them, though no source names them now: their source was taken away. */
  release(before: readonly SourcePath[], keyOf: (path: string) => string | undefined): void {
    for (const file of this.all) {
      const wasNamed = before.some((one) => one.matches(file.path));
      if (file.retiringSinceMs !== undefined && wasNamed && keyOf(file.path) === file.key) this.forget(file);
    }
  }

  /** Says that a file cannot be read, until the sources are looked at the next time. */
  fail(file: FollowedFile, code: string): void {
    this.#unreadable = [...this.#unreadable.filter(({ path }) => path !== file.path), { path: file.path, code }];
  }

  /** Whether no source names the file any more and it has had its time. */
  isOver(file: FollowedFile, nowMs: number): boolean {
    if (file.retiringSinceMs === undefined) return false;
    return nowMs - Math.max(file.retiringSinceMs, file.grewMs) > retirementMs;
  }

  forget(file: FollowedFile): void {
    this.#done.add(file.key);
    this.#files.delete(file.key);
    if (this.#byPath.get(file.path) === file) this.#byPath.delete(file.path);
    file.close();
  }

  /** Packed files that are read. Before, a restart would have to know that they were. */
  forgetPacked(): readonly PackedFile[] {
    const over = this.#packed;
    this.#packed = [];
    for (const file of over) {
      this.#done.add(file.key);
      file.close();
    }
    return over;
  }

  closeAll(): void {
    for (const file of this.all) this.forget(file);
    this.forgetPacked();
  }
}
