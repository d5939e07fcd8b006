import { PatternFault } from './patterns/index.ts';

/** A place in a rule or decoder file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A rule or decoder file that is refused. The message begins with the place: `sshd.xml:12:7: …`. */
export class RuleFileFault extends Error {
  readonly place: Place;
  constructor(place: Place, problem: string) {
    super(`${place.file}:${place.line}:${place.column}: ${problem}`);
    this.name = 'RuleFileFault';
    this.place = place;
  }
}

/** Runs `compile` and says where the pattern stands when it is refused. */
export function compileAt<T>(place: Place, what: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    throw new RuleFileFault(place, `${what}: ${error.message} (character ${error.at + 1} of the pattern)`);
  }
}
