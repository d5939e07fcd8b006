import { printFile } from './progress.ts';
import { type FileResult, runTestFile, type TestResult } from './test-file.ts';

/** With more files failing than this, something is broken, and no second try is worth its time. */
const filesMax = 6;

export type Unsteady = { readonly path: string; readonly failures: readonly TestResult[] };

/** Words of waits that were too short. A wrong answer, a crash or a page that broke is never among them. */
const slowness = /Timeout \d+ms exceeded|within \d+ (ms|s)\b|gave up after \d+ ms|TimeoutError/;

/**
 * Runs files whose every failure is a wait that ran out once more, alone: on a busy machine of two cores a browser or an sshd can be slower
 * than a test waits. What passes then counts, and is named with what it said the first time. Any other failure has no second try.
 */
export async function tryAgainAlone(
  files: readonly FileResult[],
): Promise<{ files: FileResult[]; unsteady: Unsteady[] }> {
  const failed = files.filter((file) => failuresOf(file).length > 0 && failuresOf(file).every(isSlowness));
  if (failed.length === 0 || failed.length > filesMax) return { files: [...files], unsteady: [] };
  const kept = files.filter((file) => !failed.includes(file));
  const unsteady: Unsteady[] = [];
  for (const first of failed) {
    const second = await runTestFile(first.file);
    printFile(second);
    kept.push(second);
    if (failuresOf(second).length === 0) unsteady.push({ path: first.file.path, failures: failuresOf(first) });
  }
  return { files: kept, unsteady };
}

const isSlowness = (test: TestResult): boolean => slowness.test((test.reason ?? '').split('\n').slice(0, 3).join('\n'));
const failuresOf = (file: FileResult): TestResult[] => file.tests.filter((test) => test.state === 'failed');
