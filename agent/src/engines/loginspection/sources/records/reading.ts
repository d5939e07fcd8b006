import { hostname } from 'node:os';
import { type LogSource, logEncodingOf } from '@sakimori/contract/log-source';
import { compilePcre2, Subject } from '../../patterns/index.ts';
import type { Line } from '../lines.ts';
import { cutLines } from '../lines.ts';
import type { TextReader } from '../text.ts';
import { gatherAudit } from './audit.ts';
import { gatherMultilog, gatherMysql, gatherNmap, gatherPostgresql, gatherSnortFull } from './programs.ts';
import { type Gather, gatherByCount, gatherByStart, recordLinesMax } from './record.ts';

/** How the bytes of a source become records. */
export interface Reading {
  /** As `logEncodingOf` gives it. */
  readonly encoding: string;
  /** What is left after so long a silence is given out as it is: the last record, a line without its end. */
  readonly waitMs: number;
  readonly lineWaitMs: number;
  /** Absent where every line is a record. */
  readonly gather: ((path: string) => Gather) | undefined;
}

/** A line without its end is waited for: a daemon that writes by blocks may finish it much later. */
const lineWaitMs = 60_000;
const recordWaitMs = 1000;

/** @throws Error with a sentence, for an encoding or a pattern that cannot be */
export function readingOf(source: LogSource): Reading {
  const encoding = logEncodingOf(source.encoding ?? 'auto');
  if (!encoding) throw new Error(`the log ${source.path} has the encoding ${source.encoding}, which is not known here`);
  const gather = gatherOf(source);
  const waitMs = gather ? (source.multiLine?.waitMs ?? recordWaitMs) : lineWaitMs;
  return { encoding, waitMs, lineWaitMs, gather };
}

function gatherOf(source: LogSource): Reading['gather'] {
  switch (source.reading ?? 'lines') {
    case 'lines':
      return undefined;
    case 'multi-line':
      return always(gatherMultiLine(source));
    case 'audit':
      return always(gatherAudit);
    case 'snort-full':
      return always(gatherSnortFull);
    case 'nmapg':
      return always(gatherNmap);
    case 'mysql-log':
      return always(gatherMysql);
    case 'postgresql-log':
      return always(gatherPostgresql);
    case 'djb-multilog':
      return (path) => gatherMultilog(path, hostname());
  }
}

const always = (gather: Gather) => () => gather;

function gatherMultiLine({ path, multiLine }: LogSource): Gather {
  const { start, lines, linesMax = recordLinesMax } = multiLine ?? {};
  if (start === undefined) return gatherByCount(Math.max(2, lines ?? 2));
  try {
    const pattern = compilePcre2(start);
    return gatherByStart((line) => pattern.test(new Subject(line)), { linesMax });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new Error(`the log ${path} has a start pattern for its records that is not understood: ${problem}`);
  }
}

/** What a piece of a log gave. Bytes from `used` on come again with what is written behind them. */
export interface Piece {
  readonly records: readonly string[];
  readonly used: number;
  readonly skipping: boolean;
  readonly cut: number;
}

/** What is not waited for any longer. `records`: further lines of the last record. `lines`: the rest of an unfinished line either. */
export type Flush = 'nothing' | 'records' | 'lines';

export function readPiece(
  bytes: Buffer,
  how: { readonly reader: TextReader; readonly gather: Gather | undefined },
  skipping: boolean,
  flush: Flush,
): Piece {
  const found = cutLines(bytes, how.reader, skipping, flush === 'lines');
  const { lines } = found;
  if (!how.gather) return { ...found, records: textsOf(lines), cut: lines.filter((line) => line.isCut).length };
  const gathered = how.gather(lines, 0, flush !== 'nothing' || found.skipping);
  // Nothing between the last record and the unfinished line: empty lines and NUL bytes are done with too.
  const isDone = lines.length === 0 || gathered.used >= lines.at(-1)!.end;
  return {
    records: gathered.records,
    used: isDone ? found.used : gathered.used,
    skipping: isDone ? found.skipping : skipping && gathered.used === 0,
    cut: lines.filter((line) => line.isCut && line.end <= gathered.used).length,
  };
}

const textsOf = (lines: readonly Line[]): string[] => lines.map(({ text }) => text);
