import { textOf } from '@sakimori/contract/log-patterns/bytes';
import { foldAscii, foldUnicode } from './fold.ts';

/** A text that many patterns are tried on. What they need beside the text itself is made when the first of them asks, and kept. */
export class Subject {
  readonly text: string;
  #ascii: boolean | undefined;
  #bytes: string | undefined;
  #folded: string | undefined;
  #foldedUnicode: string | undefined;

  /** @param ascii whether the text is known to be ASCII alone */
  constructor(text: string, ascii?: true) {
    this.text = text;
    this.#ascii = ascii;
  }

  /** For one who has looked: the text is ASCII alone. */
  markAscii(): void {
    this.#ascii = true;
  }

  /** Whether it is known already that the text is ASCII alone. */
  get isKnownAscii(): boolean {
    return this.#ascii === true;
  }

  get isAscii(): boolean {
    this.#ascii ??= !/[^\0-\x7f]/.test(this.text);
    return this.#ascii;
  }

  /** The bytes of the text in UTF-8, each as one character. PCRE2 patterns of OSSEC see a text like this. */
  get bytes(): string {
    if (this.isAscii) return this.text;
    this.#bytes ??= Buffer.from(this.text, 'utf8').toString('latin1');
    return this.#bytes;
  }

  /** `bytes` with the capitals of ASCII made small. */
  get folded(): string {
    this.#folded ??= this.isAscii ? this.text.toLowerCase() : foldAscii(this.bytes);
    return this.#folded;
  }

  /** The text with the case taken away, of the same length. */
  get foldedUnicode(): string {
    this.#foldedUnicode ??= this.isAscii ? this.folded : foldUnicode(this.text);
    return this.#foldedUnicode;
  }
}

/** How many characters of a text so many bytes of it are; a character that they cut counts. */
export const charsOf = (bytes: string, count: number): number => textOf(bytes.slice(0, count)).length;
