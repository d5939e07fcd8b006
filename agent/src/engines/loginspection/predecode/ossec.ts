import type { Predecoded } from '../event.ts';

/**
 * Takes time, host and program off the front of a line as OSSEC 4.x does it: by the places of a few characters alone, whatever stands between
 * them. Knows the times of syslog (with and without a year, ISO 8601 with a zone, proftpd's), of xferlog, snort and suricata, of Apache's error
 * log, macOS's log (which names sender and host in brackets), and squid. Lengths are those of the line and one more, as OSSEC counts them.
 */
export function predecodeOssec(line: string): Predecoded {
  const length = line.length + 1;
  const head = syslogTimeEnd(line, length);
  if (head > 0) return readHead(line, head);
  const message = otherTimeEnd(line, length);
  if (message > 0) return { message: line.slice(message) };
  if (isMacTime(line, length)) return readMacLine(line);
  if (isSquidTime(line, length)) return { message: line.slice(14).replace(/^ +/, '') };
  return { message: line };
}

/** Characters at places, as codes: place, character, place, character … */
const shape = (...pairs: readonly (number | string)[]): Int32Array =>
  Int32Array.from(pairs, (one) => (typeof one === 'string' ? one.charCodeAt(0) : one));

/** Whether those characters stand at those places. */
function stands(line: string, pairs: Int32Array): boolean {
  for (let index = 0; index < pairs.length; index += 2)
    if (line.charCodeAt(pairs[index] as number) !== pairs[index + 1]) return false;
  return true;
}

const syslogTime = shape(3, ' ', 6, ' ', 9, ':', 12, ':', 15, ' ');
const dashTime = shape(4, '-', 7, '-', 10, ' ', 13, ':', 16, ':', 19, ',');
const isoTime = shape(4, '-', 7, '-', 10, 'T', 13, ':', 16, ':');
const isoZone = shape(22, ':', 25, ' ');
const yearTime = shape(4, ' ', 8, ' ', 11, ' ', 14, ':', 17, ':', 20, ' ');
const proftpdTime = shape(4, ':', 7, ':', 10, '-', 13, ':', 16, ':');
const transferTime = shape(3, ' ', 7, ' ', 10, ' ', 13, ':', 16, ':', 19, ' ', 24, ' ', 26, ' ');
const snortTime = shape(2, '/', 5, '-', 8, ':', 11, ':', 14, '.', 21, ' ');
const suricataTime = shape(2, '/', 5, '/', 10, '-', 13, ':', 16, ':', 19, '.', 26, ' ');
const apacheTime = shape(0, '[', 4, ' ', 8, ' ', 11, ' ', 14, ':', 17, ':', 20, ' ', 25, ']');
const macTime = shape(0, '[', 1, 'T', 5, ' ', 10, '.', 13, '.', 16, ' ', 19, ':');
const squidTime = shape(10, '.', 14, ' ');

const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9';

/** Where the host begins behind a time of syslog; 0 where there is none. */
function syslogTimeEnd(line: string, length: number): number {
  if (length > 17 && stands(line, syslogTime)) return 16;
  if (length > 24 && stands(line, dashTime)) return 23;
  if (length > 33 && stands(line, isoTime)) {
    if (stands(line, isoZone)) return 26;
    if (line[19] === '.' || line[19] === ',')
      for (let colon = 24; colon <= 29; colon++) if (line[colon] === ':') return colon + 3;
  }
  if (!isDigit(line[0])) return 0;
  if (length > 21 && stands(line, yearTime)) return 21;
  if (length > 20 && stands(line, proftpdTime)) return 20;
  return 0;
}

/** Where the message begins behind the time of xferlog, snort, suricata or Apache's error log; 0 where there is none. */
function otherTimeEnd(line: string, length: number): number {
  if (length > 28 && stands(line, transferTime)) return 24;
  if (length > 24 && stands(line, snortTime)) return 23;
  if (length > 26 && stands(line, suricataTime)) return 28;
  if (length > 27 && stands(line, apacheTime)) return 27;
  return 0;
}

/** Characters of host and program names: letters, digits and `( ) - . / @ _`. */
function isNameChar(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 64 && code <= 90) ||
    (code >= 45 && code <= 57) ||
    code === 40 ||
    code === 41 ||
    code === 95
  );
}

function nameEnd(line: string, from: number): number {
  let at = from;
  while (isNameChar(line.charCodeAt(at))) at++;
  return at;
}

/** `host program[pid]: message`, from the place behind the time. */
function readHead(line: string, timeEnd: number): Predecoded {
  const from = line[timeEnd] === ' ' ? timeEnd + 1 : timeEnd;
  const hostEnd = nameEnd(line, from);
  // Solaris leaves the host out.
  if (line[hostEnd] === ':' && line[hostEnd + 1] === ' ')
    return { program: line.slice(from, hostEnd), message: withoutMessageId(line.slice(hostEnd + 2)) };
  if (line[hostEnd] !== ' ') return { message: line.slice(from) };
  const hostname = line.slice(from, hostEnd);
  const program = readProgram(line, hostEnd + 1);
  if (!program) return { hostname, message: line.slice(hostEnd + 1) };
  return { hostname, program: program.name, message: program.message };
}

/** `name: `, `name[pid]: `, `name[pid] `, or AIX's `facility|severity:name: `; and the message behind it. */
function readProgram(line: string, from: number): { name: string; message: string } | undefined {
  const end = nameEnd(line, from);
  const behind = (at: number) => ({ name: line.slice(from, end), message: withoutMessageId(line.slice(at)) });
  if (line[end] === ':' && line[end + 1] === ' ') return behind(end + 2);
  if (line[end] === '[' && isDigit(line[end + 1])) {
    const closed = digitsEnd(line, end + 1);
    if (line.startsWith(']: ', closed)) return behind(closed + 3);
    return line.startsWith('] ', closed) ? behind(closed + 2) : undefined;
  }
  return line[end] === '|' && /[a-z]/.test(line.charAt(end + 1)) ? readAixProgram(line, end + 2, from) : undefined;
}

/**
 * `auth|security:info name[pid]: `. Where the name does not end as it should, OSSEC leaves odd things: with a broken `[pid` the message is what
 * stands before the bracket, and without any end the name goes on to the end of the line.
 */
function readAixProgram(line: string, from: number, headFrom: number): { name: string; message: string } | undefined {
  const facilityEnd = alphanumericEnd(line, from);
  if (line[facilityEnd] !== ':') return undefined;
  const severityEnd = alphanumericEnd(line, facilityEnd + 1);
  if (line[severityEnd] !== ' ') return undefined;
  const start = severityEnd + 1;
  const end = nameEnd(line, start);
  const behind = (name: string, at: number) => ({ name, message: withoutMessageId(line.slice(at)) });
  if (line[end] === ':' && line[end + 1] === ' ') return behind(line.slice(start, end), end + 2);
  if (line[end] !== '[' || !isDigit(line[end + 1])) return behind(line.slice(start), end);
  const closed = digitsEnd(line, end + 1);
  if (line.startsWith(']: ', closed)) return behind(line.slice(start, end), closed + 3);
  return { name: line.slice(start, end), message: line.slice(headFrom, end) };
}

function digitsEnd(line: string, from: number): number {
  let at = from;
  while (isDigit(line[at])) at++;
  return at;
}

function alphanumericEnd(line: string, from: number): number {
  let at = from;
  while (/[A-Za-z0-9]/.test(line.charAt(at))) at++;
  return at;
}

/** Solaris puts `[ID 800047 auth.info] ` before the message. */
function withoutMessageId(message: string): string {
  if (!message.startsWith('[ID ')) return message;
  const end = message.indexOf('] ', 4);
  return end < 0 ? message : message.slice(end + 2);
}

const isMacTime = (line: string, length: number): boolean => length > 26 && stands(line, macTime);

/** `[Time …] [Facility auth] [Sender sshd] [PID 483] [Message …] [Level 3] [Host name]`: the first sender and the first message count. */
function readMacLine(line: string): Predecoded {
  let message: string | undefined;
  let program: string | undefined;
  let hostname: string | undefined;
  for (let at = line.indexOf('[', 25); at >= 0; at = line.indexOf('[', at + 1)) {
    const end = line.indexOf(']', at);
    const value = (name: string) => line.slice(at + 1 + name.length, end < 0 ? undefined : end);
    if (line.startsWith('[Sender ', at) && program === undefined) {
      if (end < 0) break;
      program = value('Sender ');
    } else if (line.startsWith('[Message ', at) && message === undefined) {
      message = value('Message ');
      if (end < 0) break;
    } else if (line.startsWith('[Host ', at)) {
      hostname = end < 0 ? undefined : value('Host ');
      break;
    } else continue;
    at = end;
  }
  return { message: message ?? line.slice(25), program, hostname };
}

/** `1140804070.368  11623 …`: seconds since 1970 and the milliseconds that a request took. */
const isSquidTime = (line: string, length: number): boolean =>
  length > 32 &&
  stands(line, squidTime) &&
  /^1\d{3}/.test(line) &&
  isDigit(line[13]) &&
  (line[21] === ' ' || line[22] === ' ');
