import type { Correlation } from './correlation.ts';
import type { CountedMatch } from './match-shelf.ts';

interface Entry {
  /** Of the correlation. */
  readonly id: string;
  readonly key: string;
  readonly match: CountedMatch;
}

/** Bytes of a snapshot: the daemon keeps values of at most 64 KiB. */
const bytesMax = 60_000;
const lineCharsMax = 1024;

/** The newest matches that fit. */
export function writeCorrelationSnapshot(correlations: readonly Correlation[]): string {
  const all = correlations.flatMap((correlation) =>
    correlation.entries().map(({ key, match }): Entry => ({ id: correlation.rule.id, key, match })),
  );
  const kept: string[] = [];
  let bytes = 2;
  for (const entry of all.sort((one, other) => other.match.timeMs - one.match.timeMs)) {
    const line = entry.match.line.slice(0, lineCharsMax).toWellFormed();
    const text = JSON.stringify({ ...entry, match: { ...entry.match, line } });
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > bytesMax) break;
    kept.push(text);
  }
  return `[${kept.reverse().join(',')}]`;
}

/** Oldest first; nothing for a text that is no snapshot. */
export function readCorrelationSnapshot(text: string | undefined): Entry[] {
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { id, key, match } = value as Partial<Record<keyof Entry, unknown>>;
  if (typeof id !== 'string' || typeof key !== 'string' || typeof match !== 'object' || match === null) return false;
  const { timeMs, ruleId, value: counted, line } = match as Partial<Record<keyof CountedMatch, unknown>>;
  const hasValue = counted === undefined || typeof counted === 'string';
  return Number.isFinite(timeMs) && typeof ruleId === 'string' && hasValue && typeof line === 'string';
}
