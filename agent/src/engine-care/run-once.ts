import { join } from 'node:path';
import { errorText } from '../log.ts';
import { giveFolder, openChildFolder } from './child-folder.ts';
import { endingText } from './incident.ts';
import { launch } from './launch.ts';
import { endLeftOver, forgetChild, recordChild } from './left-over.ts';
import { LogTail } from './log-tail.ts';
import type { CareParts, ChildPlan } from './plan.ts';
import { signal } from './process-facts.ts';

export type OnceEnd = {
  readonly code: number | undefined;
  /** How it ended, for a person. */
  readonly how: string;
  /** What it last wrote, secrets masked. */
  readonly last: string;
};

export type RunningOnce = {
  readonly ended: Promise<OnceEnd>;
  /** Ends it and all that it has started. */
  readonly stop: () => Promise<void>;
};

const termMsMax = 1000;
const lastCharacters = 4000;

/** A program of an engine that does one thing and ends: kept within a time, and known again by an agent that comes after one that was killed. */
export async function runOnce(
  parts: Pick<CareParts, 'host' | 'name'> & { readonly plan: (folder: string) => ChildPlan; readonly msMax: number },
): Promise<RunningOnce> {
  const { host, name, msMax } = parts;
  const folder = openChildFolder(host.dataFolder, name);
  const recordPath = join(host.dataFolder, `${name}.child.json`);
  await endLeftOver(recordPath, host.clock, termMsMax);
  const plan = parts.plan(folder);
  if (plan.user) giveFolder(folder, plan.user);
  const tail = new LogTail();
  const { process: child, pid, ended } = launch(plan, folder);
  tail.follow(child.stdout);
  tail.follow(child.stderr);
  if (pid !== undefined) {
    try {
      recordChild(recordPath, pid, plan.program);
    } catch (error) {
      host.log('warn', `${name}: cannot be written down: ${errorText(error)}`);
    }
  }
  let isLate = false;
  const end = () => {
    if (pid === undefined) return;
    for (const each of ['SIGTERM', 'SIGCONT'] as const) signal(-pid, each);
    host.clock.after(termMsMax, () => signal(-pid, 'SIGKILL'));
  };
  const cancel = host.clock.after(msMax, () => {
    isLate = true;
    end();
  });
  const closed = new Promise<void>((done) => child.once('close', () => done()).once('error', () => done()));
  const result = ended.then(async (ending): Promise<OnceEnd> => {
    cancel();
    // Its last words come after its end.
    await closed;
    forgetChild(recordPath);
    const how = isLate ? `it did not end within ${Math.round(msMax / 60_000)} min` : endingText(ending);
    return { code: isLate ? undefined : ending.code, how, last: tail.last(lastCharacters) };
  });
  return {
    ended: result,
    stop: async () => {
      end();
      await result;
    },
  };
}
