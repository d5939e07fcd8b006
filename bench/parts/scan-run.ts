import { fork } from 'node:child_process';
import { join } from 'node:path';

/** What one run of logscan cost, start of Node and loading of the rules included. */
export interface ScanRun {
  readonly lines: number;
  readonly alerts: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Runs logscan over a log in a process of its own. @throws where it fails */
export function runScan(log: string, content: readonly string[]): Promise<ScanRun> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'scan-process.ts'), [log, '--json', ...content], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let told: { exitCode: number; summary: string } & Omit<ScanRun, 'lines' | 'alerts'>;
    child.once('message', (message) => {
      told = message as typeof told;
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (told?.exitCode !== 0) return reject(new Error(`logscan ended with ${told?.exitCode ?? code}`));
      const { summary } = JSON.parse(told.summary.trimEnd().split('\n').at(-1)!) as {
        summary: { lines: number; alerts: number };
      };
      resolve({ ...told, lines: summary.lines, alerts: summary.alerts });
    });
  });
}

/** The cheaper of two runs: other work on the machine makes one dearer, never cheaper. */
export async function bestScan(log: string, content: readonly string[], runs = 2): Promise<ScanRun> {
  let best = await runScan(log, content);
  for (let count = 1; count < runs; count++) {
    const next = await runScan(log, content);
    if (next.cpuSeconds < best.cpuSeconds) best = next;
  }
  return best;
}

export const linesPerCpuSecond = ({ lines, cpuSeconds }: ScanRun): number => Math.round(lines / cpuSeconds);
