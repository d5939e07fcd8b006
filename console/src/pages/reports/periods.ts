/** Periods of reports as people choose them. All arithmetic is on calendar days of Japan, held as UTC days. */
const dayMs = 86_400_000;
const japanMs = 9 * 3_600_000;

const day = (date: Date): string => date.toISOString().slice(0, 10);

/** ISO 8601 week of a day: the week belongs to the year that its Thursday is in. */
function weekOf(date: Date): string {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * dayMs);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / dayMs / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** The current week or month and those before it, newest first: `2026-W47`, `2026-11`. */
export function recentPeriods(kind: 'weekly' | 'monthly', nowMs: number, count: number): string[] {
  const today = new Date(nowMs + japanMs);
  return Array.from({ length: count }, (_, back) => {
    if (kind === 'weekly') return weekOf(new Date(today.getTime() - back * 7 * dayMs));
    return day(new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1))).slice(0, 7);
  });
}

/** First and last day of a period: `2026-W47` → `2026-11-16`, `2026-11-22`. */
export function daysOf(period: string): readonly [string, string] {
  const year = Number(period.slice(0, 4));
  const week = /W(\d{2})$/.exec(period)?.[1];
  if (week === undefined) {
    const month = Number(period.slice(5));
    return [day(new Date(Date.UTC(year, month - 1, 1))), day(new Date(Date.UTC(year, month, 0)))];
  }
  const fourth = new Date(Date.UTC(year, 0, 4));
  const firstMonday = fourth.getTime() - ((fourth.getUTCDay() || 7) - 1) * dayMs;
  const monday = firstMonday + (Number(week) - 1) * 7 * dayMs;
  return [day(new Date(monday)), day(new Date(monday + 6 * dayMs))];
}
