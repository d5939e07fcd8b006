import { type Clock, systemClock } from '../../../clock.ts';
import type { LogFormat } from '../event.ts';
import { readLineTime } from '../line-time.ts';
import { type Arguments, logtestUsage, readArguments } from './arguments.ts';
import { loadContent } from './content.ts';
import { describeOutcome, showOutcome } from './describe.ts';
import { type Examined, Examiner } from './examiner.ts';
import { CommandFault } from './fault.ts';
import { readLines } from './lines.ts';
import { type Streams, writerTo } from './streams.ts';

/** OSSEC passes over lines of less. */
const lineCharsMin = 2;

/**
 * Tries rules on lines without a manager. Resolves to an exit code: 0, 64 for wrong arguments, 65 for a file or case that is refused, 66 for a file
 * that is missing.
 */
export async function runLogtest(
  argv: readonly string[],
  streams: Streams = { input: process.stdin, output: process.stdout, error: process.stderr },
  clock: Clock = systemClock,
): Promise<number> {
  try {
    const args = readArguments('logtest', argv);
    if (!args.help) return await answerLines(args, streams, clock);
    streams.output.write(logtestUsage);
    return 0;
  } catch (error) {
    if (!(error instanceof CommandFault)) throw error;
    streams.error.write(`${error.message}\n${error.exitCode === 64 ? logtestUsage : ''}`);
    return error.exitCode;
  }
}

async function answerLines(args: Arguments, { input, output, error }: Streams, clock: Clock): Promise<number> {
  const { ruleset, sigma, leftOut } = await loadContent(args);
  for (const told of leftOut) error.write(`${told}\n`);
  const writer = writerTo(output);
  const asker = new Asker(args, new Examiner(ruleset, sigma), clock);
  for await (const lines of readLines(input)) {
    let answers = '';
    for (const line of lines) answers += asker.answer(line);
    await writer.write(answers);
    if (asker.refused.length > 0) error.write(asker.refused.splice(0).join(''));
    if (writer.isClosed) break;
  }
  return asker.hasRefused ? 65 : 0;
}

/** Answers one line after the other. */
class Asker {
  readonly #args: Arguments;
  readonly #examiner: Examiner;
  readonly #clock: Clock;
  #number = 0;
  /** What could not be understood, as it is told. */
  readonly refused: string[] = [];
  hasRefused = false;

  constructor(args: Arguments, examiner: Examiner, clock: Clock) {
    this.#args = args;
    this.#examiner = examiner;
    this.#clock = clock;
  }

  /** The answer as text, with its line end; empty where there is none. */
  answer(text: string): string {
    this.#number++;
    if (!this.#args.cases) return this.#show(this.#ask({ log: text }), {});
    if (text.trim() === '') return '';
    const found = readCase(text);
    if (typeof found === 'string') {
      this.hasRefused = true;
      this.refused.push(`${JSON.stringify({ error: found, inputLine: this.#number })}\n`);
      return '';
    }
    return this.#show(this.#ask(found), { id: found.id });
  }

  #ask({ log, atMs, from = 'stdin', format = this.#args.format, fresh }: Asked): Examined {
    if (fresh ?? this.#args.fresh) this.#examiner.reset();
    const nowMs = this.#clock.nowMs();
    const timeMs = atMs ?? (this.#args.times ? readLineTime(log, nowMs) : undefined) ?? nowMs;
    return log.length < lineCharsMin
      ? this.#examiner.pass(log, format, timeMs, from)
      : this.#examiner.examine(log, format, timeMs, from);
  }

  #show(examined: Examined, head: { readonly id?: unknown }): string {
    if (this.#args.json || this.#args.cases)
      return `${JSON.stringify({ ...head, ...describeOutcome(examined.outcome, examined.findings) })}\n`;
    return examined.outcome.event.line.length < lineCharsMin ? '' : showOutcome(examined);
  }
}

/** A line, with what differs of it from what the arguments say. */
interface Asked {
  readonly log: string;
  readonly atMs?: number;
  /** The log that it stands in. */
  readonly from?: string;
  readonly format?: LogFormat;
  readonly fresh?: boolean;
}

/** A case, or what is wrong with it. */
function readCase(text: string): (Asked & { readonly id: unknown }) | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `no JSON: ${(error as Error).message}`;
  }
  if (typeof value !== 'object' || value === null || !('log' in value) || typeof value.log !== 'string')
    return 'a case is an object with `id` and, as text, `log`';
  if (!('id' in value) || !(typeof value.id === 'string' || typeof value.id === 'number'))
    return 'the `id` of a case is a text or a number';
  const { at, from, format, fresh } = value as Readonly<Record<string, unknown>>;
  const atMs = at === undefined ? undefined : typeof at === 'string' ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(atMs)) return '`at` of a case is a time such as 2026-11-23T10:00:00Z';
  if (from !== undefined && typeof from !== 'string') return '`from` of a case is a path';
  if (format !== undefined && format !== 'syslog' && format !== 'plain') return '`format` of a case is syslog or plain';
  if (fresh !== undefined && typeof fresh !== 'boolean') return '`fresh` of a case is true or false';
  return {
    ...{ id: value.id, log: value.log },
    ...(atMs === undefined ? {} : { atMs }),
    ...(from === undefined ? {} : { from }),
    ...(format === undefined ? {} : { format }),
    ...(fresh === undefined ? {} : { fresh }),
  };
}
