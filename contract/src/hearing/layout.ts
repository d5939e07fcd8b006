import type { CellPlace, HearingAnswers, HearingDefinition, HearingSection } from '../hearing.ts';
import { pathText } from '../hearing.ts';
import type { Language } from '../language.ts';
import { nameOfCell } from '../workbook/reader.ts';

/**
 * Where everything stands in a workbook that we write. A sheet is found again by what is hidden in it and not by where it stands: the cell
 * `sakimori:<section>` has the keys of columns to its right and those of rows below it.
 */
export type SectionLayout = {
  readonly section: HearingSection;
  readonly sheet: string;
  /** Row of the column keys, hidden; its first cell is the mark. */
  readonly keyRow: number;
  readonly headRow: number;
  /** The first row of answers. */
  readonly firstRow: number;
  /** Rows that are ready to be filled in. */
  readonly rows: number;
  /** Question → column. A form has one column of answers. */
  readonly columnOf: (question: string) => number;
  /** Question of a form, or row of a table → row. */
  readonly rowOf: (key: string) => number;
};

export const markOf = (section: string): string => `sakimori:${section}`;
/** Rows of the workbook itself: heads and examples. */
export const notAnswered = '-';
export const answerKey = '@answer';
export const metaSheet = '_sakimori';
export const metaMark = 'sakimori:meta';
export const firstColumn = 3;
const formAnswerColumn = 4;

/** A name that Excel takes (at most 31 characters, none of `\ / ? * [ ] :`). */
export const sheetName = (title: string): string => title.replace(/[\\/?*[\]:]/g, ' ').slice(0, 31);

export function layoutOf(section: HearingSection, answers: HearingAnswers, language: Language): SectionLayout {
  const keyRow = 4 + (section.cautions?.length ?? 0);
  const headRow = keyRow + 1;
  const isForm = section.kind === 'form';
  const firstRow = headRow + (isForm ? 1 : 2);
  const questions = section.questions.map(({ key }) => key);
  const filled = answers.tables[section.key] ?? [];
  const ids = filled.map(({ id }) => id);
  const spare = section.key === 'servers' ? 30 : 15;
  return {
    ...{ section, keyRow, headRow, firstRow, sheet: sheetName(section.title[language]) },
    rows: isForm ? questions.length : Math.min(section.rowsMax ?? 1000, Math.max(ids.length + 10, spare)),
    columnOf: (question) => (isForm ? formAnswerColumn : firstColumn + questions.indexOf(question)),
    rowOf: (key) => firstRow + (isForm ? questions : ids).indexOf(key),
  };
}

/** The cell of every answer in the workbook that would be written of them. What is typed into the page has these too (S44). */
export function placesOf(
  definition: HearingDefinition,
  answers: HearingAnswers,
  language: Language = 'ja',
): Record<string, CellPlace> {
  const places: Record<string, CellPlace> = {};
  for (const section of definition.sections) {
    const { sheet, columnOf, rowOf } = layoutOf(section, answers, language);
    places[section.key] = { sheet, cell: '' };
    const at = (rowKey: string, question: string) => ({ sheet, cell: nameOfCell(columnOf(question), rowOf(rowKey)) });
    for (const { key } of section.questions)
      if (section.kind === 'form') places[pathText({ section: section.key, question: key })] = at(key, key);
      else
        for (const { id } of answers.tables[section.key] ?? [])
          places[pathText({ section: section.key, row: id, question: key })] = at(id, key);
  }
  return places;
}
