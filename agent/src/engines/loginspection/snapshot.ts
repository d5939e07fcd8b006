import type { LogEvent } from './event.ts';
import type { Remembered } from './event-shelf.ts';

/** One remembered event as it is kept over a restart: the line is decoded anew. */
export interface SnapshotEntry extends Pick<LogEvent, 'timeMs' | 'format' | 'location' | 'line'> {
  readonly ruleId: number;
  readonly firedLevel: number;
}

/** Bytes of a snapshot: the daemon keeps values of at most 64 KiB. */
const bytesMax = 60_000;
/** Longer lines are cut: what decoders read stands at the beginning, and at the end of lines that are short. */
const lineCharsMax = 1024;

/** The newest events that fit. */
export function writeSnapshot(entries: readonly Remembered[]): string {
  const kept: string[] = [];
  let bytes = 2;
  for (const { event, ruleId, firedLevel } of entries.toReversed()) {
    const { timeMs, format, location } = event;
    const line = event.line.slice(0, lineCharsMax).toWellFormed();
    const text = JSON.stringify({ timeMs, format, location, line, ruleId, firedLevel } satisfies SnapshotEntry);
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > bytesMax) break;
    kept.push(text);
  }
  return `[${kept.reverse().join(',')}]`;
}

/** Nothing for a text that is no snapshot. */
export function readSnapshot(text: string | undefined): SnapshotEntry[] {
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isEntry) : [];
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
    Number.isFinite(entry.firedLevel)
  );
}
