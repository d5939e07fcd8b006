import {
  type FormatChoice,
  type Frame,
  FrameReader,
  intakeFormats,
  parseLines,
  parseRecord,
} from '@sakimori/contract/intake/index';
import type { Verb } from '../cli.ts';
import { oneOf } from '../options.ts';
import { Counts, LineOutput } from './output.ts';

type Options = { format: FormatChoice; cases?: boolean };

/** A case's record comes as a text of JSON, with its escapes. */
const caseBytesMax = 8 * 1024 * 1024;

/** Reads what a Trend manager or agent sends, and prints one event of the neutral schema a line. Nothing of it leaves this process. */
export const parseIntake: Verb = (noun, cli) =>
  noun
    .command('parse')
    .description(cli.say('intake.parse'))
    .addOption(oneOf('--format <FORMAT>', cli.say('option.intakeFormat'), intakeFormats).default('auto'))
    .option('--cases', cli.say('option.cases'))
    .action(async ({ format, cases }: Options) => {
      if (process.stdin.isTTY) cli.remark(cli.say('intake.waiting'));
      const counts = new Counts();
      const output = new LineOutput();
      const reader = cases
        ? new FrameReader({ bytesMax: caseBytesMax })
        : new FrameReader({ lenient: true, documents: format === 'auto' || format === 'sns' });
      const tell = cases ? tellCase : tellRecord;
      for await (const piece of process.stdin as AsyncIterable<Buffer>) {
        for (const frame of reader.push(piece)) await tell(frame, format, counts, output);
      }
      for (const frame of reader.end()) await tell(frame, format, counts, output);
      await output.end();
      counts.tell(cli);
    });

type Tell = (frame: Frame, format: FormatChoice, counts: Counts, output: LineOutput) => Promise<void> | undefined;

const tellRecord: Tell = ({ bytes, isCut }, format, counts, output) => {
  const { events, problem } = parseRecord(bytes.toString('utf8'), format);
  counts.add(events.length, isCut ? 'cut' : problem);
  for (const event of events) output.add(JSON.stringify(isCut ? { ...event, truncated: true } : event));
  return output.flushWhenFull();
};

const tellCase: Tell = ({ bytes, isCut }, format, counts, output) => {
  const given = isCut ? undefined : readCase(bytes.toString('utf8'));
  if (!given) {
    counts.add(0, isCut ? 'cut' : 'badCase');
    return undefined;
  }
  const { events, problem } = parseLines(given.raw, format);
  counts.add(events.length, problem);
  for (const [n, event] of events.entries()) output.add(JSON.stringify({ id: given.id, n, ...event }));
  return output.flushWhenFull();
};

/** `{"id", "raw"}`; a document that was not written as a text is taken as it is. */
function readCase(line: string): { id: unknown; raw: string } | undefined {
  try {
    const { id, raw } = JSON.parse(line) as { id?: unknown; raw?: unknown };
    if (id === undefined || raw === undefined) return undefined;
    return { id, raw: typeof raw === 'string' ? raw : JSON.stringify(raw) };
  } catch {
    return undefined;
  }
}
