import { readAllowedSource } from '../block-source.ts';
import type {
  AnswerPath,
  HearingAnswers,
  HearingDefinition,
  HearingFault,
  HearingFaultCode,
  HearingOrder,
  HearingQuestion,
  HearingRow,
  HearingSection,
  WorkloadFunction,
} from '../hearing.ts';
import { MailAddress } from '../primitives.ts';
import { normalise } from './normalise.ts';

/** Above so many files in one folder somebody has to think (S24). */
export const manyFiles = 100_000;

/** What the region lacks is not asked (S16): neither in the workbook nor on the page. */
export function definitionFor(
  definition: HearingDefinition,
  functions: readonly WorkloadFunction[],
): HearingDefinition {
  const hidden = new Set(functions.filter(({ supportedInJapan }) => !supportedInJapan).map(({ id }) => id));
  const sections = definition.sections
    .map((section) => ({
      ...section,
      questions: section.questions.filter((question) => !question.function || !hidden.has(question.function)),
    }))
    .filter(({ questions }) => questions.length > 0);
  return { ...definition, sections };
}

export const sectionOf = (definition: HearingDefinition, key: string): HearingSection | undefined =>
  definition.sections.find((section) => section.key === key);
export const questionOf = (definition: HearingDefinition, path: AnswerPath): HearingQuestion | undefined =>
  sectionOf(definition, path.section)?.questions.find(({ key }) => key === path.question);

export function answerAt(answers: HearingAnswers, { section, question, row }: AnswerPath): string | undefined {
  if (question === undefined) return undefined;
  if (row === undefined) return answers.forms[section]?.[question];
  return answers.tables[section]?.find(({ id }) => id === row)?.cells[question];
}

/** Answers as nothing but what the definition asks, in one spelling and the order of the questions; what cannot be read stays as it was typed. */
export function tidyAnswers(definition: HearingDefinition, given: HearingAnswers): HearingAnswers {
  const forms: HearingAnswers['forms'] = {};
  const tables: HearingAnswers['tables'] = {};
  for (const section of definition.sections)
    if (section.kind === 'form') forms[section.key] = tidyCells(section, given.forms[section.key] ?? {});
    else
      tables[section.key] = (given.tables[section.key] ?? [])
        .map(({ id, cells }) => ({ id, cells: tidyCells(section, cells) }))
        .filter(({ cells }) => Object.keys(cells).length > 0);
  return { forms, tables };
}

function tidyCells({ questions }: HearingSection, cells: HearingRow['cells']): HearingRow['cells'] {
  const tidied: HearingRow['cells'] = {};
  for (const question of questions) {
    const given = cells[question.key];
    if (given === undefined) continue;
    const read = normalise(question, given);
    const value = 'fault' in read ? given : read.value;
    if (value !== undefined) tidied[question.key] = value;
  }
  return tidied;
}

/** Everything that is wrong, missing, or to be known. Pure: workbook, page and command line are told the same. */
export function checkAnswers(definition: HearingDefinition, answers: HearingAnswers): HearingFault[] {
  const faults: HearingFault[] = [];
  for (const section of definition.sections)
    if (section.kind === 'form') faults.push(...checkCells(section, answers.forms[section.key] ?? {}));
    else faults.push(...checkTable(section, answers.tables[section.key] ?? []));
  const contacts = answers.tables['contacts'] ?? [];
  if (contacts.length > 0 && !contacts.some(({ cells }) => cells['alerts'] === 'yes'))
    faults.push(missing('noAlertRecipient', { section: 'contacts' }));
  const modules = answers.forms['modules'] ?? {};
  // One engine passes packets on or looks beside them: for both functions alike.
  if (modules['firewall'] === 'detect' && modules['intrusionPrevention'] === 'prevent')
    faults.push(error('tapAndPrevent', { section: 'modules', question: 'firewall' }));
  faults.push(...checkCautions(answers));
  return faults;
}

const error = (code: HearingFaultCode, path: AnswerPath, facts?: HearingFault['facts']): HearingFault => ({
  ...{ code, level: 'error', path },
  ...(facts ? { facts } : {}),
});
const missing = (code: HearingFaultCode, path: AnswerPath, facts?: HearingFault['facts']): HearingFault => ({
  ...error(code, path, facts),
  level: 'missing',
});
const caution = (code: HearingFaultCode, path: AnswerPath, facts?: HearingFault['facts']): HearingFault => ({
  ...error(code, path, facts),
  level: 'caution',
});

function checkTable(section: HearingSection, rows: readonly HearingRow[]): HearingFault[] {
  const faults: HearingFault[] = [];
  const path = { section: section.key };
  const { rowsMin = 0, rowsMax = 1000 } = section;
  if (rows.length < rowsMin) faults.push(missing('rowsMissing', path, { min: rowsMin, count: rows.length }));
  if (rows.length > rowsMax) faults.push(error('rowsTooMany', path, { max: rowsMax }));
  for (const { id, cells } of rows) faults.push(...checkCells(section, cells, id));
  const named = section.questions.find(({ type, required }) => type === 'host' && required);
  if (!named) return faults;
  const seen = new Set<string>();
  for (const { id, cells } of rows) {
    const name = cells[named.key]?.toLowerCase();
    if (name === undefined) continue;
    if (seen.has(name)) faults.push(error('duplicate', { ...path, row: id, question: named.key }, { value: name }));
    seen.add(name);
  }
  return faults;
}

function checkCells(section: HearingSection, cells: HearingRow['cells'], row?: string): HearingFault[] {
  return section.questions.flatMap((question): HearingFault[] => {
    const path = { section: section.key, question: question.key, ...(row === undefined ? {} : { row }) };
    const value = cells[question.key];
    if (value === undefined) return question.required ? [missing('required', path)] : [];
    const wrong = checkValue(question, value);
    return wrong ? [error(wrong.code, path, wrong.facts)] : [];
  });
}

export type WrongValue = { readonly code: HearingFaultCode; readonly facts?: HearingFault['facts'] };
const shown = (value: string): { value: string } => ({ value: value.length > 60 ? `${value.slice(0, 60)}…` : value });
const hostName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*$/i;
const kana = /^[\u30a0-\u30ff\u0020-\u007e々・（）＆]+$/;

/** What is wrong with one answer, or undefined. */
export function checkValue(question: HearingQuestion, value: string): WrongValue | undefined {
  const read = normalise(question, value);
  if ('fault' in read) return { code: read.fault, facts: shown(value) };
  const lengthMax = question.lengthMax ?? 2000;
  if (value.length > lengthMax) return { code: 'tooLong', facts: { max: lengthMax } };
  const lines = value.split('\n');
  const bad = (code: HearingFaultCode, isRight: (line: string) => boolean): WrongValue | undefined => {
    const wrong = lines.find((line) => !isRight(line));
    return wrong === undefined ? undefined : { code, facts: shown(wrong) };
  };
  switch (question.type) {
    case 'number': {
      const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = question;
      const isIn = Number(value) >= min && Number(value) <= max;
      return isIn ? undefined : { code: 'numberRange', facts: { min, max, value } };
    }
    case 'kana':
      return bad('kana', (line) => kana.test(line));
    case 'mail':
      return bad('mail', (line) => MailAddress.safeParse(line).success);
    case 'phone':
      return bad('phone', (line) => /^\+?[\d() -]{6,24}$/.test(line) && line.replace(/\D/g, '').length >= 6);
    case 'host':
      return bad('host', (line) => hostName.test(line));
    case 'address':
      return bad('address', (line) => !line.includes('/') && isSource(line));
    case 'sources':
      return bad('source', isSource);
    case 'path':
    case 'paths':
      return bad('path', (line) => /^\/[^\0]*$/.test(line) && line.length <= 4000);
    case 'ports':
      return bad('ports', (line) => line.split(',').every(isPort));
    default:
      return undefined;
  }
}

function isSource(text: string): boolean {
  try {
    readAllowedSource(text);
    return true;
  } catch {
    return false;
  }
}

function isPort(text: string): boolean {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  return first !== undefined && Number(first) >= 1 && Number(last) <= 65_535 && Number(first) <= Number(last);
}

/** What is possible, and has to be known beforehand: mounted storage (S22), many watched files (S24). */
function checkCautions(answers: HearingAnswers): HearingFault[] {
  const faults: HearingFault[] = [];
  for (const { id, cells } of answers.tables['servers'] ?? [])
    if ((cells['mounts'] ?? 'none') !== 'none')
      faults.push(
        caution('mounts', { section: 'servers', row: id, question: 'mounts' }, { name: cells['name'] ?? '' }),
      );
  for (const { id, cells } of answers.tables['integrity'] ?? [])
    if (Number(cells['files'] ?? 0) > manyFiles)
      faults.push(
        caution(
          'manyFiles',
          { section: 'integrity', row: id, question: 'files' },
          { files: Number(cells['files']), limit: manyFiles },
        ),
      );
  return faults;
}

/** Neither wrong nor missing: cautions alone do not hold anything up. */
export const isComplete = (faults: readonly HearingFault[]): boolean =>
  faults.every(({ level }) => level === 'caution');

const bare = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/[\s　]/g, '')
    .toLowerCase();

/** Where the sheet says something else than the order (S35). Whoever takes an order asks this before the account is issued. */
export function sheetFaultsAgainstOrder(answers: HearingAnswers, order: HearingOrder): HearingFault[] {
  const faults: HearingFault[] = [];
  const company = answers.forms['company'] ?? {};
  const servers = answers.tables['servers'] ?? [];
  const differs = (question: string, code: HearingFaultCode, facts: HearingFault['facts']) =>
    faults.push(error(code, { section: 'company', question }, facts));
  const { customerName, plan, nodes, startsOn } = order;
  if (customerName !== undefined && company['name'] !== undefined && bare(company['name']) !== bare(customerName))
    differs('name', 'orderCustomer', { sheet: company['name'], order: customerName });
  if (plan !== undefined && company['plan'] !== undefined && company['plan'] !== plan)
    differs('plan', 'orderPlan', { sheet: company['plan'], order: plan });
  if (nodes !== undefined && company['nodes'] !== undefined && Number(company['nodes']) !== nodes)
    differs('nodes', 'orderNodes', { sheet: Number(company['nodes']), order: nodes });
  if (startsOn !== undefined && company['startsOn'] !== undefined && company['startsOn'] !== startsOn)
    differs('startsOn', 'orderStart', { sheet: company['startsOn'], order: startsOn });
  if (nodes !== undefined && servers.length > nodes)
    faults.push(error('orderServers', { section: 'servers' }, { sheet: servers.length, order: nodes }));
  for (const { id, cells } of servers)
    if (plan !== undefined && cells['plan'] !== undefined && cells['plan'] !== plan)
      faults.push(
        error('serverPlan', { section: 'servers', row: id, question: 'plan' }, { sheet: cells['plan'], order: plan }),
      );
  return faults;
}
