import { withoutControls } from './text.ts';

/** One entry of the journal, as `journalctl -o json` writes it. */
export interface JournalEntry {
  readonly cursor: string;
  /** When the journal took it, milliseconds since 1970. */
  readonly timeMs: number;
  /** As rsyslog would write it into a file: time, host, program, message. */
  readonly line: string;
}

/** Fields that are asked for; the cursor and the times come with every entry. */
export const journalFields = ['MESSAGE', 'SYSLOG_IDENTIFIER', '_COMM', 'SYSLOG_PID', '_PID', '_HOSTNAME', '_TRANSPORT'];

/** A message is cut here, characters. */
const messageMax = 8192;

/**
 * Reads one line of `journalctl -o json`. A line that is no whole entry (cut, since it was too long) still gives its cursor, so that following goes on
 * behind it; undefined where even that is missing.
 */
export function readJournalEntry(json: string): JournalEntry | undefined {
  const entry = parse(json);
  if (!entry) return cutEntry(json);
  const cursor = entry['__CURSOR'];
  return typeof cursor === 'string' && cursor !== '' ? entryOf(cursor, entry) : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function parse(json: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

/** Of an entry that was too long the beginning and the end: short fields are whole somewhere in them, of the message there is the beginning. */
function cutEntry(json: string): JournalEntry | undefined {
  const cursor = /"__CURSOR"\s*:\s*"([^"\\]{1,500})"/.exec(json)?.[1];
  if (cursor === undefined) return undefined;
  const text = (name: string): string | undefined =>
    new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.){0,${messageMax}})`).exec(json)?.[1];
  const fields = Object.fromEntries(
    [...journalFields, '__REALTIME_TIMESTAMP'].flatMap((name) => {
      const value = text(name);
      return value === undefined ? [] : [[name, value.replaceAll(/\\(?:u[0-9a-f]{0,4}|.)/gi, ' ')]];
    }),
  );
  return entryOf(cursor, fields);
}

function entryOf(cursor: string, entry: Fields): JournalEntry {
  const timeMs = timeOf(entry['__REALTIME_TIMESTAMP']);
  return { cursor, timeMs, line: lineOf(entry, timeMs) };
}

function lineOf(entry: Fields, timeMs: number): string {
  const program = nameOf(textOf(entry['SYSLOG_IDENTIFIER']) || textOf(entry['_COMM']), 'unknown');
  const isKernel = entry['_TRANSPORT'] === 'kernel';
  const pid = /^\d{1,10}$/.exec(textOf(entry['SYSLOG_PID']) || textOf(entry['_PID']))?.[0];
  const head = `${new Date(timeMs).toISOString()} ${nameOf(textOf(entry['_HOSTNAME']), 'localhost')} ${program}`;
  const message = textOf(entry['MESSAGE'])
    .replaceAll(/[\r\n]+/g, ' ')
    .trimEnd();
  return `${head}${pid && !isKernel ? `[${pid}]` : ''}: ${withoutControls(message)}`;
}

/** The same field may come several times, then it is a list; a text that is no UTF-8 is a list of its bytes. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, messageMax);
  if (!Array.isArray(value)) return '';
  if (value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256))
    return Buffer.from(value.slice(0, messageMax) as number[]).toString('utf8');
  return textOf(value.findLast((one) => typeof one === 'string' || Array.isArray(one)));
}

/** Host and program as a syslog line can hold them: whatever a program calls itself, it does not become the message. */
const nameOf = (name: string, otherwise: string): string =>
  name.slice(0, 100).replaceAll(/[^A-Za-z0-9()\-./@_]+/g, '_') || otherwise;

function timeOf(micros: unknown): number {
  const value = Number(micros);
  return Number.isFinite(value) && value > 0 && value < 253_402_300_799e6 ? Math.floor(value / 1000) : 0;
}
