import type { Subject } from './subject.ts';

/** What a pattern found: the place after the match, and the captured texts. Groups that took no part are left out, as OSSEC does. */
export interface Match {
  readonly end: number;
  readonly captures: readonly string[];
}

/** A compiled pattern of any dialect. Every one of them needs at most (length of the program) × (length of the text) steps. */
export interface Pattern {
  /** Whether it matches somewhere at or after `from`; `^` is `from`. */
  test(subject: Subject, from?: number): boolean;
  match(subject: Subject, from?: number): Match | undefined;
}

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
