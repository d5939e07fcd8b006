import type { HearingQuestion } from '../hearing.ts';

/** What a cell held: a text, a number as Excel keeps it (days since 1900 for a date), or nothing. */
export type RawValue = string | number;

export type Normalised =
  | { readonly value: string | undefined }
  | { readonly fault: 'number' | 'date' | 'time' | 'unknownChoice' };

/** Line ends as one kind, tabs as blanks, no other control characters, no blanks at the ends. Letters stay as they were typed. */
export function tidy(text: string): string {
  return (
    text
      .replace(/\r\n?|\u2028|\u2029|\v|\f/g, '\n')
      .replace(/\t/g, ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ufeff\ufffe\uffff]/g, '')
      .toWellFormed()
      .split('\n')
      .map((line) => line.replace(/^[ \u3000\u00a0]+|[ \u3000\u00a0]+$/g, ''))
      .join('\n')
      .replace(/^\n+|\n+$/g, '')
  );
}

/** Full-width digits and letters become narrow, half-width kana become wide: for what has one right spelling. */
const narrow = (text: string): string => text.normalize('NFKC').trim();
/** Hyphens and dashes of all kinds, among them the long vowel mark that is typed for one. */
const dashes = /[‐‑‒–—―−ーｰ－]/g;

/**
 * The one spelling of an answer. Full-width digits, half-width kana, dates in Japanese and serial numbers are understood; texts that people read
 * keep their letters. An empty answer is none.
 */
export function normalise(question: HearingQuestion, raw: RawValue, is1904 = false): Normalised {
  const text = typeof raw === 'number' ? plain(raw) : tidy(raw);
  if (text === '') return { value: undefined };
  switch (question.type) {
    case 'number':
      return readNumber(raw, text);
    case 'date':
      return readDate(raw, text, is1904);
    case 'time':
      return readTime(raw, text);
    case 'choice':
      return readChoice(question, text);
    case 'kana':
      return { value: toKatakana(text) };
    case 'mail':
    case 'host':
    case 'address':
      return { value: narrow(text) };
    case 'phone':
      return { value: narrow(text.replace(dashes, '-')) };
    case 'ports':
      return { value: narrow(text.replace(dashes, '-').replace(/[、，\n]/g, ',')).replace(/\s+/g, '') };
    case 'sources':
    case 'addresses':
      return { value: listOf(question.type === 'sources' ? text.replace(/[、，,]/g, '\n') : text, narrow) };
    case 'paths':
      return { value: listOf(text, (line) => line) };
    default:
      return { value: text };
  }
}

const listOf = (text: string, each: (line: string) => string): string | undefined =>
  text
    .split('\n')
    .map(each)
    .filter((line) => line !== '')
    .join('\n') || undefined;

/** Half-width kana and hiragana as katakana, blanks as one. */
const toKatakana = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[ぁ-ゖゝゞ]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0x60))
    .replace(/\s+/g, ' ');

/** A number without an exponent: `0.1`, `8080`. */
export const plain = (number: number): string =>
  Number.isInteger(number) && Math.abs(number) < 1e21
    ? BigInt(number).toString()
    : String(Number(number.toPrecision(15)));

function readNumber(raw: RawValue, text: string): Normalised {
  const written = narrow(text).replace(/,/g, '');
  const number =
    typeof raw === 'number' ? raw : /^[+-]?\d{1,15}(\.\d{1,9})?$/.test(written) ? Number(written) : Number.NaN;
  return Number.isFinite(number) ? { value: plain(number) } : { fault: 'number' };
}

const eras: Readonly<Record<string, number>> = { 令和: 2018, R: 2018, 平成: 1988, H: 1988 };

function readDate(raw: RawValue, text: string, is1904: boolean): Normalised {
  if (typeof raw === 'number') {
    // Serial numbers of ECMA-376 18.17.4.1; day 60 of the 1900 system never was, so what is before it is not a day that anybody means.
    if (raw < 61 || raw > 2_958_465) return { fault: 'date' };
    const day = new Date(
      Date.UTC(is1904 ? 1904 : 1899, is1904 ? 0 : 11, is1904 ? 1 : 30) + Math.floor(raw) * 86_400_000,
    );
    return { value: day.toISOString().slice(0, 10) };
  }
  const written = narrow(text).replace(dashes, '-').replace(/\s+/g, '').replace(/元年/, '1年');
  const [, era, year, month, day] =
    /^(令和|平成|R|H)?(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[(（].[)）])?$/.exec(written) ?? [];
  if (year === undefined || (era === undefined && year.length !== 4)) return { fault: 'date' };
  const date = new Date(Date.UTC(Number(year) + (era ? eras[era]! : 0), Number(month) - 1, Number(day)));
  const isReal = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return isReal ? { value: date.toISOString().slice(0, 10) } : { fault: 'date' };
}

function readTime(raw: RawValue, text: string): Normalised {
  const two = (number: number) => String(number).padStart(2, '0');
  if (typeof raw === 'number') {
    const minutes = Math.round((raw % 1) * 1440) % 1440;
    return raw < 0 ? { fault: 'time' } : { value: `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}` };
  }
  const [, hours, minutes = '0'] =
    /^(\d{1,2})(?::|時)(\d{1,2})?(?:分|:\d{2})?$/.exec(narrow(text).replace(/\s+/g, '')) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return { fault: 'time' };
  return { value: `${two(Number(hours))}:${two(Number(minutes))}` };
}

/** By its value, or its label in either language; however wide its letters are. */
function readChoice({ choices = [] }: HearingQuestion, text: string): Normalised {
  const loose = (label: string) => narrow(label).replace(/\s+/g, '').toLowerCase();
  const wanted = loose(text);
  const found =
    choices.find(({ value }) => value === text) ??
    choices.find(({ value, label }) => [value, label.ja, label.en].some((one) => loose(one) === wanted));
  return found ? { value: found.value } : { fault: 'unknownChoice' };
}
