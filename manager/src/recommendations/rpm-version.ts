import { compareDigits } from './debian-version.ts';

/**
 * Order of RPM versions: `[epoch:]version[-release]`, compared by turns of letters and digits; `~` comes before everything, even the end,
 * `^` after the end and before everything else (rpm documentation, "Version comparison"). A release is compared where both have one.
 * @returns below 0, 0, above 0
 */
export function compareRpmVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareSegments(left.version, right.version) ||
    (left.release && right.release ? compareSegments(left.release, right.release) : 0)
  );
}

function split(text: string): { epoch: string; version: string; release: string } {
  const match = /^(?:(\d*):)?(.*?)(?:-([^-]*))?$/s.exec(text.trim())!;
  return { epoch: match[1] ?? '', version: match[2]!, release: match[3] ?? '' };
}

/** Separators part segments and count for nothing else. */
const segments = (text: string): string[] => text.match(/[0-9]+|[A-Za-z]+|~|\^/g) ?? [];

export function compareSegments(a: string, b: string): number {
  const [left, right] = [segments(a), segments(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = compareSegment(left[at], right[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareSegment(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === '~' || b === '~') return a === '~' ? -1 : 1;
  // Against the end `^` is the newer one; against anything else the older one.
  if (a === '^' || b === '^') return (a === '^') === (a === undefined || b === undefined) ? 1 : -1;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const [isNumber, otherIsNumber] = [/^\d/.test(a), /^\d/.test(b)];
  if (isNumber !== otherIsNumber) return isNumber ? 1 : -1;
  if (isNumber) return compareDigits(a, b);
  return a < b ? -1 : 1;
}
