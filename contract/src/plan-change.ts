import type { Plan } from './account.ts';
import { type Edition, type Feature, features } from './edition.ts';
import { entitlement } from './entitlement.ts';
import { timeZone } from './message.ts';
import type { ChangeOutcome } from './service-contract.ts';

/** What a term says that a change may touch. */
export type TermValues = { readonly edition: Edition; readonly plan: Plan; readonly nodes: number };

/**
 * What a change means that takes effect at 00:00 of a day in Japan, in the middle of a month or not. What happens on a day is handled by the plan
 * of that day. A report covers its whole period, and the plan on the last day of the period decides whether there is one.
 * @param from `2026-12-15`
 */
export function changeOutcome(before: TermValues, after: TermValues, from: string): ChangeOutcome {
  const day = Temporal.PlainDate.from(from);
  const week = day.subtract({ days: day.dayOfWeek - 1 });
  const weekName = `${week.yearOfWeek}-W${String(week.weekOfYear).padStart(2, '0')}`;
  const month = day.toPlainYearMonth().toString();
  // The periods that the day falls into end on it or later: the new term decides both.
  const report = (kind: 'weekly' | 'monthly', period: string, feature: Feature) => {
    const { outcome, clause } = entitlement(after.edition, after.plan, feature);
    return { kind, period, plan: after.plan, outcome, clause };
  };
  return {
    from,
    isMidMonth: day.day > 1,
    month,
    daysBefore: day.day - 1,
    daysAfter: day.daysInMonth - day.day + 1,
    before: { plan: before.plan, edition: before.edition.id, nodes: before.nodes },
    after: { plan: after.plan, edition: after.edition.id, nodes: after.nodes },
    reports: [report('weekly', weekName, 'report.weekly'), report('monthly', month, 'report.monthly')],
    features: features.flatMap((feature) => {
      const was = entitlement(before.edition, before.plan, feature);
      const will = entitlement(after.edition, after.plan, feature);
      return was.outcome === will.outcome
        ? []
        : [{ feature, before: was.outcome, after: will.outcome, clause: will.clause }];
    }),
  };
}

/** The day in Japan of an instant: contracts begin and end with days there. */
export const dayInJapan = (at: Date): string =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString();
