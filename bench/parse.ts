// The intake's parser alone, on one core: bytes of a line of CEF or LEEF into a neutral event. Beside it what the same machine does with JSON.parse on
// a document of the same length that holds the same event, and with one regular expression that does nothing but cut the line into pairs.
import { performance } from 'node:perf_hooks';
import { parseRecord } from '@sakimori/contract/intake/index';
import { cefFixtures, leefFixtures } from '@sakimori/contract/intake/test-lines';
import { median, round } from './parts/measure.ts';
import { progress, tell } from './parts/report.ts';

const rounds = 5;
const roundMs = 1000;

/** Lines of every module, each read from its own bytes as a receiver has them. */
const lines = [...cefFixtures, ...leefFixtures].map(({ raw }) => Buffer.from(raw));
const texts = lines.map((line) => line.toString());
const meanBytes = lines.reduce((sum, { length }) => sum + length, 0) / lines.length;

/** The event as JSON, filled up to the length of its line. */
const documents = lines.map((line) => {
  const { extra: _, ...event } = parseRecord(line.toString()).events[0]!;
  const missing = line.length - JSON.stringify(event).length - 12;
  return Buffer.from(JSON.stringify(missing > 0 ? { ...event, filler: 'x'.repeat(missing) } : event));
});

const work: Readonly<Record<string, (index: number) => unknown>> = {
  parser: (index) => parseRecord(lines[index]!.toString('utf8')).events[0],
  'JSON.parse': (index) => JSON.parse(documents[index]!.toString('utf8')),
  'regular expression': (index) => texts[index]!.split(/ (?=[A-Za-z][\w.]*=)/),
};

/** Lines a second of processor time. */
function measure(one: (index: number) => unknown): number {
  const cpu = process.cpuUsage();
  const until = performance.now() + roundMs;
  let done = 0;
  while (performance.now() < until) {
    for (let index = 0; index < lines.length; index += 1) one(index);
    done += lines.length;
  }
  const { user, system } = process.cpuUsage(cpu);
  return done / ((user + system) / 1e6);
}

const found: Record<string, number[]> = Object.fromEntries(Object.keys(work).map((name) => [name, []]));
for (let round = 0; round <= rounds; round += 1) {
  progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
  for (const [name, one] of Object.entries(work)) {
    const rate = measure(one);
    if (round > 0) found[name]!.push(rate);
  }
}
const rates = Object.fromEntries(Object.entries(found).map(([name, all]) => [name, Math.round(median(all))]));
tell({
  bench: 'parse',
  figures: {
    'lines/s': rates['parser']!,
    'MB/s': round((rates['parser']! * meanBytes) / 1e6),
    'bytes a line': Math.round(meanBytes),
    'JSON.parse of the same, documents/s': rates['JSON.parse']!,
    'one regular expression, lines/s': rates['regular expression']!,
    'JSON.parse to parser': round(rates['JSON.parse']! / rates['parser']!),
  },
  aims: [],
  notes: ['Lines a second of processor time of one core; medians of five rounds in turn.'],
});
