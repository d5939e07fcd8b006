/**
 * The calendar: time as a value. Pure functions over given instants; nothing here asks what time it is. Business days and the deadlines
 * counted in them belong beside `period.ts`, over the same `Temporal.PlainDate`s of Asia/Tokyo.
 */
export { type Period, type PeriodKind, periodAt, periodOf } from './period.ts';
