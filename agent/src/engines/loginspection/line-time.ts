const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The time that a line itself names at its beginning, milliseconds since 1970; undefined where it names none that can be true. Knows syslog's forms, those of
 * web servers, proxies, databases and auditd. Where a form has no year it is the last time that date has been, where it has no zone the host's.
 */
export function readLineTime(line: string, nowMs: number): number | undefined {
  const text = line.replace(/^<\d{1,3}>(?:\d )?/, '').slice(0, 400);
  for (const read of [isoTime, oldTime, plainTime, accessTime, errorTime, epochTime]) {
    const timeMs = read(text, nowMs);
    if (timeMs !== undefined) return timeMs <= nowMs ? timeMs : undefined;
  }
  return undefined;
}

function isoTime(text: string): number | undefined {
  const found = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)/.exec(text);
  return found ? orUndefined(() => Temporal.Instant.from(found[0]).epochMilliseconds) : undefined;
}

function oldTime(text: string, nowMs: number): number | undefined {
  const found = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) /.exec(text);
  if (!found) return undefined;
  const { year } = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(Temporal.Now.timeZoneId());
  const [, month = '', ...rest] = found;
  const inYear = (one: number) => localTime(one, month, ...rest);
  const thisYearMs = inYear(year);
  return thisYearMs !== undefined && thisYearMs <= nowMs ? thisYearMs : inYear(year - 1);
}

/** `2026-11-23 10:00:00`, also with slashes and in brackets: nginx, PostgreSQL, MySQL, many others. */
function plainTime(text: string): number | undefined {
  const found = /^\[?(\d{4})[-/](\d\d)[-/](\d\d) (\d\d):(\d\d):(\d\d)(?![\d:])/.exec(text);
  if (!found) return undefined;
  const [, year, month, ...rest] = found;
  return localTime(Number(year), months[Number(month) - 1] ?? '', ...rest);
}

/** `192.0.2.1 - root [23/Nov/2026:10:00:00 +0900]`; a user's name with spaces in it could hold anything, so there it is none. */
function accessTime(text: string): number | undefined {
  const found = /^\S+ \S+ \S+ \[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)\]/.exec(text);
  const month = months.indexOf(found?.[2] ?? '') + 1;
  if (!found || month === 0) return undefined;
  const [, day, , year, time, hours, minutes] = found;
  const date = `${year}-${String(month).padStart(2, '0')}-${day}`;
  return orUndefined(() => Temporal.Instant.from(`${date}T${time}${hours}:${minutes}`).epochMilliseconds);
}

/** `[Mon Nov 23 10:00:00.123456 2026]`, as Apache's error log writes it. */
function errorTime(text: string): number | undefined {
  const found = /^\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?:\.\d{1,6})? (\d{4})\]/.exec(text);
  if (!found) return undefined;
  const [, month = '', day, hour, minute, second, year] = found;
  return localTime(Number(year), month, day, hour, minute, second);
}

/** Seconds since 1970: `type=SYSCALL msg=audit(1795773600.123:7)` and Squid's own form. */
function epochTime(text: string): number | undefined {
  const found = /^(?:(?:node=\S{1,255} )?type=\S{1,40} msg=audit\()?(\d{9,10}\.\d{3})[: ]/.exec(text);
  return found ? Math.round(Number(found[1]) * 1000) : undefined;
}

function localTime(year: number, monthName: string, ...rest: readonly (string | undefined)[]): number | undefined {
  const month = months.indexOf(monthName) + 1;
  if (month === 0) return undefined;
  const timeZone = Temporal.Now.timeZoneId();
  const [day, hour, minute, second] = rest.map(Number);
  return orUndefined(
    () =>
      Temporal.ZonedDateTime.from({ timeZone, year, month, day, hour, minute, second } as never, {
        overflow: 'reject',
      }).epochMilliseconds,
  );
}

/** A date that does not exist is none. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
