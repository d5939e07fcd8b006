import { inflateSync } from 'node:zlib';

/** A name is text with its slash; a string is bytes as text; a reference is an object of its own. */
export type PdfValue =
  | number
  | boolean
  | null
  | string
  | PdfString
  | PdfReference
  | readonly PdfValue[]
  | PdfDictionary;
export class PdfString {
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
  /** As PDF writes text: UTF-16 after a byte order mark, else ASCII. */
  get text(): string {
    if (this.bytes[0] !== 0xfe || this.bytes[1] !== 0xff) return this.bytes.toString('latin1');
    return Buffer.from(this.bytes.subarray(2)).swap16().toString('utf16le');
  }
}
export class PdfReference {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}
export class PdfDictionary extends Map<string, PdfValue> {}

/** Operators of a page's content, with what stands before each. */
export type PdfOperation = { readonly operator: string; readonly operands: readonly PdfValue[] };

/**
 * Reads a PDF apart from the program that wrote it and from poppler, as far as its structure goes: ISO 32000-1 with a cross-reference table, objects that
 * stand in the file as they are, streams that are packed by Flate or not at all.
 * @throws Error at whatever else it finds
 */
export class Pdf {
  readonly #bytes: Buffer;
  readonly #text: string;
  readonly #offsets = new Map<number, number>();
  readonly #root: PdfValue;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#text = bytes.toString('latin1');
    const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(this.#text)?.[1] ?? Number.NaN);
    const reader = new Reader(this.#text, start);
    if (reader.read() !== 'xref') throw new Error('no cross-reference table');
    const [first, count] = [Number(reader.read()), Number(reader.read())];
    for (let index = 0; index < count; index += 1) {
      const [offset, , kind] = [Number(reader.read()), reader.read(), reader.read()];
      if (kind === 'n') this.#offsets.set(first + index, offset);
    }
    if (reader.read() !== 'trailer') throw new Error('more than one part of a cross-reference table');
    const trailer = reader.read() as PdfDictionary;
    if (trailer.has('/Prev') || trailer.has('/Encrypt')) throw new Error('changed afterwards, or encrypted');
    this.#root = trailer.get('/Root') ?? null;
  }

  get numbers(): number[] {
    return [...this.#offsets.keys()];
  }
  get catalog(): PdfDictionary {
    return this.dictionary(this.#root);
  }

  /** What a value stands for. */
  resolve(value: PdfValue | undefined): PdfValue {
    if (!(value instanceof PdfReference)) return value ?? null;
    const { value: found } = this.#object(value.number);
    return found;
  }
  /** @throws Error where it is none */
  dictionary(value: PdfValue | undefined): PdfDictionary {
    const found = this.resolve(value);
    if (!(found instanceof PdfDictionary)) throw new Error(`not a dictionary: ${String(found)}`);
    return found;
  }
  list(value: PdfValue | undefined): readonly PdfValue[] {
    const found = this.resolve(value);
    return Array.isArray(found) ? found : found === null ? [] : [found];
  }
  /** @returns '' where there is no text */
  textOf(value: PdfValue | undefined): string {
    const found = this.resolve(value);
    return found instanceof PdfString ? found.text : '';
  }
  stream(value: PdfValue | undefined): Buffer {
    if (!(value instanceof PdfReference)) throw new Error('a stream is an object');
    const { value: dictionary, end } = this.#object(value.number);
    const found = this.dictionary(dictionary);
    const from = this.#text.indexOf('stream', end) + 'stream'.length;
    const begin = from + (this.#text[from] === '\r' ? 2 : 1);
    const content = this.#bytes.subarray(begin, begin + Number(this.resolve(found.get('/Length'))));
    const filters = this.list(found.get('/Filter'));
    if (filters.some((filter) => filter !== '/FlateDecode')) throw new Error(`packed by ${String(filters)}`);
    return filters.length === 0 ? content : inflateSync(content);
  }

  pages(node: PdfValue | undefined = this.catalog.get('/Pages')): { reference: PdfReference; page: PdfDictionary }[] {
    const page = this.dictionary(node);
    if (page.get('/Type') === '/Page') return [{ reference: node as PdfReference, page }];
    return this.list(page.get('/Kids')).flatMap((kid) => this.pages(kid));
  }
  operationsOf(page: PdfDictionary): PdfOperation[] {
    const contents = page.get('/Contents');
    const parts = contents instanceof PdfReference ? [contents] : this.list(contents);
    const reader = new Reader(parts.map((part) => this.stream(part).toString('latin1')).join('\n'), 0);
    const operations: PdfOperation[] = [];
    let operands: PdfValue[] = [];
    for (let value = reader.read(); value !== undefined; value = reader.read()) {
      if (typeof value !== 'string' || value.startsWith('/')) operands.push(value);
      else {
        operations.push({ operator: value, operands });
        operands = [];
      }
    }
    return operations;
  }

  #object(number: number): { value: PdfValue; end: number } {
    const reader = new Reader(this.#text, this.#offsets.get(number) ?? Number.NaN);
    if (reader.read() !== number || reader.read() !== 0 || reader.read() !== 'obj')
      throw new Error(`object ${number} is not where it should be`);
    const value = reader.read() ?? null;
    return { value, end: reader.at };
  }
}

/** Values as they stand in text; words that are no value come as they are. */
class Reader {
  readonly #text: string;
  at: number;
  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
    if (!(at >= 0 && at <= text.length)) throw new Error('outside of the file');
  }

  /** @returns undefined at the end */
  read(): PdfValue | undefined {
    const token = this.#match(
      /(?:\s|%[^\r\n]*)*(<<|>>|[[\]]|<[0-9A-Fa-f\s]*>|\(|\/[^\s()<>[\]{}/%]*|[^\s()<>[\]{}/%]+)/y,
    );
    if (token === undefined) return undefined;
    if (token === '<<') return this.#dictionary();
    if (token === '[') return this.#until(']');
    if (token === '(') return this.#string();
    if (token.startsWith('<')) {
      const digits = token.slice(1, -1).replace(/\s/g, '');
      return new PdfString(Buffer.from(digits.padEnd(digits.length + (digits.length % 2), '0'), 'hex'));
    }
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(token)) return this.#number(token);
    if (token === 'true' || token === 'false') return token === 'true';
    return token === 'null' ? null : token;
  }

  #number(token: string): PdfValue {
    const reference = /^\d+$/.test(token) && this.#match(/(\s+\d+\s+R)(?![^\s()<>[\]{}/%])/y);
    return reference ? new PdfReference(Number(token)) : Number(token);
  }
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text);
    if (found) this.at = pattern.lastIndex;
    return found?.[1];
  }
  #until(end: string): PdfValue[] {
    const values: PdfValue[] = [];
    for (let value = this.read(); value !== end; value = this.read()) {
      if (value === undefined) throw new Error(`no ${end}`);
      values.push(value);
    }
    return values;
  }
  #dictionary(): PdfDictionary {
    const values = this.#until('>>');
    const found = new PdfDictionary();
    for (let index = 0; index < values.length; index += 2) found.set(String(values[index]), values[index + 1] ?? null);
    return found;
  }
  #string(): PdfString {
    const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', '\n': '' };
    let [depth, text] = [1, ''];
    for (; depth > 0; this.at += 1) {
      const letter = this.#text[this.at];
      if (letter === undefined) throw new Error('a string without an end');
      if (letter === '\\') {
        const octal = this.#text.slice(this.at + 1).match(/^[0-7]{1,3}/)?.[0];
        const next = this.#text[this.at + 1]!;
        text += octal ? String.fromCharCode(Number.parseInt(octal, 8)) : (escapes[next] ?? next);
        this.at += octal?.length ?? 1;
        continue;
      }
      depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
      if (depth > 0) text += letter;
    }
    return new PdfString(Buffer.from(text, 'latin1'));
  }
}
