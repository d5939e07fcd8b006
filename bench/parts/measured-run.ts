import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { childrenOf, residentBytesOf } from './measure.ts';

export type MeasuredRun = {
  readonly wallSeconds: number;
  /** User and system time of the process with all its threads. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly exitCode: number;
  readonly output: string;
};

const pollMs = 15;

/** Runs a program to its end. Times are bash's own `time`; the peak is the kernel's, looked up while the program runs. */
export async function measureRun(command: readonly string[]): Promise<MeasuredRun> {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" 2>/dev/null 3>&-';
  const child = spawn('bash', ['-c', script, 'bash', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  const said = { out: '', error: '' };
  child.stdout.on('data', (bytes: Buffer) => (said.out += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (said.error += bytes.toString()));
  let program: number | undefined;
  let peakBytes = 0;
  const timer = setInterval(() => {
    try {
      program ??= childrenOf(child.pid!)[0];
      if (program !== undefined) peakBytes = Math.max(peakBytes, residentBytesOf(program, 'peak'));
    } catch {
      // It ended.
    }
  }, pollMs);
  const [exitCode] = (await once(child, 'close')) as [number];
  clearInterval(timer);
  const [wallSeconds = 0, user = 0, system = 0] = (said.error.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { wallSeconds, cpuSeconds: user + system, peakBytes, exitCode, output: said.out };
}
