export type LogInspectionPlace = { readonly line: number; readonly column: number };

/** A log-inspection rule that cannot be carried out. The message is a sentence for who wrote it; the place is one in its XML, counted from 1. */
export class LogInspectionFault extends Error {
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(sentence: string, place?: LogInspectionPlace) {
    super(place ? `Line ${place.line}, column ${place.column}: ${sentence}` : sentence);
    this.name = 'LogInspectionFault';
    this.line = place?.line;
    this.column = place?.column;
  }
}
