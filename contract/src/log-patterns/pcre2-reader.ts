import { PatternFault } from './fault.ts';

/** Options that a pattern may change within itself: `(?imsxnU)`. */
export interface Options {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly extended: boolean;
  /** Blanks and tabs in brackets count for nothing either (`(?xx)`). */
  readonly extendedMore: boolean;
  readonly noCapture: boolean;
  /** `+` takes as little as it can and `+?` as much. */
  readonly ungreedy: boolean;
}

export const plainOptions: Options = {
  ignoreCase: false,
  multiline: false,
  dotAll: false,
  extended: false,
  extendedMore: false,
  noCapture: false,
  ungreedy: false,
};

/** A back-reference by number or name; `groups` is filled once all groups are known. */
export interface Reference {
  readonly at: number;
  readonly to: number | string;
  readonly groups: number[];
}

/** Where the parser of a PCRE2 pattern stands, and what it has seen. */
export class Pcre2Reader {
  readonly source: string;
  at = 0;
  options: Options;
  groups = 0;
  depth = 0;
  /** Look-around that is open here. */
  looks = 0;
  /** Numbers of the groups of a name; several within `(?|…)`. */
  readonly names = new Map<string, Set<number>>();
  /** References, to be held against the groups once all are known. */
  readonly references: Reference[] = [];

  constructor(source: string, options: Options) {
    this.source = source;
    this.options = options;
  }

  get char(): string | undefined {
    return this.source[this.at];
  }

  looksAt(text: string): boolean {
    return this.source.startsWith(text, this.at);
  }

  /** Takes what a sticky expression finds here. */
  take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const found = expression.exec(this.source);
    if (found) this.at += found[0].length;
    return found;
  }

  fault(message: string, at = this.at): PatternFault {
    return new PatternFault(message, at);
  }
}
