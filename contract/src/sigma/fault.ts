/** A place in a Sigma file; line and column count from 1. */
export type SigmaPlace = { readonly line: number; readonly column: number };

/** A Sigma file that is refused: why, and where. The problem is a part of a sentence, in English. */
export class SigmaFault extends Error {
  readonly place: SigmaPlace;
  readonly problem: string;
  constructor(place: SigmaPlace, problem: string) {
    super(`${place.line}:${place.column}: ${problem}`);
    this.name = 'SigmaFault';
    this.place = place;
    this.problem = problem;
  }
}

/** A rule that is well written but cannot be carried out here: it is left out by its name, the others of its file stay. */
export class SigmaLeftOut extends SigmaFault {
  constructor(place: SigmaPlace, problem: string) {
    super(place, problem);
    this.name = 'SigmaLeftOut';
  }
}
