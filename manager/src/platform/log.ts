import { type Logger, pino } from 'pino';

export type Log = Logger;

/** JSON lines on standard error. Values under these names never reach it, wherever they stand. */
const secretNames = ['password', 'secret', 'token', 'authorization', 'cookie', 'key', 'totp', 'link', 'databaseUrl'];

export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
