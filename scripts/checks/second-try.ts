import { printFile } from './progress.ts';
import { type FileResult, runTestFile, type TestResult } from './test-file.ts';

/** With more files failing than this, something is broken, and no second try is worth its time. */
const filesMax = 10;

export type Unsteady = { readonly path: string; readonly failures: readonly TestResult[] };

/**
 * Runs files that failed once more, alone: two busy cores can be slower than a browser, an sshd, a neighbour discovery or an engine is waited for.
 * What passes then counts, and is named with all it said the first time, so that it can be mended; what is wrong fails again.
 */
export async function tryAgainAlone(
  files: readonly FileResult[],
): Promise<{ files: FileResult[]; unsteady: Unsteady[] }> {
  const failed = files.filter((file) => failuresOf(file).length > 0);
  if (failed.length === 0 || failed.length > filesMax) return { files: [...files], unsteady: [] };
  const kept = files.filter((file) => !failed.includes(file));
  const unsteady: Unsteady[] = [];
  for (const first of failed) {
    const { bundle: _, ...source } = first.file;
    const second = await runTestFile(source);
    printFile(second);
    kept.push(second);
    if (failuresOf(second).length === 0) unsteady.push({ path: first.file.path, failures: failuresOf(first) });
  }
  return { files: kept, unsteady };
}

const failuresOf = (file: FileResult): TestResult[] => file.tests.filter((test) => test.state === 'failed');
