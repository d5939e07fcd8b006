// Bytes into records: octet counting and lines side by side (RFC 6587 leaves it to each frame), and JSON documents over several lines.
// Memory is bounded by the longest record, whatever is sent.

/** A longer line is cut here; a document this long is not read. */
export const recordBytesMax = 256 * 1024;
/** SNS's 256 KiB with what its envelope escapes. */
export const documentBytesMax = 1024 * 1024;

export type Frame = {
  /** The record without its end of line. */
  readonly bytes: Buffer;
  /** The record was longer than what is kept of it. */
  readonly isCut: boolean;
};

export type FramingOptions = {
  /** Also JSON documents, where a record begins with a bracket. */
  readonly documents?: boolean;
  /** Lines from a file: a count that does not fit the lines is a number and no frame. */
  readonly lenient?: boolean;
  /** Bound of a line or a frame; `recordBytesMax` where none is given. */
  readonly bytesMax?: number;
};

/** So much of what follows tells a record. */
const lookAhead = 16;
const lineFeed = 10;
const [quote, backslash, space] = [34, 92, 32];

/** A count beyond the bound: whoever sends it is not to be followed. */
export class FrameFault extends Error {
  constructor(octets: number, bytesMax: number) {
    super(`a frame of ${octets} octets is longer than ${bytesMax}`);
  }
}

type Counted = { from: number; to: number; isCut?: boolean };

/** Takes pieces as they come, and gives whole records. */
export class FrameReader {
  readonly #options: FramingOptions;
  readonly #bytesMax: number;
  #rest: Buffer = Buffer.alloc(0);
  /** Up to here nothing ends the record at the front. */
  #searched = 0;
  /** The front of a line was given already, cut: the rest of it is let go. */
  #isSkipping = false;
  #document: { depth: number; isText: boolean; isEscaped: boolean; isFailed: boolean } | undefined;

  constructor(options: FramingOptions = {}) {
    this.#options = options;
    this.#bytesMax = options.bytesMax ?? recordBytesMax;
  }

  /** What is held back, waiting for its end. */
  get heldBytes(): number {
    return this.#rest.length;
  }

  /** @throws FrameFault */
  push(piece: Buffer): Frame[] {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    return this.#take(false);
  }

  /** Nothing follows: what is left is a record. @throws FrameFault */
  end(): Frame[] {
    const frames = this.#take(true);
    this.#rest = Buffer.alloc(0);
    return frames;
  }

  #take(isEnd: boolean): Frame[] {
    const frames: Frame[] = [];
    const data = this.#rest;
    let at = 0;
    while (at < data.length) {
      const next = this.#isSkipping ? this.#skip(data, at) : this.#next(data, at, isEnd, frames);
      if (next === undefined) break;
      at = next;
      this.#searched = 0;
      this.#document = undefined;
    }
    this.#rest = at === 0 ? data : data.subarray(at);
    // A small rest must not hold a large piece in memory.
    if (this.#rest.length < 4096) this.#rest = Buffer.from(this.#rest);
    return frames;
  }

  #skip(data: Buffer, at: number): number {
    const end = data.indexOf(lineFeed, at);
    this.#isSkipping = end < 0;
    return end < 0 ? data.length : end + 1;
  }

  /** @returns where the next record begins; nothing where this one is not whole yet */
  #next(data: Buffer, at: number, isEnd: boolean, frames: Frame[]): number | undefined {
    const first = data[at]!;
    if (first === lineFeed || first === 13 || first === 0) return at + 1;
    if (first >= 49 && first <= 57) {
      const counted = this.#counted(data, at, isEnd);
      if (counted === 'more') return undefined;
      if (counted) {
        frames.push({ bytes: data.subarray(counted.from, counted.to), isCut: counted.isCut ?? false });
        return counted.to;
      }
    }
    if (this.#options.documents && (first === 123 || first === 91)) {
      const end = this.#documentEnd(data, at);
      if (end !== undefined) {
        frames.push({ bytes: data.subarray(at, end), isCut: false });
        return end;
      }
      if (!this.#document!.isFailed && !isEnd) return undefined;
      if (!this.#document!.isFailed) this.#searched = 0;
    }
    return this.#line(data, at, isEnd, frames);
  }

  #line(data: Buffer, at: number, isEnd: boolean, frames: Frame[]): number | undefined {
    const end = data.indexOf(lineFeed, at + this.#searched);
    const length = (end < 0 ? data.length : end) - at;
    if (length > this.#bytesMax) {
      frames.push({ bytes: data.subarray(at, at + this.#bytesMax), isCut: true });
      this.#isSkipping = end < 0;
      return end < 0 ? data.length : end + 1;
    }
    if (end < 0 && !isEnd) {
      this.#searched = length;
      return undefined;
    }
    frames.push({ bytes: data.subarray(at, at + length), isCut: false });
    return end < 0 ? data.length : end + 1;
  }

  /** `194 <86>…`: the message is as long as it says. */
  #counted(data: Buffer, at: number, isEnd: boolean): Counted | 'more' | undefined {
    let from = at;
    while (from < data.length && from - at < 8 && data[from]! >= 48 && data[from]! <= 57) from += 1;
    if (from + 1 >= data.length) return isEnd || from - at >= 8 ? undefined : 'more';
    if (from - at > 7 || data[from] !== space || data[from + 1] !== 60) return undefined;
    const octets = Number(data.toString('latin1', at, from));
    from += 1;
    if (octets > this.#bytesMax) {
      if (this.#options.lenient) return undefined;
      throw new FrameFault(octets, this.#bytesMax);
    }
    const to = from + octets;
    if (this.#options.lenient) return this.#lenient(data, from, to, isEnd);
    if (to <= data.length) return { from, to };
    return isEnd ? { from, to: data.length, isCut: true } : 'more';
  }

  /** In a file people have edited the lines: a count is believed where a record, or the end, follows it. */
  #lenient(data: Buffer, from: number, to: number, isEnd: boolean): Counted | 'more' | undefined {
    if (!isEnd && data.length < to + lookAhead) return 'more';
    const line = data.indexOf(lineFeed, from);
    if (line >= 0 && line < to && beginsRecord(data, line + 1)) return { from, to: line };
    if (to < data.length) return beginsRecord(data, to) ? { from, to } : undefined;
    return { from, to: data.length, isCut: to > data.length };
  }

  /** Follows brackets and texts to the end of the document at the front. A line that only looks like one is read as a line. */
  #documentEnd(data: Buffer, at: number): number | undefined {
    this.#document ??= { depth: 0, isText: false, isEscaped: false, isFailed: false };
    const state = this.#document;
    if (state.isFailed) return undefined;
    let index = at + this.#searched;
    for (; index < data.length; index += 1) {
      const code = data[index]!;
      if (state.isText) {
        if (state.isEscaped) state.isEscaped = false;
        else if (code === backslash) state.isEscaped = true;
        else if (code === quote) state.isText = false;
      } else if (code === quote) state.isText = true;
      else if (code === 123 || code === 91) state.depth += 1;
      else if (code === 125 || code === 93) {
        state.depth -= 1;
        if (state.depth === 0) return index + 1;
      }
    }
    this.#searched = index - at;
    if (this.#searched > documentBytesMax) {
      state.isFailed = true;
      this.#searched = 0;
    }
    return undefined;
  }
}

/** The end, an end of line, a priority, a count or a marker. */
function beginsRecord(data: Buffer, at: number): boolean {
  if (at >= data.length || data[at] === lineFeed || data[at] === 13) return true;
  return /^(?:<\d{1,3}>|[1-9]\d{0,6} <|CEF:|LEEF:|[A-Z][a-z]{2} [ \d]\d |\d{4}-\d\d-)/.test(
    data.toString('latin1', at, at + lookAhead),
  );
}
