import {
  type CalendarState,
  type Day,
  type HolidayFault,
  type HolidayPreview,
  type Language,
  phrase,
  Refusal,
} from '@sakimori/contract';
import { type HolidayList, listDays, makeCalendar, readHolidayFile } from '@sakimori/contract/calendar/index';
import type { Tx } from '../platform/index.ts';
import { type Changing, changeCalendar } from './calendar.ts';
import { type Contents, lastNumber, selectContents } from './store.ts';

/** What an import would change, day by day, against the provider's calendar as it stands. @param file base64 */
export async function previewHolidays(tx: Tx, file: string): Promise<HolidayPreview> {
  const version = await lastNumber(tx, undefined);
  const { encoding, list, faults } = readHolidayFile(Buffer.from(file, 'base64'));
  const opening = { version, ...(encoding ? { encoding } : {}), faults: [...faults] };
  if (!list) return { ...opening, count: 0, added: [], removed: [] };
  const { added, removed } = compare((await selectContents(tx, undefined, version))!, list);
  const { firstYear, lastYear, days } = list;
  return { ...opening, firstYear, lastYear, count: days.length, added, removed };
}

/** Days that only one of both has as a holiday. The provider's own days stand over either, so they are left out here. */
function compare(contents: Contents, list: HolidayList): { added: Day[]; removed: Day[] } {
  const [from, to] = [`${list.firstYear}-01-01`, `${list.lastYear}-12-31`];
  const holidaysIn = (holidays: HolidayList | null) =>
    listDays(makeCalendar({ version: '', overrides: [], holidays: holidays ?? undefined }), from, to).filter(
      ({ name }) => name !== undefined,
    );
  const [before, after] = [holidaysIn(contents.holidays), holidaysIn(list)];
  const missing = (days: readonly Day[], there: readonly Day[]) => {
    const known = new Set(there.map(({ date }) => date));
    return days.filter(({ date }) => !known.has(date));
  };
  return { added: missing(after, before), removed: missing(before, after) };
}

/**
 * Takes a list for the years it covers. The whole list or nothing.
 * @param version of the provider's calendar that the preview was compared with
 * @throws Refusal `holidays_invalid` with the first faults, `version_conflict`
 */
export function importHolidays(
  changing: Changing,
  { file, version, language }: { file: string; version: number; language: Language },
): Promise<CalendarState> {
  const { list, faults } = readHolidayFile(Buffer.from(file, 'base64'));
  if (!list)
    throw new Refusal('holidays_invalid', {
      detail: faults
        .slice(0, 5)
        .map((fault) => tellFault(language, fault))
        .join(' '),
    });
  return changeCalendar(changing, ({ overrides }, current) => {
    if (current !== version) throw new Refusal('version_conflict', { current });
    const { firstYear, lastYear } = list;
    return {
      contents: { holidays: list, overrides },
      change: { action: 'holidays-imported', firstYear, lastYear },
      ...{ action: 'calendar.holidays_imported', target: 'calendar:holidays' },
    };
  });
}

function tellFault(language: Language, { line, code, text, otherLine }: HolidayFault): string {
  const what = phrase(language, `holidayFault.${code}`, { text: text ?? '', otherLine: otherLine ?? 0 });
  return line === 0 ? what : phrase(language, 'holidayFault.at', { line, what });
}
