import { readFileSync } from 'node:fs';
import type { ProcessActor } from '@sakimori/contract/detection';
import type { Clock } from '../../../clock.ts';
import type { Mounts } from '../../../file-system/mounts.ts';
import { errorText } from '../../../log.ts';
import { WatchTree } from '../watch-tree.ts';
import { FanotifyWatch, type WatchParts } from './fanotify-watch.ts';
import { loadLibc, type SystemFault } from './libc.ts';

/** What became of a folder, as far as the kernel tells: see {@link WatchParts.onEvent}. */
export type FolderWord = 'arrived' | 'replaced';

export type Hint = {
  readonly path: string;
  readonly actor?: ProcessActor | undefined;
  readonly folder?: FolderWord | undefined;
};

/** Why fanotify is not at work. `missing_call`: the package with its calls is not there; `rights`; `kernel`. */
export type WhyNot = { readonly cause: 'missing_call' | 'rights' | 'kernel' | 'failed'; readonly detail: string };

type RealTimeParts = {
  readonly clock: Clock;
  readonly concerns: (path: string) => boolean;
  readonly onHint: (hint: Hint) => void;
  /** Events were lost. @param certain the kernel says so; else it may be */
  readonly onLost: (certain: boolean) => void;
  readonly onMounts: () => void;
  readonly onFault: (error: Error) => void;
  readonly ownFolders: readonly string[];
};

/**
 * What the kernel tells of changes: by fanotify for whole file systems, with who made them, where rights and kernel allow; by inotify, folder for
 * folder and without who, for everything else.
 */
export class RealTime {
  readonly tree: WatchTree;
  whyNot: WhyNot | undefined;
  readonly #parts: RealTimeParts;
  #fanotify: FanotifyWatch | undefined;

  constructor(parts: RealTimeParts) {
    this.#parts = parts;
    this.tree = new WatchTree(
      (path) => parts.onHint({ path }),
      () => parts.onLost(false),
      queueLimit(),
    );
  }

  /** Takes fanotify into use, if it can be. What it does not cover is left to inotify. */
  async open(mounts: Mounts): Promise<void> {
    const { clock, concerns, onHint, onLost, onMounts, ownFolders } = this.#parts;
    try {
      const parts: WatchParts = {
        ...{ clock, concerns, onMounts, ownFolders },
        onEvent: (path, actor, folder) => onHint({ path, actor, folder }),
        onOverflow: () => onLost(true),
        onFault: (error) => this.#fail(error),
      };
      this.#fanotify = new FanotifyWatch(await loadLibc(), mounts, parts);
      this.whyNot = undefined;
    } catch (error) {
      this.whyNot = whyNot(error);
    }
  }

  #fail(error: Error): void {
    this.#fanotify = undefined;
    this.whyNot = { cause: 'failed', detail: errorText(error).slice(0, 300) };
    this.#parts.onFault(error);
  }

  get kind(): 'fanotify' | 'inotify' {
    return this.#fanotify ? 'fanotify' : 'inotify';
  }

  get fileSystems(): number {
    return this.#fanotify?.size ?? 0;
  }

  /** File systems that fanotify cannot serve, with the reason, as an errno name. */
  get unmarked(): ReadonlyMap<string, string> {
    return this.#fanotify?.failures ?? new Map();
  }

  covers(path: string): boolean {
    return this.#fanotify?.covers(path) ?? false;
  }

  refresh(mounts: Mounts): void {
    this.#fanotify?.refresh(mounts);
  }

  async close(): Promise<void> {
    this.tree.close();
    await this.#fanotify?.close();
    this.#fanotify = undefined;
  }
}

function whyNot(error: unknown): WhyNot {
  const code = (error as SystemFault).code;
  const detail = errorText(error).slice(0, 300);
  if (code === 'EPERM' || code === 'EACCES') return { cause: 'rights', detail };
  if (code === 'ENOSYS' || code === 'EINVAL') return { cause: 'kernel', detail };
  const isMissing = code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_DLOPEN_FAILED';
  return { cause: isMissing ? 'missing_call' : 'failed', detail };
}

/** How many events of inotify the kernel keeps for us (inotify(7)). */
function queueLimit(): number {
  try {
    return Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'latin1')) || 16_384;
  } catch {
    return 16_384;
  }
}
