import { type CellFault, cellFaultsMax, MailAddress } from '@sakimori/contract';
import type { XlsxBook, XlsxSheet, XlsxValue } from '@sakimori/contract/workbook/reader';

/** What is asked of a cell; `label` is what the form calls it, for whoever reads the fault. */
export type CellAsk = { readonly label: string; readonly required?: boolean };

type CellFaultCode = CellFault['code'];

/** Half-width kana and full-width letters and digits become the usual ones (NFKC); what is around and control characters go. */
export const plainText = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ')
    .toWellFormed()
    .trim();

const show = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/**
 * Reads values of a form that was filled in, by sheet and cell. It never throws for what somebody wrote: it collects faults, so that all of
 * them are told at once (S35). A value with a fault is `undefined`.
 */
export class FormReader {
  readonly faults: CellFault[] = [];
  readonly #book: XlsxBook;
  constructor(book: XlsxBook) {
    this.#book = book;
  }

  /** The sheet of this name, wherever it stands among the others. */
  sheet(name: string): XlsxSheet | undefined {
    const wanted = plainText(name).toLowerCase();
    const sheet = this.#book.sheets.find((one) => plainText(one.name).toLowerCase() === wanted);
    if (!sheet) this.fault({ sheet: name, code: 'sheetMissing' });
    return sheet;
  }

  fault(fault: Omit<CellFault, 'facts'> & { readonly facts?: CellFault['facts'] }): undefined {
    if (this.faults.length < cellFaultsMax) this.faults.push({ facts: {}, ...fault });
    return undefined;
  }

  text(sheet: XlsxSheet, cell: string, ask: CellAsk & { readonly max: number }): string | undefined {
    const value = this.#value(sheet, cell, ask);
    if (value === undefined) return undefined;
    const text = plainText(value.text);
    if (text.length > ask.max) return this.#wrong(sheet, cell, ask, 'tooLong', { max: ask.max });
    return text;
  }

  whole(
    sheet: XlsxSheet,
    cell: string,
    ask: CellAsk & { readonly min: number; readonly max: number },
  ): number | undefined {
    const value = this.#value(sheet, cell, ask);
    if (value === undefined) return undefined;
    const text = plainText(value.text).replaceAll(',', '');
    const number = value.kind === 'number' ? value.number : /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    const told = { value: show(value.text) };
    if (Number.isNaN(number)) return this.#wrong(sheet, cell, ask, 'notNumber', told);
    if (!Number.isInteger(number)) return this.#wrong(sheet, cell, ask, 'notWhole', told);
    if (number < ask.min || number > ask.max)
      return this.#wrong(sheet, cell, ask, 'outOfRange', { ...told, min: ask.min, max: ask.max });
    return number;
  }

  /** A day (`2026-12-01`), from a date cell or from a text such as 2026/12/1 or 2026年12月1日. */
  date(sheet: XlsxSheet, cell: string, ask: CellAsk): string | undefined {
    const value = this.#value(sheet, cell, ask);
    if (value === undefined) return undefined;
    const day = value.kind === 'number' ? this.#dayOf(value.number) : dayFromText(plainText(value.text));
    return day ?? this.#wrong(sheet, cell, ask, 'notDate', { value: show(value.text) });
  }

  mail(sheet: XlsxSheet, cell: string, ask: CellAsk): string | undefined {
    const value = this.#value(sheet, cell, ask);
    if (value === undefined) return undefined;
    const parsed = MailAddress.safeParse(plainText(value.text).replace(/^mailto:/i, ''));
    return parsed.success ? parsed.data : this.#wrong(sheet, cell, ask, 'notMail', { value: show(value.text) });
  }

  /** One of several words; each stands for a value of ours. */
  choice<T>(
    sheet: XlsxSheet,
    cell: string,
    ask: CellAsk & { readonly choices: readonly (readonly [word: string, value: T])[] },
  ): T | undefined {
    const value = this.#value(sheet, cell, ask);
    if (value === undefined) return undefined;
    const plain = plainText(value.text).toLowerCase();
    const found = ask.choices.find(([word]) => plainText(word).toLowerCase() === plain);
    if (found) return found[1];
    const choices = [...new Set(ask.choices.map(([word]) => word))].join(', ').slice(0, 300);
    return this.#wrong(sheet, cell, ask, 'notChoice', { value: show(value.text), choices });
  }

  /** Whether nothing at all stands in these cells. */
  isEmpty(sheet: XlsxSheet, cells: readonly string[]): boolean {
    return cells.every((cell) => !sheet.cells.has(cell));
  }

  #value(sheet: XlsxSheet, cell: string, ask: CellAsk): XlsxValue | undefined {
    const value = sheet.cells.get(cell);
    if (value?.kind === 'formula') return this.#wrong(sheet, cell, ask, 'formula');
    if (value?.kind === 'error') return this.#wrong(sheet, cell, ask, 'errorValue', { value: show(value.text) });
    if (value && plainText(value.text) !== '') return value;
    return ask.required ? this.#wrong(sheet, cell, ask, 'required') : undefined;
  }

  #wrong(
    sheet: XlsxSheet,
    cell: string,
    { label }: CellAsk,
    code: CellFaultCode,
    facts: CellFault['facts'] = {},
  ): undefined {
    return this.fault({ sheet: sheet.name.slice(0, 100), cell, code, label, facts });
  }

  /** Day 1 is 1 January 1900, and there is a 29 February 1900 that never was (ECMA-376 part 1, 18.17.4). */
  #dayOf(serial: number): string | undefined {
    const days = Math.floor(serial) + (this.#book.from1904 ? 1462 : 0);
    if (days < 61 || days > 109_574) return undefined;
    return Temporal.PlainDate.from('1899-12-30').add({ days }).toString();
  }
}

function dayFromText(text: string): string | undefined {
  const match = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(text);
  if (!match) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  if (year < 1950 || year > 2199) return undefined;
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' }).toString();
  } catch {
    return undefined;
  }
}
