import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemClock } from '../../../clock.ts';
import { errorText } from '../../../log.ts';
import { readSkippedMounts } from '../scan/mount-points.ts';
import { createScope, isAtOrBelow, type ScopePlan } from '../scan/scope.ts';
import type { IntegrityArguments } from './arguments.ts';
import { createDatabase, createHead, writingFault } from './database-access.ts';
import { IntegrityFault, integrityExitCodes } from './exit-codes.ts';
import { runScan } from './scan-run.ts';
import { summaryLines, summaryOf } from './summary.ts';

/** Contents of larger files are not read: 4 GB, unless `--hash-limit` or the policy says otherwise. */
const hashBytesMaxDefault = 4 * 1024 ** 3;

/** Records everything anew. @returns exit code. @throws IntegrityFault */
export async function init(args: IntegrityArguments, print: (text: string) => void): Promise<number> {
  const path = args.databases[0]!;
  if (!args.force && existsSync(path)) throw writingFault(path, { code: 'EEXIST' });
  const { scope, hashBytesMax } = await planOf(args, path);
  const nowMs = systemClock.nowMs();
  const head = createHead({ version: 1, nowMs, hashBytesMax }, scope, args.attributes);
  const writer = createDatabase(path, head);
  try {
    const startMs = systemClock.monotonicMs();
    const plan = { scope, hashBytesMax, mounts: readSkippedMounts(), workers: args.workers, trusts: false };
    const onBlocks = (blocks: Uint8Array) => {
      try {
        writer.write(blocks);
      } catch (error) {
        throw writingFault(path, error);
      }
    };
    const report = await runScan({ ...plan, known: undefined, onBlocks }, args);
    const seal = finish(() => writer.finish(report.counts.entries, args.force), path);
    const summary = summaryOf(report, systemClock.monotonicMs() - startMs, { database: path, version: 1, seal });
    print(args.json ? `${JSON.stringify({ summary })}\n` : summaryLines(summary));
    return integrityExitCodes.same;
  } finally {
    writer.discard();
  }
}

function finish(work: () => string, path: string): string {
  try {
    return work();
  } catch (error) {
    throw writingFault(path, error);
  }
}

/** What the arguments ask to be recorded. @throws IntegrityFault @throws PolicyFault for a path of a rule that is none */
export async function planOf(
  { roots, rulesFile, attributes, hashBytesMax }: IntegrityArguments,
  database: string,
): Promise<{ scope: ScopePlan; hashBytesMax: number }> {
  const never = ownPaths(database);
  const content = attributes.includes('content');
  if (rulesFile === undefined) {
    const real = withoutNested(roots.map(realRoot));
    return { scope: { roots: real, never, content }, hashBytesMax: hashBytesMax ?? hashBytesMaxDefault };
  }
  // Loaded where it is needed: the schemas of policies are larger than all else here.
  const { readRulesFile } = await import('./rules-file.ts');
  const file = readRulesFile(rulesFile, systemClock.nowMs());
  const scope = { rules: file.rules, never, content };
  // Faulty paths are told here, not by a worker.
  await createScope(scope);
  return { scope, hashBytesMax: hashBytesMax ?? file.hashBytesMax ?? hashBytesMaxDefault };
}

/** The database changes with every run: it is no part of what it records. */
function ownPaths(database: string): string[] {
  try {
    return [join(realpathSync(dirname(database)), basename(database))];
  } catch (error) {
    throw new IntegrityFault(integrityExitCodes.writing, `the database cannot be written: ${errorText(error)}`);
  }
}

function realRoot(root: string): string {
  try {
    const isLink = lstatSync(root).isSymbolicLink();
    // A link on the way is the operator's; one at the end would be recorded as a link and nothing else.
    return isLink ? realpathSync(root) : join(realpathSync(dirname(root)), basename(root));
  } catch (error) {
    throw new IntegrityFault(integrityExitCodes.configuration, `--root ${root}: ${errorText(error)}`);
  }
}

const withoutNested = (roots: readonly string[]): string[] =>
  [...new Set(roots)].filter((root) => !roots.some((other) => other !== root && isAtOrBelow(root, other))).sort();
