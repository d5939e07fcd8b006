import { z } from 'zod';
import { FilePath } from './primitives.ts';

/**
 * How the lines of a log become the records that rules see, after OSSEC's `log_format`: `lines` one each; `multi-line` several by rule; `audit`
 * the records of one event of auditd; `snort-full`, `nmapg`, `mysql-log`, `postgresql-log` and `djb-multilog` as these programs write.
 */
export const logReadings = [
  'lines',
  'multi-line',
  'audit',
  'snort-full',
  'nmapg',
  'mysql-log',
  'postgresql-log',
  'djb-multilog',
] as const;
export type LogReading = (typeof logReadings)[number];

/** Encodings of logs, by their names in the WHATWG Encoding Standard and the common other ones. */
const encodings: Readonly<Record<string, string>> = {
  auto: 'auto',
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  shift_jis: 'shift_jis',
  'shift-jis': 'shift_jis',
  sjis: 'shift_jis',
  cp932: 'shift_jis',
  'windows-31j': 'shift_jis',
  'euc-jp': 'euc-jp',
  eucjp: 'euc-jp',
  'iso-2022-jp': 'iso-2022-jp',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  'iso-8859-1': 'windows-1252',
  latin1: 'windows-1252',
  'windows-1252': 'windows-1252',
  'iso-8859-15': 'iso-8859-15',
};

/** The name that a decoder knows, or undefined for one that no log may have. */
export const logEncodingOf = (name: string): string | undefined => encodings[name.trim().toLowerCase()];

/** Parts of a date, as strftime(3) writes them, with the characters that may stand there. */
export const logDateParts: Readonly<Record<string, string>> = {
  Y: '\\d{4}',
  y: '\\d{2}',
  m: '(?:0[1-9]|1[0-2])',
  d: '(?:0[1-9]|[12]\\d|3[01])',
  e: '(?: [1-9]|[12]\\d|3[01])',
  H: '(?:[01]\\d|2[0-3])',
  j: '(?:[0-2]\\d\\d|3[0-5]\\d|36[0-6])',
  b: '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)',
  F: '\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])',
  '%': '%',
};

/** What is wrong with the path of a log, as a sentence that says what to do; undefined where nothing is. */
export function logPathProblem(path: string): string | undefined {
  const shown = `the log path ${path.slice(0, 300)}`;
  if (!path.startsWith('/')) return `${shown} is not absolute: begin it with /`;
  if (path.includes('\0')) return `${shown} holds a NUL byte: no file has such a name`;
  if (/\/\.{0,2}$/.test(path)) return `${shown} names no file: add the file’s name, or * for all files of the folder`;
  if (path.split('/').some((name) => name.includes('**') && name !== '**'))
    return `${shown} has ** beside other characters: ** stands for folders and must be a whole name, use * within a name`;
  if (path.endsWith('/**')) return `${shown} ends with **: say which files, for example **/*.log`;
  if (path.split('/').filter((name) => name === '**').length > 1) return `${shown} has ** twice: once is enough`;
  const unknown = [...path.matchAll(/%(.?)/g)].find(
    ([, letter = '']) => /^[A-Za-z]?$/.test(letter) && !logDateParts[letter],
  );
  if (unknown)
    return `${shown} has ${unknown[0]}, which is no part of a date that a path may have: use ${dateNames}, or %% for a percent sign`;
  return undefined;
}
const dateNames = Object.keys(logDateParts)
  .filter((letter) => letter !== '%')
  .map((letter) => `%${letter}`)
  .join(', ');

/** When a record of several lines begins, and when it is given out although its end was not seen. */
export const LogMultiLine = z
  .object({
    /** A line on which this pattern (the regular part of PCRE2) fits begins a record; other lines belong to the one before. */
    start: z.string().min(1).max(2048).optional(),
    /** As OSSEC’s `multi-line: N`: every N lines are a record. */
    lines: z.number().int().min(2).max(500).optional(),
    /** A record ends at so many lines. */
    linesMax: z.number().int().min(2).max(500).optional(),
    /** A record whose next line does not come for so long is complete. */
    waitMs: z.number().int().min(100).max(60_000).optional(),
  })
  .refine(({ start, lines }) => (start === undefined) !== (lines === undefined), {
    message: 'give either start, the pattern of a record’s first line, or lines, how many lines make a record',
  });
export type LogMultiLine = z.infer<typeof LogMultiLine>;

const LogPath = FilePath.superRefine((path, context) => {
  const message = logPathProblem(path);
  if (message) context.addIssue({ code: 'custom', message });
});

/** A log that is followed: one file, or all that a pattern names. Fields that an older agent does not know it leaves out of account. */
export const LogSource = z
  .object({
    /**
     * Absolute. `*`, `?` and `[…]` stand for characters of a name, in folders too; `**` for up to eight folders; `%Y-%m-%d` and the like for a date,
     * after strftime(3).
     */
    path: LogPath,
    /** `syslog`: time, host and program stand before the message. `plain`: the record is the message. */
    format: z.enum(['syslog', 'plain']),
    reading: z.enum(logReadings).optional(),
    multiLine: LogMultiLine.optional(),
    /** Absent or `auto`: UTF-8, UTF-16 by its byte order mark, and EUC-JP where a line is that and no UTF-8. */
    encoding: z
      .string()
      .max(40)
      .refine((name) => logEncodingOf(name) !== undefined, {
        message: `is no encoding that a log can have: use one of ${[...new Set(Object.values(encodings))].join(', ')}`,
      })
      .optional(),
    /** Files that the path names and that are left alone; patterns of the same kind. */
    exclude: z.array(LogPath).max(100).optional(),
  })
  .refine(({ reading, multiLine }) => (reading === 'multi-line') === (multiLine !== undefined), {
    message: 'reading multi-line and multiLine go together: give both or neither',
  });
export type LogSource = z.infer<typeof LogSource>;

/**
 * Whether the journal of systemd is read beside the files. `without-files`: while none of the sources is a file that a syslog daemon writes, so that nothing
 * is read twice where rsyslog writes the same lines. Absent, as in policies from before: not at all.
 */
export const LogJournal = z.enum(['never', 'without-files', 'always']);
export type LogJournal = z.infer<typeof LogJournal>;
