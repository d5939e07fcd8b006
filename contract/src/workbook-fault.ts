import { z } from 'zod';
import type { Language } from './language.ts';
import { type PhraseKey, phrase } from './phrase.ts';

/** Why a file is not read as a workbook at all: a phrase below `workbookFault.` */
export const workbookFaultCodes = [
  'notXlsx', // no Office Open XML
  'password', // encrypted
  'oldFormat', // .xls of Excel 97–2003
  'macros',
  'damaged',
  'tooLarge', // the file, or what it unpacks to
  'tooManyCells',
  'noHearing', // a workbook, but no hearing sheet of ours
  'otherDefinition', // a hearing sheet whose questions are others
  'otherHearing', // another customer's
] as const;
export const WorkbookFaultCode = z.enum(workbookFaultCodes);
export type WorkbookFaultCode = z.infer<typeof WorkbookFaultCode>;

/** What is wrong with one cell of a form that was filled in: a phrase below `cellFault.` */
export const cellFaultCodes = [
  'sheetMissing',
  'required',
  'formula', // a cell that computes: what it shows depends on who opens it
  'errorValue', // #REF! and the like
  'tooLong',
  'notNumber',
  'notWhole',
  'outOfRange',
  'notDate',
  'notMail',
  'notChoice',
  'dateOrder',
  'duplicate',
  'tooManyRows',
  'unexpected',
  'tooFewServers', // S19
  'supportNeeded', // S18
  'validityNeeded',
  'notInPlan',
  'inPlan',
  'noAlertRecipient',
  'malformed',
] as const;

/**
 * A fault by sheet and cell (S35). `cell` is as Excel names it (`B7`); it is left out where the sheet itself is meant. A form that was filled in on
 * a page has the same faults, under the cells that its fields have in the file.
 */
export const CellFault = z.object({
  sheet: z.string().max(100),
  cell: z.string().max(12).optional(),
  code: z.enum(cellFaultCodes),
  /** What the cell is, as the form calls it. */
  label: z.string().max(200).optional(),
  /** The field of the page: `servers.0.name`. */
  field: z.string().max(100).optional(),
  facts: z.record(z.string(), z.union([z.string().max(1000), z.number()])).default({}),
});
export type CellFault = z.infer<typeof CellFault>;
export const cellFaultsMax = 200;

/** The fault as one line: `シート「注文書」B7（開始日）：日付ではありません。` */
export function cellFaultText(language: Language, fault: CellFault): string {
  const place = phrase(language, fault.cell === undefined ? 'cellFault.sheet' : 'cellFault.place', {
    sheet: fault.sheet,
    cell: fault.cell ?? '',
  });
  const label = fault.label === undefined ? '' : phrase(language, 'cellFault.label', { label: fault.label });
  return phrase(language, 'cellFault.line', { place, label, what: cellFaultReason(language, fault) });
}

/** What is wrong, without its place. */
export const cellFaultReason = (language: Language, fault: CellFault): string =>
  phrase(language, `cellFault.${fault.code}` as PhraseKey, {
    ...{ value: '–', choices: '–', other: '–', min: '–', max: '–', clause: '–', plan: '–' },
    ...fault.facts,
    clauseText: fault.facts[language === 'ja' ? 'clauseJa' : 'clauseEn'] ?? '',
  });
