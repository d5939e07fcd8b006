import { createHash } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import type { Entry } from './entry.ts';
import { decodePath, encodePath } from './path-bytes.ts';

/** What a look at a path gave. `denied`: it is there, or may be, but we may not see. */
export type Sight =
  | { readonly state: 'present'; readonly stat: BigIntStats; readonly type: Entry['type'] }
  | { readonly state: 'missing' }
  | { readonly state: 'denied' };

/** Looks at the path itself, never through a symbolic link at its end. */
export function look(path: string): Sight {
  try {
    const stat = lstatSync(encodePath(path), { bigint: true, throwIfNoEntry: false });
    return stat ? { state: 'present', stat, type: typeOf(stat) } : { state: 'missing' };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return { state: code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'denied' };
  }
}

export const identityOf = (stat: BigIntStats): string =>
  stat.birthtimeNs > 0n
    ? `${stat.ino}:${stat.birthtimeNs}`
    : // A file system without birth times: a reused inode would have to have the same device, size and time of change of content.
      `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}`;

/** Birth of the object in ms since 1970; 0 where the file system does not tell. */
export function bornMsOf({ identity }: Pick<Entry, 'identity'>): number {
  const parts = identity.split(':');
  return parts.length === 2 ? Number(parts[1]) / 1e6 : 0;
}

/**
 * The full state of a path that was seen, with the content of a regular file hashed where `hashBytesMax` is given. Special files (pipes, sockets, devices) are never opened.
 * A file that goes away while we read it is `undefined`.
 */
export async function observe(
  path: string,
  sight: Sight,
  hashBytesMax: number | undefined,
): Promise<Entry | undefined> {
  if (sight.state !== 'present') return undefined;
  const { stat, type } = sight;
  const isHashed = type === 'file' && hashBytesMax !== undefined;
  const content = isHashed ? await hashContent(path, stat, hashBytesMax) : noContent;
  if (content === 'gone') return undefined;
  return {
    path,
    type,
    sizeBytes: type === 'directory' ? 0 : Number(stat.size),
    mode: Number(stat.mode & 0o7777n),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    identity: identityOf(stat),
    inode: Number(stat.ino),
    modifiedMs: Number(stat.mtimeMs),
    ...content,
    linkTarget: type === 'symlink' ? readLink(path) : undefined,
  };
}

function typeOf(stat: BigIntStats): Entry['type'] {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  return stat.isSymbolicLink() ? 'symlink' : 'other';
}

function readLink(path: string): string {
  try {
    return decodePath(readlinkSync(encodePath(path), 'buffer'));
  } catch {
    return '';
  }
}

type Content = Pick<Entry, 'sha256' | 'unhashed'>;
const noContent: Content = { sha256: undefined, unhashed: undefined };

/** Below this a blocking read is cheaper than the way through the thread pool. */
const smallBytes = 128 * 1024;
const chunkBytes = 256 * 1024;
/** `O_NONBLOCK`: what became a pipe since we looked must not hold us. `O_NOFOLLOW`: nor may a link lead us elsewhere. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function hashContent(path: string, stat: BigIntStats, hashBytesMax: number): Promise<Content | 'gone'> {
  if (stat.size > BigInt(hashBytesMax)) return { sha256: undefined, unhashed: 'large' };
  try {
    const sha256 = stat.size <= smallBytes ? hashSmall(path, stat, hashBytesMax) : await hashStream(path, hashBytesMax);
    return sha256 === 'large' ? { sha256: undefined, unhashed: 'large' } : { sha256, unhashed: undefined };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return 'gone';
    return { sha256: undefined, unhashed: 'unreadable' };
  }
}

const smallBuffer = Buffer.allocUnsafeSlow(smallBytes);

/** The file may grow while it is read: the end is where reading ends, not where `stat` said; `hashBytesMax` still bounds it. */
function hashSmall(path: string, stat: BigIntStats, hashBytesMax: number): string | 'large' {
  const file = openSync(encodePath(path), flags);
  try {
    if (!fstatSync(file).isFile()) throw Object.assign(new Error('not a file any more'), { code: 'ENOENT' });
    const hash = createHash('sha256');
    let total = 0;
    for (let read = readSync(file, smallBuffer); read > 0; read = readSync(file, smallBuffer)) {
      hash.update(smallBuffer.subarray(0, read));
      total += read;
      if (total > Math.max(hashBytesMax, Number(stat.size))) return 'large';
    }
    return hash.digest('hex');
  } finally {
    closeSync(file);
  }
}

async function hashStream(path: string, hashBytesMax: number): Promise<string | 'large'> {
  await using file = await open(encodePath(path), flags);
  if (!(await file.stat()).isFile()) throw Object.assign(new Error('not a file any more'), { code: 'ENOENT' });
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(chunkBytes);
  let total = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, null);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
    total += bytesRead;
    if (total > hashBytesMax) return 'large';
  }
}
