import { closeSync, constants, openSync } from 'node:fs';
import { toKernel } from './byte-string.ts';

/** The kernel takes paths of up to 4,095 bytes; a name has up to 255. */
const directBytesMax = 3800;
const openMax = 8;

/**
 * Names a folder for the kernel however deep it lies: from a certain depth on through `/proc/self/fd/N` of an opened folder above it.
 */
export class LongPaths {
  /** Folder → its descriptor, the one that was used last at the end. */
  readonly #open = new Map<string, number>();

  /**
   * @param folder byte string, `` for `/`
   * @returns a byte string that a name can be appended to after a `/`
   * @throws the error of the system, when a folder on the way cannot be opened
   */
  reach(folder: string): string {
    if (folder.length <= directBytesMax) return folder;
    const cut = folder.lastIndexOf('/', directBytesMax);
    const above = folder.slice(0, cut);
    return this.#reachFrom(above, folder.slice(cut + 1));
  }

  #reachFrom(above: string, rest: string): string {
    const base = `/proc/self/fd/${this.#descriptor(above)}`;
    if (rest.length <= directBytesMax) return `${base}/${rest}`;
    const cut = rest.lastIndexOf('/', directBytesMax);
    return this.#reachFrom(`${above}/${rest.slice(0, cut)}`, rest.slice(cut + 1));
  }

  #descriptor(folder: string): number {
    const known = this.#open.get(folder);
    if (known !== undefined) this.#open.delete(folder);
    const file =
      known ??
      openSync(toKernel(this.reach(folder)), constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    this.#open.set(folder, file);
    if (this.#open.size > openMax) {
      const [oldest] = this.#open;
      closeSync(oldest![1]);
      this.#open.delete(oldest![0]);
    }
    return file;
  }

  close(): void {
    for (const file of this.#open.values()) closeSync(file);
    this.#open.clear();
  }
}
