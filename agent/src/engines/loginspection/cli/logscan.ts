import { createReadStream, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { type Clock, systemClock } from '../../../clock.ts';
import { errorText } from '../../../log.ts';
import { readLineTime } from '../line-time.ts';
import type { Rule } from '../rules/rule.ts';
import { type Arguments, logscanUsage, readArguments } from './arguments.ts';
import { loadContent } from './content.ts';
import { describeOutcome, describeSigma, isAlert } from './describe.ts';
import { Examiner } from './examiner.ts';
import { CommandFault, dataFault, missingFault } from './fault.ts';
import { readChunks } from './file-chunks.ts';
import { readLines } from './lines.ts';
import { type CountedRule, ScanSummary } from './scan-summary.ts';
import { type Streams, type Writer, writerTo } from './streams.ts';

/** What is read at once: so little that its lines are done before the collector of garbage comes to them. */
const chunkBytes = 64 * 1024;
/** Chunks between two looks at what else has happened: some tens of milliseconds. */
const chunksAtOnce = 16;
/** How often progress is shown on a terminal. */
const progressEveryMs = 500;

/** Runs whole logs. Resolves to an exit code: 0, 64 for wrong arguments, 65 for a file that is refused, 66 for one that is missing. */
export async function runLogscan(
  argv: readonly string[],
  streams: Streams = { input: process.stdin, output: process.stdout, error: process.stderr },
  clock: Clock = systemClock,
): Promise<number> {
  try {
    const args = readArguments('logscan', argv);
    if (args.help) streams.output.write(logscanUsage);
    else await scanAll(args, streams, clock);
    return 0;
  } catch (error) {
    if (!(error instanceof CommandFault)) throw error;
    streams.error.write(`${error.message}\n${error.exitCode === 64 ? logscanUsage : ''}`);
    return error.exitCode;
  }
}

async function scanAll(args: Arguments, streams: Streams, clock: Clock): Promise<void> {
  const { ruleset, sigma, leftOut } = await loadContent(args);
  for (const told of leftOut) streams.error.write(`${told}\n`);
  const examiner = new Examiner(ruleset, sigma);
  const writer = writerTo(streams.output);
  const summary = new ScanSummary(clock.nowMs());
  const progress = new Progress(streams.error, clock);
  for (const file of args.files) {
    const scan = new FileScan(args, file, examiner, clock, summary);
    await scan.run(openLog(file, streams), writer, progress);
    if (writer.isClosed) return;
  }
  progress.clear();
  await writer.write(args.json ? summary.toJson(clock.nowMs()) : summary.toText(clock.nowMs()));
}

/** @throws CommandFault with code 66 for a log that cannot be read, 65 for a packed one that is damaged; the first when it is read */
async function* openLog(file: string, { input }: Streams): AsyncGenerator<Buffer | string> {
  if (file === '-') {
    yield* input;
    return;
  }
  try {
    if (!file.endsWith('.gz') && statSync(file).isFile()) {
      yield* readChunks(file, chunkBytes);
      return;
    }
    const raw = createReadStream(file, { highWaterMark: chunkBytes });
    const stream = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
    if (stream !== raw) raw.once('error', (error) => stream.destroy(error));
    yield* stream;
  } catch (error) {
    const isDamaged = String((error as NodeJS.ErrnoException).code).startsWith('Z_');
    throw (isDamaged ? dataFault : missingFault)(`${file}: ${errorText(error)}`, error);
  }
}

/** One log on its way through the engine. */
class FileScan {
  readonly #args: Arguments;
  readonly #file: string;
  readonly #examiner: Examiner;
  readonly #clock: Clock;
  readonly #summary: ScanSummary;
  readonly #texts = new Map<Rule, string>();
  #number = 0;

  constructor(args: Arguments, file: string, examiner: Examiner, clock: Clock, summary: ScanSummary) {
    this.#args = args;
    this.#file = file;
    this.#examiner = examiner;
    this.#clock = clock;
    this.#summary = summary;
  }

  async run(source: AsyncIterable<Buffer | string>, writer: Writer, progress: Progress): Promise<void> {
    let chunks = 0;
    for await (const lines of readLines(source)) {
      // What reads a file never waits: signals, and the end of who reads the alerts, are heard here.
      if (++chunks % chunksAtOnce === 0) await setImmediate();
      let alerts = '';
      const nowMs = this.#clock.nowMs();
      for (const line of lines) alerts += this.#scan(line, nowMs);
      await writer.write(alerts);
      progress.show(this.#summary.lines, this.#summary.alerts, this.#file);
      if (writer.isClosed) return;
    }
  }

  /** The alert as text, with its line end; empty where there is none. */
  #scan(line: string, nowMs: number): string {
    this.#number++;
    this.#summary.lines++;
    if (line.length < 2) return '';
    if (this.#args.fresh) this.#examiner.reset();
    const location = this.#file === '-' ? 'stdin' : this.#file;
    const timeMs = (this.#args.times ? readLineTime(line, nowMs) : undefined) ?? nowMs;
    const { outcome, findings } = this.#examiner.examine(line, this.#args.format, timeMs, location);
    const isTold = isAlert(outcome);
    if (!isTold && findings.length === 0) return '';
    if (findings.length === 0 && outcome.rule && !this.#args.json) {
      this.#summary.count(outcome.rule);
      return `${this.#file}:${this.#number}${this.#textOf(outcome.rule)}  ${line}\n`;
    }
    const told: CountedRule[] = findings.map(describeSigma);
    if (isTold && outcome.rule) told.unshift(outcome.rule);
    for (const rule of told) this.#summary.count(rule);
    if (this.#args.json)
      return `${JSON.stringify({ file: this.#file, lineNumber: this.#number, ...describeOutcome(outcome, findings) })}\n`;
    const heads = told.map((rule) => `${this.#file}:${this.#number}${textOf(rule)}`);
    return `${heads.join('')}  ${line}\n`;
  }

  /** The same text for each line that ends at the rule. */
  #textOf(rule: Rule): string {
    const known = this.#texts.get(rule);
    if (known !== undefined) return known;
    const text = textOf(rule);
    this.#texts.set(rule, text);
    return text;
  }
}

/** What stands behind the place of a line that a rule tells of. */
const textOf = ({ id, level, description }: CountedRule): string =>
  `: rule ${id} (level ${level}) -> '${description}'\n`;

/** Says on a terminal how far it has come. */
class Progress {
  readonly #error: Streams['error'];
  readonly #clock: Clock;
  #shownMs: number;

  constructor(error: Streams['error'], clock: Clock) {
    this.#error = error;
    this.#clock = clock;
    this.#shownMs = clock.nowMs();
  }

  show(lines: number, alerts: number, file: string): void {
    if (!this.#error.isTTY || this.#clock.nowMs() - this.#shownMs < progressEveryMs) return;
    this.#shownMs = this.#clock.nowMs();
    this.#error.write(`\r\u001b[K${file}: ${lines} lines, ${alerts} alerts`);
  }

  clear(): void {
    if (this.#error.isTTY) this.#error.write('\r\u001b[K');
  }
}
