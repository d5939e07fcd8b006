import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Detection } from '@sakimori/contract/detection';
import type { InstalledPackage } from '@sakimori/contract/host-inventory';
import { encodePath } from '../../../file-system/path-bytes.ts';
import { look } from '../observe.ts';
import type { PackagedFile, PackageSource } from './package-source.ts';
import type { PathIndex } from './path-index.ts';

/** A package that is another now than before the run. */
export type Moved = {
  readonly key: string;
  readonly before: InstalledPackage | undefined;
  readonly after: InstalledPackage | undefined;
};

/** What the database says after (or in the midst of) a run. */
export type Evidence = {
  readonly source: PackageSource;
  readonly moved: ReadonlyMap<string, Moved>;
  /** Path → what the packages that moved say of it now. */
  readonly files: ReadonlyMap<string, PackagedFile>;
  /** The paths of the packages as they were before the run. */
  readonly before: PathIndex;
};

/** `own`: the database itself. Else the package, and whether more than the name could be compared. */
export type Explanation = { readonly package: string | 'own'; readonly isVerified: boolean };

/** Permissions with which a new file is told on its own, whatever package brought it: to run as its owner or group, or writable for all. */
const graveBits = 0o6002;

/**
 * Do the package tools explain this change? Only where the content is what the package says, mode and owner stay what they were, and no new file
 * comes with grave permissions: dpkg records nothing of these. @returns undefined where they do not.
 */
export function explain(detection: Detection, evidence: Evidence): Explanation | undefined {
  const { file } = detection;
  if (!file) return undefined;
  const standsFor = evidence.source.standsFor(file.path);
  if (standsFor === 'own') return { package: 'own', isVerified: true };
  if (file.changed.some((attribute) => ['mode', 'owner', 'group'].includes(attribute))) return undefined;
  if (standsFor !== undefined) return explainPassing(file.path, standsFor, evidence);
  if (detection.kind === 'file.deleted') return explainGone(file.path, evidence);
  const packaged = evidence.files.get(file.path);
  if (!packaged || !file.after) return undefined;
  if (file.after.type === 'other' || isGrave(detection)) return undefined;
  if (file.after.type !== 'file') return { package: packaged.package, isVerified: file.after.type === 'directory' };
  return packaged.digest && matches(file.path, file.after.sha256, packaged.digest)
    ? { package: packaged.package, isVerified: true }
    : undefined;
}

/** What is gone belonged to a package that was taken away or replaced, and to none that says it should be there. */
function explainGone(path: string, { moved, files, before }: Evidence): Explanation | undefined {
  if (files.has(path)) return undefined;
  const owner = before.ownersOf(path).find((key) => moved.has(key));
  return owner === undefined ? undefined : { package: owner, isVerified: true };
}

/** A file on its way in or out is explained once it is gone again: one that stays is somebody's own. */
function explainPassing(path: string, standsFor: string, { files, moved, before }: Evidence): Explanation | undefined {
  if (look(path).state !== 'missing') return undefined;
  const owner = files.get(standsFor)?.package ?? before.ownersOf(standsFor).find((key) => moved.has(key));
  return owner === undefined ? undefined : { package: owner, isVerified: true };
}

function isGrave({ kind, file }: Detection): boolean {
  if (kind !== 'file.created' || file?.after?.type !== 'file') return false;
  return (Number.parseInt(file.after.mode ?? '0', 8) & graveBits) !== 0;
}

const chunkBytes = 256 * 1024;

/** Has the file, as it was told, the content that the package says? Both digests are of one reading, so nobody can slip in between. */
function matches(
  path: string,
  sha256: string | undefined,
  { method, value }: NonNullable<PackagedFile['digest']>,
): boolean {
  if (sha256 === undefined) return false;
  if (method === 'sha256') return sha256 === value;
  try {
    const digests = digestsOf(path, [createHash('sha256'), createHash(method)]);
    return digests[0] === sha256 && digests[1] === value;
  } catch {
    return false;
  }
}

function digestsOf(path: string, hashes: readonly Hash[]): string[] {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const fd = openSync(encodePath(path), flags);
  try {
    if (!fstatSync(fd).isFile()) return [];
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer))
      for (const hash of hashes) hash.update(buffer.subarray(0, read));
    return hashes.map((hash) => hash.digest('hex'));
  } finally {
    closeSync(fd);
  }
}
