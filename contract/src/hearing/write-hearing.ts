import type { HearingAnswers, HearingDefinition, HearingQuestion } from '../hearing.ts';
import type { Language } from '../language.ts';
import { phrase } from '../phrase.ts';
import { nameOfCell } from '../workbook/reader.ts';
import {
  type CellStyle,
  columnCells,
  quoted,
  type Validation,
  type WrittenCell,
  type WrittenSheet,
  writeWorkbook,
} from '../workbook/write.ts';
import {
  answerKey,
  firstColumn,
  layoutOf,
  markOf,
  metaMark,
  metaSheet,
  notAnswered,
  type SectionLayout,
  sheetName,
} from './layout.ts';

export type HearingBook = {
  readonly definition: HearingDefinition;
  readonly answers: HearingAnswers;
  readonly language: Language;
  readonly hearingId: string;
  readonly customerName: string;
  /** As people read it. */
  readonly exportedAt: string;
};

type Rows = Map<number, { height?: number | undefined; hidden?: boolean; cells: Map<number, WrittenCell> }>;

function put(rows: Rows, row: number, column: number, value: WrittenCell['value'], style?: CellStyle): void {
  const line = rows.get(row) ?? { cells: new Map() };
  line.cells.set(column, { ...(value === undefined ? {} : { value }), ...(style ? { style } : {}) });
  rows.set(row, line);
}
const dress = (rows: Rows, row: number, more: { height?: number; hidden?: boolean }) => {
  const line = rows.get(row);
  if (line) Object.assign(line, more);
};

/** The sheet as a workbook to be filled in (S35): one sheet a section, a first one that says how, and a hidden one with the choices. */
export function writeHearing(book: HearingBook): Buffer {
  const lists = new Map<string, string>();
  const meta = metaSheetOf(book, lists);
  const layouts = book.definition.sections.map((section) => layoutOf(section, book.answers, book.language));
  const sheets = layouts.map((layout, index) => sectionSheet(book, layout, index, lists));
  return writeWorkbook([startSheet(book, layouts), ...sheets, meta], book.definition.title[book.language]);
}

const tabs = ['1F4E79', '2E75B6', '548235', 'BF8F00', '7F6000', '833C0B', '6F3A8C', '2F7F86'];

function startSheet(
  { definition, language, customerName, exportedAt }: HearingBook,
  layouts: readonly SectionLayout[],
): WrittenSheet {
  const rows: Rows = new Map();
  const say = (key: 'customer' | 'version' | 'exportedAt' | 'sheets' | 'start') =>
    phrase(language, `hearing.book.${key}`);
  put(rows, 2, 2, definition.title[language], 'title');
  dress(rows, 2, { height: 32 });
  let row = 4;
  for (const [name, value] of [
    [say('customer'), customerName],
    [say('version'), definition.id],
    [say('exportedAt'), exportedAt],
  ] as const) {
    put(rows, row, 2, name, 'label');
    put(rows, row++, 3, value, 'value');
  }
  row++;
  for (const [index, text] of definition.instructions.entries()) {
    put(rows, row, 2, `${index + 1}.`, 'number');
    put(rows, row, 3, text[language], 'value');
    dress(rows, row++, { height: 22 });
  }
  row++;
  put(rows, row++, 2, say('sheets'), 'fact');
  const links: { cell: string; to: string }[] = [];
  for (const { section, sheet } of layouts) {
    put(rows, row, 2, sheet, 'link');
    put(rows, row, 3, section.lead[language], 'plain');
    dress(rows, row, { height: 22 });
    links.push({ cell: nameOfCell(2, row++), to: `${quoted(sheet)}!A1` });
  }
  return {
    ...{ name: sheetName(say('start')), columns: [{ width: 3 }, { width: 26 }, { width: 96 }], rows, links },
    ...{ isGuarded: true, tab: '595959' },
  };
}

const widths: Readonly<Record<HearingQuestion['type'], number>> = {
  ...{ text: 24, lines: 36, kana: 22, mail: 30, phone: 18, number: 11, date: 13, time: 10, choice: 18, address: 18 },
  ...{ host: 20, path: 38, paths: 32, ports: 22, sources: 26, addresses: 36 },
};

function sectionSheet(
  { definition, answers, language }: HearingBook,
  layout: SectionLayout,
  index: number,
  lists: ReadonlyMap<string, string>,
): WrittenSheet {
  const { section, sheet, keyRow, headRow, firstRow } = layout;
  const say = (key: 'no' | 'question' | 'answer' | 'required' | 'optional' | 'hint' | 'caution') =>
    phrase(language, `hearing.book.${key}`);
  const rows: Rows = new Map();
  const isForm = section.kind === 'form';
  const lastColumn = isForm ? 6 : firstColumn + section.questions.length - 1;
  const shownTo = isForm ? 6 : Math.min(lastColumn, 8);
  const merged: string[] = [];
  const across = (row: number, text: string, style: CellStyle, height: number) => {
    for (let column = 2; column <= shownTo; column++) put(rows, row, column, column === 2 ? text : undefined, style);
    merged.push(`${nameOfCell(2, row)}:${nameOfCell(shownTo, row)}`);
    dress(rows, row, { height });
  };
  across(1, `${index + 1}. ${section.title[language]}`, 'title', 30);
  across(2, section.lead[language], 'lead', 34);
  for (const [at, caution] of (section.cautions ?? []).entries())
    across(3 + at, `${say('caution')}: ${caution[language]}`, 'caution', 34);
  put(rows, keyRow, 1, markOf(section.key));
  put(rows, headRow, 1, notAnswered);
  put(rows, headRow, 2, say('no'), 'head');
  if (isForm) {
    put(rows, keyRow, layout.columnOf(''), answerKey);
    for (const [at, key] of (['question', 'answer', 'required', 'hint'] as const).entries())
      put(rows, headRow, 3 + at, say(key), 'head');
    for (const [at, question] of section.questions.entries()) {
      const row = layout.rowOf(question.key);
      put(rows, row, 1, question.key);
      put(rows, row, 2, at + 1, 'number');
      put(rows, row, 3, question.label[language], 'label');
      put(rows, row, 4, toCell(question, answers.forms[section.key]?.[question.key], language), styleOf(question));
      put(rows, row, 5, say(question.required ? 'required' : 'optional'), 'number');
      put(rows, row, 6, question.hint?.[language], 'hint');
      dress(rows, row, { height: /^(lines|paths|addresses)$/.test(question.type) ? 64 : 34 });
    }
  } else {
    const hintRow = headRow + 1;
    put(rows, hintRow, 1, notAnswered);
    put(rows, hintRow, 2, undefined, 'hint');
    for (const question of section.questions) {
      const column = layout.columnOf(question.key);
      put(rows, keyRow, column, question.key);
      put(rows, headRow, column, `${question.label[language]}${question.required ? ' *' : ''}`, 'head');
      put(rows, hintRow, column, question.hint?.[language], 'hint');
    }
    dress(rows, hintRow, { height: 46 });
    const filled = answers.tables[section.key] ?? [];
    for (let at = 0; at < layout.rows; at++) {
      const row = firstRow + at;
      put(rows, row, 1, filled[at]?.id);
      put(rows, row, 2, at + 1, 'number');
      for (const question of section.questions)
        put(
          rows,
          row,
          layout.columnOf(question.key),
          toCell(question, filled[at]?.cells[question.key], language),
          styleOf(question),
        );
      const lines = Math.max(1, ...Object.values(filled[at]?.cells ?? {}).map((value) => value.split('\n').length));
      dress(rows, row, { height: Math.min(200, 20 + (lines - 1) * 15) });
    }
  }
  dress(rows, keyRow, { hidden: true });
  dress(rows, headRow, { height: 34 });
  const until = isForm ? 0 : firstRow + (section.rowsMax ?? 1000) - 1;
  return {
    ...{ name: sheet, rows, merged, isGuarded: true, tab: tabs[index % tabs.length]! },
    columns: [
      { width: 4, hidden: true },
      { width: 6 },
      ...(isForm
        ? [{ width: 34 }, { width: 52 }, { width: 8 }, { width: 58 }]
        : section.questions.map(({ type }) => ({ width: widths[type], style: 'free' as const }))),
    ],
    frozen: nameOfCell(isForm ? 4 : firstColumn + 1, headRow + 1),
    printTitle: [headRow, headRow],
    validations: section.questions.flatMap((question) => {
      const column = layout.columnOf(question.key);
      const row = isForm ? layout.rowOf(question.key) : 0;
      const cells = isForm ? columnCells(column, row, row) : columnCells(column, firstRow, until);
      return validationOf(question, cells, language, lists.get(`${section.key}.${question.key}`)) ?? [];
    }),
    footer: `&L${definition.title[language]}&C&A&R&P / &N`,
  };
}

function styleOf({ type, required }: HearingQuestion): CellStyle {
  const base = type === 'number' ? 'numeric' : type === 'date' ? 'date' : type === 'time' ? 'time' : 'input';
  return required ? `${base}Needed` : base;
}

/** As Excel keeps it: days since 1900 and shares of a day are numbers, a choice is its label. What cannot be read stays a text. */
function toCell(question: HearingQuestion, value: string | undefined, language: Language): string | number | undefined {
  if (value === undefined) return undefined;
  switch (question.type) {
    case 'number':
      return Number.isFinite(Number(value)) ? Number(value) : value;
    case 'date': {
      const day = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
      return Number.isNaN(day) ? value : Math.round(day / 86_400_000) + 25_569;
    }
    case 'time': {
      const [, hours, minutes] = /^(\d{2}):(\d{2})$/.exec(value) ?? [];
      return hours === undefined ? value : (Number(hours) * 60 + Number(minutes)) / 1440;
    }
    case 'choice':
      return question.choices?.find((choice) => choice.value === value)?.label[language] ?? value;
    default:
      return value;
  }
}

function validationOf(
  question: HearingQuestion,
  cells: string,
  language: Language,
  list: string | undefined,
): Validation | undefined {
  const prompt = question.hint?.[language];
  const { min = 0, max = 1_000_000_000, lengthMax = 2000 } = question;
  const say = (key: 'hearing.book.choose' | 'hearingFault.date', facts = {}) => phrase(language, key, facts);
  if (list) return { kind: 'list', source: list, cells, prompt, error: say('hearing.book.choose') };
  if (question.type === 'number')
    return { kind: 'decimal', min, max, cells, prompt, error: phrase(language, 'hearing.book.range', { min, max }) };
  if (question.type === 'date') return { kind: 'date', cells, prompt, error: say('hearingFault.date', { value: '–' }) };
  if (question.type === 'time') return undefined;
  return {
    kind: 'length',
    max: lengthMax,
    cells,
    prompt,
    error: phrase(language, 'hearingFault.tooLong', { max: lengthMax }),
  };
}

function metaSheetOf(book: HearingBook, lists: Map<string, string>): WrittenSheet {
  const { definition, language } = book;
  const rows: Rows = new Map();
  const facts = [
    [metaMark, '1'],
    ['definition', definition.id],
    ['hearing', book.hearingId],
    ['language', language],
  ] as const;
  for (const [at, [key, value]] of facts.entries()) {
    put(rows, at + 1, 1, key);
    put(rows, at + 1, 2, value);
  }
  let column = 4;
  for (const section of definition.sections)
    for (const question of section.questions) {
      if (!question.choices) continue;
      const key = `${section.key}.${question.key}`;
      put(rows, 1, column, key);
      for (const [at, { label }] of question.choices.entries()) put(rows, at + 2, column, label[language]);
      const range = columnCells(column, 2, question.choices.length + 1).replace(/([A-Z]+)(\d+)/g, '$$$1$$$2');
      lists.set(key, `${quoted(metaSheet)}!${range}`);
      column++;
    }
  return { name: metaSheet, columns: Array.from({ length: column }, () => ({ width: 20 })), rows, isHidden: true };
}
