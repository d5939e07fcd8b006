import { Worker } from 'node:worker_threads';
import { Control, type FromWorker, type ToWorker, type WorkerPlan, type WorkerReport } from './crew-plan.ts';
import { noCounts, type WorkItem } from './folder-scanner.ts';
import { HardLinks } from './hard-links.ts';
import type { KnownBlocks } from './known-blocks.ts';
import type { SkippedMount } from './mount-points.ts';
import type { ScopePlan } from './scope.ts';

export type ScanPlan = {
  readonly scope: ScopePlan;
  readonly mounts: readonly SkippedMount[];
  readonly workers: number;
  readonly hashBytesMax: number;
  /** May a content be taken as known when inode, size and times are? */
  readonly trusts: boolean;
  readonly known: KnownBlocks | undefined;
  /** Takes finished blocks, in no order. Without it a scan only compares. */
  readonly onBlocks?: (blocks: Uint8Array) => void;
  /** Takes differences to what is known, packed (`readDifferences`), in no order. */
  readonly onDifferences?: (differences: Uint8Array) => void;
};

/** What a worker runs, where the agent is one file: `scripts/build-agent.ts` puts it in. A worker that loaded the whole agent would be three times as large. */
declare const INTEGRITY_WORKER_CODE: string | undefined;
const workerUrl =
  typeof INTEGRITY_WORKER_CODE === 'string'
    ? new URL(`data:text/javascript,${encodeURIComponent(INTEGRITY_WORKER_CODE)}`)
    : new URL('./worker.ts', import.meta.url);

/** One scan by several workers. It begins with the first `run`. */
export class Crew {
  readonly control: Control;
  readonly #plan: ScanPlan;
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  /** Shares for which no worker had nothing to do any more. */
  readonly #spare: (readonly WorkItem[])[] = [];
  readonly #reports: WorkerReport[] = [];
  #finish!: (result: WorkerReport) => void;
  #fail!: (error: unknown) => void;

  constructor(plan: ScanPlan) {
    this.#plan = plan;
    this.control = new Control(plan.workers);
  }

  /** @throws what failed in a worker or in a callback; {@link ScanStopped} after `stop` */
  run(): Promise<WorkerReport> {
    const links = new HardLinks().memory;
    return new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = (error) => {
        this.control.stop();
        reject(error);
      };
      for (let index = 0; index < this.#plan.workers; index += 1) this.#start(index, links);
      this.#give(this.#idle.pop(), [{ folder: '' }]);
      this.control.setHungry(this.#idle.length);
    });
  }

  /** Ends all work at the next name or piece of a file. */
  stop(): void {
    this.control.stop();
  }

  #start(index: number, links: SharedArrayBuffer): void {
    const { scope, mounts, hashBytesMax, trusts, known, onBlocks } = this.#plan;
    const workerData: WorkerPlan = {
      ...{ index, scope, mounts, hashBytesMax, trusts, links },
      keepsBlocks: onBlocks !== undefined,
      known: known && { file: known.file, memory: known.memory },
      control: this.control.memory,
    };
    // Descriptors are not tracked: those of the database are the main thread's.
    const worker = new Worker(workerUrl, { workerData, trackUnmanagedFds: false, resourceLimits });
    this.#workers.push(worker);
    this.#idle.push(worker);
    worker.on('message', (message: FromWorker) => {
      try {
        this.#hear(worker, message);
      } catch (error) {
        this.#fail(error);
      }
    });
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', () => this.#onExit());
  }

  #onExit(): void {
    if (this.control.isStopped) this.#fail(new ScanStopped());
    else if (this.#reports.length < this.#workers.length) return;
    this.#finish(sum(this.#reports));
  }

  #hear(worker: Worker, message: FromWorker): void {
    if (this.control.isStopped) return;
    if ('blocks' in message) this.#plan.onBlocks?.(message.blocks);
    else if ('differences' in message) this.#plan.onDifferences?.(message.differences);
    else if ('share' in message) this.#give(this.#idle.pop(), message.share);
    else if ('done' in message) this.#reports.push(message.done);
    else this.#rest(worker);
  }

  #rest(worker: Worker): void {
    const items = this.#spare.pop();
    if (items) this.#give(worker, items);
    else {
      this.#idle.push(worker);
      this.control.setHungry(this.#idle.length);
      if (this.#idle.length === this.#workers.length) for (const each of this.#workers) post(each, { end: true });
    }
  }

  #give(worker: Worker | undefined, items: readonly WorkItem[]): void {
    if (worker) post(worker, { items });
    else this.#spare.push(items);
  }
}

/** A scan that was ended before it was done. */
export class ScanStopped extends Error {
  constructor() {
    super('the scan was stopped');
  }
}

const post = (worker: Worker, message: ToWorker): void => worker.postMessage(message);

/** Small heaps: a worker makes little that lives long. The old generation may grow for a folder of a million names. */
const resourceLimits = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 1024, stackSizeMb: 1 };

function sum(reports: readonly WorkerReport[]): WorkerReport {
  const counts = noCounts();
  for (const report of reports) {
    for (const key of Object.keys(counts) as (keyof typeof counts)[]) counts[key] += report.counts[key];
  }
  return {
    counts,
    bytesHashed: reports.reduce((bytes, report) => bytes + report.bytesHashed, 0),
    denied: reports.flatMap(({ denied }) => denied).sort(),
    skippedMounts: [...new Set(reports.flatMap(({ skippedMounts }) => skippedMounts))].sort(),
  };
}
