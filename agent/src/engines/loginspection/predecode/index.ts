import { hostname } from 'node:os';
import type { LogFormat, Predecoded } from '../event.ts';
import { predecodeOssec } from './ossec.ts';
import { predecodePlain, predecodeSyslog } from './own.ts';

/** Takes off what stands before the message. */
export type Predecode = (line: string, format: LogFormat) => Predecoded;

/**
 * As OSSEC does it, and nothing more; a line without a host is one of this host.
 * @param localHost name of this host, without its domain
 */
export const ossecPredecode =
  (localHost = hostname().split('.', 1)[0]!): Predecode =>
  (line, format) => {
    const found = format === 'plain' ? predecodePlain(line) : predecodeOssec(line);
    return found.hostname === undefined ? { ...found, hostname: localHost } : found;
  };

/** For our own content: RFC 5424, `<priority>` and the time zone `Z` too, and no host where the line names none. */
export const ownPredecode: Predecode = (line, format) =>
  format === 'plain' ? predecodePlain(line) : predecodeSyslog(line);
