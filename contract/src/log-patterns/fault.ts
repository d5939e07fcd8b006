/** A pattern that cannot be compiled; `at` is the place in its text, from 0. */
export class PatternFault extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.name = 'PatternFault';
    this.at = at;
  }
}

/** Longest pattern that is compiled, characters (OSSEC's limit). */
export const patternLengthMax = 2048;
