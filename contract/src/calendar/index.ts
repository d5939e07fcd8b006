/**
 * The **business-day engine** (営業日): time as a value. Pure functions over `Temporal`; nothing here asks what time it is, reads a file or
 * needs a manager, so that the command line computes the same deadlines as the desk. Browsers do not all have `Temporal`: the console takes
 * the shapes from `calendar.ts` and asks the service.
 */
export {
  addBusinessDays,
  type BusinessCalendar,
  builtIn,
  businessDayAfter,
  businessDayBefore,
  type CalendarData,
  countBusinessDays,
  datesBetween,
  type HolidayList,
  isBusinessDay,
  knownDays,
  listDays,
  makeCalendar,
} from './business-calendar.ts';
export {
  acceptedAt,
  addOpenMs,
  atJapanTime,
  instantAtShare,
  isOpen,
  japanDay,
  type Opening,
  openingOf,
  openMsBetween,
  shareElapsed,
} from './business-hours.ts';
export { deadlineOf, reviewSheetOf } from './deadline.ts';
export { explainDay, explainDeadline, explainStep, nameOfDay } from './explanation.ts';
export { type HolidayFile, holidayFileBytesMax, readHolidayFile } from './holiday-file.ts';
export { announcedUntil, type Holiday, type HolidayId, holidaysOf, knownYears } from './holiday-law.ts';
export { type ServiceTimes, secondEdition, timesOf } from './service-times.ts';
export { type ReadTime, readDay, readTime, readTimeOrDay, type TimeFault } from './written-time.ts';
