import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** What another program needed for a log. */
export interface PeerRun {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Runs a program with its output thrown away; undefined where it is not installed. @throws where it fails otherwise */
export function runPeer(
  command: string,
  argv: readonly string[],
  isWell: (status: number) => boolean = (status) => status === 0,
): PeerRun | undefined {
  const sink = openSync('/dev/null', 'w');
  try {
    const before = childrenTicks();
    const startedMs = performance.now();
    const { error, status, stderr } = spawnSync(command, argv, {
      stdio: ['ignore', sink, 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return undefined;
    if (error) throw error;
    if (!isWell(status ?? 1)) throw new Error(`${command} ended with ${status}: ${String(stderr).slice(0, 500)}`);
    return { seconds: (performance.now() - startedMs) / 1000, cpuSeconds: (childrenTicks() - before) / 100 };
  } finally {
    closeSync(sink);
  }
}

/** Processor time of all children that were waited for (proc(5): cutime, cstime), in hundredths of a second. */
function childrenTicks(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[13]) + Number(fields[14]);
}
