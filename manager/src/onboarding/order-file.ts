import {
  type CellFault,
  type Language,
  languages,
  type Order,
  type OrderField,
  orderForm,
  type PhraseKey,
  phrase,
} from '@sakimori/contract';
import {
  type Cell,
  FormReader,
  nameOfCell,
  plainText,
  readXlsx,
  type Sheet,
  workbook,
  type XlsxSheet,
} from '../platform/index.ts';

/** Where each field stands: `servers.0.name` at 対象サーバ!A2. */
export type Places = ReadonlyMap<string, { readonly sheet: string; readonly cell: string; readonly label: string }>;
type Value = string | number | boolean | undefined;
type Values = Record<string, Value>;
export type RawOrder = {
  readonly order: Record<string, unknown>;
  readonly faults: CellFault[];
  readonly places: Places;
};

const word = (language: Language, key: string): string => phrase(language, key as PhraseKey);
const labelOf = (language: Language, { key }: OrderField) => word(language, `order.field.${key}`);
const sheetName = (language: Language, key: 'form' | 'servers' | 'recipients' | 'options') =>
  word(language, `order.sheet.${key}`);
/** Rows of the form: a title, a lead, a head, then one field a row. */
const firstRow = 4;
const yesNo = (language: Language) =>
  [
    [word(language, 'order.yes'), true],
    [word(language, 'order.no'), false],
  ] as const;

/** The form as a workbook, empty or with what an order says. Reading it again gives the same order. */
export function writeOrder(language: Language, order?: Order): Buffer {
  const fields = orderForm.fields.map((field): Cell[] => [
    labelOf(language, field) + (field.required ? word(language, 'order.requiredMark') : ''),
    shown(language, field, order && (order as unknown as Values)[field.key]),
    field.hint ? word(language, `order.hint.${field.key}`) : hintOf(language, field),
  ]);
  const form: Sheet = {
    name: sheetName(language, 'form'),
    rows: [
      [word(language, 'order.title')],
      [word(language, 'order.lead')],
      [word(language, 'order.head.field'), word(language, 'order.head.value'), word(language, 'order.head.hint')],
      ...fields,
    ],
    boldRows: [1, 3],
    widths: [34, 46, 70],
    choices: orderForm.fields.flatMap((field, index) => choicesAt(language, field, `B${firstRow + index}`)),
  };
  const tables = orderForm.tables.map(({ key, rowsMax, columns }): Sheet => {
    const rows = order ? order[key].map((row) => flat(key, row)) : [];
    return {
      name: sheetName(language, key),
      rows: [
        columns.map((field) => labelOf(language, field) + (field.required ? word(language, 'order.requiredMark') : '')),
        ...rows.map((row) => columns.map((field) => shown(language, field, row[field.key]))),
      ],
      widths: columns.map(({ kind }) => (kind === 'text' || kind === 'mail' ? 30 : 18)),
      choices: columns.flatMap((field, index) =>
        choicesAt(language, field, `${nameOfCell(index + 1, 2)}:${nameOfCell(index + 1, rowsMax + 1)}`),
      ),
    };
  });
  return workbook([form, ...tables]);
}

const hintOf = (language: Language, { kind }: OrderField): string =>
  kind === 'date' ? word(language, 'order.hint.date') : '';

function choicesAt(
  language: Language,
  { kind, choices }: OrderField,
  cells: string,
): { cells: string; words: string[] }[] {
  if (kind === 'flag') return [{ cells, words: yesNo(language).map(([name]) => name) }];
  return choices ? [{ cells, words: choices.map(([, key]) => word(language, key)) }] : [];
}

function shown(language: Language, { kind, choices }: OrderField, value: Value): Cell {
  if (value === undefined) return '';
  if (kind === 'flag') return word(language, value ? 'order.yes' : 'order.no');
  if (kind === 'choice') return word(language, choices!.find(([name]) => name === value)![1]);
  return kind === 'whole' ? (value as number) : String(value);
}

/** A row as its columns have it: recipients tick their purposes. */
function flat(key: 'servers' | 'recipients' | 'options', row: Order[typeof key][number]): Values {
  if (key !== 'recipients') return row as unknown as Values;
  const { name, mail, language, purposes } = row as Order['recipients'][number];
  return { recipientName: name, mail, language, ...Object.fromEntries(purposes.map((purpose) => [purpose, true])) };
}

/** And back. @param path of the row: `recipients.3` */
function deep(key: string, row: Values): Record<string, unknown> {
  if (key !== 'recipients') return row;
  const { recipientName, mail, language, ...purposes } = row;
  const ticked = Object.entries(purposes).flatMap(([purpose, is]) => (is ? [purpose] : []));
  return { ...(recipientName === undefined ? {} : { name: recipientName }), mail, language, purposes: ticked };
}

/** The field of an order that a column is. */
const pathOf = (table: string, column: string) =>
  table === 'recipients' && column === 'recipientName' ? 'name' : column;

/**
 * Reads a form that was filled in, in either language, wherever its sheets, rows and columns were moved: they are found by their words.
 * @throws XlsxFault
 */
export function readOrder(file: Uint8Array): RawOrder {
  const book = readXlsx(file);
  const names = new Set(book.sheets.map(({ name }) => plainText(name).toLowerCase()));
  const language = languages.find((one) => names.has(plainText(sheetName(one, 'form')).toLowerCase())) ?? 'ja';
  const form = new FormReader(book);
  const places = new Map<string, { sheet: string; cell: string; label: string }>();
  const read = (sheet: XlsxSheet, cell: string, field: OrderField, path: string): Value => {
    const label = labelOf(language, field);
    places.set(path, { sheet: sheet.name, cell, label });
    const before = form.faults.length;
    const value = readField(form, sheet, cell, language, field, label);
    const fault = form.faults[before];
    if (fault) form.faults[before] = { ...fault, field: path };
    return value;
  };
  const order: Record<string, unknown> = {};
  const main = form.sheet(sheetName(language, 'form'));
  if (main) {
    const rows = byWord(main, 'column');
    orderForm.fields.forEach((field, index) => {
      const row = rows.get(plainText(labelOf(language, field))) ?? firstRow + index;
      const value = read(main, `B${row}`, field, field.key);
      if (value !== undefined) order[field.key] = value;
    });
  }
  for (const { key, rowsMax, columns } of orderForm.tables) {
    const sheet = form.sheet(sheetName(language, key));
    order[key] = [];
    if (!sheet) continue;
    const heads = byWord(sheet, 'row');
    const at = columns.map((field, index) => heads.get(plainText(labelOf(language, field))) ?? index + 1);
    const rows = order[key] as Record<string, unknown>[];
    places.set(key, { sheet: sheet.name, cell: nameOfCell(at[0]!, 2), label: labelOf(language, columns[0]!) });
    for (let row = 2; row <= sheet.lastRow; row += 1) {
      if (
        form.isEmpty(
          sheet,
          at.map((column) => nameOfCell(column, row)),
        )
      )
        continue;
      if (rows.length >= rowsMax) {
        form.fault({ sheet: sheet.name, cell: nameOfCell(1, row), code: 'tooManyRows', facts: { max: rowsMax } });
        break;
      }
      const values: Values = {};
      columns.forEach((field, index) => {
        const path = `${key}.${rows.length}.${pathOf(key, field.key)}`;
        const value = read(sheet, nameOfCell(at[index]!, row), field, path);
        if (value !== undefined) values[field.key] = value;
      });
      rows.push(deep(key, values));
    }
  }
  return { order, faults: form.faults, places };
}

/** Rows of column A by their words, or columns of row 1. A mark that something is required does not count. */
function byWord(sheet: XlsxSheet, along: 'column' | 'row'): Map<string, number> {
  const found = new Map<string, number>();
  for (const [cell, { text }] of sheet.cells) {
    const [, letters = '', digits = ''] = /^([A-Z]+)(\d+)$/.exec(cell) ?? [];
    if (along === 'column' ? letters !== 'A' : digits !== '1') continue;
    const number =
      along === 'column' ? Number(digits) : [...letters].reduce((sum, one) => sum * 26 + one.charCodeAt(0) - 64, 0);
    const name = plainText(text).replace(/\s*[*＊]$/, '');
    if (!found.has(name)) found.set(name, number);
  }
  return found;
}

function readField(
  form: FormReader,
  sheet: XlsxSheet,
  cell: string,
  language: Language,
  { kind, required, max = 200, choices }: OrderField,
  label: string,
): Value {
  const ask = { label, ...(required ? { required } : {}) };
  switch (kind) {
    case 'mail':
      return form.mail(sheet, cell, ask);
    case 'date':
      return form.date(sheet, cell, ask);
    case 'whole':
      return form.whole(sheet, cell, { ...ask, min: 0, max });
    case 'flag':
      return form.choice(sheet, cell, {
        ...ask,
        choices: [...yesNo(language), ['TRUE', true], ['FALSE', false]] as const,
      });
    case 'choice':
      return form.choice(sheet, cell, {
        ...ask,
        choices: choices!.map(([value, key]) => [word(language, key), value] as const),
      });
    case 'lines':
      return form.text(sheet, cell, { ...ask, max });
    default: {
      const text = form.text(sheet, cell, { ...ask, max: kind === 'phone' ? 31 : max });
      if (text === undefined) return undefined;
      const line = text.replace(/\s*\n\s*/g, ' ');
      if (kind !== 'phone' || /^[+\d][\d\-() ]{4,30}$/.test(line)) return line;
      return form.fault({ sheet: sheet.name, cell, code: 'malformed', label, facts: { value: line } });
    }
  }
}

/** Where fields stand in the form that is handed out, for an order that came from the page. */
export function usualPlaces(language: Language): Places {
  const places = new Map<string, { sheet: string; cell: string; label: string }>();
  orderForm.fields.forEach((field, index) => {
    const place = { sheet: sheetName(language, 'form'), cell: `B${firstRow + index}`, label: labelOf(language, field) };
    places.set(field.key, place);
  });
  for (const { key, columns, rowsMax } of orderForm.tables) {
    places.set(key, { sheet: sheetName(language, key), cell: 'A2', label: labelOf(language, columns[0]!) });
    for (let row = 0; row < rowsMax; row += 1)
      columns.forEach((field, index) => {
        const place = {
          sheet: sheetName(language, key),
          cell: nameOfCell(index + 1, row + 2),
          label: labelOf(language, field),
        };
        places.set(`${key}.${row}.${pathOf(key, field.key)}`, place);
      });
  }
  return places;
}
