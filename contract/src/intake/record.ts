import { parseCef } from './cef.ts';
import type { IntakeFormat, NeutralEvent } from './event.ts';
import { parseLeef } from './leef.ts';
import { readDocument } from './sns-document.ts';
import { octetCount, readSyslogHeader } from './syslog-header.ts';

export const intakeFormats = ['auto', 'cef', 'leef', 'sns'] as const;
export type FormatChoice = (typeof intakeFormats)[number];

/** Why a record gave no event, or not all of it. */
export const recordProblems = ['empty', 'noEvent', 'otherProduct', 'otherFormat', 'unreadableJson', 'control'] as const;
export type RecordProblem = (typeof recordProblems)[number];

export type ParsedRecord = { readonly events: readonly NeutralEvent[]; readonly problem?: RecordProblem };

/** The header ends here at the latest; behind that a marker is part of some other text. */
const headerLengthMax = 4096;
const marker = /(CEF|LEEF): ?(?=\d+(?:\.\d+)?\|)/;
const recordStart =
  /^(?:[1-9]\d{0,6} )?(?:<\d{1,3}>|CEF: ?\d|LEEF: ?\d|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) |\d{4}-\d\d-\d\dT)/;

/** One record: a line of syslog, or a document of SNS. Never throws; what it returns is bounded by what it was given. */
export function parseRecord(given: string, format: FormatChoice = 'auto'): ParsedRecord {
  const text = given.charCodeAt(0) === 0xfeff ? given.slice(1) : given;
  if (format === 'sns' || (format === 'auto' && isDocument(text))) return parseDocument(text, format);
  const event = parseLine(text, format);
  return typeof event === 'string' ? { events: [], problem: event } : { events: [event] };
}

/** Text that may hold several lines, each a record of its own: a frame, a case. A line that begins no record belongs to the one before it. */
export function parseLines(text: string, format: FormatChoice = 'auto'): ParsedRecord {
  if (!text.includes('\n') || format === 'sns' || (format === 'auto' && isDocument(text)))
    return parseRecord(text, format);
  const records: string[] = [];
  for (const line of text.split('\n')) {
    if (records.length === 0 || (recordStart.test(line) && marker.test(line.slice(0, headerLengthMax))))
      records.push(line);
    else records[records.length - 1] += `\n${line}`;
  }
  const parsed = records.filter((record) => record.trim() !== '').map((record) => parseRecord(record, format));
  const problem = parsed.length === 0 ? 'empty' : parsed.find((each) => each.problem)?.problem;
  return { events: parsed.flatMap(({ events }) => events), ...(problem ? { problem } : {}) };
}

const isDocument = (text: string): boolean => /^\s*(?:\{\s*["}]|\[\s*[[{"\]])/.test(text.slice(0, 256));

function parseDocument(text: string, format: FormatChoice): ParsedRecord {
  if (text.trim() === '') return { events: [], problem: 'empty' };
  const { events, lines, isControl, unreadable } = readDocument(text);
  const wrapped = lines.map((line) => (format === 'sns' ? 'otherFormat' : parseLine(line, format)));
  const problem =
    unreadable > 0
      ? 'unreadableJson'
      : (wrapped.find((each) => typeof each === 'string') ?? (isControl ? 'control' : undefined));
  const all = [...events, ...wrapped.filter((each) => typeof each !== 'string')];
  return { events: all, ...(problem ? { problem } : all.length === 0 ? { problem: 'noEvent' } : {}) };
}

/** A line of syslog, with the header it came with. */
function parseLine(text: string, format: FormatChoice): NeutralEvent | RecordProblem {
  const found = marker.exec(text.length > headerLengthMax ? text.slice(0, headerLengthMax) : text);
  if (!found) return text.trim() === '' ? 'empty' : 'noEvent';
  const kind: IntakeFormat = found[1] === 'CEF' ? 'cef' : 'leef';
  if (format !== 'auto' && format !== kind) return 'otherFormat';
  const body = withoutEnd(text);
  const from = found.index + found[0].length;
  const event = kind === 'cef' ? parseCef(body, from) : parseLeef(body, from);
  if (!event) return 'otherProduct';
  const header = readSyslogHeader(text.slice(octetCount(text), found.index).replaceAll('\ufeff', ''));
  if (header.pri !== undefined) event.syslog_pri = header.pri;
  if (header.time !== undefined) event.timestamp = header.time;
  if (header.timeText !== undefined) event.timestamp_raw = header.timeText;
  if (header.host !== undefined) event.syslog_host = header.host;
  return event;
}

/** Without the end of line or the NUL that some senders close a datagram with. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (
    end > 0 &&
    (text.charCodeAt(end - 1) === 10 || text.charCodeAt(end - 1) === 13 || text.charCodeAt(end - 1) === 0)
  )
    end -= 1;
  return end === text.length ? text : text.slice(0, end);
}
