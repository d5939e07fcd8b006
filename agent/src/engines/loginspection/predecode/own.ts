import type { Predecoded } from '../event.ts';

/**
 * Takes time, host and program off the front of a syslog line, as OSSEC does it: by the shape of the time alone. The expressions stand
 * at the beginning of the line and repeat nothing without bound but single characters, so they are linear.
 *
 * Known times: `Nov 23 10:00:00`, `2026 Nov 23 10:00:00`, ISO 8601 with and without fractions, zone or `Z` (rsyslog, syslog-ng),
 * `2026-11-23 10:00:00,805`, and the header of RFC 5424 with or without its `<priority>`.
 */
export function predecodeSyslog(line: string): Predecoded {
  const modern = /^<\d{1,3}>\d (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) /.exec(line);
  if (modern) return predecodeRfc5424(line.slice(modern[0].length), modern[2], modern[3]);
  const time = timeHead.exec(line);
  if (!time) return { message: line };
  return readHead(line.slice(time[0].length).replace(/^ /, ''));
}

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
