import { Subject } from '../patterns/index.ts';

/** What a Sigma rule is tried on: a line, or several that tell of one event, by the names that Sigma gives their fields. */
export interface SigmaView {
  readonly line: Subject;
  /** Every value that the field has; nothing where the log does not give it. */
  values(field: string): readonly Subject[];
}

const nothing: readonly Subject[] = [];

/** A view whose fields are read when the first rule asks for one, and folded at most once. */
export class FieldView implements SigmaView {
  readonly line: Subject;
  readonly #read: () => ReadonlyMap<string, readonly string[]>;
  readonly #subjects = new Map<string, readonly Subject[]>();
  #fields: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(line: Subject, read: () => ReadonlyMap<string, readonly string[]>) {
    this.line = line;
    this.#read = read;
  }

  values(field: string): readonly Subject[] {
    const known = this.#subjects.get(field);
    if (known) return known;
    this.#fields ??= this.#read();
    const subjects = this.#fields.get(field)?.map((text) => new Subject(text)) ?? nothing;
    this.#subjects.set(field, subjects);
    return subjects;
  }
}
