import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { errorText } from '../log.ts';
import type { ChildPlan } from './plan.ts';
import { membersOf, signal } from './process-facts.ts';

/** How a child came to its end. */
export type Ending = {
  readonly code?: number;
  readonly signal?: NodeJS.Signals;
  /** It could not be started. */
  readonly fault?: string;
};

export type Launched = {
  readonly process: ChildProcess;
  readonly pid: number | undefined;
  /** Resolves when it has ended, and SIGKILL has been sent to whatever is left of its session. */
  readonly ended: Promise<Ending>;
  /** Limits that could not be set, a sentence each. */
  readonly shortfalls: readonly string[];
};

const path = '/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin';
const shell = '/bin/sh';

/** Starts the program in a session and process group of its own, so that all that it starts can be ended with it. Its working folder is `folder`. */
export function launch(plan: ChildPlan, folder: string): Launched {
  const { program, args, environment = {}, user, stdio, memoryBytesMax } = plan;
  // The shell takes the limit on itself and becomes the program.
  const [file, given] =
    memoryBytesMax === undefined
      ? [program, args]
      : [shell, ['-c', 'ulimit -d "$0" && exec "$@"', `${Math.ceil(memoryBytesMax / 1024)}`, program, ...args]];
  const child = spawn(file, given, {
    cwd: folder,
    detached: true,
    env: { PATH: path, LC_ALL: 'C', ...environment },
    stdio: stdioOf(stdio),
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
  });
  const { pid } = child;
  if (pid !== undefined) living.add(pid);
  const ended = new Promise<Ending>((done) => {
    child.once('error', (error) => done({ fault: errorText(error) }));
    child.once('exit', (code, ended) => {
      if (pid !== undefined) endSession(pid);
      done({ ...(code === null ? {} : { code }), ...(ended ? { signal: ended } : {}) });
    });
  });
  return { process: child, pid, ended, shortfalls: pid === undefined ? [] : setLimits(plan, pid) };
}

function stdioOf({ input, output, more = [] }: NonNullable<ChildPlan['stdio']> = {}): StdioOptions {
  return [input ?? 'ignore', output ?? 'pipe', 'pipe', ...more];
}

function setLimits({ nice, oomScoreAdj }: ChildPlan, pid: number): string[] {
  const shortfalls: string[] = [];
  const attempt = (what: string, set: () => void) => {
    try {
      set();
    } catch (error) {
      shortfalls.push(`${what} is not set: ${errorText(error)}`);
    }
  };
  if (nice !== undefined) attempt(`its nice value of ${nice}`, () => setPriority(pid, nice));
  if (oomScoreAdj !== undefined)
    attempt(`its OOM score of ${oomScoreAdj}`, () => writeFileSync(`/proc/${pid}/oom_score_adj`, `${oomScoreAdj}`));
  return shortfalls;
}

/** What the leader of the session has left behind. */
function endSession(pid: number): void {
  for (const member of membersOf(pid)) signal(member.pid, 'SIGKILL');
  living.delete(pid);
}

/** Children that live. When the agent ends without a stop, a fault of its own say, it does not leave them behind. */
const living = new Set<number>();
process.on('exit', () => {
  for (const pid of living) signal(-pid, 'SIGKILL');
});
