import type { Unsteady } from './second-try.ts';
import type { FileResult, TestResult } from './test-file.ts';

const label = (database: string): string => (database === 'bundled' ? '' : `  [${database}]`);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export function printCheck(name: string, failed: boolean): void {
  console.log(`${failed ? '✗' : '✓'} ${name}`);
}

/** One line a file, and one for each test that failed: a run that is broken off has said what it knew. */
export function printFile({ file, tests, durationMs }: FileResult): void {
  const count = (state: TestResult['state']) => tests.filter((test) => test.state === state).length;
  const failed = count('failed');
  const parts = [`${count('passed')} passed`];
  if (failed > 0) parts.push(`${failed} FAILED`);
  if (count('left out') > 0) parts.push(`${count('left out')} left out`);
  console.log(
    `${failed > 0 ? '✗' : '✓'} ${file.path}${label(file.database)}  ${parts.join(', ')}  ${seconds(durationMs)}`,
  );
  for (const test of tests.filter(({ state }) => state === 'failed'))
    console.log(`    ${test.names.join(' › ')}: ${(test.reason ?? '').trim().split('\n', 1)[0]}`);
}

type End = {
  readonly checks: readonly { readonly name: string; readonly failed: boolean; readonly output: string }[];
  readonly results: readonly TestResult[];
  readonly unsteady: readonly Unsteady[];
  readonly missing: readonly string[];
  readonly isCi: boolean;
  readonly seconds: number;
};

/** All failures in full, every test that was left out with its reason, and the sum. @returns whether the run is good */
export function printEnd({ checks, results, unsteady, missing, isCi, seconds: total }: End): boolean {
  for (const { name, output } of checks.filter((check) => check.failed)) print(`✗ ${name}`, output);
  const failed = results.filter((test) => test.state === 'failed');
  for (const test of failed) print(`✗ ${title(test)}`, test.reason ?? '');
  for (const { path, failures } of unsteady) {
    const said = failures.map((test) => `${title(test)}\n${test.reason ?? ''}`).join('\n');
    print(`Unsteady: ${path} failed beside others and passed alone`, said);
  }
  const leftOut = results.filter((test) => test.state === 'left out');
  if (leftOut.length > 0) print('Left out', leftOut.map((test) => `${title(test)}: ${test.reason}`).join('\n'));
  if (missing.length > 0) print('Packages that could not be installed', missing.join(' '));
  const forbidden = isCi ? leftOut.filter((test) => !isImpossible(test)) : [];
  if (forbidden.length > 0) print('In CI nothing may be left out', `${forbidden.length} of the tests above could run.`);
  const passed = results.filter((test) => test.state === 'passed').length;
  console.log(
    `\n${passed} passed, ${failed.length} failed, ${leftOut.length} left out, in ${Math.floor(total / 60)} min ${Math.round(total % 60)} s`,
  );
  return failed.length + forbidden.length === 0 && checks.every((check) => !check.failed) && passed > 0;
}

/** A skip reason that begins so tells what no install can change on this machine (a kernel without a feature, another processor). */
const isImpossible = (test: TestResult): boolean => /^impossible here: /.test(test.reason ?? '');

const title = (test: TestResult): string => `${test.file}${label(test.database)} › ${test.names.join(' › ')}`;

function print(heading: string, text: string): void {
  console.log(`\n${heading}\n${text.trim().replace(/^/gm, '    ')}`);
}
