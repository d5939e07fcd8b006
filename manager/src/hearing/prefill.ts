import { dayInJapan, type HearingAnswers, type HearingDefinition, type HearingRow } from '@sakimori/contract';
import { type Desk, listContacts, selectServers, selectTerms, serviceOf } from '../customers/index.ts';
import type { Tx } from '../platform/index.ts';
import { accountOf, definitionFor, theSheet } from './hearing.ts';
import { type SheetRow, selectVersion } from './store.ts';

/** A sheet with what is known, for whoever fills it in elsewhere. @throws Refusal `not_found` */
export async function sheetToFill(
  tx: Tx,
  desk: Desk,
  id: string,
): Promise<{ readonly customerName: string; readonly questions: HearingDefinition; readonly answers: HearingAnswers }> {
  const sheet = await theSheet(tx, id);
  const answers = await prefilledAnswers(tx, desk, sheet);
  return { customerName: sheet.customer_name, questions: definitionFor(sheet), answers };
}

/** What a sheet shows to whoever fills it in: the newest answers; before there are any, what is known, and the defaults. */
export async function prefilledAnswers(tx: Tx, desk: Desk, sheet: SheetRow): Promise<HearingAnswers> {
  const newest = await selectVersion(tx, sheet.id, 'newest');
  if (newest) return newest.answers;
  const definition = definitionFor(sheet);
  const known = await whatIsKnown(tx, desk, sheet);
  return {
    forms: Object.fromEntries(
      definition.sections
        .filter(({ kind }) => kind === 'form')
        .map(({ key }) => [key, { ...defaultsOf(definition, key), ...known.forms[key] }]),
    ),
    tables: Object.fromEntries(
      definition.sections
        .filter(({ kind }) => kind === 'table')
        .map(({ key }) => [
          key,
          (known.tables[key] ?? []).map((row) => ({ ...row, cells: { ...defaultsOf(definition, key), ...row.cells } })),
        ]),
    ),
  };
}

const defaultsOf = (definition: HearingDefinition, section: string): HearingRow['cells'] =>
  Object.fromEntries(
    (definition.sections.find(({ key }) => key === section)?.questions ?? []).flatMap((question) =>
      question.default === undefined ? [] : [[question.key, question.default]],
    ),
  );

async function whatIsKnown(tx: Tx, desk: Desk, sheet: SheetRow): Promise<HearingAnswers> {
  const company: HearingRow['cells'] = { name: sheet.customer_name };
  const accountId = accountOf(sheet);
  if (accountId === undefined) return { forms: { company }, tables: {} };
  const day = dayInJapan(desk.platform.clock.now());
  const { plan } = await serviceOf(tx, desk, accountId, day);
  company['plan'] = plan;
  const terms = await selectTerms(tx, accountId);
  const term = terms.filter(({ starts_on }) => starts_on <= day).at(-1) ?? terms[0];
  if (term) Object.assign(company, { nodes: String(term.nodes), startsOn: term.starts_on });
  const yesNo = (yes: boolean) => (yes ? 'yes' : 'no');
  const contacts = (await listContacts(tx, accountId)).map(({ name, mail, language, purposes }) => ({
    ...{ name, mail, language },
    ...{ alerts: yesNo(purposes.includes('alerts')), weekly: yesNo(purposes.includes('weekly')) },
    monthly: yesNo(purposes.includes('monthly')),
  }));
  const servers = (await selectServers(tx, accountId)).map(({ name }) => ({ name }));
  const rows = (all: readonly HearingRow['cells'][]): HearingRow[] =>
    all.map((cells, index) => ({ id: `r${index + 1}`, cells }));
  return { forms: { company }, tables: { contacts: rows(contacts), servers: rows(servers) } };
}
