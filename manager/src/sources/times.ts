import type { timeQualities } from '@sakimori/contract';
import type { NeutralEvent } from '@sakimori/contract/intake/index';

export type EventTime = {
  readonly at: Date;
  readonly quality: (typeof timeQualities)[number];
  /** What the record told, where it is not believed. */
  readonly toldAt?: Date;
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const written = /^([A-Z][a-z]{2}) +(\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)/;
/** A clock may run ahead a little; what was held back on the way may be weeks old. */
const aheadMaxMs = 10 * 60_000;
const behindMaxMs = 60 * 86_400_000;

/** The last text read: lines of one second come together. */
let last: { text: string; zone: string; near: number; ms: number | undefined } | undefined;

/** RFC 3164 has neither year nor zone: the zone is the source's, the year the one that brings it nearest to its reception. */
function readAssumed(text: string, zone: string, near: number): number | undefined {
  if (last?.text === text && last.zone === zone && Math.abs(near - last.near) < 3_600_000) return last.ms;
  const match = written.exec(text);
  const month = match ? months.indexOf(match[1]!) + 1 : 0;
  const ms = match && month > 0 ? nearest(match, month, zone, near) : undefined;
  last = { text, zone, near, ms };
  return ms;
}

function nearest(match: RegExpExecArray, month: number, zone: string, near: number): number | undefined {
  const [day, hour, minute, second] = [2, 4, 5, 6].map((index) => Number(match[index]));
  const year = new Date(near).getUTCFullYear();
  const years = match[3] ? [Number(match[3])] : [year - 1, year, year + 1];
  const found = years.flatMap((each) => {
    try {
      const parts = { year: each, month, day: day!, hour: hour!, minute: minute!, second: Math.min(second!, 59) };
      return [Temporal.ZonedDateTime.from({ ...parts, timeZone: zone }, { overflow: 'reject' }).epochMilliseconds];
    } catch {
      return [];
    }
  });
  return found.sort((a, b) => Math.abs(a - near) - Math.abs(b - near))[0];
}

/** When it happened, as far as it can be known. A time that cannot be true is kept beside that of the reception. */
export function timeOf(event: NeutralEvent, zone: string, receivedAt: Date): EventTime {
  const near = receivedAt.getTime();
  const zoned = event.timestamp === undefined ? Number.NaN : Date.parse(event.timestamp);
  const isZoned = !Number.isNaN(zoned);
  const ms = isZoned ? zoned : event.timestamp_raw ? readAssumed(event.timestamp_raw, zone, near) : undefined;
  if (ms === undefined) return { at: receivedAt, quality: 'received' };
  if (ms > near + aheadMaxMs || ms < near - behindMaxMs)
    return { at: receivedAt, quality: 'wrong', toldAt: new Date(ms) };
  return { at: new Date(ms), quality: isZoned ? 'zoned' : 'assumed' };
}

/** A zone that the runtime knows. */
export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}
