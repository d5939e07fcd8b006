/**
 * A database of the command line, version 1:
 *
 *   a line of text that names format and version · a line of JSON ({@link DatabaseHead}) · blocks (`folder-block.ts`) in no order ·
 *   u32 0 · u64 number of records · SHA-256 of everything before
 *
 * The seal finds damage by accident. It keeps nobody from making another database with a seal of its own: keep the seal that `init` prints apart
 * from the host and give it to `check` with `--seal`.
 */
import type { ScanAttribute } from './attributes.ts';
import type { ScopePlan } from './scope.ts';

const formatName = 'sakimori integrity database';
export const formatVersion = 1;
export const formatLine = `${formatName} ${formatVersion}`;
/** Stands where the length of a block would. */
export const endMark = 0;
export const sealBytes = 4 + 8 + 32;
export const headBytesMax = 16 * 1024 * 1024;

export type DatabaseHead = {
  /** Rises by one with each `check --update`. */
  readonly version: number;
  /** RFC 3339, UTC. */
  readonly madeAt: string;
  readonly host: string;
  readonly madeBy: string;
  readonly scope: ScopePlan;
  /** SHA-256 of `scope` and `attributes`: databases with the same one can be compared. */
  readonly scopeDigest: string;
  /** What is compared where no rules say so. */
  readonly attributes: readonly ScanAttribute[];
  readonly hashBytesMax: number;
  /** Seal of the version before. */
  readonly previous?: string;
};

/** The file is no database, or one that is damaged, cut or of another version. */
export class DatabaseFault extends Error {
  readonly kind: 'damaged' | 'version' | 'seal';

  constructor(kind: DatabaseFault['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** @throws DatabaseFault where the first line is not that of a database of this version */
export function checkFormatLine(line: string): void {
  if (line === formatLine) return;
  const version = new RegExp(`^${formatName} (\\d{1,9})$`).exec(line)?.[1];
  if (version === undefined) throw new DatabaseFault('damaged', 'it is no database of sakimori-agent integrity');
  throw new DatabaseFault('version', `its format has version ${version}, this program knows version ${formatVersion}`);
}
