import { join } from 'node:path';
import { listNames } from '../../file-system/list-folder.ts';
import type { Baseline } from './baseline.ts';
import type { Outcome, Suspect } from './examine.ts';
import { identityOf, look } from './observe.ts';
import type { RuleSet } from './rules.ts';
import type { Sieve } from './sieve.ts';

export type WalkTools = {
  readonly rules: RuleSet;
  readonly baseline: Baseline;
  /** Compares these paths with the baseline. */
  readonly examine: (suspects: readonly Suspect[]) => Promise<Outcome>;
  /** Sets a watch on the folder; true when it is a new one. Without real-time watch: always true. */
  readonly watch: (folder: string, identity: string) => boolean;
  readonly onDenied: (folder: string) => void;
  /** Does it lie on a mount that is left out? There not even a look is taken: it may hang, or cost the far side. */
  readonly skips: (path: string) => boolean;
  /** Between small pieces of work: keeps to the share of the processor that the policy grants. */
  readonly rest: () => Promise<void>;
  readonly isStopped: () => boolean;
  /** Passes over what is as it was. Without it everything is examined, and every content read. */
  readonly sieve?: Sieve | undefined;
};

const groupSize = 250;
/**
 * Watches and examines everything below these folders. A folder gets its watch before it is read, so that what appears meanwhile
 * is either in the list or told by the kernel. A folder whose watch is not new was walked before and is passed over.
 */
export async function walk(start: readonly string[], tools: WalkTools): Promise<void> {
  const stack = [...start];
  for (let folder = stack.pop(); folder !== undefined && !tools.isStopped(); folder = stack.pop()) {
    const sight = look(folder);
    if (sight.state !== 'present' || sight.type !== 'directory') continue;
    if (!tools.watch(folder, identityOf(sight.stat))) continue;
    try {
      for await (const names of namesWorthALook(folder, tools.rules)) {
        const { suspects, folders } = tools.sieve?.sift(folder, names, tools.skips) ?? { suspects: names, folders: [] };
        stack.push(...folders);
        if (suspects.length > 0) {
          stack.push(...(await tools.examine(suspects.map((name) => ({ path: join(folder, name) })))).folders);
        }
        await tools.rest();
        if (tools.isStopped()) return;
      }
    } catch (error) {
      if (isFault(error)) throw error;
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') tools.onDenied(folder);
    }
  }
}

/** Examines every path of the baseline that is gone, and drops those that no rule watches any more. */
export async function examineRecorded(folder: string, tools: WalkTools): Promise<void> {
  for (let after = ''; !tools.isStopped(); ) {
    const paths = tools.baseline.pathsBelow(folder, after, groupSize);
    const last = paths.at(-1);
    if (last === undefined) return;
    after = last;
    const dropped = paths.filter((path) => tools.rules.relate(path) !== 'inside');
    if (dropped.length > 0) tools.baseline.write({ put: [], remove: dropped, move: [], detections: [] });
    // `examine` looks whether they are gone; what is there has been examined by the walk.
    const missing = paths.filter((path) => !tools.skips(path) && look(path).state === 'missing');
    await tools.examine(missing.map((path) => ({ path })));
    await tools.rest();
  }
}

async function* namesWorthALook(folder: string, rules: RuleSet): AsyncGenerator<string[]> {
  const steps = rules.relate(folder) === 'inside' ? undefined : rules.stepsFrom(folder);
  if (steps) yield [...steps];
  // In the order in which the baseline has them, so that its pages are read one after the other.
  else for await (const names of listNames(folder, groupSize)) yield names.sort();
}

/** A fault of ours or of the database, as against an error of the file system. */
const isFault = (error: unknown): boolean => (error as NodeJS.ErrnoException).syscall === undefined;
