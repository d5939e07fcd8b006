import type { Needs } from '../patterns/index.ts';

/** What the scanner says of one pattern's needs: its number, and whether being open is a match already. */
export interface Gate {
  readonly number: number;
  /** The pattern matches exactly the texts on which the gate is open. */
  readonly exact: boolean;
}

/** Shorter texts are not looked for: the scanner looks at every second trigram, and needs one at an even and one at an odd place. */
const lengthMin = 4;

/** Collects what patterns need, before the scanner is built. Patterns that need the same share a gate. */
export class GateList {
  readonly #numbers = new Map<string, number>();
  /** By number of the gate. */
  readonly needs: (readonly string[])[] = [];

  /** Undefined where the pattern cannot be passed over: it needs nothing certain, or something very short. */
  add(needs: Needs | undefined): Gate | undefined {
    if (!needs || needs.anyOf.some((text) => text.length < lengthMin)) return undefined;
    const key = needs.anyOf.toSorted().join('\0');
    const number = this.#numbers.get(key) ?? this.needs.length;
    if (number === this.needs.length) {
      this.#numbers.set(key, number);
      this.needs.push(needs.anyOf);
    }
    return { number, exact: needs.exact };
  }
}
