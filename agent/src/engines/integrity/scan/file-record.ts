/**
 * What is known of one name in a folder, as bytes. The same layout stands in a database, goes from worker to main thread, and is what two scans
 * compare, so that a file that did not change never becomes an object.
 *
 *   0 u8 type (bits 0–2), content (bits 3–4), young (bit 5) · 2 u16 length of the name · 4 u16 mode · 6 u16 length of the link's target
 *   8 u32 uid · 12 u32 gid · 16 u32 links · 20 u64 inode · 28 u64 size in bytes, of a device its number
 *   36 i64 modified · 44 i64 changed (ctime) · 52 i64 born, each in ns since 1970; 0 = the file system does not tell
 *   60 name, SHA-256 (32 bytes, only where content is `hashed`), target of a symbolic link
 *
 * All little-endian. Names and targets are the kernel's bytes; here they are **byte strings**: one character U+0000–U+00FF a byte.
 */
import type { BigIntStats } from 'node:fs';

export const recordHeadBytes = 60;
export const hashBytes = 32;
/** The longest record: name and target each at the 65,535 bytes that their length fields hold. */
export const recordBytesMax = recordHeadBytes + hashBytes + 2 * 65_535;

export const types = ['none', 'file', 'directory', 'symlink', 'pipe', 'socket', 'character', 'block'] as const;
export type RecordType = (typeof types)[number];

/** `none`: no file, or no rule asks for it. `large`: above the limit. Without a hash, size and times stand for the content. */
export const contents = ['none', 'hashed', 'large', 'unreadable'] as const;
export type Content = (typeof contents)[number];

const typeMask = 0b111;
const contentShift = 3;
const contentMask = 0b11;
export const youngBit = 0b10_0000;

export type FileRecord = {
  /** Byte string. */
  readonly name: string;
  readonly type: RecordType;
  readonly content: Content;
  /** Had changed so shortly before it was seen that a later change could bear the same time: never trusted unread. */
  readonly isYoung: boolean;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly inode: bigint;
  readonly sizeBytes: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
  readonly bornNs: bigint;
  /** 64 hexadecimal digits. */
  readonly sha256: string | undefined;
  /** Byte string. */
  readonly target: string | undefined;
};

/** The type by the highest four of the 16 bits of `st_mode` (inode(7)). */
const typeByFormat = Uint8Array.from(
  (
    [
      ...(['none', 'pipe', 'character', 'none', 'directory', 'none', 'block', 'none'] as const),
      ...(['file', 'none', 'symlink', 'none', 'socket', 'none', 'none', 'none'] as const),
    ] satisfies RecordType[]
  ).map((type) => types.indexOf(type)),
);
const firstDevice = types.indexOf('character');

/** @returns the index in `types` */
export const typeOfMode = (mode: number): number => typeByFormat[(mode >> 12) & 0xf]!;

/** Writes the fixed part of a record at `at`; what follows it is appended by the caller. */
export function writeHead(to: DataView, at: number, stat: BigIntStats, nameLength: number): void {
  const mode = Number(stat.mode);
  const type = typeOfMode(mode);
  to.setUint8(at, type);
  to.setUint8(at + 1, 0);
  to.setUint16(at + 2, nameLength, true);
  to.setUint16(at + 4, mode & 0o7777, true);
  to.setUint16(at + 6, 0, true);
  to.setUint32(at + 8, Number(stat.uid), true);
  to.setUint32(at + 12, Number(stat.gid), true);
  to.setUint32(at + 16, Number(stat.nlink), true);
  to.setBigUint64(at + 20, stat.ino, true);
  to.setBigUint64(at + 28, type >= firstDevice ? stat.rdev : stat.size, true);
  to.setBigInt64(at + 36, stat.mtimeNs, true);
  to.setBigInt64(at + 44, stat.ctimeNs, true);
  to.setBigInt64(at + 52, stat.birthtimeNs, true);
}

export const withContent = (flags: number, content: Content): number =>
  (flags & ~(contentMask << contentShift)) | (contents.indexOf(content) << contentShift);
export const typeIndexOf = (flags: number): number => flags & typeMask;
export const contentOf = (flags: number): Content => contents[(flags >> contentShift) & contentMask]!;

/** All bytes alike but for the mark of youth, which says something of the look and not of the file. */
export function sameRecord(buffer: Buffer, at: number, length: number, before: Buffer): boolean {
  if (length !== before.length || ((buffer[at]! ^ before[0]!) & ~youngBit) !== 0) return false;
  return buffer.compare(before, 2, length, at + 2, at + length) === 0;
}

/** Length of the record that begins here. */
export function recordLength(from: DataView, at: number): number {
  const isHashed = contentOf(from.getUint8(at)) === 'hashed';
  return recordHeadBytes + from.getUint16(at + 2, true) + (isHashed ? hashBytes : 0) + from.getUint16(at + 6, true);
}

/** The record at `at` as an object. The bytes must have been checked: they come from a database whose checksum is right, or from us. */
export function readRecord(bytes: Buffer, at = 0): FileRecord {
  const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = from.getUint8(at);
  const content = contentOf(flags);
  const nameEnd = at + recordHeadBytes + from.getUint16(at + 2, true);
  const hashEnd = nameEnd + (content === 'hashed' ? hashBytes : 0);
  const type = types[typeIndexOf(flags)]!;
  return {
    name: bytes.toString('latin1', at + recordHeadBytes, nameEnd),
    type,
    content,
    isYoung: (flags & youngBit) !== 0,
    mode: from.getUint16(at + 4, true),
    uid: from.getUint32(at + 8, true),
    gid: from.getUint32(at + 12, true),
    links: from.getUint32(at + 16, true),
    inode: from.getBigUint64(at + 20, true),
    sizeBytes: from.getBigUint64(at + 28, true),
    modifiedNs: from.getBigInt64(at + 36, true),
    changedNs: from.getBigInt64(at + 44, true),
    bornNs: from.getBigInt64(at + 52, true),
    sha256: content === 'hashed' ? bytes.toString('hex', nameEnd, hashEnd) : undefined,
    target: type === 'symlink' ? bytes.toString('latin1', hashEnd, hashEnd + from.getUint16(at + 6, true)) : undefined,
  };
}
