/** A rule that cannot be read. The message is a sentence for who wrote it; the place is one in its XML, counted from 1. */
export class IntegrityRuleFault extends Error {
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(sentence: string, place?: Place) {
    super(place ? `Line ${place.line}, column ${place.column}: ${sentence}` : sentence);
    this.name = 'IntegrityRuleFault';
    this.line = place?.line;
    this.column = place?.column;
  }
}

export type Place = { readonly line: number; readonly column: number };

/**
 * A part of a rule that reads well and that our agent cannot watch. `what` is its name as the rule writes it; `reason` a sentence in English.
 * The rest of the rule is in force.
 */
export type UnsupportedPart = {
  readonly code: 'template' | 'entity_set' | 'attribute' | 'option' | 'condition' | 'variable' | 'windows' | 'escape';
  readonly what: string;
  readonly reason: string;
  readonly place?: Place;
};
