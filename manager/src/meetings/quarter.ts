import { timeZone } from '@sakimori/contract';

/** Three months of a contract year. */
export type Quarter = {
  readonly from: string;
  /** Its last day. */
  readonly to: string;
  readonly fromAt: Date;
  readonly toAt: Date;
};

const midnight = (day: Temporal.PlainDate): Date => new Date(day.toZonedDateTime(timeZone).epochMilliseconds);

/** The quarter of a contract year that a day lies in. Months are counted from the year's first day, so that a 31st loses nothing. */
export function quarterOf(day: string, yearFrom: string): Quarter {
  const [today, first] = [Temporal.PlainDate.from(day), Temporal.PlainDate.from(yearFrom)];
  const beginsAt = (quarter: number) => first.add({ months: 3 * quarter });
  let quarter = 0;
  while (quarter < 3 && Temporal.PlainDate.compare(beginsAt(quarter + 1), today) <= 0) quarter += 1;
  const [from, next] = [beginsAt(quarter), beginsAt(quarter + 1)];
  return {
    ...{ from: from.toString(), to: next.subtract({ days: 1 }).toString() },
    ...{ fromAt: midnight(from), toAt: midnight(next) },
  };
}
