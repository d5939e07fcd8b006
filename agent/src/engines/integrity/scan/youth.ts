import { type BigIntStats, statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The kernel notes a write through a memory map when the page becomes dirty, not at each write; it is clean again, so that the next write is
 * noted, after at most 30 s and a little (`vm.dirty_expire_centisecs`). Times are also only as fine as the clock's tick.
 */
const youngMs = 60_000;
/** tmpfs and ramfs: pages are never cleaned there, so a write through a memory map may leave no time at all. */
const untimedFileSystems = new Set([0x01021994, 0x858458f6]);

/** Says of which files a later look must not believe the times: those that had changed only just before they were seen, and those of file systems in memory. */
export class Youth {
  readonly #nowMs: () => number;
  readonly #untimedDevices = new Map<bigint, boolean>();
  #sinceNs = 0n;

  /** @param nowMs milliseconds since 1970, by the clock that gives files their times */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Takes the time anew. */
  refresh(): void {
    this.#sinceNs = BigInt(Math.floor(this.#nowMs()) - youngMs) * 1_000_000n;
  }

  /** @param path of the file, as the kernel is given it */
  isYoung(stat: BigIntStats, path: string | Buffer): boolean {
    return stat.ctimeNs >= this.#sinceNs || this.#isUntimed(stat.dev, path);
  }

  #isUntimed(device: bigint, path: string | Buffer): boolean {
    const known = this.#untimedDevices.get(device);
    if (known !== undefined) return known;
    let isUntimed = true;
    try {
      const folder = typeof path === 'string' ? dirname(path) : path.subarray(0, Math.max(1, path.lastIndexOf('/')));
      isUntimed = untimedFileSystems.has(statfsSync(folder).type);
    } catch {
      // Not known: then it is read every time.
    }
    this.#untimedDevices.set(device, isUntimed);
    return isUntimed;
  }
}
