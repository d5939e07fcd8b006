import { compareDatabases } from '../scan/compare-databases.ts';
import { Findings } from '../scan/findings.ts';
import { createJudge } from '../scan/judgement.ts';
import type { IntegrityArguments } from './arguments.ts';
import { openKnown } from './database-access.ts';
import { IntegrityFault, integrityExitCodes } from './exit-codes.ts';
import { Report } from './report.ts';

/** Compares two databases. @returns exit code. @throws IntegrityFault */
export async function diff(args: IntegrityArguments, print: (text: string) => void): Promise<number> {
  const [oldPath, newPath] = args.databases as [string, string];
  const before = openKnown(oldPath, args.seal);
  const after = openKnown(newPath, undefined);
  try {
    if (before.head.scopeDigest !== after.head.scopeDigest) {
      throw new IntegrityFault(
        integrityExitCodes.configuration,
        'the two databases were made with other roots or rules and cannot be compared',
      );
    }
    const { scope, attributes } = after.head;
    const report = new Report(args, await createJudge(scope, attributes), print);
    const findings = new Findings((finding) => report.take(finding));
    compareDatabases(before.blocks, after.blocks, (differences) => findings.take(differences));
    findings.finish();
    const sides = [before, after].map(({ head, seal }, index) => {
      return { database: args.databases[index]!, version: head.version, madeAt: head.madeAt, seal };
    });
    const names = sides.map(({ madeAt, version }) => `the database of ${madeAt} (version ${version})`);
    const remarks = findings.overran ? ['too many changes to look for renames among them'] : [];
    return report.end(names.join(' and '), { before: sides[0], after: sides[1] }, remarks);
  } finally {
    before.close();
    after.close();
  }
}
