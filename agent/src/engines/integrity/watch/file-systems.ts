import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Mount, Mounts } from '../../../file-system/mounts.ts';
import { decodePath, encodePath } from '../../../file-system/path-bytes.ts';
import type { Place } from './fanotify-events.ts';
import type { Libc } from './libc.ts';

/** Folders of which we remember where they are. */
const foldersMax = 20_000;

/**
 * Turns what fanotify calls a folder – a file system and a handle – into paths. A file system may be seen at several places (bind mounts); what is
 * hidden below another mount is seen nowhere.
 */
export class FileSystems {
  readonly #libc: Libc;
  #mounts: Mounts;
  /** File system id → its mounts that we may enter, those that show all of it first. */
  readonly #byId = new Map<string, Mount[]>();
  /** Handle → paths of the folder; none where it is gone or hidden. */
  readonly #folders = new Map<string, readonly string[]>();
  /** Open for as long as one group of events is worked on: a descriptor that stays would keep its file system from being unmounted. */
  readonly #open = new Map<string, number>();

  constructor(libc: Libc, mounts: Mounts) {
    this.#libc = libc;
    this.#mounts = mounts;
  }

  /** @param marked the mounts on whose file systems a mark lies, with the id of the file system */
  refresh(mounts: Mounts, marked: ReadonlyMap<string, string>): void {
    this.#mounts = mounts;
    this.#folders.clear();
    this.#byId.clear();
    const idOfDevice = new Map([...marked].map(([point, id]) => [mounts.at(point)?.device, id]));
    for (const mount of mounts.entered()) {
      const id = idOfDevice.get(mount.device);
      if (id === undefined) continue;
      const known = this.#byId.get(id);
      if (known) known.push(mount);
      else this.#byId.set(id, [mount]);
    }
    for (const list of this.#byId.values()) list.sort((a, b) => a.root.length - b.root.length);
  }

  /** The paths at which this folder is seen now. */
  pathsOf({ fsid, folder, key }: Place): readonly string[] {
    const known = this.#folders.get(key);
    if (known) return known;
    const paths = this.#find(fsid, folder);
    if (this.#folders.size >= foldersMax) this.#folders.clear();
    this.#folders.set(key, paths);
    return paths;
  }

  /** A folder has another path now, and with it all below. */
  forget(): void {
    this.#folders.clear();
  }

  /** After each group of events. */
  release(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }

  #find(id: string, handle: Buffer): string[] {
    for (const mount of this.#byId.get(id) ?? []) {
      const path = this.#pathThrough(mount, handle);
      if (path === 'gone') return [];
      if (path !== undefined) return this.#everyPath(id, mount, path);
    }
    return [];
  }

  /** @returns undefined where this mount does not show the folder */
  #pathThrough(mount: Mount, handle: Buffer): string | 'gone' | undefined {
    const mountFd = this.#openMount(mount.point);
    if (mountFd === undefined) return undefined;
    const fd = this.#libc.openByHandle(mountFd, handle);
    if (fd === undefined) return 'gone';
    try {
      const path = decodePath(readlinkSync(`/proc/self/fd/${fd}`, 'buffer'));
      // The kernel's answer for a folder that the mount does not show looks like any other path: only a second look tells.
      if (this.#mounts.skipping(path) !== undefined || this.#mounts.of(path) !== mount) return undefined;
      const here = fstatSync(fd, { bigint: true });
      const there = lstatSync(encodePath(path), { bigint: true, throwIfNoEntry: false });
      return there && there.ino === here.ino && there.dev === here.dev ? path : undefined;
    } catch {
      return undefined;
    } finally {
      closeSync(fd);
    }
  }

  #openMount(point: string): number | undefined {
    const known = this.#open.get(point);
    if (known !== undefined) return known;
    try {
      const fd = openSync(encodePath(point), constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NONBLOCK);
      this.#open.set(point, fd);
      return fd;
    } catch {
      return undefined;
    }
  }

  #everyPath(id: string, mount: Mount, path: string): string[] {
    const mounts = this.#byId.get(id) ?? [];
    if (mounts.length === 1) return [path];
    const inside = join(mount.root, below(mount.point, path) ?? '');
    return mounts.flatMap((other) => {
      const rest = below(other.root, inside);
      const seen = rest === undefined ? undefined : join(other.point, rest);
      return seen !== undefined && this.#mounts.of(seen) === other ? [seen] : [];
    });
  }
}

/** What follows `folder` in `path`, without a slash in front; undefined where the path is not there. */
function below(folder: string, path: string): string | undefined {
  if (path === folder) return '';
  const start = folder === '/' ? '/' : `${folder}/`;
  return path.startsWith(start) ? path.slice(start.length) : undefined;
}
