import type { Line } from '../lines.ts';

/** What lines in order gave: whole records, and where the first line begins that belongs to a record whose end was not seen. */
export interface Records {
  readonly records: readonly string[];
  /** Bytes; the lines before it are done with. */
  readonly used: number;
}

/**
 * Makes records of lines. Holds no state: lines that are not used up come again, with those behind them.
 * @param from where the first line begins
 * @param isWhole nothing more belongs to the last record: it is given out as it is
 */
export type Gather = (lines: readonly Line[], from: number, isWhole: boolean) => Records;

/** Longest record, characters; what is longer is cut there. The lines of a record are joined by a space, as in OSSEC. */
export const recordCharsMax = 8192;
export const joinLines = (lines: readonly string[]): string => lines.join(' ').slice(0, recordCharsMax);

/** Lines of a record, and characters together, that are waited for; then it is given out and what follows is the next. */
export const recordLinesMax = 100;
const heldCharsMax = 65_536;

/**
 * Records that begin at a line which says so.
 * @param begins whether a line is the first of a record; hears the lines that the record before it has so far
 */
export function gatherByStart(
  begins: (line: string, before: readonly string[]) => boolean,
  options: { readonly linesMax?: number; readonly join?: (lines: readonly string[]) => string | undefined } = {},
): Gather {
  const { linesMax = recordLinesMax, join = joinLines } = options;
  return (lines, from, isWhole) => {
    const records: string[] = [];
    let held: string[] = [];
    let chars = 0;
    let used = from;
    let end = from;
    const give = (): void => {
      const record = held.length > 0 ? join(held) : undefined;
      if (record !== undefined && record !== '') records.push(record);
      held = [];
      chars = 0;
      used = end;
    };
    for (const line of lines) {
      if (held.length > 0 && (held.length >= linesMax || chars > heldCharsMax || begins(line.text, held))) give();
      held.push(line.text);
      chars += line.text.length;
      end = line.end;
    }
    if (isWhole) give();
    return { records, used };
  };
}

/** Every `count` lines are a record. */
export const gatherByCount =
  (count: number): Gather =>
  (lines, from, isWhole) => {
    const records: string[] = [];
    let used = from;
    for (let at = 0; at < lines.length; at += count) {
      const part = lines.slice(at, at + count);
      if (part.length < count && !isWhole) break;
      records.push(joinLines(part.map(({ text }) => text)));
      used = part.at(-1)!.end;
    }
    return { records, used };
  };
