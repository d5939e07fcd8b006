import { z } from 'zod';
import {
  CalendarDate,
  CalendarFeed,
  CalendarState,
  Day,
  Deadline,
  DueRule,
  daysMax,
  feedsMax,
  HolidayPreview,
  NewOverride,
} from '../calendar.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

/** Without an account it is the provider's calendar. A customer is answered with the one of their own account. */
const Scope = z.object({ accountId: Id.optional() });
/** Larger than the largest list that is taken, so that one that is not is told why. */
const fileCharactersMax = 2_800_000;
const File = z.object({ file: z.base64().max(fileCharactersMax) });
const bodyBytesMax = 3 * 1024 * 1024;

export const getCalendar = route({
  needs: 'calendar.read',
  method: 'GET',
  path: '/calendar',
  summary: 'A calendar of business days: its versions, reception hours and the days that the provider closed or opened',
  query: Scope,
  reply: CalendarState,
  errors: ['not_found'],
});
export const listDays = route({
  needs: 'calendar.read',
  method: 'GET',
  path: '/calendar/days',
  summary: 'Days with what they are: business day, weekend, holiday, closing',
  query: Scope.extend({ from: CalendarDate, to: CalendarDate }),
  reply: z.object({ calendarVersion: z.string().max(100), items: z.array(Day).max(daysMax) }),
  errors: ['not_found', 'date_out_of_range'],
});
export const getDeadline = route({
  needs: 'calendar.read',
  method: 'GET',
  path: '/calendar/due',
  summary: 'When something is due by a rule of the service, with each day that was stepped over',
  query: Scope.extend({
    rule: DueRule,
    at: z.iso.datetime({ offset: true }),
    /** The version that an earlier deadline was computed with; without it, the newest. */
    calendarVersion: z.string().max(100).optional(),
  }),
  reply: Deadline,
  errors: ['not_found', 'date_out_of_range', 'no_business_day'],
});
export const addOverride = route({
  needs: 'calendar.write',
  method: 'POST',
  path: '/calendar/overrides',
  summary: 'Close days, or open them, for all customers or for one account',
  body: NewOverride.extend(Scope.shape),
  reply: CalendarState,
  errors: ['not_found', 'date_out_of_range', 'limit_reached'],
});
export const removeOverride = route({
  needs: 'calendar.write',
  method: 'DELETE',
  path: '/calendar/overrides/{overrideId}',
  summary: 'Take back days that were closed or opened',
  params: z.object({ overrideId: Id }),
  query: Scope,
  reply: CalendarState,
  errors: ['not_found'],
});
export const previewHolidays = route({
  needs: 'calendar.write',
  method: 'POST',
  path: '/calendar/holidays/preview',
  summary: 'What the Cabinet Office’s list of holidays would change; changes nothing',
  body: File,
  reply: HolidayPreview,
  bodyBytesMax,
});
export const importHolidays = route({
  needs: 'calendar.write',
  method: 'POST',
  path: '/calendar/holidays',
  summary: 'Take the Cabinet Office’s list of holidays for the years that it covers',
  body: File.extend({ version: z.number().int().min(0) }),
  reply: CalendarState,
  errors: ['holidays_invalid', 'version_conflict'],
  bodyBytesMax,
});
export const undoCalendar = route({
  needs: 'calendar.write',
  method: 'POST',
  path: '/calendar/undo',
  summary: 'Take back the last change of a calendar that was not taken back yet',
  body: Scope.extend({ version: z.number().int().min(1) }),
  reply: CalendarState,
  errors: ['not_found', 'version_conflict', 'wrong_state'],
});
export const listCalendarFeeds = route({
  needs: 'calendar.write',
  method: 'GET',
  path: '/calendar/feeds',
  summary: 'Subscriptions of calendars that can still be fetched',
  reply: z.object({ items: z.array(CalendarFeed).max(feedsMax) }),
});
export const createCalendarFeed = route({
  needs: 'calendar.write',
  method: 'POST',
  path: '/calendar/feeds',
  summary: 'Make the secret address of a calendar for a calendar program; it is shown only now',
  body: CalendarFeed.pick({ accountId: true, name: true, language: true }),
  reply: CalendarFeed.extend({ url: z.string().max(500) }),
  errors: ['not_found', 'limit_reached'],
});
export const revokeCalendarFeed = route({
  needs: 'calendar.write',
  method: 'DELETE',
  path: '/calendar/feeds/{feedId}',
  summary: 'Revoke the secret address of a calendar',
  params: z.object({ feedId: Id }),
  errors: ['not_found'],
});
export const readCalendarFeed = route({
  open: 'a calendar program cannot sign in; the address itself is the secret',
  method: 'GET',
  path: '/calendar/subscriptions/{feedToken}',
  summary: 'The days of a subscribed calendar on which nobody receives, as iCalendar',
  params: z.object({ feedToken: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
  reply: z.string(),
  replyType: 'text/calendar; charset=utf-8',
  errors: ['not_found'],
});
