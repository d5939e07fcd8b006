import { resolve } from 'node:path';
import { run } from 'node:test';
import type { TestEvent } from 'node:test/reporters';

export const root = resolve(import.meta.dirname, '../..');

/** A test file and the database it runs on: `bundled` or the distribution's. */
export type TestFile = {
  readonly path: string;
  readonly database: string;
  readonly env: NodeJS.ProcessEnv;
  /** What is loaded instead of the source. */
  readonly bundle?: string;
};
export type TestResult = {
  readonly file: string;
  readonly database: string;
  /** Names from the outermost to the test's own. */
  readonly names: readonly string[];
  readonly state: 'passed' | 'failed' | 'left out';
  readonly durationMs: number;
  /** Why it failed or was left out. */
  readonly reason?: string;
};
export type FileResult = {
  readonly file: TestFile;
  readonly tests: readonly TestResult[];
  readonly durationMs: number;
};

/** A file that takes longer hangs: it left a timer, a job or a socket behind, or waits for what never comes. */
const fileMinutesMax = 15;

/** Runs one test file in a process of its own. */
export async function runTestFile(file: TestFile): Promise<FileResult> {
  const beganAt = performance.now();
  const path = file.bundle ?? resolve(root, file.path);
  const signal = AbortSignal.timeout(fileMinutesMax * 60_000);
  const events = run({ files: [path], isolation: 'process', signal, env: file.env, cwd: root });
  const collector = new Collector(file, path);
  for await (const event of events) collector.take(event);
  return { file, tests: collector.finish(), durationMs: performance.now() - beganAt };
}

type Verdict = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>;

class Collector {
  readonly #tests: TestResult[] = [];
  readonly #file: TestFile;
  readonly #path: string;
  /** Verdicts come after `test:start` of the test and all around it, so the names of the ancestors are those begun last. */
  readonly #names: string[] = [];
  #said = '';

  constructor(file: TestFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  take(event: TestEvent): void {
    if (event.type === 'test:start') {
      this.#names.length = event.data.nesting;
      this.#names.push(event.data.name);
    } else if (event.type === 'test:stderr' || event.type === 'test:stdout') {
      this.#said = (this.#said + event.data.message).slice(-6000);
    } else if (event.type === 'test:pass' || event.type === 'test:fail') {
      this.#judge(event);
    }
  }

  #judge({ type, data }: Verdict): void {
    if (data.name === this.#path) {
      this.#judgeFile(type, data);
      return;
    }
    const leftOut = data.skip ?? data.todo;
    const error = type === 'test:fail' ? data.details.error : undefined;
    const isSuite = data.details.type === 'suite';
    if (leftOut !== undefined && leftOut !== false) {
      this.#add(data, 'left out', typeof leftOut === 'string' && leftOut ? leftOut : 'no reason given');
    } else if (error && failureType(error) !== 'subtestsFailed') {
      this.#add(data, 'failed', describeError(error), this.#said.slice(-2000).trim());
    } else if (!error && !isSuite) {
      this.#add(data, 'passed');
    }
  }

  /** The file as a whole fails when it cannot be loaded, has no test, or does not end. */
  #judgeFile(type: Verdict['type'], data: Verdict['data']): void {
    const error = type === 'test:fail' ? (data as { details: { error: Error } }).details.error : undefined;
    if (error && failureType(error) === 'subtestsFailed') return;
    const isLate = error?.name === 'TimeoutError';
    const told = isLate
      ? `it did not end within ${fileMinutesMax} minutes; its last output:\n${this.#said}`
      : this.#said;
    const reason = error ? told.trim() || describeError(error) : 'the file holds no test';
    this.#names.length = 0;
    this.#add({ nesting: 0, name: 'the file', details: { duration_ms: 0 } }, 'failed', reason);
  }

  #add(
    data: { nesting: number; name: string; details: { duration_ms: number } },
    state: TestResult['state'],
    reason?: string,
    said?: string,
  ): void {
    this.#tests.push({
      file: this.#file.path,
      database: this.#file.database,
      names: [...this.#names.slice(0, data.nesting), data.name],
      state,
      durationMs: Math.round(data.details.duration_ms),
      ...(reason === undefined ? {} : { reason: said ? `${reason}\nthe file's last output:\n${said}` : reason }),
    });
  }

  finish(): readonly TestResult[] {
    return this.#tests;
  }
}

const failureType = (error: Error): string | undefined => (error as { failureType?: string }).failureType;

/** What went wrong, with its stack and the causes below it. */
function describeError(error: Error): string {
  const inner = error.cause instanceof Error && failureType(error) ? error.cause : error;
  const lines = [inner.stack ?? String(inner.message ?? inner)];
  for (let cause = inner.cause; cause; cause = (cause as Error).cause)
    lines.push(`caused by ${(cause as Error).stack ?? String(cause)}`);
  const text = typeof error.cause === 'string' ? `${error.cause}\n${lines.join('\n')}` : lines.join('\n');
  return text.slice(0, 6000);
}
