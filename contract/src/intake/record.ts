import { parseCef } from './cef.ts';
import type { NeutralEvent } from './event.ts';
import { parseLeef } from './leef.ts';
import { readDocument } from './sns-document.ts';
import { octetCount, readSyslogHeader, type SyslogHeader } from './syslog-header.ts';

export const intakeFormats = ['auto', 'cef', 'leef', 'sns'] as const;
export type FormatChoice = (typeof intakeFormats)[number];

/** Why a record gave no event, or not all of it. */
export const recordProblems = ['empty', 'noEvent', 'otherProduct', 'otherFormat', 'unreadableJson', 'control'] as const;
export type RecordProblem = (typeof recordProblems)[number];

export type ParsedRecord = {
  readonly events: readonly NeutralEvent[];
  /** What each event was read from: its line, or its object of a document. */
  readonly raws: readonly string[];
  readonly problem?: RecordProblem;
};

/** The header ends here at the latest; behind that a marker is part of some other text. */
const headerLengthMax = 4096;
const marker = /(?:CEF|LEEF): ?(?=\d+(?:\.\d+)?\|)/y;
const recordStart =
  /^(?:[1-9]\d{0,6} )?(?:<\d{1,3}>|CEF: ?\d|LEEF: ?\d|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) |\d{4}-\d\d-\d\dT)/;

/** One record: a line of syslog, or a document of SNS. Never throws; what it returns is bounded by what it was given. */
export function parseRecord(given: string, format: FormatChoice = 'auto'): ParsedRecord {
  const text = given.charCodeAt(0) === 0xfeff ? given.slice(1) : given;
  if (format === 'sns' || (format === 'auto' && isDocument(text))) return parseDocument(text, format);
  const event = parseLine(text, format);
  return typeof event === 'string' ? { events: [], raws: [], problem: event } : { events: [event], raws: [text] };
}

/** Text that may hold several lines, each a record of its own: a frame, a case. A line that begins no record belongs to the one before it. */
export function parseLines(text: string, format: FormatChoice = 'auto'): ParsedRecord {
  if (!text.includes('\n') || format === 'sns' || (format === 'auto' && isDocument(text)))
    return parseRecord(text, format);
  const records: string[] = [];
  for (const line of text.split('\n')) {
    if (records.length === 0 || (recordStart.test(line) && findMarker(line))) records.push(line);
    else records[records.length - 1] += `\n${line}`;
  }
  const parsed = records.filter((record) => record.trim() !== '').map((record) => parseRecord(record, format));
  const problem = parsed.length === 0 ? 'empty' : parsed.find((each) => each.problem)?.problem;
  const [events, raws] = [parsed.flatMap((each) => each.events), parsed.flatMap((each) => each.raws)];
  return { events, raws, ...(problem ? { problem } : {}) };
}

const isDocument = (text: string): boolean => /^\s*(?:\{\s*["}]|\[\s*[[{"\]])/.test(text.slice(0, 256));

function parseDocument(text: string, format: FormatChoice): ParsedRecord {
  if (text.trim() === '') return { events: [], raws: [], problem: 'empty' };
  const { events, objects, lines, isControl, unreadable } = readDocument(text);
  const wrapped = lines.map((line) => (format === 'sns' ? 'otherFormat' : parseLine(line, format)));
  const problem =
    unreadable > 0
      ? 'unreadableJson'
      : (wrapped.find((each) => typeof each === 'string') ?? (isControl ? 'control' : undefined));
  const read = wrapped.flatMap((each, index) =>
    typeof each === 'string' ? [] : [{ event: each, raw: lines[index]! }],
  );
  const all = [...events, ...read.map(({ event }) => event)];
  const raws = [...objects.map((object) => JSON.stringify(object)), ...read.map(({ raw }) => raw)];
  return { events: all, raws, ...(problem ? { problem } : all.length === 0 ? { problem: 'noEvent' } : {}) };
}

type Marker = { readonly kind: 'cef' | 'leef'; readonly from: number; readonly to: number };

/** The first marker, with what follows one: a version and a pipe. */
function findMarker(text: string): Marker | undefined {
  for (let at = text.indexOf('EF:'); at > 0 && at < headerLengthMax; at = text.indexOf('EF:', at + 1)) {
    const before = text.charCodeAt(at - 1);
    const kind = before === 67 ? 'cef' : before === 69 && text.charCodeAt(at - 2) === 76 ? 'leef' : undefined;
    if (!kind) continue;
    const from = at - (kind === 'cef' ? 1 : 2);
    marker.lastIndex = from;
    if (marker.test(text)) return { kind, from, to: marker.lastIndex };
  }
  return undefined;
}

/** A line of syslog, with the header it came with. */
function parseLine(text: string, format: FormatChoice): NeutralEvent | RecordProblem {
  const found = findMarker(text);
  if (!found) return text.trim() === '' ? 'empty' : 'noEvent';
  const { kind, from, to } = found;
  if (format !== 'auto' && format !== kind) return 'otherFormat';
  const body = withoutEnd(text);
  const event = kind === 'cef' ? parseCef(body, to) : parseLeef(body, to);
  if (!event) return 'otherProduct';
  if (from > 0) fillHeader(event, text, from);
  return event;
}

/** The last header read: those of one second and one sender are the same, letter by letter. */
let last: { readonly text: string; readonly header: SyslogHeader } = { text: '', header: {} };

function headerOf(text: string): SyslogHeader {
  if (text !== last.text) last = { text, header: readSyslogHeader(text.replace(/\ufeff/g, '')) };
  return last.header;
}

function fillHeader(event: NeutralEvent, text: string, to: number): void {
  const header = headerOf(text.slice(octetCount(text), to));
  if (header.pri !== undefined) event.syslog_pri = header.pri;
  if (header.time !== undefined) event.timestamp = header.time;
  if (header.timeText !== undefined) event.timestamp_raw = header.timeText;
  if (header.host !== undefined) event.syslog_host = header.host;
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
