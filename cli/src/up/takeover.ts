import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

type Run = { readonly pid: number; readonly startTicks: string };

/**
 * One system a data folder: a second start stops the first and takes over. The process's start time tells a live first from a stranger
 * that got its number.
 * @returns the process that was stopped, if there was one
 */
export async function takeOver(dataFolder: string): Promise<number | undefined> {
  const file = join(dataFolder, 'run.json');
  const earlier = readRun(file);
  let stopped: number | undefined;
  if (earlier && earlier.pid !== process.pid && startTicksOf(earlier.pid) === earlier.startTicks) {
    process.kill(earlier.pid, 'SIGTERM');
    for (let waitedMs = 0; startTicksOf(earlier.pid) === earlier.startTicks; waitedMs += 100) {
      if (waitedMs > 30_000)
        throw new Error(
          `The Sakimori that runs already (process ${earlier.pid}) did not stop within 30 s. Stop it, then start again.`,
        );
      await sleep(100);
    }
    stopped = earlier.pid;
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid, startTicks: startTicksOf(process.pid) ?? '' } satisfies Run), {
    mode: 0o600,
  });
  return stopped;
}

/** Takes the note away again, unless another start has written its own. */
export function giveBack(dataFolder: string): void {
  const file = join(dataFolder, 'run.json');
  if (readRun(file)?.pid === process.pid) rmSync(file, { force: true });
}

function readRun(file: string): Run | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Run;
  } catch {
    return undefined;
  }
}

/** Field 22 of `/proc/PID/stat` (proc(5)): when the process began, in ticks since boot. */
function startTicksOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
