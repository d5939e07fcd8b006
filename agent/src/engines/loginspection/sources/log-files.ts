import { closeSync, openSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { LogFormat } from '../event.ts';
import { FollowedFile, type Start } from './followed-file.ts';
import { hasHead, type Position } from './position.ts';
import { findFiles, keyOf, listFolder, type SourcePath } from './source-paths.ts';

/** A file that has been rotated away is read on for this long: its writer may not know of it yet. */
const retirementMs = 60_000;
const filesMax = 500;

/** A file that some source names and that cannot be opened. */
export interface Unreadable {
  readonly path: string;
  /** `EACCES` and the like. */
  readonly code: string;
}

/**
 * The open logs, known by inode, so that a rename is no new file. Knows nothing of time, watching or reporting.
 *
 * Rotation by rename: the old file is read on until it has been quiet under no source for a minute; the new one is read from its beginning.
 * Rotation by copy and truncation: the unread rest is taken from the copy, then the file anew from its beginning.
 */
export class LogFiles {
  readonly #files = new Map<string, FollowedFile>();
  readonly #formats = new Map<string, LogFormat>();
  /** Files read to their end in this run. */
  readonly #done = new Set<string>();
  #unreadable: Unreadable[] = [];

  get all(): readonly FollowedFile[] {
    return [...this.#files.values()];
  }

  get unreadable(): readonly Unreadable[] {
    return this.#unreadable;
  }

  formatOf(file: FollowedFile): LogFormat {
    return this.#formats.get(file.key) ?? 'syslog';
  }

  /**
   * Takes up a file where an earlier run of the agent left it, wherever it lies now. False when neither the file nor a copy of it is found.
   */
  restore(position: Position, format: LogFormat, nowMs: number): boolean {
    const folder = dirname(position.path);
    const here = [position.path, ...listFolder(folder, () => true)].find((path) => keyOf(path) === position.file);
    const path = here && beginsAs(here, position) ? here : findCopy(position);
    if (!path) return false;
    const file = this.#open(path, { at: 'position', position }, format);
    if (file && path === here && path !== position.path) {
      file.retiringSinceMs = nowMs;
      this.#openBetween(file, basename(position.path), nowMs);
    }
    return true;
  }

  /** Compares the open files with what the sources name now. `startOf` says where a file begins that was not followed before. */
  update(paths: readonly SourcePath[], nowMs: number, startOf: (source: SourcePath['source']) => Start): void {
    this.#unreadable = [];
    const found = findFiles(paths);
    const named = new Set(found.map((file) => file.key));
    for (const file of this.all) {
      if (named.has(file.key) || file.retiringSinceMs !== undefined) continue;
      file.retiringSinceMs = nowMs;
      this.#openBetween(file, basename(file.path), nowMs);
    }
    for (const { path, key, source } of found) {
      const file = this.#files.get(key);
      if (file) {
        file.path = path;
        file.retiringSinceMs = undefined;
        this.#formats.set(key, source.format);
      } else this.#openFound(path, startOf(source), source.format);
    }
  }

  /** Files that were begun after this one and rotated away before anybody looked, for example while the agent was not running. */
  #openBetween(file: FollowedFile, name: string, nowMs: number): void {
    const later = listFolder(dirname(file.path), (other) => isRotatedName(other, name))
      .map((path) => ({ path, key: keyOf(path) ?? '', bornMs: bornMsOf(path) }))
      .filter(({ key, bornMs }) => !this.#files.has(key) && !this.#done.has(key) && bornMs > file.bornMs)
      .sort((one, other) => one.bornMs - other.bornMs);
    for (const { path } of later) {
      const opened = this.#open(path, { at: 'beginning' }, this.formatOf(file));
      if (opened) opened.retiringSinceMs = nowMs;
    }
  }

  #openFound(path: string, start: Start, format: LogFormat): void {
    if (this.#files.size >= filesMax) {
      this.#unreadable.push({ path, code: 'TOO_MANY' });
      return;
    }
    const file = this.#open(path, start, format);
    if (file) file.isCopy = this.all.some((other) => isRotatedName(basename(path), basename(other.path)));
  }

  #open(path: string, start: Start, format: LogFormat): FollowedFile | undefined {
    try {
      const file = new FollowedFile(path, start);
      this.#files.set(file.key, file);
      this.#formats.set(file.key, format);
      return file;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
      if (code !== 'ENOENT') this.#unreadable.push({ path, code });
      return undefined;
    }
  }

  /** A file that was truncated or rewritten begins anew; what was unread is looked for in a copy beside it. */
  renew(file: FollowedFile, nowMs: number): void {
    const { position } = file;
    const format = this.formatOf(file);
    const copy = findCopy(position);
    const known = copy && this.#files.get(keyOf(copy) ?? '');
    if (known) {
      known.resume(position);
      known.isCopy = false;
    } else if (copy) {
      const opened = this.#open(copy, { at: 'position', position }, format);
      if (opened) opened.retiringSinceMs = nowMs;
    }
    file.restart();
    // The copy holds the older lines: it is read first.
    this.#files.delete(file.key);
    this.#files.set(file.key, file);
  }

  /** Lets go of the files that still lie where `before` named them, though no source names them now: their source was taken away. */
  release(before: readonly SourcePath[]): void {
    for (const file of this.all) {
      const wasNamed = before.some((one) => one.folder === dirname(file.path) && one.matches(basename(file.path)));
      if (file.retiringSinceMs !== undefined && wasNamed && keyOf(file.path) === file.key) this.forget(file);
    }
  }

  /** Whether no source names the file any more and it has had its time. */
  isOver(file: FollowedFile, nowMs: number): boolean {
    if (file.retiringSinceMs === undefined) return false;
    return nowMs - file.retiringSinceMs > retirementMs;
  }

  forget(file: FollowedFile): void {
    this.#done.add(file.key);
    this.#files.delete(file.key);
    this.#formats.delete(file.key);
    file.close();
  }

  closeAll(): void {
    for (const file of this.all) this.forget(file);
  }
}

/** `auth.log.1`, `auth.log-20261123`, `auth.log.old` of `auth.log`: an unknown file of such a name is a copy, not news. */
function isRotatedName(name: string, original: string): boolean {
  return name.startsWith(original) && /^[._-](?:\d[\d._T:-]*|old|bak|prev)$/.test(name.slice(original.length));
}

function beginsAs(path: string, position: Position): boolean {
  try {
    const fd = openSync(path, 'r');
    try {
      return statSync(path).size >= position.offset && hasHead(fd, position.head);
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}

/** When a file was made, milliseconds; 0 where the file system does not know. */
function bornMsOf(path: string): number {
  try {
    return statSync(path).birthtimeMs;
  } catch {
    return 0;
  }
}

/** The newest file beside a log, named after it, that begins as the log did and holds more than was read. */
function findCopy(position: Position): string | undefined {
  if (position.head.length === 0) return undefined;
  const name = basename(position.path);
  return listFolder(dirname(position.path), (other) => other.startsWith(name) && other !== name)
    .filter((path) => keyOf(path) !== position.file && beginsAs(path, position))
    .map((path) => ({ path, modifiedMs: statSync(path).mtimeMs }))
    .sort((a, b) => b.modifiedMs - a.modifiedMs)[0]?.path;
}
