import { compareDigits } from './debian-version.ts';

/**
 * Order of Alpine's versions (apk-package(5)): `digits{.digits}[letter]{_suffix[digits]}[-rdigits]`; the suffixes alpha, beta, pre, rc come before the
 * version itself, cvs, svn, git, hg, p after it.
 * @returns below 0, 0, above 0
 */
export function compareApkVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  return (
    compareLists(left.numbers, right.numbers, compareNumber) ||
    left.letter.localeCompare(right.letter, 'en') ||
    compareLists(left.suffixes, right.suffixes, compareSuffix) ||
    compareDigits(left.release, right.release)
  );
}

const suffixOrder = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p'];

function split(version: string): { numbers: string[]; letter: string; suffixes: string[]; release: string } {
  const match = /^(\d+(?:\.\d+)*)([a-z]?)((?:_[a-z]+\d*)*)(?:-r(\d+))?/.exec(version.trim());
  return {
    numbers: (match?.[1] ?? '').split('.'),
    letter: match?.[2] ?? '',
    suffixes: (match?.[3] ?? '').split('_').slice(1),
    release: match?.[4] ?? '',
  };
}

function compareLists(
  a: readonly string[],
  b: readonly string[],
  compare: (a: string | undefined, b: string | undefined, at: number) => number,
): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const order = compare(a[at], b[at], at);
    if (order !== 0) return order;
  }
  return 0;
}

/** After the first, a number with a leading zero is a decimal fraction: `1.05` is older than `1.1`. */
function compareNumber(a: string | undefined, b: string | undefined, at: number): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  const isFraction = at > 0 && (a.startsWith('0') || b.startsWith('0')) && a.length + b.length > 2;
  if (!isFraction) return compareDigits(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareSuffix(a: string | undefined, b: string | undefined): number {
  const [left, right] = [a ?? '', b ?? ''].map((suffix) => /^([a-z]*)(\d*)$/.exec(suffix)!);
  const order = suffixOrder.indexOf(left![1]!) - suffixOrder.indexOf(right![1]!);
  return order || compareDigits(left![2]!, right![2]!);
}
