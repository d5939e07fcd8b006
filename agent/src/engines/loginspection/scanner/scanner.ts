import type { Subject } from '../patterns/index.ts';
import type { GateList } from './gates.ts';
import { TextIndex } from './text-index.ts';
import { nextTrigram } from './trigrams.ts';

/** How many messages are counted before the index is made anew for what really comes; and once more for what came then. */
const countedMessages = 4096;

/**
 * Reads a message once and opens the gates of all patterns that could match it: the patterns behind the other gates cannot, and need not be
 * tried. Knows the last message alone. Which trigrams are looked for follows the messages; what is found does not depend on it.
 */
export class Scanner {
  readonly #texts: readonly string[];
  /** Gates that each text opens. */
  readonly #gatesOf: readonly Int32Array[];
  #index: TextIndex;
  #counts: Uint32Array | undefined;
  #countedMessages = 0;
  /** For each gate and each text the number of the last scan that met it. */
  readonly #openedIn: Int32Array;
  readonly #metIn: Int32Array;
  #scan = 0;
  #isBlind = true;
  #last: Subject | undefined;
  /** The gates that the last message opened, in no order; the first `openCount` of them count. */
  readonly open: Int32Array;
  openCount = 0;
  /** The first character of the last message; −1 for an empty one. */
  beginning = -1;

  constructor(gates: GateList) {
    const numbers = new Map<string, number>();
    const gatesOf: number[][] = [];
    gates.needs.forEach((texts, gate) => {
      for (const text of texts) {
        const number = numbers.get(text) ?? gatesOf.length;
        if (number === gatesOf.length) {
          numbers.set(text, number);
          gatesOf.push([]);
        }
        gatesOf[number]!.push(gate);
      }
    });
    this.#texts = [...numbers.keys()];
    this.#gatesOf = gatesOf.map((list) => Int32Array.from(list));
    this.#index = new TextIndex(this.#texts);
    this.#openedIn = new Int32Array(gates.needs.length);
    this.#metIn = new Int32Array(gatesOf.length);
    this.open = new Int32Array(gates.needs.length);
  }

  /** Bytes that the scanner takes, strings aside. */
  get bytes(): number {
    const lists = this.#gatesOf.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return this.#index.bytes + lists + this.#openedIn.byteLength * 2 + this.#metIn.byteLength;
  }

  /** Whether the last message could not be read for certain, so that every gate must be taken for open and none for exact. */
  get isBlind(): boolean {
    return this.#isBlind;
  }

  isOpen(gate: number): boolean {
    return this.#openedIn[gate] === this.#scan;
  }

  /** Reads the message, unless it is the last that was read. */
  scan(subject: Subject): void {
    if (subject === this.#last) return;
    this.#last = subject;
    const message = subject.text;
    const length = fill(message);
    this.beginning = message === '' ? -1 : message.charCodeAt(0);
    const isAscii = length === message.length;
    // Two letters beyond ASCII count as `s` and `k` where case counts for nothing: a search for bytes would pass them over.
    this.#isBlind = !isAscii && /[ſ\u212a]/.test(message);
    this.#scan = (this.#scan + 1) | 0;
    this.openCount = 0;
    if (isAscii) subject.markAscii();
    if (this.#isBlind) return;
    this.#search(length);
    if (this.#countedMessages < countedMessages * 2) this.#count(length);
  }

  /** Looks at the trigrams that begin at an even place. */
  #search(length: number): void {
    const { bits } = this.#index;
    const text = bytes;
    const last = length - 3;
    for (let start = 0; start <= last; start += 2) {
      const trigram =
        (((text[start] as number) & 31) << 10) |
        (((text[start + 1] as number) & 31) << 5) |
        ((text[start + 2] as number) & 31);
      if ((((bits[trigram >>> 5] as number) >>> (trigram & 31)) & 1) !== 0) this.#look(trigram, start, length);
    }
  }

  /** Whether one of the texts with this trigram stands here. */
  #look(trigram: number, place: number, length: number): void {
    const { firstOf, texts, offsets } = this.#index;
    for (let at = firstOf[trigram] as number; texts[at] !== -1; at++) {
      const number = texts[at] as number;
      if (this.#metIn[number] === this.#scan) continue;
      if (this.#stands(number, place - (offsets[at] as number), length)) this.#meet(number);
    }
  }

  #stands(number: number, start: number, length: number): boolean {
    const { chars, begins } = this.#index;
    const begin = begins[number] as number;
    const end = begins[number + 1] as number;
    if (start < 0 || start + end - begin > length) return false;
    for (let at = begin, place = start; at < end; at++, place++) {
      if (chars[at] !== folded[bytes[place] as number]) return false;
    }
    return true;
  }

  #meet(number: number): void {
    this.#metIn[number] = this.#scan;
    const gates = this.#gatesOf[number] as Int32Array;
    for (let at = 0; at < gates.length; at++) {
      const gate = gates[at] as number;
      if (this.#openedIn[gate] === this.#scan) continue;
      this.#openedIn[gate] = this.#scan;
      this.open[this.openCount++] = gate;
    }
  }

  #count(length: number): void {
    this.#counts ??= new Uint32Array(1 << 15);
    let trigram = 0;
    for (let index = 0; index < length; index++) {
      trigram = nextTrigram(trigram, bytes[index] as number);
      this.#counts[trigram]!++;
    }
    if (++this.#countedMessages % countedMessages !== 0) return;
    this.#index = new TextIndex(this.#texts, this.#counts);
    if (this.#countedMessages >= countedMessages * 2) this.#counts = undefined;
  }
}

/** The message in UTF-8; shared by all scanners, for JavaScript runs one at a time. Grown for long ones, which are rare. */
let bytes = Buffer.alloc(16_384);

/** @returns how many bytes it has */
function fill(message: string): number {
  if (message.length * 3 > bytes.length) bytes = Buffer.alloc(message.length * 3);
  return bytes.write(message, 0, 'utf8');
}

const folded = Uint8Array.from({ length: 256 }, (_, code) => (code >= 65 && code <= 90 ? code + 32 : code));
