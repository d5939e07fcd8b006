import { crc32, inflateRawSync } from 'node:zlib';
import type { WorkbookFaultCode } from '../workbook-fault.ts';

/** A file that is not read, and why. The code is told to whoever sent it; details stay in the message. */
export class XlsxFault extends Error {
  readonly code: WorkbookFaultCode;
  constructor(code: WorkbookFaultCode, detail: string) {
    super(`${code}: ${detail}`);
    this.name = 'XlsxFault';
    this.code = code;
  }
}

/** Bytes of a file that is taken; forms that people fill in have some 100 kB. */
export const xlsxBytesMax = 4 * 1024 * 1024;
/** Bytes that all parts together may unpack to. */
const unpackedMax = 24 * 1024 * 1024;
const entriesMax = 2000;

type Entry = {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly offset: number;
};

const damaged = (detail: string): XlsxFault => new XlsxFault('damaged', detail);

/**
 * Parts of an Office Open XML package (ECMA-376 part 2), read with distrust: the central directory alone says what there is (APPNOTE 4.3), and
 * nothing is unpacked beyond the size that it names, nor beyond what all parts together may have. So a bomb costs no more than a large form,
 * whatever sizes it claims and however its entries overlap.
 */
export class Archive {
  readonly #file: Buffer;
  readonly #entries: ReadonlyMap<string, Entry>;
  #left = unpackedMax;

  /** @throws XlsxFault */
  constructor(file: Uint8Array) {
    this.#file = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
    this.#entries = this.#readDirectory();
  }

  /** In small letters: names of parts are compared without regard to case. */
  names(): string[] {
    return [...this.#entries.keys()];
  }

  /** @throws XlsxFault */
  read(name: string): Buffer | undefined {
    const entry = this.#entries.get(name.toLowerCase());
    return entry && this.#unpack(name, entry);
  }

  #unpack(name: string, entry: Entry): Buffer {
    const file = this.#file;
    if (entry.unpacked > this.#left) throw new XlsxFault('tooLarge', `${name} unpacks to ${entry.unpacked} bytes`);
    if (entry.offset + 30 > file.length || file.readUInt32LE(entry.offset) !== 0x04034b50)
      throw damaged(`no local header of ${name}`);
    const begin = entry.offset + 30 + file.readUInt16LE(entry.offset + 26) + file.readUInt16LE(entry.offset + 28);
    const end = begin + entry.packed;
    if (end > file.length) throw damaged(`${name} reaches beyond the file`);
    const packed = file.subarray(begin, end);
    const data = entry.method === 0 ? packed : inflate(name, packed, entry.unpacked);
    if (data.length !== entry.unpacked || crc32(data) !== entry.crc) throw damaged(`${name} is not what was packed`);
    this.#left -= data.length;
    return data;
  }

  #readDirectory(): Map<string, Entry> {
    const file = this.#file;
    const end = this.#findEnd();
    const count = file.readUInt16LE(end + 10);
    if (count > entriesMax) throw new XlsxFault('tooLarge', `${count} parts`);
    const entries = new Map<string, Entry>();
    let at = file.readUInt32LE(end + 16);
    for (let index = 0; index < count; index += 1) {
      if (at + 46 > end || file.readUInt32LE(at) !== 0x02014b50) throw damaged('central directory');
      const [flags, method] = [file.readUInt16LE(at + 8), file.readUInt16LE(at + 10)];
      const [packed, unpacked] = [file.readUInt32LE(at + 20), file.readUInt32LE(at + 24)];
      const nameEnd = at + 46 + file.readUInt16LE(at + 28);
      if (nameEnd > end) throw damaged('central directory');
      const name = file
        .toString('utf8', at + 46, nameEnd)
        .replace(/^\//, '')
        .toLowerCase();
      if ((flags & 1) !== 0) throw new XlsxFault('password', `${name} is encrypted`);
      if (method !== 0 && method !== 8) throw damaged(`${name} is packed by method ${method}`);
      if (entries.has(name)) throw damaged(`${name} is there twice`);
      const offset = file.readUInt32LE(at + 42);
      entries.set(name, { method, crc: file.readUInt32LE(at + 16), packed, unpacked, offset });
      at = nameEnd + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
    }
    return entries;
  }

  /** The end record stands last, before a comment of up to 65,535 bytes. */
  #findEnd(): number {
    const file = this.#file;
    for (let at = file.length - 22; at >= Math.max(0, file.length - 22 - 65_535); at -= 1)
      if (file.readUInt32LE(at) === 0x06054b50) return at;
    throw damaged('no end of the central directory');
  }
}

function inflate(name: string, packed: Buffer, unpacked: number): Buffer {
  try {
    // One byte more than was named, so that a part that is larger shows itself by its length.
    return inflateRawSync(packed, { maxOutputLength: unpacked + 1 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new XlsxFault('tooLarge', `${name} unpacks to more than it says`);
    throw damaged(`${name}: ${(error as Error).message}`);
  }
}
