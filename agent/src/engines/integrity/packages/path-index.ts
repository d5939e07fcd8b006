import { hash } from 'node:crypto';

/**
 * Which package brought a path, for a hundred thousand paths in about a megabyte: sorted digests of 48 bits, and the number of the package beside
 * each. For what is gone: the package's own list of files is gone with it.
 */
export class PathIndex {
  #digests = new Float64Array(0);
  #owners = new Uint16Array(0);
  #packages: string[] = [];

  /** @param files the paths with their packages; what the caller does not want is left out by it */
  async build(files: AsyncIterable<readonly [string, string]>): Promise<void> {
    const numbers = new Map<string, number>();
    const entries: { digest: number; owner: number }[] = [];
    for await (const [path, owner] of files) {
      let number = numbers.get(owner);
      if (number === undefined) {
        if (numbers.size > 0xffff) continue;
        number = numbers.size;
        numbers.set(owner, number);
      }
      entries.push({ digest: digestOf(path), owner: number });
    }
    entries.sort((a, b) => a.digest - b.digest);
    this.#digests = Float64Array.from(entries, ({ digest }) => digest);
    this.#owners = Uint16Array.from(entries, ({ owner }) => owner);
    this.#packages = [...numbers.keys()];
  }

  get size(): number {
    return this.#digests.length;
  }

  /** The packages that had this path: a folder may belong to many. */
  ownersOf(path: string): string[] {
    const wanted = digestOf(path);
    let [low, high] = [0, this.#digests.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#digests[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    const owners: string[] = [];
    for (let at = low; this.#digests[at] === wanted; at += 1) owners.push(this.#packages[this.#owners[at]!]!);
    return owners;
  }
}

const digestOf = (path: string): number => hash('sha1', path, 'buffer').readUIntBE(0, 6);
