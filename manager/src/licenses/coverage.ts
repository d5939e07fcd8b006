/** What terms cover: days as texts (`2026-12-31`), which compare as they stand. Pure. */
export type Span = { readonly valid_from: string; readonly valid_to: string };

export const addDays = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();
export const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days;

/** Joined runs of days, in order: a term that begins on the day after another's end goes on with it. */
export function runsOf(terms: readonly Span[]): { from: string; to: string }[] {
  const runs: { from: string; to: string }[] = [];
  for (const { valid_from, valid_to } of [...terms].sort((a, b) => (a.valid_from < b.valid_from ? -1 : 1))) {
    const last = runs.at(-1);
    if (last && valid_from <= addDays(last.to, 1)) last.to = valid_to > last.to ? valid_to : last.to;
    else runs.push({ from: valid_from, to: valid_to });
  }
  return runs;
}

export type Standing = {
  readonly state: 'coming' | 'inForce' | 'gap';
  /** Of the run that is in force, else of the last one that was, else of the first to come. */
  readonly validTo: string;
  readonly gapSince?: string;
};

/** How terms stand on a day. */
export function standingOn(terms: readonly Span[], day: string): Standing {
  const runs = runsOf(terms);
  const current = runs.find(({ from, to }) => from <= day && to >= day);
  if (current) return { state: 'inForce', validTo: current.to };
  const past = runs.filter(({ to }) => to < day).at(-1);
  if (!past) return { state: 'coming', validTo: runs[0]!.to };
  return { state: 'gap', validTo: past.to, gapSince: addDays(past.to, 1) };
}
