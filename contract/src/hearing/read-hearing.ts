import {
  type AnswerPath,
  type CellPlace,
  type CellPlaces,
  type HearingAnswers,
  type HearingDefinition,
  type HearingFault,
  type HearingQuestion,
  type HearingRow,
  type HearingSection,
  pathText,
} from '../hearing.ts';
import { XlsxFault } from '../workbook/archive.ts';
import {
  columnOfCell,
  nameOfCell,
  readXlsx,
  rowOfCell,
  type XlsxBook,
  type XlsxCell,
  type XlsxSheet,
} from '../workbook/reader.ts';
import { checkAnswers, checkValue } from './check.ts';
import { answerKey, markOf, metaMark, notAnswered } from './layout.ts';
import { normalise } from './normalise.ts';

export type ReadHearing = {
  readonly definition: HearingDefinition;
  /** The sheet that it was exported from. */
  readonly hearingId: string;
  readonly answers: HearingAnswers;
  /** Where each answer stood in the file. */
  readonly places: CellPlaces;
  readonly faults: HearingFault[];
};

/**
 * Reads a workbook that was filled in. Sheets, rows and columns are found by their hidden keys, wherever they were moved to; every fault is told
 * with its cell, all at once.
 * @throws XlsxFault for what is no hearing sheet at all
 */
export function readHearing(
  file: Uint8Array,
  definitionOf: (id: string) => HearingDefinition | undefined,
): ReadHearing {
  const book = readXlsx(file);
  const meta = readMeta(book);
  const definition = definitionOf(meta['definition'] ?? '');
  if (!definition) throw new XlsxFault('otherDefinition', String(meta['definition']));
  const reader = new Reader(book);
  for (const section of definition.sections) reader.section(section);
  const answers = { forms: reader.forms, tables: reader.tables };
  // What could not be read was told already, with its own words.
  const told = new Set(reader.faults.map(({ path }) => path && pathText(path)));
  const further = checkAnswers(definition, answers)
    .filter(({ path }) => !path || !told.has(pathText(path)))
    .map((fault) => {
      const place = fault.path && (reader.places[pathText(fault.path)] ?? reader.places[fault.path.section]);
      return place ? { ...fault, place } : fault;
    });
  const faults = [...reader.faults, ...further];
  return { definition, hearingId: meta['hearing'] ?? '', answers, places: reader.places, faults };
}

/** @throws XlsxFault `noHearing` */
function readMeta(book: XlsxBook): Record<string, string> {
  for (const { cells } of book.sheets)
    for (const [cell, { text }] of cells) {
      if (text !== metaMark) continue;
      const [column, row] = [columnOfCell(cell), rowOfCell(cell)];
      const facts: Record<string, string> = {};
      for (let at = row + 1; at <= row + 10; at++) {
        const key = cells.get(nameOfCell(column, at))?.text;
        if (key !== undefined) facts[key] = cells.get(nameOfCell(column + 1, at))?.text ?? '';
      }
      return facts;
    }
  throw new XlsxFault('noHearing', 'no mark');
}

type Found = { readonly sheet: XlsxSheet; readonly column: number; readonly row: number };
/** Rows are read no further than this many beyond what a table may have. */
const faultsMax = 1000;

class Reader {
  readonly forms: HearingAnswers['forms'] = {};
  readonly tables: HearingAnswers['tables'] = {};
  readonly places: Record<string, CellPlace> = {};
  readonly faults: HearingFault[] = [];
  readonly #book: XlsxBook;
  readonly #marks = new Map<string, Found[]>();

  constructor(book: XlsxBook) {
    this.#book = book;
    for (const sheet of book.sheets)
      for (const [cell, { text }] of sheet.cells)
        if (text.startsWith('sakimori:')) {
          const found = { sheet, column: columnOfCell(cell), row: rowOfCell(cell) };
          this.#marks.set(text, [...(this.#marks.get(text) ?? []), found]);
        }
  }

  section(section: HearingSection): void {
    const found = this.#marks.get(markOf(section.key)) ?? [];
    if (section.kind === 'form') this.forms[section.key] = {};
    else this.tables[section.key] = [];
    const [first, second] = found;
    if (!first) {
      this.#fault({ code: 'noSheet', level: 'error', path: { section: section.key } });
      return;
    }
    this.places[section.key] = { sheet: first.sheet.name.slice(0, 100), cell: '' };
    if (second)
      this.#fault({
        code: 'sheetTwice',
        level: 'error',
        path: { section: section.key },
        place: { sheet: second.sheet.name.slice(0, 100), cell: nameOfCell(second.column, second.row) },
      });
    else if (section.kind === 'form') this.#form(section, first);
    else this.#table(section, first);
  }

  #fault(fault: HearingFault): void {
    if (this.faults.length < faultsMax) this.faults.push(fault);
  }

  #form(section: HearingSection, { sheet, column, row }: Found): void {
    const answerColumn = this.#keysOfRow(sheet, row, column).get(answerKey);
    if (answerColumn === undefined) {
      this.#missingColumn(section, sheet, row, column, section.questions[0]!);
      return;
    }
    const rows = new Map<string, number>();
    for (const [cell, { text }] of sheet.cells) if (columnOfCell(cell) === column) rows.set(text, rowOfCell(cell));
    for (const question of section.questions) {
      const at = rows.get(question.key);
      const path = { section: section.key, question: question.key };
      if (at === undefined) {
        const place = { sheet: sheet.name.slice(0, 100), cell: '' };
        this.#fault({ code: 'noQuestion', level: 'error', path, place });
        continue;
      }
      const value = this.#answer(question, path, sheet, nameOfCell(answerColumn, at));
      if (value !== undefined) this.forms[section.key]![question.key] = value;
    }
  }

  #table(section: HearingSection, { sheet, column, row: keyRow }: Found): void {
    const columns = this.#keysOfRow(sheet, keyRow, column);
    for (const question of section.questions)
      if (!columns.has(question.key)) this.#missingColumn(section, sheet, keyRow, column, question);
    const rows: HearingRow[] = [];
    const taken = new Set<string>();
    const { rowsMax = 1000 } = section;
    for (const row of rowsOf(sheet).filter((at) => at !== keyRow)) {
      const key = sheet.cells.get(nameOfCell(column, row))?.text ?? '';
      // Titles and cautions stand above the keys, wherever those were moved to.
      if (key === notAnswered || (key === '' && row < keyRow)) continue;
      if (!section.questions.some((question) => this.#cellOf(sheet, columns, question, row))) continue;
      if (rows.length >= rowsMax) {
        this.#fault({
          code: 'rowsTooMany',
          level: 'error',
          path: { section: section.key },
          place: { sheet: sheet.name.slice(0, 100), cell: nameOfCell(column, row) },
          facts: { max: rowsMax },
        });
        break;
      }
      const id = /^[a-z0-9]{1,20}$/.test(key) && !taken.has(key) ? key : freshId(taken, sheet, column);
      taken.add(id);
      const cells: HearingRow['cells'] = {};
      for (const question of section.questions) {
        const at = columns.get(question.key);
        if (at === undefined) continue;
        const value = this.#answer(
          question,
          { section: section.key, row: id, question: question.key },
          sheet,
          nameOfCell(at, row),
        );
        if (value !== undefined) cells[question.key] = value;
      }
      if (Object.keys(cells).length > 0 || this.#isFaulty(section.key, id)) rows.push({ id, cells });
    }
    this.tables[section.key] = rows;
  }

  #isFaulty = (section: string, row: string): boolean =>
    this.faults.some(({ path }) => path?.section === section && path.row === row);

  #cellOf(
    sheet: XlsxSheet,
    columns: ReadonlyMap<string, number>,
    { key }: HearingQuestion,
    row: number,
  ): XlsxCell | undefined {
    const column = columns.get(key);
    return column === undefined ? undefined : sheet.cells.get(nameOfCell(column, row));
  }

  #keysOfRow(sheet: XlsxSheet, row: number, mark: number): Map<string, number> {
    const keys = new Map<string, number>();
    for (const [cell, { text }] of sheet.cells)
      if (rowOfCell(cell) === row && columnOfCell(cell) !== mark) keys.set(text, columnOfCell(cell));
    return keys;
  }

  #missingColumn(
    section: HearingSection,
    sheet: XlsxSheet,
    row: number,
    column: number,
    question: HearingQuestion,
  ): void {
    this.#fault({
      ...{ code: 'noColumn', level: 'error', path: { section: section.key, question: question.key } },
      place: { sheet: sheet.name.slice(0, 100), cell: nameOfCell(column, row) },
    });
  }

  #answer(question: HearingQuestion, path: AnswerPath, sheet: XlsxSheet, at: string): string | undefined {
    const place = { sheet: sheet.name.slice(0, 100), cell: at };
    this.places[pathText(path)] = place;
    const cell = sheet.cells.get(at);
    if (!cell) return undefined;
    const wrong = (code: HearingFault['code'], facts?: HearingFault['facts']): undefined =>
      void this.#fault({ code, level: 'error', path, place, ...(facts ? { facts } : {}) });
    if (cell.kind === 'formula') return wrong('formula');
    if (cell.kind === 'error') return wrong('errorValue', { value: cell.text });
    const raw =
      cell.kind === 'number' ? cell.number : cell.kind === 'boolean' ? (cell.boolean ? 'yes' : 'no') : cell.text;
    const read = normalise(question, raw, this.#book.from1904);
    if ('fault' in read) return wrong(read.fault, { value: cell.text.slice(0, 60) });
    if (read.value === undefined) return undefined;
    const fault = checkValue(question, read.value);
    if (fault) return wrong(fault.code, fault.facts);
    return read.value;
  }
}

const rowsOf = ({ cells }: XlsxSheet): number[] => [...new Set([...cells.keys()].map(rowOfCell))].sort((a, b) => a - b);

/** An id that no row of the sheet has, nor any that was given out. */
function freshId(taken: ReadonlySet<string>, sheet: XlsxSheet, column: number): string {
  const known = (id: string) => taken.has(id) || keysIn(sheet, column).has(id);
  for (let number = 1; ; number++) if (!known(`r${number}`)) return `r${number}`;
}
const keyCache = new WeakMap<XlsxSheet, Set<string>>();
function keysIn(sheet: XlsxSheet, column: number): Set<string> {
  let keys = keyCache.get(sheet);
  if (!keys) {
    keys = new Set();
    for (const [cell, { text }] of sheet.cells) if (columnOfCell(cell) === column) keys.add(text);
    keyCache.set(sheet, keys);
  }
  return keys;
}
