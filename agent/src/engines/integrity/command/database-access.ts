import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { errorText } from '../../../log.ts';
import { agentVersion } from '../../../version.ts';
import type { ScanAttribute } from '../scan/attributes.ts';
import { DatabaseFault, type DatabaseHead } from '../scan/database-format.ts';
import { type Database, openDatabase } from '../scan/database-reader.ts';
import { DatabaseWriter } from '../scan/database-writer.ts';
import type { ScopePlan } from '../scan/scope.ts';
import { IntegrityFault, integrityExitCodes } from './exit-codes.ts';

const codeOf = {
  damaged: integrityExitCodes.database,
  seal: integrityExitCodes.database,
  version: integrityExitCodes.version,
} as const;

/** @throws IntegrityFault */
export function openKnown(path: string, seal: string | undefined): Database {
  let database: Database;
  try {
    database = openDatabase(path);
  } catch (error) {
    const code = error instanceof DatabaseFault ? codeOf[error.kind] : integrityExitCodes.io;
    throw new IntegrityFault(code, `the database ${path} cannot be used: ${errorText(error)}`);
  }
  if (seal === undefined || seal === database.seal) return database;
  database.close();
  throw new IntegrityFault(codeOf.seal, `the database ${path} is another one: its seal is ${database.seal}`);
}

/** @throws IntegrityFault */
export function createDatabase(path: string, head: DatabaseHead): DatabaseWriter {
  try {
    return new DatabaseWriter(path, head);
  } catch (error) {
    throw writingFault(path, error);
  }
}

export const writingFault = (path: string, error: unknown): IntegrityFault => {
  if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
    return new IntegrityFault(integrityExitCodes.writing, `${path} is there already; --force takes its place`);
  }
  return new IntegrityFault(integrityExitCodes.writing, `the database cannot be written: ${errorText(error)}`);
};

export function createHead(
  made: { version: number; nowMs: number; hashBytesMax: number; previous?: string },
  scope: ScopePlan,
  attributes: readonly ScanAttribute[],
): DatabaseHead {
  const { version, nowMs, hashBytesMax, previous } = made;
  return {
    ...{ version, scope, attributes, hashBytesMax },
    madeAt: new Date(nowMs).toISOString(),
    host: hostname(),
    madeBy: `sakimori-agent ${agentVersion}`,
    scopeDigest: digestOf(scope, attributes),
    ...(previous === undefined ? {} : { previous }),
  };
}

/** SHA-256 of what is recorded and what is compared; where the database itself lies makes no difference. */
export const digestOf = ({ roots, rules, content }: ScopePlan, attributes: readonly ScanAttribute[]): string =>
  createHash('sha256').update(JSON.stringify({ roots, rules, content, attributes })).digest('hex');
