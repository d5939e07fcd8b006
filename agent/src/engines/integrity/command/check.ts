import { linkSync, rmSync } from 'node:fs';
import { systemClock } from '../../../clock.ts';
import type { DatabaseHead } from '../scan/database-format.ts';
import type { Database } from '../scan/database-reader.ts';
import type { DatabaseWriter } from '../scan/database-writer.ts';
import { Findings } from '../scan/findings.ts';
import { createJudge } from '../scan/judgement.ts';
import { readSkippedMounts } from '../scan/mount-points.ts';
import { tellNotFound } from '../scan/not-found.ts';
import type { IntegrityArguments } from './arguments.ts';
import { createDatabase, createHead, digestOf, openKnown, writingFault } from './database-access.ts';
import { IntegrityFault, integrityExitCodes } from './exit-codes.ts';
import { planOf } from './init.ts';
import { Report } from './report.ts';
import { runScan } from './scan-run.ts';
import { remarks, summaryOf } from './summary.ts';

/** Compares what is there with the database, and with `--update` records it as its next version. @returns exit code. @throws IntegrityFault */
export async function check(args: IntegrityArguments, print: (text: string) => void): Promise<number> {
  const path = args.databases[0]!;
  const database = openKnown(path, args.seal);
  const writer = args.update ? createNext(args, database) : undefined;
  try {
    await checkScope(args, database.head, path);
    const { scope, attributes } = database.head;
    const report = new Report(args, await createJudge(scope, attributes), print);
    const findings = new Findings((finding) => report.take(finding));
    const startMs = systemClock.monotonicMs();
    const mounts = readSkippedMounts();
    const result = await runScan(
      {
        ...{ scope, mounts, workers: args.workers, trusts: !args.paranoid },
        ...{ hashBytesMax: args.hashBytesMax ?? database.head.hashBytesMax, known: database.blocks },
        onDifferences: (differences) => findings.take(differences),
        ...(writer ? { onBlocks: (blocks: Uint8Array) => write(writer, blocks) } : {}),
      },
      args,
      database.entries,
    );
    const entries =
      result.counts.entries +
      takeNotFound(database, [...result.denied, ...mounts.map((mount) => mount.path)], findings, writer);
    findings.finish();
    const updated = writer ? finish(args, writer, database, entries) : undefined;
    const known = { database: path, version: database.head.version, seal: database.seal };
    const summary = {
      ...summaryOf(result, systemClock.monotonicMs() - startMs, known),
      ...(updated ? { updated } : {}),
    };
    return report.end(`the database of ${database.head.madeAt} (version ${known.version}) and now`, summary, [
      ...remarks(summary),
      ...(findings.overran ? ['too many changes to look for renames among them'] : []),
      ...(updated ? [`version ${updated.version} is written, seal ${updated.seal}`] : []),
    ]);
  } finally {
    writer?.discard();
    database.close();
  }
}

/** @returns how many records are kept of what could not be looked at */
function takeNotFound(
  { blocks }: Database,
  hidden: readonly string[],
  findings: Findings,
  writer: DatabaseWriter | undefined,
): number {
  let kept = 0;
  const keep = (block: Uint8Array, records: number) => {
    kept += records;
    if (writer) write(writer, block);
  };
  tellNotFound(blocks, hidden, (differences) => findings.take(differences), keep);
  return kept;
}

/** Roots or rules that are given must be those of the database: else what is not recorded would look as if it were new. */
async function checkScope(args: IntegrityArguments, head: DatabaseHead, path: string): Promise<void> {
  if (args.roots.length === 0 && args.rulesFile === undefined) return;
  const { scope } = await planOf({ ...args, attributes: head.attributes }, path);
  if (digestOf(scope, head.attributes) === head.scopeDigest) return;
  throw new IntegrityFault(
    integrityExitCodes.configuration,
    `the database ${path} was made with other roots or rules; record it anew with init --force`,
  );
}

function createNext(args: IntegrityArguments, { head, seal }: Database): DatabaseWriter {
  const { scope, attributes, version, hashBytesMax } = head;
  const made = { version: version + 1, nowMs: systemClock.nowMs(), hashBytesMax, previous: seal };
  return createDatabase(args.out ?? args.databases[0]!, createHead(made, scope, attributes));
}

function write(writer: DatabaseWriter, blocks: Uint8Array): void {
  try {
    writer.write(blocks);
  } catch (error) {
    throw writingFault(writer.temporaryPath, error);
  }
}

/** The version before stays beside the new one, where that takes its place. */
function finish(args: IntegrityArguments, writer: DatabaseWriter, { head }: Database, entries: number) {
  const path = args.databases[0]!;
  try {
    if (args.out === undefined) keep(path, `${path}.${head.version}`);
    const seal = writer.finish(entries, args.out === undefined || args.out === path);
    return { database: args.out ?? path, version: head.version + 1, seal };
  } catch (error) {
    throw writingFault(args.out ?? path, error);
  }
}

function keep(path: string, as: string): void {
  rmSync(as, { force: true });
  linkSync(path, as);
}
