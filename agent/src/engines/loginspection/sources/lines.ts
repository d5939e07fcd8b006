/** Longest line that is looked at, bytes. What is longer is cut there and the rest of the line passed over. */
export const lineBytesMax = 8192;

const newline = 10;
const carriageReturn = 13;

/**
 * Cuts a stream of bytes into lines. Takes `\n` and `\r\n`; what is not UTF-8 becomes U+FFFD, as do control characters other than the tab;
 * NUL bytes at the beginning of a line (a file truncated under its writer) are dropped. An endless line is given out once its first 8 KiB are there.
 */
export class LineSplitter {
  /** Inside a line that was cut: everything up to the next line break is passed over. */
  skipping: boolean;
  #partial: Buffer = Buffer.alloc(0);

  constructor(skipping = false) {
    this.skipping = skipping;
  }

  /** Bytes taken but not given out yet, since their line has not ended. */
  get pendingBytes(): number {
    return this.#partial.length;
  }

  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.#endLine(chunk.subarray(from, end), lines);
      from = end + 1;
    }
    if (this.skipping) return lines;
    this.#partial = withoutNul(Buffer.concat([this.#partial, chunk.subarray(from)]));
    if (this.#partial.length > lineBytesMax) {
      lines.push(textOf(this.#partial));
      this.#partial = Buffer.alloc(0);
      this.skipping = true;
    }
    return lines;
  }

  /** The last line of a file that will not grow any more, although no line break ends it. */
  finish(): string[] {
    const rest = this.#partial;
    this.#partial = Buffer.alloc(0);
    return rest.length > 0 && !this.skipping ? [textOf(rest)] : [];
  }

  #endLine(rest: Buffer, lines: string[]): void {
    if (this.skipping) {
      this.skipping = false;
      return;
    }
    const line = withoutNul(this.#partial.length > 0 ? Buffer.concat([this.#partial, rest]) : rest);
    this.#partial = Buffer.alloc(0);
    const end = line.at(-1) === carriageReturn ? line.length - 1 : line.length;
    if (end > 0) lines.push(textOf(line.subarray(0, end)));
  }
}

function withoutNul(bytes: Buffer): Buffer {
  let start = 0;
  while (bytes[start] === 0) start++;
  return start === 0 ? bytes : bytes.subarray(start);
}

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

function textOf(bytes: Buffer): string {
  let end = Math.min(bytes.length, lineBytesMax);
  // Do not cut a character in two.
  if (end < bytes.length) while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return decoder.decode(bytes.subarray(0, end)).replaceAll(/[\p{Cc}--\t]/gv, '\uFFFD');
}
