import { createReadStream, type Stats } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { type Manner, openLog } from './followed-file.ts';
import {
  bornMsOf,
  emptyFingerprint,
  type Fingerprint,
  fileKeyOf,
  fingerprintOf,
  fits,
  headBytes,
  type Position,
  tailBytes,
} from './position.ts';
import { readPiece } from './records/reading.ts';
import type { Gather } from './records/record.ts';
import { type TextReader, textReaderFor } from './text.ts';

const readable = /\.(?:gz|zst)$/;

/** Whether a packed log can be read here: what logrotate makes by itself, and zstd. */
export const canUnpack = (path: string): boolean => readable.test(path);

/** A rotated log that was packed before it was read to its end. Read once, in pieces, from where the unpacked one was left. */
export class PackedFile {
  readonly path: string;
  /** The log that it was. */
  readonly log: string;
  readonly manner: Manner;
  readonly key: string;
  cut = 0;
  readonly #stat: Stats;
  readonly #pieces: AsyncIterator<Buffer>;
  readonly #stream: Readable;
  readonly #gather: Gather | undefined;
  #reader: TextReader | undefined;
  #head: Fingerprint = emptyFingerprint;
  #lead = 0;
  #window: Buffer = Buffer.alloc(0);
  #windowEnd = 0;
  #skipping = false;
  #isOver = false;

  private constructor(path: string, log: string, manner: Manner) {
    this.path = path;
    this.log = log;
    this.manner = manner;
    const { fd, stat } = openLog(path);
    this.#stat = stat;
    this.key = fileKeyOf(stat);
    const unpack = path.endsWith('.gz') ? createGunzip() : createZstdDecompress();
    const packed = createReadStream('', { fd });
    // What is wrong with it comes out of the iteration below.
    this.#stream = pipeline(packed, unpack, () => undefined);
    this.#pieces = this.#stream[Symbol.asyncIterator]();
    this.#gather = manner.reading.gather?.(path);
  }

  /**
   * @param position where to go on; absent for the whole file
   * @returns undefined when it does not hold the position, or cannot be unpacked
   */
  static async open(path: string, log: string, manner: Manner, position?: Position): Promise<PackedFile | undefined> {
    let file: PackedFile | undefined;
    try {
      file = new PackedFile(path, log, manner);
      if (await file.#begin(position)) return file;
    } catch {
      // Damaged, or gone meanwhile.
    }
    file?.close();
    return undefined;
  }

  get position(): Position {
    return {
      path: this.path,
      log: this.log,
      file: this.key,
      offset: this.#windowEnd - (this.#window.length - this.#lead),
      skipping: this.#skipping,
      head: this.#head,
      tail: fingerprintOf(this.#window.subarray(0, this.#lead)),
      bornMs: bornMsOf(this.#stat),
      modifiedMs: this.#stat.mtimeMs,
    };
  }

  /** When the log that it was had last been written to: packers keep that time. */
  get writtenMs(): number {
    return this.#stat.mtimeMs;
  }

  /** The next records; undefined at the end. @throws the error of a damaged file */
  async read(): Promise<string[] | undefined> {
    if (this.#isOver) return undefined;
    if (!(await this.#more())) {
      this.#isOver = true;
      return this.#take('lines');
    }
    return this.#take('nothing');
  }

  close(): void {
    this.#stream.destroy();
  }

  /** Reads up to the position; what is read on the way is compared and let go. */
  async #begin(position: Position | undefined): Promise<boolean> {
    while (this.#window.length < headBytes && (await this.#more()));
    this.#reader = textReaderFor(this.manner.reading.encoding, this.#window.subarray(0, 2));
    this.#head = fingerprintOf(this.#window.subarray(0, headBytes));
    if (!position) return true;
    if (!fits(this.#window.subarray(0, position.head.length), position.head)) return false;
    while (this.#windowEnd < position.offset) {
      const kept = this.#window.subarray(Math.max(0, this.#window.length - tailBytes));
      this.#window = Buffer.from(kept);
      if (!(await this.#more())) return false;
    }
    const start = this.#windowEnd - this.#window.length;
    const lead = Math.min(tailBytes, position.offset);
    this.#window = this.#window.subarray(position.offset - start - lead);
    this.#lead = lead;
    this.#skipping = position.skipping;
    const { tail } = position;
    return !tail || fits(this.#window.subarray(lead - Math.min(lead, tail.length), lead), tail);
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#pieces.next();
    if (done) return false;
    this.#window = Buffer.concat([this.#window, value]);
    this.#windowEnd += value.length;
    return true;
  }

  #take(flush: 'nothing' | 'lines'): string[] {
    const how = { reader: this.#reader!, gather: this.#gather };
    const piece = readPiece(this.#window.subarray(this.#lead), how, this.#skipping, flush);
    this.#skipping = piece.skipping;
    this.cut += piece.cut;
    const done = this.#lead + piece.used;
    this.#lead = Math.min(tailBytes, done);
    this.#window = Buffer.from(this.#window.subarray(done - this.#lead));
    return [...piece.records];
  }
}
