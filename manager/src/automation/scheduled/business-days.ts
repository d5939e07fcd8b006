import type { DayRule } from '@sakimori/contract';
import { type BusinessCalendar, businessDayAfter, isBusinessDay } from '@sakimori/contract/calendar/index';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { nextRunOf, zoneOfTask } from '../recurrence.ts';

/** What a rule makes of a planned run: it runs, is left out, or runs at another time. */
export type Ruled = { readonly deed: 'run' } | { readonly deed: 'skip' } | { readonly deed: 'move'; readonly to: Date };

const zoned = (task: ApiObject, at: Date) =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zoneOfTask(task));

/** Whether a planned run is on a business day; the day is that of the task's own time zone. */
export const isOnBusinessDay = (task: ApiObject, at: Date, calendar: BusinessCalendar): boolean =>
  isBusinessDay(calendar, zoned(task, at).toPlainDate());

export function ruleOn(task: ApiObject, at: Date, rule: DayRule, calendar: BusinessCalendar): Ruled {
  if (rule === 'any' || isOnBusinessDay(task, at, calendar)) return { deed: 'run' };
  if (rule === 'only') return { deed: 'skip' };
  const planned = zoned(task, at);
  const day = businessDayAfter(calendar, planned.toPlainDate());
  const to = day.toZonedDateTime({ timeZone: planned.timeZoneId, plainTime: planned.toPlainTime() });
  return { deed: 'move', to: new Date(to.epochMilliseconds) };
}

const lookedMax = 400;

/** When a task runs next by schedule and rule together; undefined where it never does within what is looked through. */
export function nextByRule(task: ApiObject, rule: DayRule, calendar: BusinessCalendar): Date | undefined {
  let next = typeof task['nextRunTime'] === 'number' ? new Date(task['nextRunTime']) : undefined;
  for (let looked = 0; next && looked < lookedMax; looked++) {
    const ruled = ruleOn(task, next, rule, calendar);
    if (ruled.deed === 'run') return next;
    if (ruled.deed === 'move') return ruled.to;
    const after = nextRunOf(task, next);
    next = typeof after === 'number' ? new Date(after) : undefined;
  }
  return undefined;
}

const missedMax = 50;

/** The runs that were planned from `due` on, before `at`, and that the rule lets run; the oldest first, at most 50. */
export function missedRuns(task: ApiObject, due: Date, at: Date, rule: DayRule, calendar: BusinessCalendar): Date[] {
  const found: Date[] = [];
  let next: Date | undefined = due;
  while (next && next <= at && found.length < missedMax) {
    if (rule === 'any' || next === due || isOnBusinessDay(task, next, calendar)) found.push(next);
    const after = nextRunOf(task, next);
    next = typeof after === 'number' ? new Date(after) : undefined;
  }
  return found;
}
