import { displayPath, encodePath } from '../../../file-system/path-bytes.ts';
import type { AccountNames } from '../account-names.ts';
import { toPath } from '../scan/byte-string.ts';
import type { FileRecord } from '../scan/file-record.ts';
import type { Told } from '../scan/judgement.ts';

/** What both sides of a change are, in words and numbers that everybody reads. */
export type Described = Readonly<Record<string, string | number>>;

/** @param names of users and groups as this host has them now */
export function describeRecord(record: FileRecord, names: AccountNames): Described {
  const isDevice = record.type === 'character' || record.type === 'block';
  return {
    type: record.type,
    mode: record.mode.toString(8).padStart(4, '0'),
    owner: names.user(record.uid),
    group: names.group(record.gid),
    ...(isDevice ? { device: exact(record.sizeBytes) } : { size: exact(record.sizeBytes) }),
    modified: instantOf(record.modifiedNs),
    changed: instantOf(record.changedNs),
    ...(record.bornNs > 0n ? { born: instantOf(record.bornNs) } : {}),
    inode: exact(record.inode),
    links: record.links,
    ...(record.type === 'file' ? contentOf(record) : {}),
    ...(record.target === undefined ? {} : { link: displayPath(toPath(record.target)) }),
  };
}

const contentOf = ({ sha256, content }: FileRecord): Described => (sha256 === undefined ? { content } : { sha256 });

/** A number where JavaScript has it exactly, else its digits. */
const exact = (value: bigint): number | string =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();

/** RFC 3339 with nanoseconds. What is no date of our calendar stands as seconds since 1970. */
export function instantOf(ns: bigint): string {
  const seconds = ns / 1_000_000_000n - (ns % 1_000_000_000n < 0n ? 1n : 0n);
  const rest = (ns - seconds * 1_000_000_000n).toString().padStart(9, '0');
  const ms = Number(seconds) * 1000;
  if (!(ms >= -62_167_219_200_000 && ms < 253_402_300_800_000)) return `${seconds}.${rest}`;
  return `${new Date(ms).toISOString().slice(0, 19)}.${rest}Z`;
}

/** One line of JSON for a change; of a path that is no text also its bytes. */
export function toJson({ finding, changed, rule }: Told, names: AccountNames): string {
  const previous = 'previousPath' in finding ? finding.previousPath : undefined;
  return JSON.stringify({
    kind: finding.kind,
    path: displayPath(finding.path),
    ...bytesOf(finding.path),
    ...(previous === undefined ? {} : { previousPath: displayPath(previous) }),
    changed,
    ...(rule ? { rule: rule.id, severity: rule.severity } : {}),
    ...('pathsBelow' in finding && finding.pathsBelow > 0 ? { pathsBelow: finding.pathsBelow } : {}),
    ...('before' in finding ? { before: describeRecord(finding.before, names) } : {}),
    ...('after' in finding ? { after: describeRecord(finding.after, names) } : {}),
  });
}

function bytesOf(path: string): { pathBase64?: string } {
  const bytes = encodePath(path);
  return typeof bytes === 'string' ? {} : { pathBase64: bytes.toString('base64') };
}
