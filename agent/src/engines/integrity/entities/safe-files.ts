import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type Mounts, readMounts } from '../../../file-system/mounts.ts';

/** Of a file that holds settings; a longer one is none. */
const bytesMax = 4 * 1024 * 1024;

/**
 * Reads small files below a root of which others may own the folders: what is no regular file is not opened for reading, so that a pipe or a device in a
 * home cannot stop us, and network mounts are not entered.
 */
export class SafeFiles {
  readonly root: string;
  readonly #mounts: Mounts;

  constructor(root = '/', mounts = readMounts()) {
    this.root = root;
    this.#mounts = mounts;
  }

  path(path: string): string {
    return join(this.root, path);
  }

  /** The program of a process, as whoever lives below this root calls it. */
  program(pid: string): string | undefined {
    const path = this.link(`/proc/${pid}/exe`);
    if (path === undefined || this.root === '/') return path;
    const outside = readLink(this.root) ?? this.root;
    return path.startsWith(`${outside}/`) ? path.slice(outside.length) : path;
  }

  /** The kernel's own files are asked for by name; they never block. */
  #isSkipped(full: string): boolean {
    return full !== '/proc' && !full.startsWith('/proc/') && this.#mounts.skipping(full) !== undefined;
  }

  /** The file's content; undefined where there is none that we can or should read. */
  text(path: string): string | undefined {
    const full = this.path(path);
    if (this.#isSkipped(full)) return undefined;
    let descriptor: number | undefined;
    try {
      descriptor = openSync(full, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
      const stat = fstatSync(descriptor);
      return stat.isFile() && stat.size <= bytesMax ? readAll(descriptor).toString('utf8') : undefined;
    } catch {
      return undefined;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  /** Names in a folder, in order; none where it is not there. */
  names(path: string): string[] {
    const full = this.path(path);
    if (this.#isSkipped(full)) return [];
    try {
      return readdirSync(full).sort();
    } catch {
      return [];
    }
  }

  link(path: string): string | undefined {
    return readLink(this.path(path));
  }

  exists(path: string): boolean {
    return lstatSync(this.path(path), { throwIfNoEntry: false }) !== undefined;
  }

  /** Changes whenever one of these files or folders does. Follows no link. */
  signature(paths: Iterable<string>): string {
    const lines: string[] = [];
    for (const path of paths) {
      const full = this.path(path);
      if (this.#isSkipped(full)) continue;
      const stat = lstatSync(full, { bigint: true, throwIfNoEntry: false });
      lines.push(stat ? `${path} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}` : path);
    }
    return lines.join('\n');
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function readAll(descriptor: number): Buffer {
  const parts: Buffer[] = [];
  for (let total = 0; total <= bytesMax; ) {
    const part = Buffer.alloc(65_536);
    const count = readSync(descriptor, part);
    if (count === 0) break;
    parts.push(part.subarray(0, count));
    total += count;
  }
  return Buffer.concat(parts);
}
