import { type FSWatcher, watch } from 'node:fs';

/** What happened in a folder: a file's content grew or changed, or names came, went or were exchanged. */
export type FolderChange = 'content' | 'names';

/** Watches folders by the kernel's notifications. What cannot be watched is polled. */
export class FolderWatch {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #changed: (folder: string, change: FolderChange, name: string | undefined) => void;

  constructor(changed: (folder: string, change: FolderChange, name: string | undefined) => void) {
    this.#changed = changed;
  }

  /** Makes the watched folders be these. Call it again to retry one that was missing. */
  watch(folders: ReadonlySet<string>): void {
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#add(folder);
  }

  isWatching(folder: string): boolean {
    return this.#watchers.has(folder);
  }

  close(): void {
    this.watch(new Set());
  }

  #add(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (event, name) => {
        // A folder that is deleted or moved away names itself: it must be watched anew should it come again.
        if (event === 'rename' && name !== null && folder.endsWith(`/${name}`)) this.#drop(folder);
        this.#changed(folder, event === 'rename' ? 'names' : 'content', name ?? undefined);
      });
      watcher.on('error', () => this.#drop(folder));
      this.#watchers.set(folder, watcher);
    } catch {
      // Missing, not permitted, or no watch left: polling goes on.
    }
  }

  #drop(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }
}
