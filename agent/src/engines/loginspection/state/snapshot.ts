import type { LogEvent } from '../event.ts';

/** One remembered event as it is kept over a restart: the line is decoded anew. */
export interface SnapshotEntry extends Pick<LogEvent, 'timeMs' | 'format' | 'location' | 'line'> {
  readonly ruleId: number;
  /** Highest level of a composite that used it: of those that count as written, and of those that count as OSSEC. */
  readonly firedLevel: number;
  readonly usedLevel?: number;
}

/** Bytes of a snapshot: the daemon keeps values of at most 64 KiB. */
const bytesMax = 60_000;
/** Longer lines are cut: what decoders read stands at the beginning, and at the end of lines that are short. */
const lineCharsMax = 1024;

/** The newest events that fit, of some that stand in the order of time. */
export function writeSnapshot(entries: readonly SnapshotEntry[]): string {
  return newestThatFit(entries.map((entry) => ({ ...entry, line: entry.line.slice(0, lineCharsMax).toWellFormed() })));
}

/** As many of the last values as fit, as a JSON array. */
export function newestThatFit(values: readonly unknown[]): string {
  const kept: string[] = [];
  let bytes = 2;
  for (let index = values.length - 1; index >= 0; index--) {
    const text = JSON.stringify(values[index]);
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > bytesMax) break;
    kept.push(text);
  }
  return `[${kept.reverse().join(',')}]`;
}

/** Nothing for a text that is no snapshot. */
export const readSnapshot = (text: string | undefined): SnapshotEntry[] => readArray(text).filter(isEntry);

export function readArray(text: string | undefined): unknown[] {
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is SnapshotEntry {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Partial<Record<keyof SnapshotEntry, unknown>>;
  return (
    Number.isFinite(entry.timeMs) &&
    (entry.format === 'syslog' || entry.format === 'plain') &&
    typeof entry.location === 'string' &&
    typeof entry.line === 'string' &&
    Number.isSafeInteger(entry.ruleId) &&
    Number.isFinite(entry.firedLevel) &&
    (entry.usedLevel === undefined || Number.isFinite(entry.usedLevel))
  );
}
