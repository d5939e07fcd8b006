// The header before `CEF:` or `LEEF:`: RFC 3164, RFC 5424, and what lies between them in the field (RFC 3339 time without a version, a name with
// blanks, no name, a relay's header before the sender's own).

export type SyslogHeader = {
  readonly pri?: number;
  /** RFC 3339 in UTC; only where zone and year are known. */
  readonly time?: string;
  /** As it was written, where zone or year is missing. */
  readonly timeText?: string;
  readonly host?: string;
};

const isoTime = /(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: ?(Z|[+-]\d\d:?\d\d))?(?= |$)/y;
const oldTime =
  /(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2}(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: \d{4}(?= ))?/y;
const innerHeader =
  /(?:^| )(?=<\d{1,3}>|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)/;

/** Reads what stands before the marker. */
export function readSyslogHeader(text: string): SyslogHeader {
  const header = text.trim();
  if (header === '') return {};
  let at = octetCount(header);
  let pri: number | undefined;
  const priText = /^<(\d{1,3})>/.exec(header.slice(at, at + 5));
  if (priText) {
    pri = Number(priText[1]);
    at += priText[0].length;
  }
  const version = /^[1-9]\d? (?=-|\d{4}-)/.exec(header.slice(at, at + 8));
  if (pri !== undefined && version) return { pri, ...readVersioned(header.slice(at + version[0].length)) };
  while (header[at] === ' ') at += 1;
  const { next, ...time } = readTime(header, at);
  const rest = header.slice(next).trim();
  const inner = rest.includes(' ') || rest.startsWith('<') ? innerHeader.exec(rest) : null;
  const relayed = inner ? readSyslogHeader(rest.slice(inner.index)) : undefined;
  if (relayed && (relayed.time ?? relayed.timeText)) return { ...(pri === undefined ? {} : { pri }), ...relayed };
  const host = withoutTag(rest);
  return { ...(pri === undefined ? {} : { pri }), ...time, ...(host ? { host } : {}) };
}

/** RFC 6587: a count of octets before the message. @returns where the message begins */
export function octetCount(text: string): number {
  const first = text.charCodeAt(0);
  if (first < 49 || first > 57) return 0;
  const counted = /^[1-9]\d{0,6} (?=<\d{1,3}>)/.exec(text.slice(0, 16));
  return counted ? counted[0].length : 0;
}

/** RFC 5424, section 6: time, host, application, process, message id, structured data. */
function readVersioned(text: string): SyslogHeader {
  const { next, ...time } = text.startsWith('-') ? { next: 1 } : readTime(text, 0);
  const host = text.slice(next).trimStart().split(' ', 1)[0];
  return { ...time, ...(host && host !== '-' ? { host } : {}) };
}

type ReadTime = { next: number; time?: string; timeText?: string };

function readTime(text: string, at: number): ReadTime {
  isoTime.lastIndex = at;
  const iso = isoTime.exec(text);
  if (iso) {
    const next = isoTime.lastIndex;
    const time = iso[8] ? instantOf(iso) : undefined;
    return time ? { next, time } : { next, timeText: iso[0] };
  }
  oldTime.lastIndex = at;
  const old = oldTime.exec(text);
  if (!old) return { next: at };
  const zone = / (?:UTC|GMT|JST)(?= |$)/y;
  zone.lastIndex = oldTime.lastIndex;
  return { next: zone.exec(text) ? zone.lastIndex : oldTime.lastIndex, timeText: old[0] };
}

/** A relay's own time may have microseconds and an offset without a colon. */
function instantOf(iso: RegExpExecArray): string | undefined {
  const [, year, month, day, hours, minutes, seconds, fraction = '0', zone = 'Z'] = iso;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hours), Number(minutes), Number(seconds));
  const date = new Date(local);
  if (date.getUTCDate() !== Number(day) || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offset = zone === 'Z' ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
  return textOfInstant(local + Math.floor(Number(`0.${fraction}`) * 1000) - offset * 60_000);
}

/** Seconds where there are no milliseconds. */
export function textOfInstant(ms: number): string {
  const text = new Date(ms).toISOString();
  return ms % 1000 === 0 ? `${text.slice(0, -5)}Z` : text;
}

/** `host syslog:` or `host dsm[12]:`: the tag of a program, which names no machine. */
function withoutTag(rest: string): string {
  const tag = /(?:^| )[A-Za-z][\w./-]*(?:\[\d+\])?:$/.exec(rest);
  return tag ? rest.slice(0, tag.index).trim() : rest;
}
