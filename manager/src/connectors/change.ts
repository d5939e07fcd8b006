/** The body of a request: whatever JSON brought. What is absent or null is unchanged; an empty text clears. */
export type Change = Readonly<Record<string, unknown>>;

/** A connector that may be stored, or what is wrong with it: in sentences that hold none of its secrets. */
export type Checked<Value> =
  | { readonly value: Value; readonly faults: readonly [] }
  | { readonly value?: undefined; readonly faults: readonly string[] };

/** Reads the fields of a change over what is stored, and collects what is wrong. */
export class ChangeReader {
  readonly #faults: string[] = [];
  readonly #change: Change;

  constructor(change: Change) {
    this.#change = change;
  }

  has(name: string): boolean {
    return this.#change[name] !== undefined && this.#change[name] !== null;
  }

  text(name: string, stored: string | undefined, charactersMax: number): string {
    const told = this.#change[name] ?? stored ?? '';
    if (typeof told !== 'string') return this.#refuse(`"${name}" must be a text.`, '');
    if (told.length > charactersMax) return this.#refuse(`"${name}" may have at most ${charactersMax} characters.`, '');
    return told;
  }

  /** Public clients also write booleans as text. */
  flag(name: string, stored: boolean | undefined): boolean {
    const told = this.#change[name] ?? stored ?? false;
    if (told === true || told === 'true') return true;
    return told === false || told === 'false' ? false : this.#refuse(`"${name}" must be true or false.`, false);
  }

  /** Public clients also write numbers as text; 0 and nothing mean the usual port. */
  port(name: string, stored: number | undefined, usual: number): number {
    const told = Number(this.#change[name] ?? stored ?? usual) || usual;
    const isPort = Number.isInteger(told) && told >= 1 && told <= 65_535;
    return isPort ? told : this.#refuse(`"${name}" must be a number from 1 to 65535.`, usual);
  }

  demand(condition: boolean, sentence: string): void {
    if (!condition) this.#faults.push(sentence);
  }

  done<Value>(value: Value): Checked<Value> {
    return this.#faults.length > 0 ? { faults: this.#faults } : { value, faults: [] };
  }

  #refuse<Value>(sentence: string, value: Value): Value {
    this.#faults.push(sentence);
    return value;
  }
}
