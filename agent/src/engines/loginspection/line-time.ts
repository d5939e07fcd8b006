const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The time that a syslog line itself names, milliseconds since 1970; undefined where it names none that can be true. The old form has no year
 * and no zone: the host's zone, and the last time that date has been.
 */
export function readLineTime(line: string, nowMs: number): number | undefined {
  const text = line.replace(/^<\d{1,3}>(?:\d )?/, '').slice(0, 40);
  const timeMs = isoTime(text) ?? oldTime(text, nowMs);
  return timeMs !== undefined && timeMs <= nowMs ? timeMs : undefined;
}

function isoTime(text: string): number | undefined {
  const found = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)/.exec(text);
  return found ? orUndefined(() => Temporal.Instant.from(found[0]).epochMilliseconds) : undefined;
}

function oldTime(text: string, nowMs: number): number | undefined {
  const found = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) /.exec(text);
  const month = months.indexOf(found?.[1] ?? '') + 1;
  if (!found || month === 0) return undefined;
  const zone = Temporal.Now.timeZoneId();
  const { year } = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone);
  const [, , day, hour, minute, second] = found.map(Number);
  const inYear = (one: number) =>
    orUndefined(
      () =>
        Temporal.ZonedDateTime.from({ timeZone: zone, year: one, month, day, hour, minute, second } as never, {
          overflow: 'reject',
        }).epochMilliseconds,
    );
  const thisYearMs = inYear(year);
  return thisYearMs !== undefined && thisYearMs <= nowMs ? thisYearMs : inYear(year - 1);
}

/** A date that does not exist is none. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
