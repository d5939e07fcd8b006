import type { WebAddress } from './address.ts';
import type { WebEntryInfo, WebEntryKind } from './entry.ts';
import { eachName } from './entry-text.ts';
import { type HashKey, hashed, hashText } from './half-sip-hash.ts';

/**
 * A million entries and more in one piece of memory: for each a hash of 64 bits, by a key that is another one in each table, and the number of what is
 * said of it; sorted into groups of about four by the first bits. 10 to 12 bytes an entry.
 *
 * Names are not kept. A name that is not in a table of n entries is taken for one that is with a probability below n / 2^64: with 1,000,000 entries
 * and some thirty looks at an address, once in 600 thousand million addresses. The key is random, so nobody can look for such names without it.
 *
 * The file (numbers little-endian): `SKMWEB01` · 4 bytes length of the head · the head, JSON · zeros up to a multiple of 4 · groups + 1 × 4 bytes where each group begins ·
 * entries × 4 bytes low words · entries × 4 bytes high words · entries × 2 bytes numbers of infos.
 */
const mark = 'SKMWEB01';
const headStart = 12;
export const tableEntriesMax = 8_000_000;
export const tableInfosMax = 65_535;
const headBytesMax = 8 * 1024 * 1024;
export const tableBytesMax = headBytesMax + 14 * tableEntriesMax + 4 * 1024 * 1024;
const groupBitsMax = 20;

/** The bytes are no table, or of another version. */
export class TableFault extends Error {
  constructor(what: string) {
    super(`this is no table of web reputation: ${what}`);
    this.name = 'TableFault';
  }
}

const letterOf: { readonly [K in WebEntryKind]: string } = { domain: 'd', address: 'a', prefix: 'p' };
const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

export type Found = WebEntryInfo & { readonly kind: WebEntryKind; readonly text: string };

export class WebTable {
  readonly entries: number;
  readonly #key: HashKey;
  readonly #infos: readonly WebEntryInfo[];
  readonly #shift: number;
  readonly #starts: Uint32Array;
  readonly #lows: Uint32Array;
  readonly #highs: Uint32Array;
  readonly #numbers: Uint16Array;

  /** @param bytes kept, not copied, where they begin at a multiple of 4. @throws TableFault */
  constructor(bytes: Uint8Array) {
    if (!isLittleEndian) throw new TableFault('this machine has the other order of bytes');
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
    const { head, at } = readHead(aligned);
    const groups = 1 << head.groupBits;
    const size = 4 * (groups + 1) + 10 * head.entries;
    if (aligned.length !== at + size) throw new TableFault('its length is another one than it says');
    const words = (from: number, count: number) => new Uint32Array(aligned.buffer, aligned.byteOffset + from, count);
    this.entries = head.entries;
    this.#key = head.key;
    this.#infos = head.infos;
    this.#shift = 32 - head.groupBits;
    this.#starts = words(at, groups + 1);
    this.#lows = words(at + 4 * (groups + 1), head.entries);
    this.#highs = words(at + 4 * (groups + 1) + 4 * head.entries, head.entries);
    this.#numbers = new Uint16Array(
      aligned.buffer,
      aligned.byteOffset + at + 4 * (groups + 1) + 8 * head.entries,
      head.entries,
    );
    if (this.#starts[groups] !== head.entries) throw new TableFault('its groups do not add up');
  }

  /** What is said of this one name. */
  find(kind: WebEntryKind, text: string): WebEntryInfo | undefined {
    hashText(this.#key, letterOf[kind] + text);
    const [low, high] = [hashed[0]!, hashed[1]!];
    const group = this.#shift === 32 ? 0 : high >>> this.#shift;
    const end = this.#starts[group + 1]!;
    for (let at = this.#starts[group]!; at < end; at += 1)
      if (this.#lows[at] === low && this.#highs[at] === high) return this.#infos[this.#numbers[at]!];
    return undefined;
  }

  /** The worst of what is said of this address, of the host and of the names above it. */
  worstOf(address: WebAddress): Found | undefined {
    let worst: Found | undefined;
    eachName(address, (kind, text) => {
      const info = this.find(kind, text);
      if (info && !(worst && worst.score >= info.score)) worst = { ...info, kind, text };
    });
    return worst;
  }
}

type Head = { entries: number; groupBits: number; key: HashKey; infos: readonly WebEntryInfo[] };

function readHead(bytes: Uint8Array): { head: Head; at: number } {
  if (bytes.length < headStart || new TextDecoder('latin1').decode(bytes.subarray(0, 8)) !== mark)
    throw new TableFault('it does not begin as one');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  if (length > headBytesMax || headStart + length > bytes.length) throw new TableFault('its head has no end');
  const head = parseHead(new TextDecoder().decode(bytes.subarray(headStart, headStart + length)));
  return { head, at: (headStart + length + 3) & ~3 };
}

function parseHead(text: string): Head {
  let head: Partial<Head>;
  try {
    head = JSON.parse(text) as Partial<Head>;
  } catch {
    throw new TableFault('its head cannot be read');
  }
  const { entries, groupBits, key, infos } = head ?? {};
  const isWhole = (value: unknown, max: number): value is number =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
  const isRight =
    isWhole(entries, tableEntriesMax) &&
    isWhole(groupBits, groupBitsMax) &&
    Array.isArray(key) &&
    key.length === 2 &&
    key.every((word) => isWhole(word, 0xffffffff)) &&
    Array.isArray(infos) &&
    infos.length <= tableInfosMax &&
    infos.every(
      ({ score, category, feed }) => isWhole(score, 100) && typeof category === 'string' && typeof feed === 'string',
    );
  if (!isRight) throw new TableFault('its head is not right');
  return { entries, groupBits, key: [key[0] | 0, key[1] | 0], infos };
}

/** There are more entries, or more different things said of them, than a table takes. */
export class TableFull extends Error {}

/** Takes entries in any order; of one that comes more than once the worst counts. */
export class WebTableBuilder {
  readonly #key: HashKey;
  readonly #infos: WebEntryInfo[] = [];
  readonly #numbersOf = new Map<string, number>();
  #lows = new Uint32Array(1024);
  #highs = new Uint32Array(1024);
  #numbers = new Uint16Array(1024);
  #entries = 0;

  /** @param key random: two words of 32 bits */
  constructor(key: readonly [number, number]) {
    this.#key = [key[0] | 0, key[1] | 0];
  }

  get entries(): number {
    return this.#entries;
  }

  /** @param text in its one form, as `readEntry` gives it. @throws TableFull */
  add(kind: WebEntryKind, text: string, info: WebEntryInfo): void {
    if (this.#entries >= tableEntriesMax) throw new TableFull();
    if (this.#entries === this.#lows.length) this.#grow();
    hashText(this.#key, letterOf[kind] + text);
    this.#lows[this.#entries] = hashed[0]!;
    this.#highs[this.#entries] = hashed[1]!;
    this.#numbers[this.#entries] = this.#numberOf(info);
    this.#entries += 1;
  }

  #numberOf(info: WebEntryInfo): number {
    const name = `${info.score} ${info.category} ${info.feed}`;
    const known = this.#numbersOf.get(name);
    if (known !== undefined) return known;
    const number = this.#infos.length;
    if (number >= tableInfosMax) throw new TableFull();
    this.#infos.push({ score: info.score, category: info.category, feed: info.feed });
    this.#numbersOf.set(name, number);
    return number;
  }

  #grow(): void {
    const more = <T extends Uint32Array | Uint16Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    const size = this.#lows.length * 2;
    this.#lows = more(this.#lows, new Uint32Array(size));
    this.#highs = more(this.#highs, new Uint32Array(size));
    this.#numbers = more(this.#numbers, new Uint16Array(size));
  }

  /** The file. */
  build(): Uint8Array {
    const order = this.#sorted();
    const groupBits = Math.min(groupBitsMax, Math.max(0, Math.ceil(Math.log2(Math.max(1, order.length))) - 2));
    const [groups, shift] = [1 << groupBits, 32 - groupBits];
    const head = new TextEncoder().encode(
      JSON.stringify({
        entries: order.length,
        groupBits,
        key: this.#key.map((word) => word >>> 0),
        infos: this.#infos,
      }),
    );
    if (head.length > headBytesMax) throw new TableFull();
    const at = (headStart + head.length + 3) & ~3;
    const bytes = new Uint8Array(at + 4 * (groups + 1) + 10 * order.length);
    bytes.set(new TextEncoder().encode(mark));
    new DataView(bytes.buffer).setUint32(8, head.length, true);
    bytes.set(head, headStart);
    const starts = new Uint32Array(bytes.buffer, at, groups + 1);
    const lows = new Uint32Array(bytes.buffer, at + 4 * (groups + 1), order.length);
    const highs = new Uint32Array(bytes.buffer, at + 4 * (groups + 1) + 4 * order.length, order.length);
    const numbers = new Uint16Array(bytes.buffer, at + 4 * (groups + 1) + 8 * order.length, order.length);
    for (const [place, index] of order.entries()) {
      lows[place] = this.#lows[index]!;
      highs[place] = this.#highs[index]!;
      numbers[place] = this.#numbers[index]!;
      starts[(shift === 32 ? 0 : highs[place]! >>> shift) + 1]! += 1;
    }
    for (let group = 0; group < groups; group += 1) starts[group + 1]! += starts[group]!;
    return bytes;
  }

  /** Numbers of the entries in the order of their hashes, each hash once, with the worst that is said of it. */
  #sorted(): Uint32Array {
    const all = Float64Array.from({ length: this.#entries }, (_, index) => this.#highs[index]! * 2 ** 21 + index);
    // The high word and the place fit into the 53 bits of a number, which sort without a function. Low words are compared among the few that share a high one.
    if (this.#entries > 2 ** 21) return this.#sortedSlowly();
    all.sort();
    return this.#unique(Uint32Array.from(all, (value) => value % 2 ** 21));
  }

  #sortedSlowly(): Uint32Array {
    const order = Uint32Array.from({ length: this.#entries }, (_, index) => index);
    order.sort((a, b) => this.#highs[a]! - this.#highs[b]!);
    return this.#unique(order);
  }

  #unique(order: Uint32Array): Uint32Array {
    let kept = 0;
    let from = 0;
    for (const index of order) {
      const high = this.#highs[index]!;
      while (from < kept && this.#highs[order[from]!] !== high) from = kept;
      let same = from;
      while (same < kept && this.#lows[order[same]!] !== this.#lows[index]) same += 1;
      if (same === kept) order[kept++] = index;
      else if (this.#scoreOf(index) > this.#scoreOf(order[same]!)) order[same] = index;
    }
    return order.slice(0, kept);
  }

  #scoreOf(index: number): number {
    return this.#infos[this.#numbers[index]!]!.score;
  }
}
