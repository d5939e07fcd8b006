import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { decodePath, encodePath } from '../../file-system/path-bytes.ts';

/**
 * One inotify watch a folder. The kernel tells of every change to a name in it: made, gone, renamed, written, attributes changed.
 * What it cannot tell: writes through a hard link from elsewhere or through a memory map, and what overran its queue
 * (`fs.inotify.max_queued_events`), of which Node says nothing. Scans find those. So a burst that comes near to what the queue holds counts as one
 * that overran it: Node empties the whole queue in one turn of the event loop.
 */
export class WatchTree {
  /** Folder → why it has no watch: an errno name, `ENOSPC` for the limit `fs.inotify.max_user_watches`. */
  readonly failures = new Map<string, string>();
  readonly #watches = new Map<string, { watcher: FSWatcher; identity: string }>();
  readonly #onChange: (path: string) => void;
  readonly #onBurst: () => void;
  readonly #burstMax: number;
  #eventsInTurn = 0;

  /** @param queueMax events that the kernel keeps for this process */
  constructor(onChange: (path: string) => void, onBurst: () => void, queueMax: number) {
    this.#onChange = onChange;
    this.#onBurst = onBurst;
    // Half: the kernel joins equal events, and other watches of this process share the queue.
    this.#burstMax = Math.max(1, Math.floor(queueMax / 2));
  }

  #count(): void {
    if (this.#eventsInTurn === 0) setImmediate(() => (this.#eventsInTurn = 0));
    this.#eventsInTurn += 1;
    if (this.#eventsInTurn === this.#burstMax) this.#onBurst();
  }

  get size(): number {
    return this.#watches.size;
  }

  /**
   * Watches this folder, if it is not watched yet.
   * @param identity of the folder now: another folder of the same name needs a watch of its own.
   * @returns true when the watch is new, so that what is in the folder must be looked at.
   */
  watch(folder: string, identity: string): boolean {
    const known = this.#watches.get(folder);
    if (known?.identity === identity) return false;
    known?.watcher.close();
    this.#watches.delete(folder);
    this.failures.delete(folder);
    try {
      const watcher = watch(encodePath(folder), { persistent: false, encoding: 'buffer' }, (_, name) => {
        this.#count();
        if (name) this.#onChange(join(folder, decodePath(name)));
        // The event may be of the folder itself: then the kernel gives no name and Node gives the folder's own.
        if (!name || folder.endsWith(`/${decodePath(name)}`)) this.#onChange(folder);
      });
      watcher.on('error', (error) => this.#fail(folder, error));
      this.#watches.set(folder, { watcher, identity });
    } catch (error) {
      this.#fail(folder, error);
    }
    return true;
  }

  #fail(folder: string, error: unknown): void {
    this.#watches.get(folder)?.watcher.close();
    this.#watches.delete(folder);
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    // Gone meanwhile, or not ours to read: the walk tells of these itself.
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EACCES') this.failures.set(folder, code);
  }

  /** Ends the watches of these folders and of all below them. */
  drop(folders: ReadonlySet<string>): void {
    if (folders.size === 0) return;
    for (const known of [this.failures, this.#watches]) {
      for (const path of known.keys()) if (isAtOrBelow(path, folders)) this.#forget(path);
    }
  }

  #forget(path: string): void {
    this.failures.delete(path);
    this.#watches.get(path)?.watcher.close();
    this.#watches.delete(path);
  }

  close(): void {
    for (const { watcher } of this.#watches.values()) watcher.close();
    this.#watches.clear();
  }
}

function isAtOrBelow(path: string, folders: ReadonlySet<string>): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (folders.has(path.slice(0, end))) return true;
  }
  return false;
}
