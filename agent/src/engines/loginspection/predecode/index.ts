import { hostname } from 'node:os';
import type { LogFormat, Predecoded } from '../event.ts';
import { predecodeOssec } from './ossec.ts';
import { predecodePlain, predecodeSyslog } from './own.ts';

/** Takes off what stands before the message. */
export type Predecode = (line: string, format: LogFormat) => Predecoded;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const controls = /[\0-\x08\x0b-\x1f\x7f]+/g;

/** OSSEC takes control characters out of a line, so that none reaches a terminal. Tabs stay, and so do ends of lines in records of several. */
function withoutControls(line: string): string {
  controls.lastIndex = 0;
  return controls.test(line) ? line.replaceAll(controls, '') : line;
}

/**
 * As OSSEC does it, and nothing more; a line without a host is one of this host.
 * @param localHost name of this host, without its domain
 */
export const ossecPredecode =
  (localHost = hostname().split('.', 1)[0]!): Predecode =>
  (line, format) => {
    const clean = withoutControls(line);
    const found = format === 'plain' ? predecodePlain(clean) : predecodeOssec(clean);
    return found.hostname === undefined ? { ...found, hostname: localHost } : found;
  };

/** For our own content: RFC 5424, `<priority>` and the time zone `Z` too, and no host where the line names none. */
export const ownPredecode: Predecode = (line, format) =>
  format === 'plain' ? predecodePlain(line) : predecodeSyslog(line);
