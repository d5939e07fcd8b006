import type { Predecoded } from '../event.ts';

/**
 * Takes time, host and program off the front of a syslog line, as OSSEC does it: by the shape of the time alone. The expressions stand
 * at the beginning of the line and repeat nothing without bound but single characters, so they are linear.
 *
 * Known times: `Nov 23 10:00:00`, `2026 Nov 23 10:00:00`, ISO 8601 with and without fractions, zone or `Z` (rsyslog, syslog-ng),
 * `2026-11-23 10:00:00,805`, and the header of RFC 5424 with or without its `<priority>`.
 */
export function predecodeSyslog(line: string): Predecoded {
  const classic = readClassic(line);
  if (classic) return classic;
  const modern = line.startsWith('<') ? modernHead.exec(line) : null;
  if (modern) return predecodeRfc5424(line.slice(modern[0].length), modern[2], modern[3]);
  const time = mayBeginWithTime(line) ? timeHead.exec(line) : null;
  if (!time) return { message: line };
  return readHead(line.slice(time[0].length).replace(/^ /, ''));
}

/** What all known times have in common, seen at a few characters: most lines of web servers have it not. */
function mayBeginWithTime(line: string): boolean {
  const first = line.charCodeAt(0);
  if (isDigit(first)) return line.charCodeAt(4) === space || line.charCodeAt(4) === 45;
  return line.charCodeAt(3) === space || line.startsWith('<');
}

const modernHead = /^<\d{1,3}>\d (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) /;
const timeHead = new RegExp(
  `^(?:<\\d{1,3}>)?(?:${[
    '(?:\\d{4} )?[A-Z][\\p{L}]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d ',
    '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d) ',
    '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3} ',
  ].join('|')})`,
  'u',
);

/** Characters of host and program names that OSSEC takes. */
const nameChars = '[A-Za-z0-9()\\-./@_]';
const bareProgram = new RegExp(`^(${nameChars}{1,255}): `);
const hostHead = new RegExp(`^(${nameChars}{1,255}) `);
const programHead = new RegExp(`^(${nameChars}{1,128})(?:: |\\[\\d{1,20}\\]:? )`);

function readHead(rest: string): Predecoded {
  // Solaris leaves the host out.
  const alone = bareProgram.exec(rest);
  if (alone) return { program: alone[1]!, message: withoutMessageId(rest.slice(alone[0].length)) };
  const host = hostHead.exec(rest);
  if (!host) return { message: rest };
  const tail = rest.slice(host[0].length);
  const program = programHead.exec(tail);
  if (!program) return { hostname: host[1]!, message: tail };
  return { hostname: host[1]!, program: program[1]!, message: withoutMessageId(tail.slice(program[0].length)) };
}

/**
 * `Nov 23 10:00:00 host program[7]: message` alone, as nearly all lines are: what the expressions find, without them. Undefined for anything else.
 */
function readClassic(line: string): Predecoded | undefined {
  if (!isClassicTime(line)) return undefined;
  const from = line.charCodeAt(16) === space ? 17 : 16;
  const hostEnd = nameEnd(line, from, 255);
  if (hostEnd === from || line.charCodeAt(hostEnd) !== space) return undefined;
  const programEnd = nameEnd(line, hostEnd + 1, 128);
  if (programEnd === hostEnd + 1) return undefined;
  const message = messageAt(line, programEnd);
  if (message < 0 || line.startsWith('[ID ', message)) return undefined;
  return {
    hostname: line.slice(from, hostEnd),
    program: line.slice(hostEnd + 1, programEnd),
    message: line.slice(message),
  };
}

const space = 32;
const colon = 58;
const isDigit = (code: number) => code >= 48 && code <= 57;
const isLetter = (code: number) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
const nameTable = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[A-Za-z0-9()\-./@_]/.test(String.fromCharCode(code))),
);

/** Places of the digits in `Nov 23 10:00:00 `; the day may begin with a blank. */
const digitPlaces = Int32Array.of(5, 7, 8, 10, 11, 13, 14);

function isClassicTime(line: string): boolean {
  if (line.charCodeAt(3) !== space || line.charCodeAt(6) !== space || line.charCodeAt(15) !== space) return false;
  if (line.charCodeAt(9) !== colon || line.charCodeAt(12) !== colon) return false;
  for (let index = 0; index < digitPlaces.length; index++) {
    if (!isDigit(line.charCodeAt(digitPlaces[index] as number))) return false;
  }
  const month = line.charCodeAt(0);
  const day = line.charCodeAt(4);
  if (month < 65 || month > 90 || (day !== space && !isDigit(day))) return false;
  return isLetter(line.charCodeAt(1)) && isLetter(line.charCodeAt(2));
}

/** The end of a name; its beginning where it is longer than `most`. */
function nameEnd(line: string, from: number, most: number): number {
  let at = from;
  while (nameTable[line.charCodeAt(at)] === 1) at++;
  return at - from > most ? from : at;
}

/** Where the message begins behind `: `, `[7]: ` or `[7] `; −1 where none of these stands. */
function messageAt(line: string, from: number): number {
  if (line.charCodeAt(from) === colon) return line.charCodeAt(from + 1) === space ? from + 2 : -1;
  if (line.charCodeAt(from) !== 91) return -1;
  let at = from + 1;
  while (isDigit(line.charCodeAt(at))) at++;
  if (at === from + 1 || at > from + 21 || line.charCodeAt(at) !== 93) return -1;
  if (line.charCodeAt(at + 1) === colon) at++;
  return line.charCodeAt(at + 1) === space ? at + 2 : -1;
}

/** Solaris puts `[ID 800047 auth.info] ` before the message. */
const withoutMessageId = (message: string) => message.replace(/^\[ID [^\]]{1,100}\] /, '');

function predecodeRfc5424(rest: string, hostname: string | undefined, program: string | undefined): Predecoded {
  const data = /^(?:- ?|(?:\[(?:[^\]\\]|\\.){0,4000}\])+ ?)/.exec(rest);
  return {
    message: rest.slice(data?.[0].length ?? 0).replace(/^\uFEFF/, ''),
    ...(hostname && hostname !== '-' ? { hostname } : {}),
    ...(program && program !== '-' ? { program } : {}),
  };
}

/** A source of format `plain`: the line is the message. */
export const predecodePlain = (line: string): Predecoded => ({ message: line });
