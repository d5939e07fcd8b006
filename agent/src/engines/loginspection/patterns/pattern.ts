import type { Subject } from './subject.ts';

export { PatternFault } from '@sakimori/contract/log-patterns/fault';

/** What a pattern found: the place after the match, and the captured texts. Groups that took no part are left out, as OSSEC does. */
export interface Match {
  readonly end: number;
  readonly captures: readonly string[];
}

/** Room for what a match captures, used again and again by one who takes many matches. The first `count` texts count. */
export interface Captures {
  readonly texts: string[];
  count: number;
}

/**
 * Texts, in lower case, one of which stands (in either case) in every text that the pattern matches. Where it is `exact` it is the other
 * way round, too: the pattern matches each text in which one of them stands.
 */
export interface Needs {
  readonly anyOf: readonly string[];
  readonly exact: boolean;
}

/** A compiled pattern of any dialect. Its time is bounded for every text. */
export interface Pattern {
  /** Whether it matches somewhere at or after `from`; `^` is `from`. */
  test(subject: Subject, from?: number): boolean;
  match(subject: Subject, from?: number): Match | undefined;
  /** The same without making anything new: fills the captures and gives the end, or −1. */
  capture(subject: Subject, from: number, captures: Captures): number;
  /** Where the match ends, or −1: for one who asks for no captures. */
  end(subject: Subject, from?: number): number;
  /** Absent where nothing can be said. ASCII alone, so that a search need not know about encodings. */
  readonly needs: Needs | undefined;
  /** For each ASCII character whether a text that begins with it can match; absent where nothing can be said. */
  readonly beginnings?: Uint8Array | undefined;
}
