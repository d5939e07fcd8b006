import { isAscii } from 'node:buffer';
import { cutAtCharacter, hasControls, type TextReader, withoutControls } from './text.ts';

/** Longest line that is looked at, bytes. What is longer is cut there and the rest of the line passed over. */
export const lineBytesMax = 8192;

/** A line, and where the next one begins: bytes from the beginning of the piece it was found in. */
export interface Line {
  readonly text: string;
  readonly end: number;
  /** It was longer than is looked at. */
  readonly isCut?: true;
}

/** What a piece of a log held. Bytes from `used` on belong to a line that has not ended. */
export interface Lines {
  readonly lines: readonly Line[];
  readonly used: number;
  /** Inside a line that was cut: everything up to the next line break is passed over. */
  readonly skipping: boolean;
}

/**
 * Cuts bytes into lines. Takes `\n` and `\r\n`; what is not of the encoding becomes U+FFFD, as do control characters other than the tab; NUL bytes at the
 * beginning of a line (a file truncated under its writer, a hole after a crash) are dropped, and empty lines. A line is given out when it ends; an endless one
 * once its first 8 KiB are there.
 * @param isWhole nothing will follow: what stands behind the last line break is a line too
 */
export function cutLines(bytes: Buffer, reader: TextReader, skipping = false, isWhole = false): Lines {
  let start = 0;
  if (skipping) {
    const end = indexOfNewline(bytes, reader, 0);
    if (end < 0) return { lines: [], used: wholeUnits(bytes.length, reader), skipping: !isWhole };
    start = end + reader.unitBytes;
  }
  const last = lastNewline(bytes, reader);
  const used = last < start ? start : last + reader.unitBytes;
  const whole = readLines(bytes, start, used, reader);
  return finishLines(bytes, whole, used, reader, isWhole);
}

function finishLines(bytes: Buffer, lines: Line[], used: number, reader: TextReader, isWhole: boolean): Lines {
  const start = used + nulBytes(bytes, used, reader);
  const rest = bytes.length - start;
  if (isWhole) {
    addLine(lines, bytes.subarray(start), bytes.length, reader);
    return { lines, used: bytes.length, skipping: false };
  }
  if (rest <= lineBytesMax) return { lines, used: start, skipping: false };
  const end = wholeUnits(bytes.length, reader);
  addLine(lines, bytes.subarray(start), end, reader);
  return { lines, used: end, skipping: true };
}

/** A line in which the piece has nothing unusual is read with all others at once: that is what nearly every log is, and several times faster. */
function readLines(bytes: Buffer, start: number, end: number, reader: TextReader): Line[] {
  if (start >= end) return [];
  return readPlainLines(bytes.subarray(start, end), start, reader) ?? readEachLine(bytes, start, end, reader);
}

/** Undefined where the lines must be looked at one by one. Lengths of text are those of the bytes, since there is only ASCII. */
function readPlainLines(bytes: Buffer, start: number, reader: TextReader): Line[] | undefined {
  if (reader.unitBytes !== 1 || !isAscii(bytes)) return undefined;
  const text = bytes.toString('latin1');
  if (hasControls(text)) return undefined;
  const hasReturns = text.includes('\r');
  const lines: Line[] = [];
  let from = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
    if (end - from > lineBytesMax) return undefined;
    const textEnd = hasReturns && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    const line = text.slice(from, textEnd);
    if (textEnd > from) lines.push({ text: hasReturns ? withoutControls(line) : line, end: start + end + 1 });
    from = end + 1;
  }
  return lines;
}

function readEachLine(bytes: Buffer, start: number, end: number, reader: TextReader): Line[] {
  const lines: Line[] = [];
  for (let from = start; from < end; ) {
    const newline = indexOfNewline(bytes, reader, from);
    const line = bytes.subarray(from + nulBytes(bytes, from, reader), newline);
    from = newline + reader.unitBytes;
    addLine(lines, line, from, reader);
  }
  return lines;
}

function addLine(lines: Line[], bytes: Buffer, end: number, reader: TextReader): void {
  const text = lineText(bytes, reader);
  if (text !== '') lines.push({ text, end, ...(bytes.length > lineBytesMax ? { isCut: true } : {}) });
}

function lineText(bytes: Buffer, reader: TextReader): string {
  const end = bytes.length > lineBytesMax ? cutAtCharacter(bytes, lineBytesMax, reader) : bytes.length;
  const text = reader.decode(bytes.subarray(0, end)).replace(/^\uFEFF/, '');
  return withoutControls(text.endsWith('\r') ? text.slice(0, -1) : text);
}

/** NUL bytes from here on. In UTF-16 every other byte may be one: there they stay, as U+FFFD. */
function nulBytes(bytes: Buffer, from: number, reader: TextReader): number {
  if (reader.unitBytes !== 1) return 0;
  let at = from;
  while (bytes[at] === 0) at++;
  return at - from;
}

function indexOfNewline(bytes: Buffer, reader: TextReader, from: number): number {
  let at = bytes.indexOf(reader.newline, from);
  while (at >= 0 && at % reader.unitBytes !== 0) at = bytes.indexOf(reader.newline, at + 1);
  return at;
}

function lastNewline(bytes: Buffer, reader: TextReader): number {
  let at = bytes.lastIndexOf(reader.newline);
  while (at >= 0 && at % reader.unitBytes !== 0) at = at === 0 ? -1 : bytes.lastIndexOf(reader.newline, at - 1);
  return at;
}

const wholeUnits = (length: number, { unitBytes }: TextReader) => length - (length % unitBytes);
