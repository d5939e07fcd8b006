import { type LogJournal, type LogSource, logPathProblem } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { LogInspectionFault } from './loginspection-fault.ts';
import { checkPcre2 } from './loginspection-patterns.ts';

/** A log that our agents cannot follow. `reason` is a sentence in English. */
export type UnsupportedLog = { readonly location: string; readonly reason: string };

const pathMax = 4096;

/** How a source of each of OSSEC's and Trend's formats is read. `syslog` takes time, host and program off the front; else the record is the message. */
type Kind = Pick<LogSource, 'format' | 'reading' | 'multiLine'>;
const plain: Kind = { format: 'plain' };
const kinds: Readonly<Record<string, Kind>> = {
  syslog: { format: 'syslog' },
  'single-line-text-log': plain,
  'snort-fast': plain,
  apache: plain,
  iis: plain,
  squid: plain,
  json: plain,
  'snort-full': { format: 'plain', reading: 'snort-full' },
  nmapg: { format: 'plain', reading: 'nmapg' },
  'mysql-log': { format: 'plain', reading: 'mysql-log' },
  'postgresql-log': { format: 'plain', reading: 'postgresql-log' },
  'djb-multilog': { format: 'syslog', reading: 'djb-multilog' },
  // As the vendor's API spells it.
  'dbj-multilog': { format: 'syslog', reading: 'djb-multilog' },
  audit: { format: 'plain', reading: 'audit' },
  'multi-line-indented': { format: 'plain', reading: 'multi-line', multiLine: { start: '^[^ \\t]' } },
};

const commandReason = 'A rule never makes agents run a command: whoever may write rules could run anything as root.';
const windowsReason = 'The event log is a part of Windows.';
const leftOut: Readonly<Record<string, string>> = {
  command: commandReason,
  'full-command': commandReason,
  eventlog: windowsReason,
  eventchannel: windowsReason,
};

/** The journal takes the place of files of syslog where a host has none. */
const journalOfRules: LogJournal = 'without-files';

/** The logs of rules as agents follow them, each path once, and whether agents read the journal where there are no files of syslog. */
export function sourcesOf(logs: readonly ApiObject[]): {
  sources: LogSource[];
  journal: LogJournal;
  unsupported: UnsupportedLog[];
} {
  const sources = new Map<string, LogSource>();
  const unsupported = new Map<string, UnsupportedLog>();
  for (const log of logs) {
    const path = locationOf(log);
    const found = readFormat(log['format']);
    const reason = typeof found === 'string' ? found : whyNot(path);
    if (reason !== undefined) unsupported.set(path, { location: path, reason });
    else if (!sources.has(path)) sources.set(path, { path, ...(found as Kind) });
  }
  const hasSyslog = [...sources.values()].some(({ format, reading }) => format === 'syslog' && reading === undefined);
  return {
    sources: [...sources.values()],
    journal: hasSyslog ? journalOfRules : 'never',
    unsupported: [...unsupported.values()],
  };
}

const locationOf = (log: ApiObject): string => String(log['location'] ?? '').trim();

/** @returns the reason why it cannot be read, or how it is */
function readFormat(format: unknown): Kind | string {
  const name = String(format ?? 'syslog')
    .trim()
    .toLowerCase()
    .replaceAll('_', '-');
  const lines = /^multi-line: ?(\d{1,3})$/.exec(name)?.[1];
  if (lines !== undefined) return readMultiLine(Number(lines));
  return kinds[name] ?? leftOut[name] ?? `The format ${name.slice(0, 100)} is not one that agents read.`;
}

function readMultiLine(lines: number): Kind | string {
  if (lines < 2 || lines > 500) return 'A record of several lines has 2 to 500 of them.';
  return { format: 'plain', reading: 'multi-line', multiLine: { lines } };
}

function whyNot(location: string): string | undefined {
  if (!location.startsWith('/')) return 'The path is not one of Linux, or not absolute.';
  if (location.length > pathMax || location.includes('\0')) return 'No file of Linux can have this path.';
  const problem = logPathProblem(location);
  return problem && `${problem[0]!.toUpperCase()}${problem.slice(1)}.`;
}

/**
 * A path of Linux that no agent could follow is refused where somebody writes it. What belongs to another system is let through, and named where it is left out.
 * @throws LogInspectionFault
 */
export function checkLogFiles(logs: readonly ApiObject[]): void {
  for (const log of logs) {
    const location = locationOf(log);
    if (!location.startsWith('/') || typeof readFormat(log['format']) === 'string') continue;
    const reason = whyNot(location);
    if (reason !== undefined) throw new LogInspectionFault(`logFiles: ${reason}`);
  }
}

/** Sources as a policy document gives them. @throws LogInspectionFault for a pattern that no agent takes; all else the contract has checked */
export function checkSources(sources: readonly LogSource[]): void {
  for (const { path, multiLine } of sources) {
    const found = multiLine?.start === undefined ? undefined : checkPcre2(multiLine.start);
    if (found)
      throw new LogInspectionFault(
        `The log ${path} has a start pattern for its records that is not understood, at character ${found.at + 1}: ${found.problem}.`,
      );
  }
}
