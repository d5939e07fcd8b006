import type { TextDiff } from '@sakimori/contract/detection';
import { isMasked, show } from '../../../secret-mask.ts';
import { diffLines, type Edit } from './line-diff.ts';

const contextLines = 3;
const lineMax = 300;
const textMax = 16_000;

/** Two texts, line by line and masked, as what differs between them. Undefined where nothing does. */
export function unifiedDiff(before: readonly string[], after: readonly string[]): TextDiff | undefined {
  const edits = diffLines(before, after);
  const changed = edits.filter(({ sign }) => sign !== ' ');
  if (changed.length === 0) return undefined;
  const { text, cut } = print(edits);
  const masked = changed.filter(({ line }) => isMasked(line)).length;
  return {
    unified: text,
    added: changed.filter(({ sign }) => sign === '+').length,
    removed: changed.filter(({ sign }) => sign === '-').length,
    ...(masked > 0 ? { masked } : {}),
    ...(cut ? { cut } : {}),
  };
}

function print(edits: readonly Edit[]): { text: string; cut: boolean } {
  let text = '';
  for (const { from, to, oldLine, newLine } of hunks(edits)) {
    const part = edits.slice(from, to);
    const count = (sign: '-' | '+') => part.filter((edit) => edit.sign === ' ' || edit.sign === sign).length;
    const lines = [`@@ -${oldLine},${count('-')} +${newLine},${count('+')} @@`, ...part.map(printLine)];
    for (const line of lines) {
      if (text.length + line.length + 1 > textMax) return { text, cut: true };
      text += `${line}\n`;
    }
  }
  return { text, cut: false };
}

function printLine({ sign, line }: Edit): string {
  const shown = show(line);
  return `${sign}${shown.length > lineMax ? `${shown.slice(0, lineMax).toWellFormed()}…` : shown}`;
}

/** Where something differs, with some lines around it; where two places are near to each other they are one. */
function* hunks(edits: readonly Edit[]): Generator<{ from: number; to: number; oldLine: number; newLine: number }> {
  let [oldLine, newLine, at] = [1, 1, 0];
  const pass = (to: number) => {
    for (; at < to; at += 1) {
      if (edits[at]!.sign !== '+') oldLine += 1;
      if (edits[at]!.sign !== '-') newLine += 1;
    }
  };
  for (let index = 0; index < edits.length; index += 1) {
    if (edits[index]!.sign === ' ') continue;
    const from = Math.max(at, index - contextLines);
    let last = index;
    for (let ahead = index; ahead < edits.length && ahead - last <= 2 * contextLines; ahead += 1)
      if (edits[ahead]!.sign !== ' ') last = ahead;
    const to = Math.min(edits.length, last + 1 + contextLines);
    pass(from);
    yield { from, to, oldLine, newLine };
    pass(to);
    index = to - 1;
  }
}
