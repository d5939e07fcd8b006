import { Worker } from 'node:worker_threads';
import { FeedProblem } from './problem.ts';
import type { BuildTask, ReadTask, WorkAnswer, WorkDone } from './worker.ts';

const workMsMax = 300_000;

/** Does it in a thread of its own. @throws FeedProblem where the feed is at fault */
export function work<T extends ReadTask | BuildTask>(task: T): Promise<WorkDone[T['do']]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: 2048 },
    });
    const timer = setTimeout(() => void worker.terminate(), workMsMax);
    worker.once('message', (answer: WorkAnswer<T['do']>) =>
      'fault' in answer ? reject(new FeedProblem(answer.fault.code, answer.fault.detail)) : resolve(answer.done),
    );
    worker.once('error', reject);
    worker.once('exit', () => {
      clearTimeout(timer);
      reject(new Error('the thread ended without an answer'));
    });
  });
}
