import { type FieldName, fieldText, type LogEvent } from '../event.ts';

/** Seconds after which what was gathered for an id is forgotten. */
const keptSeconds = 120;
/** After so many events what is too old is swept out. */
const sweptEvery = 200;
/** Ids that are kept at most: a flood of them must not fill the memory. */
const idsMax = 20_000;
/** Longest value that is carried over, and longest key, characters. */
const valueMax = 80;
const keyMax = 255;

/** What is carried from one line to the next of the same id. */
const carried: readonly FieldName[] = ['dstuser', 'srcuser', 'dstip', 'srcip', 'dstport', 'srcport', 'data'];

interface Gathered {
  seenSeconds: number;
  readonly values: Map<FieldName, string>;
}

/**
 * `<accumulate>`: services such as OpenLDAP name the address in one line and the user in another, with the number of the connection in both. Lines of
 * one host, decoder and id give each other what they lack.
 */
export class Accumulator {
  readonly #gathered = new Map<string, Gathered>();
  #sinceSweep = 0;

  clear(): void {
    if (this.#gathered.size > 0) this.#gathered.clear();
    this.#sinceSweep = 0;
  }

  /** Fills what the event lacks from those before, and keeps what it has. */
  accumulate(event: LogEvent): void {
    const id = fieldText(event, 'id');
    if (id === undefined) return;
    const now = Math.floor(event.timeMs / 1000);
    if (++this.#sinceSweep >= sweptEvery) this.#sweep(now);
    const key = `${event.hostname?.text ?? ''} ${event.decoder ?? ''} ${id}`;
    if (key.length > keyMax) return;
    let gathered = this.#gathered.get(key);
    if (!gathered || gathered.seenSeconds < now - keptSeconds) gathered = { seenSeconds: now, values: new Map() };
    for (const name of carried) {
      const own = fieldText(event, name);
      const value = gathered.values.get(name);
      if (!own && value !== undefined) event.setField(name, value);
      if (own && own.length <= valueMax && !value) gathered.values.set(name, own);
    }
    gathered.seenSeconds = now;
    this.#gathered.delete(key);
    this.#gathered.set(key, gathered);
    if (this.#gathered.size > idsMax) this.#dropOldest();
  }

  #sweep(now: number): void {
    this.#sinceSweep = 0;
    for (const [key, { seenSeconds }] of this.#gathered) {
      if (seenSeconds >= now - keptSeconds) return;
      this.#gathered.delete(key);
    }
  }

  #dropOldest(): void {
    for (const key of this.#gathered.keys()) {
      this.#gathered.delete(key);
      return;
    }
  }
}
