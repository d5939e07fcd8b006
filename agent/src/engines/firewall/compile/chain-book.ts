import type { EventKey, EventMeaning } from './event-key.ts';

export const tableName = 'sakimori_fw';
/** Nobody else should listen there: a number without a meaning, below 65,536. */
export const logGroup = 21_063;
const prefixWord = 'sakimori';
const headBytes = 128;

/** Which of two sets of chains a rule set is: the one in force and the one on trial stand in the table side by side. */
export type Letter = 'a' | 'b';

export type BookOptions = {
  readonly letter: Letter;
  /** Nothing is held up; what would have been is logged. */
  readonly isTap: boolean;
  /** For each rule; what is above is counted and not logged. 0: nothing is logged. */
  readonly eventsPerSecondMax: number;
  readonly packetBytesMax: number;
};

/** Collects the chains and other objects of one rule set. The order in which they are written is the order in which they may name each other. */
export class ChainBook {
  readonly letter: Letter;
  readonly isTap: boolean;
  readonly meanings = new Map<EventKey, EventMeaning>();
  readonly #options: BookOptions;
  readonly #objects: string[] = [];
  readonly #chains: string[] = [];

  constructor(options: BookOptions) {
    this.#options = options;
    this.letter = options.letter;
    this.isTap = options.isTap;
  }

  /** @returns the name in this set */
  name(plain: string): string {
    return `${this.letter}_${plain}`;
  }

  /** @param lines of the chain; nft 1.0.6 wants an end of line before the closing brace. @returns its name */
  chain(plain: string, lines: readonly string[]): string {
    const name = this.name(plain);
    this.#chains.push(`chain ${name} {\n${lines.map((line) => `${line}\n`).join('')}}`);
    return name;
  }

  /** @returns the set's name */
  set(plain: string, body: readonly string[]): string {
    const name = this.name(plain);
    this.#objects.push(`set ${name} {\n${body.map((line) => `${line}\n`).join('')}}`);
    return name;
  }

  object(kind: string, plain: string, body: readonly string[]): string {
    const name = this.name(plain);
    this.#objects.push(`${kind} ${name} {\n${body.map((line) => `${line}\n`).join('')}}`);
    return name;
  }

  /** What follows a match whose packets are refused. @param isLogged where not, they are only refused */
  refuse(meaning: Omit<EventMeaning, 'isDenied'>, isLogged: boolean): string {
    if (!isLogged) return this.isTap ? 'accept' : 'drop';
    const isDenied = !this.isTap;
    return `goto ${this.#event({ ...meaning, isDenied }, [isDenied ? 'drop' : 'accept'])}`;
  }

  /** What follows a match whose packets are only told of. @param more statements for each of them */
  tell(meaning: Omit<EventMeaning, 'isDenied'>, more: readonly string[] = []): string {
    return `jump ${this.#event({ ...meaning, isDenied: false }, more)}`;
  }

  #event(meaning: EventMeaning, last: readonly string[]): string {
    const { key, withData } = meaning;
    const plain = eventName(key);
    if (this.meanings.has(key)) return this.name(plain);
    this.meanings.set(key, meaning);
    const counter = this.object('counter', plain, []);
    return this.chain(plain, [`counter name "${counter}"`, ...this.#log(key, withData), ...last]);
  }

  #log(key: EventKey, withData: boolean): string[] {
    const { eventsPerSecondMax: max, packetBytesMax } = this.#options;
    if (max === 0) return [];
    const bytes = withData ? Math.max(headBytes, packetBytesMax) : headBytes;
    const bound = `limit rate ${max}/second burst ${max} packets`;
    // A threshold above 1 holds events back for up to a second.
    return [`${bound} log prefix "${prefixOf(this.letter, key)}" group ${logGroup} snaplen ${bytes} queue-threshold 1`];
  }

  get text(): string {
    return [...this.#objects, ...this.#chains].join('\n');
  }
}

const prefixOf = (letter: Letter, key: EventKey): string => `${prefixWord}:${letter}:${key}`;

/** @returns undefined for a prefix that is not one of ours */
export function keyOfPrefix(prefix: string): { readonly letter: Letter; readonly key: EventKey } | undefined {
  const [word, letter, key] = prefix.split(':');
  if (word !== prefixWord || !key || (letter !== 'a' && letter !== 'b')) return undefined;
  return { letter, key: key as EventKey };
}

/** The counter's name in the kernel. */
export const counterName = (letter: Letter, key: EventKey): string => `${letter}_${eventName(key)}`;

const eventName = (key: EventKey): string => `e_${key.replaceAll('.', '_')}`;
