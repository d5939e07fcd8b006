import { type BigIntStats, lstatSync, readlinkSync } from 'node:fs';
import { systemClock } from '../../clock.ts';
import { decodePath, encodePath } from '../../file-system/path-bytes.ts';
import type { Entry } from './entry.ts';
import { ContentReader } from './scan/content-reader.ts';
import { type Content, recordHeadBytes, withContent, writeHead, youngBit } from './scan/file-record.ts';
import { Youth } from './scan/youth.ts';

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
  if (sight.type !== 'file' || hashBytesMax === undefined) return entryOf(path, sight.stat, sight.type, noContent);
  // A large file is read in the thread pool meanwhile; a small one is read faster than handed over.
  const reader = sight.stat.size > smallBytes ? new ContentReader(undefined, () => {}) : smallReader;
  const result = await reader.readPatiently(encodePath(path), hashBytesMax);
  if (result === 'denied') return entryOf(path, sight.stat, 'file', { content: 'unreadable', sha256: '' });
  return result === 'read' ? entryOf(path, reader.stat, 'file', reader) : undefined;
}

/** Below this one reader serves all: it is done before anybody else can ask it. */
const smallBytes = 128n * 1024n;
const smallReader = new ContentReader(undefined, () => {});
const noContent = { content: 'none', sha256: '' } as const;
const youth = new Youth(() => systemClock.nowMs());

type Read = Pick<ContentReader, 'content' | 'sha256'>;

function entryOf(path: string, stat: BigIntStats, type: Entry['type'], { content, sha256 }: Read): Entry {
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
    sha256: content === 'hashed' ? Buffer.from(sha256, 'latin1').toString('hex') : undefined,
    unhashed: content === 'large' || content === 'unreadable' ? content : undefined,
    linkTarget: type === 'symlink' ? readLink(path) : undefined,
    seen: seenOf(path, stat, content),
  };
}

/** What a scan compares a later look with. */
function seenOf(path: string, stat: BigIntStats, content: Content): Uint8Array {
  const seen = new Uint8Array(recordHeadBytes);
  writeHead(new DataView(seen.buffer), 0, stat, 0);
  youth.refresh();
  seen[0] =
    withContent(seen[0]!, content) | (content !== 'none' && youth.isYoung(stat, encodePath(path)) ? youngBit : 0);
  return seen;
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
