import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Crowd, CrowdReport, PolicyTaken } from './agent-crowd.ts';

/** Open files that this machine allows a process, less those that the manager needs besides agents. */
export function filesMax(): number {
  const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  return limit - 300;
}

/** A crowd's process with what it told so far. */
export class CrowdProcess {
  readonly #child: ChildProcess;
  readonly size: number;
  connected = 0;
  failed = 0;
  firstMs: number[] = [];
  heartbeatMs: number[] = [];
  /** Policies that its agents fetched, in the order of their coming. */
  policies: PolicyTaken[] = [];

  constructor(crowd: Crowd) {
    this.size = crowd.hosts.length;
    this.#child = spawn(process.execPath, [join(import.meta.dirname, 'agent-crowd.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdin!.write(`${JSON.stringify(crowd)}\n`);
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      const report = JSON.parse(line) as CrowdReport;
      this.connected = report.connected;
      this.failed = report.failed;
      this.firstMs.push(...report.firstMs);
      this.heartbeatMs.push(...report.heartbeatMs);
      this.policies.push(...report.policies);
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  want(count: number): void {
    this.#child.stdin!.write(`${Math.min(this.size, count)}\n`);
  }

  end(): void {
    this.#child.kill();
  }
}

export const startCrowds = (crowds: readonly Crowd[]): CrowdProcess[] => crowds.map((crowd) => new CrowdProcess(crowd));

export const connectedOf = (processes: readonly CrowdProcess[]): number =>
  processes.reduce((sum, each) => sum + each.connected, 0);

export function raise(processes: readonly CrowdProcess[], total: number): void {
  for (const each of processes) each.want(Math.ceil(total / processes.length));
}
