import type { Scanner } from './scanner.ts';

/** No gate: a candidate for every message, or for those that begin as it asks. */
export const noGate = -1;

/** What is known beforehand of an item: the number of its gate, and how messages must begin that it concerns. */
export interface Bar {
  readonly gate: number;
  readonly beginnings?: Uint8Array | undefined;
}
/** Lists with fewer gates are looked through one by one. */
const gatesFew = 24;

/**
 * Things in an order, each behind a gate of the scanner or behind none. Says which of them the last message can concern, without looking at the
 * others: the time depends on what the message opens, not on how many there are.
 */
export class GatedList<T> {
  readonly #items: readonly T[];
  readonly #gates: Int32Array;
  readonly #beginnings: readonly (Uint8Array | undefined)[];
  /** Places of the items behind no gate, or of all where there are few. */
  readonly #looked: Int32Array;
  /** For a long list: places of the items by their gate. */
  readonly #byGate: readonly (Int32Array | undefined)[] | undefined;
  /** Places of the candidates; the first `#count` of them count. */
  readonly #candidates: Int32Array;
  #count = 0;

  /** @param bars for each item what is known of it */
  constructor(items: readonly T[], bars: readonly Bar[]) {
    const gates = bars.map(({ gate }) => gate);
    this.#items = items;
    this.#gates = Int32Array.from(gates);
    this.#beginnings = bars.map(({ beginnings }) => beginnings);
    const places = items.map((_, index) => index);
    const isLong = gates.filter((gate) => gate !== noGate).length >= gatesFew;
    this.#looked = Int32Array.from(isLong ? places.filter((index) => gates[index] === noGate) : places);
    this.#byGate = isLong ? byGate(gates) : undefined;
    this.#candidates = new Int32Array(items.length);
  }

  /** Finds the candidates for the scanner's last message. @returns how many there are */
  collect(scanner: Scanner): number {
    this.#count = 0;
    const looked = this.#looked;
    for (let index = 0; index < looked.length; index++) {
      const place = looked[index] as number;
      const gate = this.#gates[place] as number;
      if (gate === noGate ? this.#mayBegin(place, scanner.beginning) : scanner.isOpen(gate))
        this.#candidates[this.#count++] = place;
    }
    if (!this.#byGate) return this.#count;
    for (let index = 0; index < scanner.openCount; index++) {
      const places = this.#byGate[scanner.open[index] as number];
      if (places) for (let at = 0; at < places.length; at++) this.#insert(places[at] as number);
    }
    return this.#count;
  }

  /** Takes everything for a candidate. @returns how many there are */
  collectAll(): number {
    this.#count = this.#items.length;
    for (let index = 0; index < this.#count; index++) this.#candidates[index] = index;
    return this.#count;
  }

  #mayBegin(place: number, beginning: number): boolean {
    const beginnings = this.#beginnings[place];
    return beginnings === undefined || beginning > 127 || beginnings[beginning] === 1;
  }

  /** The `index`-th candidate of the last `collect`, in the order of the list. */
  candidate(index: number): T {
    return this.#items[this.#candidates[index] as number] as T;
  }

  #insert(place: number): void {
    const list = this.#candidates;
    let at = this.#count++;
    for (; at > 0 && (list[at - 1] as number) > place; at--) list[at] = list[at - 1] as number;
    list[at] = place;
  }
}

function byGate(gates: readonly number[]): (Int32Array | undefined)[] {
  const places: number[][] = [];
  gates.forEach((gate, index) => {
    if (gate === noGate) return;
    const list = places[gate] ?? [];
    places[gate] = list;
    list.push(index);
  });
  return Array.from(places, (list) => list && Int32Array.from(list));
}
