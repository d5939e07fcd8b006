/** A line of the one text, of the other, or of both. */
export type Edit = { readonly sign: ' ' | '-' | '+'; readonly line: string };

/** Differences beyond this are not traced to the last line: the middle then counts as replaced. Bounds time and memory (under a megabyte). */
const editsMax = 400;

/**
 * The shortest way from one list of lines to another, by Myers' greedy algorithm (An O(ND) Difference Algorithm and Its Variations, 1986),
 * after equal lines at both ends are set aside.
 */
export function diffLines(before: readonly string[], after: readonly string[]): Edit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const endMax = Math.min(before.length, after.length) - start;
  while (end < endMax && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const middle = diffMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end));
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ sign: ' ', line }));
  return [...same(before.slice(0, start)), ...middle, ...same(before.slice(before.length - end))];
}

function diffMiddle(before: readonly string[], after: readonly string[]): Edit[] {
  const trace = traceEdits(before, after);
  if (!trace) {
    return [...before.map((line): Edit => ({ sign: '-', line })), ...after.map((line): Edit => ({ sign: '+', line }))];
  }
  return walkBack(before, after, trace);
}

/** For each number of edits how far each diagonal gets. @returns undefined where more edits are needed than we follow */
function traceEdits(before: readonly string[], after: readonly string[]): Int32Array[] | undefined {
  const limit = Math.min(editsMax, before.length + after.length);
  const trace: Int32Array[] = [];
  let reach = new Int32Array(3);
  for (let edits = 0; edits <= limit; edits += 1) {
    const next = new Int32Array(2 * edits + 3);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = edits === 0 ? 0 : stepFrom(reach, edits, diagonal);
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      next[diagonal + edits + 1] = x;
      if (x >= before.length && x - diagonal >= after.length) return [...trace, next];
    }
    trace.push(next);
    reach = next;
  }
  return undefined;
}

/** @param reach of one edit fewer: its diagonals begin at 1 - edits, and stand one place further on */
function stepFrom(reach: Int32Array, edits: number, diagonal: number): number {
  const isDown =
    diagonal === -edits || (diagonal !== edits && at(reach, edits, diagonal - 1) < at(reach, edits, diagonal + 1));
  return isDown ? at(reach, edits, diagonal + 1) : at(reach, edits, diagonal - 1) + 1;
}

const at = (reach: Int32Array, edits: number, diagonal: number): number => reach[diagonal + edits - 1 + 1]!;

function walkBack(before: readonly string[], after: readonly string[], trace: readonly Int32Array[]): Edit[] {
  const edits: Edit[] = [];
  let [x, y] = [before.length, after.length];
  for (let count = trace.length - 1; count > 0; count -= 1) {
    const reach = trace[count - 1]!;
    const diagonal = x - y;
    const isDown =
      diagonal === -count || (diagonal !== count && at(reach, count, diagonal - 1) < at(reach, count, diagonal + 1));
    const fromX = isDown ? at(reach, count, diagonal + 1) : at(reach, count, diagonal - 1);
    const fromY = fromX - (isDown ? diagonal + 1 : diagonal - 1);
    const turnX = isDown ? fromX : fromX + 1;
    for (; x > turnX; x -= 1, y -= 1) edits.push({ sign: ' ', line: before[x - 1]! });
    edits.push(isDown ? { sign: '+', line: after[fromY]! } : { sign: '-', line: before[fromX]! });
    [x, y] = [fromX, fromY];
  }
  for (; x > 0; x -= 1) edits.push({ sign: ' ', line: before[x - 1]! });
  return edits.reverse();
}
