import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { type Clock, systemClock } from '../../clock.ts';
import { errorText } from '../../log.ts';
import { Analyser, compileRuleset, type Outcome } from './analyser.ts';
import type { LogFormat } from './event.ts';

/** Where `logtest` reads lines and writes answers. */
export interface LogtestStreams {
  readonly input: NodeJS.ReadableStream;
  readonly output: { write(text: string): unknown };
  readonly error: { write(text: string): unknown };
}

const usage = `usage: logtest --decoders FILE… --rules FILE… [--format syslog|plain] [--fresh]

Reads log lines from standard input and writes one JSON object for each: what was taken off its front, the decoder, the fields, the rule.
--decoders and --rules may stand several times; files are loaded in that order. --fresh forgets the lines before, so that composites
never fire. Files are read as the agent reads them: what it would refuse is refused here, with line and column.
`;

/**
 * Tries rules on lines without a manager. Resolves to an exit code: 0, 64 for wrong arguments, 65 for a file that is refused.
 */
export async function runLogtest(
  argv: readonly string[],
  streams: LogtestStreams = { input: process.stdin, output: process.stdout, error: process.stderr },
  clock: Clock = systemClock,
): Promise<number> {
  let make: () => Analyser;
  let options: Options;
  try {
    options = readOptions(argv);
  } catch (error) {
    streams.error.write(`${errorText(error)}\n${usage}`);
    return 64;
  }
  try {
    const ruleset = compileRuleset(options.decoders.map(load), options.rules.map(load));
    make = () => new Analyser(ruleset);
  } catch (error) {
    streams.error.write(`${errorText(error)}\n`);
    return 65;
  }
  let analyser = make();
  for await (const line of createInterface({ input: streams.input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (options.fresh) analyser = make();
    const outcome = analyser.analyse(line, options.format, clock.nowMs(), 'stdin');
    streams.output.write(`${JSON.stringify(describeOutcome(outcome))}\n`);
  }
  return 0;
}

interface Options {
  readonly decoders: readonly string[];
  readonly rules: readonly string[];
  readonly format: LogFormat;
  readonly fresh: boolean;
}

function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      decoders: { type: 'string', multiple: true, default: [] },
      rules: { type: 'string', multiple: true, default: [] },
      format: { type: 'string', default: 'syslog' },
      fresh: { type: 'boolean', default: false },
    },
  });
  const { format } = values;
  if (format !== 'syslog' && format !== 'plain') throw new Error(`\`${format}\` is no format: syslog or plain`);
  return { ...values, format };
}

const load = (path: string) => ({ name: basename(path), xml: readFileSync(path, 'utf8') });

/** One line's way through the engine, as plain data. */
export function describeOutcome({ event, rule, earlier }: Outcome) {
  return {
    predecoded: {
      hostname: event.hostname?.text ?? null,
      program: event.program?.text ?? null,
      message: event.message.text,
    },
    decoder: event.decoder ?? null,
    fields: Object.fromEntries([...event.fields].map(([name, value]) => [name, value.text])),
    rule: rule ? { id: rule.id, description: rule.description } : null,
    level: rule?.level ?? null,
    groups: rule?.groups.split(',').filter((group) => group !== '') ?? [],
    earlierLines: earlier.map((one) => one.line),
  };
}
