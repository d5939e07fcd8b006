import type { HolidayFault } from '../calendar.ts';
import type { HolidayList } from './business-calendar.ts';
import { knownYears } from './holiday-law.ts';
import { readDay } from './written-time.ts';

/** What a file of holidays held. There are faults or a list, never both: half a list would make business days of holidays. */
export type HolidayFile = {
  readonly encoding: 'shift_jis' | 'utf-8' | undefined;
  readonly list: HolidayList | undefined;
  readonly faults: readonly HolidayFault[];
};

/** The real file has some 20 KB. */
export const holidayFileBytesMax = 512 * 1024;
const lineLengthMax = 200;
const nameLengthMax = 100;
const faultsMax = 100;
/** Since 1955 no year had fewer. */
const holidaysOfYearMin = 9;

/**
 * Reads the Cabinet Office's list of national holidays (内閣府「国民の祝日」, `syukujitsu.csv`): a heading, then `1955/1/1,元日` a line, in
 * Shift_JIS. The same in UTF-8 is taken as well, for such a file is what an editor saves.
 */
export function readHolidayFile(bytes: Uint8Array): HolidayFile {
  if (bytes.length > holidayFileBytesMax) return failed({ line: 0, code: 'too_large' });
  if (bytes.length === 0) return failed({ line: 0, code: 'empty' });
  const decoded = decode(bytes);
  if (!decoded) return failed({ line: 0, code: 'encoding' });
  const { encoding, text } = decoded;
  const lines = text.split(/\r\n|\n|\r/);
  const reader = new LineReader();
  for (const [index, line] of lines.entries()) reader.read(line, index + 1);
  const faults = [...reader.faults, ...reader.findGaps()];
  if (faults.length > 0) return { encoding, list: undefined, faults: faults.slice(0, faultsMax) };
  return { encoding, list: reader.list(), faults: [] };
}

const failed = (fault: HolidayFault): HolidayFile => ({ encoding: undefined, list: undefined, faults: [fault] });

function decode(bytes: Uint8Array): { encoding: 'shift_jis' | 'utf-8'; text: string } | undefined {
  // Japanese in Shift_JIS is never well-formed UTF-8, so UTF-8 is tried first.
  for (const encoding of ['utf-8', 'shift_jis'] as const) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (!text.includes('\0')) return { encoding, text };
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

type Fault = Omit<HolidayFault, 'line'>;
const fault = (code: HolidayFault['code'], text: string, otherLine?: number): Fault => {
  const shown = text.replace(/\p{Cc}|\p{Cf}/gu, '').slice(0, 60);
  return { code, text: shown, ...(otherLine === undefined ? {} : { otherLine }) };
};

class LineReader {
  readonly faults: HolidayFault[] = [];
  readonly #days = new Map<string, { readonly name: string; readonly line: number }>();

  read(text: string, line: number): void {
    const found = text.trim() === '' ? undefined : this.#readLine(text, line);
    if (found && this.faults.length < faultsMax) this.faults.push({ line, ...found });
  }

  #readLine(text: string, line: number): Fault | undefined {
    if (text.length > lineLengthMax) return fault('line_long', `${text.slice(0, 20)}…`);
    const cells = text.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    const [written = '', name = ''] = cells;
    if (line === 1 && !/^\d/.test(written))
      return cells.length === 2 && written.includes('月日') ? undefined : fault('heading', text);
    return cells.length === 2 ? this.#take(written, name, line) : fault('columns', text);
  }

  #take(written: string, name: string, line: number): Fault | undefined {
    const [, year = '', month = '', day = ''] = /^(\d{4})[/-](\d{1,2})[/-](\d{1,2})$/.exec(written) ?? [];
    if (year === '') return fault('date_form', written);
    const date = readDay(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)?.toString();
    if (date === undefined) return fault('no_such_date', written);
    if (Number(year) < knownYears.first || Number(year) > knownYears.last) return fault('date_range', written);
    if (name === '') return fault('name_missing', written);
    if (name.length > nameLengthMax || /\p{Cc}|\p{Cf}/u.test(name)) return fault('name', written);
    const before = this.#days.get(date);
    if (before) return fault('duplicate', written, before.line);
    this.#days.set(date, { name, line });
    return undefined;
  }

  /** A year between the first and the last that has hardly any holiday: the file was cut, and the rest would become business days. */
  findGaps(): HolidayFault[] {
    if (this.faults.length > 0) return [];
    if (this.#days.size === 0) return [{ line: 0, code: 'empty' }];
    const perYear = Map.groupBy(this.#days.keys(), (date) => Number(date.slice(0, 4)));
    const { firstYear, lastYear } = this.list();
    return Array.from({ length: lastYear - firstYear + 1 }, (_, index) => firstYear + index)
      .filter((year) => (perYear.get(year)?.length ?? 0) < holidaysOfYearMin)
      .map((year) => ({ line: 0, code: 'year_incomplete', text: String(year) }) as const);
  }

  list(): HolidayList {
    const days = [...this.#days].map(([date, { name }]) => ({ date, name })).sort((a, b) => (a.date < b.date ? -1 : 1));
    const yearOf = (date: string | undefined) => Number(date?.slice(0, 4));
    return { firstYear: yearOf(days[0]?.date), lastYear: yearOf(days.at(-1)?.date), days };
  }
}
