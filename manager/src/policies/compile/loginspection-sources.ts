import type { LogSource } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';

/** A log that our agents cannot follow. `reason` is a sentence in English. */
export type UnsupportedLog = { readonly location: string; readonly reason: string };

const pathMax = 4096;

/**
 * The logs of rules as agents follow them, each path once. `syslog` takes time, host and program off the front of a line; of every other format the
 * line is the message.
 */
export function sourcesOf(logs: readonly ApiObject[]): { sources: LogSource[]; unsupported: UnsupportedLog[] } {
  const sources = new Map<string, LogSource>();
  const unsupported = new Map<string, UnsupportedLog>();
  for (const log of logs) {
    const location = String(log['location'] ?? '').trim();
    const reason = whyNot(location, log['format']);
    if (reason) unsupported.set(location, { location, reason });
    else if (!sources.has(location))
      sources.set(location, { path: location, format: (log['format'] ?? 'syslog') === 'syslog' ? 'syslog' : 'plain' });
  }
  return { sources: [...sources.values()], unsupported: [...unsupported.values()] };
}

function whyNot(location: string, format: unknown): string | undefined {
  if (format === 'eventlog') return 'The event log is a part of Windows.';
  if (!location.startsWith('/')) return 'The path is not one of Linux, or not absolute.';
  if (location.length > pathMax || location.includes('\0')) return 'No file of Linux can have this path.';
  const folder = location.slice(0, location.lastIndexOf('/'));
  if (location.endsWith('/')) return 'The path names a folder and no file.';
  if (/[*?]/.test(folder)) return 'Only the last name of a path may hold * or ?.';
  if (/%[A-Za-z]/.test(location)) return 'A path with parts of the date in it cannot be followed.';
  return undefined;
}
