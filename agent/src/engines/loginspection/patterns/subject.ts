import { foldCase } from './fold.ts';

/** A text that many patterns are tried on: folded at most once. */
export class Subject {
  readonly text: string;
  #folded: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The text without case, of the same length. */
  get folded(): string {
    this.#folded ??= foldCase(this.text);
    return this.#folded;
  }
}
