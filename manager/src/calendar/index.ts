/**
 * The calendar: time as a value. Periods and, in `@sakimori/contract/calendar`, business days and the deadlines counted in them are pure
 * functions over given instants; nothing here asks what time it is. This room keeps what a provider says about its own days: versions, of
 * which a deadline keeps the one it was computed with.
 */
import type { Platform, Room } from '../platform/index.ts';
import { type CalendarOptions, calendarRoutes } from './routes.ts';

export { calendarFor, computeDeadline, type EditionSource } from './calendar.ts';
export { icalendarFile, icalendarText } from './icalendar.ts';
export { type Period, type PeriodKind, periodAt, periodOf } from './period.ts';

export const calendarRoom = (platform: Platform, options: CalendarOptions): Room => ({
  name: 'calendar',
  routes: calendarRoutes(platform, options),
});
