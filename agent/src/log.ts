import { type Clock, toInstant } from './clock.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one line for the person who runs the host. Never give it a secret, a key or a line of a customer's log. */
export type Log = (level: LogLevel, message: string, facts?: LogFacts) => void;

/** Lines like `2026-11-23T10:00:00.000Z warn spool: disk full pending=12` on standard error, which systemd's journal keeps. */
export function createLog(clock: Clock, write: (line: string) => void, lowest: LogLevel = 'info'): Log {
  return (level, message, facts = {}) => {
    if (logLevels.indexOf(level) < logLevels.indexOf(lowest)) return;
    const tail = Object.entries(facts)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => ` ${name}=${typeof value === 'string' ? JSON.stringify(value) : value}`)
      .join('');
    write(`${toInstant(clock.nowMs())} ${level} ${oneLine(message)}${tail}\n`);
  };
}

/** What came from outside must not forge a second line. */
const oneLine = (text: string) => text.replaceAll(/\p{Cc}+/gu, ' ');

/** The words of an error, without its stack. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
