import { type Category, type LogEvent, type LogFormat, type Slot, slot } from './event.ts';
import { Subject } from './patterns/index.ts';

/**
 * What is remembered of an event for composites: what they compare, and the line. There are tens of thousands of them, so it holds strings
 * alone, and nothing of the larger text that the line was read with.
 */
export class KeptEvent {
  readonly timeMs: number;
  /** The whole second of it, as OSSEC reckons. */
  readonly second: number;
  readonly format: LogFormat;
  readonly location: string;
  readonly line: string;
  readonly category: Category;
  /** Highest level of a composite that has fired with it: such a one and lower ones do not use it again. */
  firedLevel: number;
  readonly #hostname: string | undefined;
  readonly #user: string | undefined;
  readonly #srcip: string | undefined;
  readonly #srcport: string | undefined;
  readonly #dstport: string | undefined;
  readonly #id: string | undefined;
  readonly #url: string | undefined;
  #message: string | Subject | undefined;

  /** @param withMessage whether composites may look for something in the message */
  constructor(event: LogEvent, withMessage: boolean) {
    const line = ownCopy(event.line);
    this.timeMs = event.timeMs;
    this.second = Math.floor(event.timeMs / 1000);
    this.format = event.format;
    this.location = event.location;
    this.line = line;
    this.category = event.category;
    this.firedLevel = event.firedLevel;
    const { texts } = event;
    this.#hostname = partOf(line, texts[slot.hostname]);
    this.#user = partOf(line, texts[slot.dstuser]);
    this.#srcip = partOf(line, texts[slot.srcip]);
    this.#srcport = partOf(line, texts[slot.srcport]);
    this.#dstport = partOf(line, texts[slot.dstport]);
    this.#id = partOf(line, texts[slot.id]);
    this.#url = partOf(line, texts[slot.url]);
    this.#message = withMessage ? partOf(line, texts[slot.message]) : undefined;
  }

  /** The message; empty where it was not kept. */
  get message(): Subject {
    if (!(this.#message instanceof Subject)) this.#message = new Subject(this.#message ?? '');
    return this.#message;
  }

  /** The text of a slot that composites compare; undefined for any other. */
  textAt(at: Slot): string | undefined {
    switch (at) {
      case slot.hostname:
        return this.#hostname;
      case slot.dstuser:
        return this.#user;
      case slot.srcip:
        return this.#srcip;
      case slot.srcport:
        return this.#srcport;
      case slot.dstport:
        return this.#dstport;
      case slot.id:
        return this.#id;
      case slot.url:
        return this.#url;
      default:
        return undefined;
    }
  }
}

/** Shorter strings are copied by the engine itself, and do not hold what they were cut from. */
const copiedAnyway = 12;

/** Where short texts are copied through; shared, for JavaScript runs one at a time. */
const between = Buffer.alloc(4096);

/** The same text in memory of its own. */
function ownCopy(text: string): string {
  if (text.length <= copiedAnyway) return text;
  // As many bytes as characters: ASCII alone, as nearly all lines are.
  if (text.length * 3 <= between.length && between.write(text, 0, 'utf8') === text.length)
    return between.toString('latin1', 0, text.length);
  const encoding = /[^\0-\xff]/.test(text) ? 'utf16le' : 'latin1';
  return Buffer.from(text, encoding).toString(encoding);
}

/** The same text as a part of the line, where it stands there. */
function partOf(line: string, subject: Subject | undefined): string | undefined {
  if (!subject) return undefined;
  const { text } = subject;
  if (text.length <= copiedAnyway) return text;
  const at = line.indexOf(text);
  return at < 0 ? ownCopy(text) : line.slice(at, at + text.length);
}
