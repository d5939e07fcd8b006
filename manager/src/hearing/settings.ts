import { type Actor, type Language, phrase, Refusal, type SheetComparison } from '@sakimori/contract';
import { checkAnswers, pathName, writeSettings } from '@sakimori/contract/hearing/index';
import { type ConfigurationView, readConfiguration, selectComputers } from '../configuration/index.ts';
import { type Desk, getAccount } from '../customers/index.ts';
import type { Tx } from '../platform/index.ts';
import { changeConfiguration } from '../policies/index.ts';
import { applySheet, type PlanTask } from './apply.ts';
import { compareSheet } from './compare.ts';
import { type File, fileName, workbookType, writtenTime } from './files.ts';
import { accountOf, checkComplete, definitionFor, record, theSheet, theVersion } from './hearing.ts';
import { markApplied, type SheetRow, type VersionRow } from './store.ts';
import { wantedOf } from './wanted.ts';

type Found = { readonly sheet: SheetRow; readonly version: VersionRow; readonly accountId: string };

/** @throws Refusal `not_found`, `no_account_yet`, `hearing_incomplete` */
async function find(tx: Tx, id: string, number: number): Promise<Found> {
  const sheet = await theSheet(tx, id);
  const version = await theVersion(tx, id, number);
  const accountId = accountOf(sheet);
  if (accountId === undefined) throw new Refusal('no_account_yet', { customer: sheet.customer_name });
  checkComplete(checkAnswers(definitionFor(sheet), version.answers));
  return { sheet, version, accountId };
}

async function comparison(tx: Tx, desk: Desk, view: ConfigurationView, found: Found): Promise<SheetComparison> {
  const { sheet, version, accountId } = found;
  const { answers, places, number } = version;
  const computers = await selectComputers(tx, accountId);
  const items = compareSheet(view, computers, wantedOf(answers), { definition: definitionFor(sheet), answers, places });
  return {
    ...{ hearingId: sheet.id, accountId, accountName: (await getAccount(tx, accountId)).name, number, items },
    ...{ comparedAt: desk.platform.clock.now().toISOString() },
    differences: items.filter(({ state }) => state === 'differs').length,
  };
}

/** What the sheet asks for against what stands (S44): the preview before it is applied, and the list of settings as built afterwards. */
export function compareHearing(desk: Desk, actor: Actor, id: string, number: number): Promise<SheetComparison> {
  return desk.platform.database.for(actor, async (tx) => {
    const found = await find(tx, id, number);
    return comparison(tx, desk, await readConfiguration(tx, found.accountId), found);
  });
}

/**
 * Puts a confirmed version into force, by the road that every change of the configuration takes. All of it is done or nothing; done again it
 * changes nothing.
 * @throws Refusal `not_found`, `no_account_yet`, `hearing_incomplete`, `wrong_state` for a draft, `malformed` for what no agent could carry out
 */
export async function applyHearing(
  desk: Desk,
  actor: Actor,
  id: string,
  number: number,
  planTask: PlanTask,
): Promise<SheetComparison & { changed: number }> {
  const { platform } = desk;
  const { sheet, version, accountId } = await platform.database.for(actor, (tx) => find(tx, id, number));
  if (version.state !== 'confirmed') throw new Refusal('wrong_state', { what: 'hearingVersion', state: version.state });
  const reason = phrase('en', 'hearing.appliedReason', { number });
  const changed = await changeConfiguration(platform, { accountId, actor, reason }, async (edit) => {
    const computers = await selectComputers(edit.tx, accountId);
    await applySheet(edit, platform, computers, wantedOf(version.answers), planTask);
    await markApplied(edit.tx, { hearingId: id, number }, platform.clock.now(), actor.name);
    await record(edit.tx, desk, actor, 'hearing.applied', sheet, { number, changed: edit.changes.length });
    return edit.changes.length;
  });
  return { ...(await compareHearing(desk, actor, id, number)), changed };
}

/** The list of settings as built, as a workbook to be handed over. */
export async function printHearing(
  desk: Desk,
  actor: Actor,
  id: string,
  number: number,
  language: Language,
): Promise<File> {
  const { database, clock } = desk.platform;
  const { sheet, compared, version } = await database.for(actor, async (tx) => {
    const found = await find(tx, id, number);
    const view = await readConfiguration(tx, found.accountId);
    return { ...found, compared: await comparison(tx, desk, view, found) };
  });
  const content = writeSettings(language, {
    ...{ comparison: compared, customerName: sheet.customer_name, at: writtenTime(clock.now()) },
    nameOf: (path) => pathName(definitionFor(sheet), language, path, version.answers),
  });
  const { differences } = compared;
  await database.asProvider((tx) =>
    record(tx, desk, actor, 'hearing.printed', sheet, { number, language, differences }),
  );
  const name = `${fileName(phrase(language, 'hearing.built.file'), compared.accountName)}.xlsx`;
  return { name, type: workbookType, content: content.toString('base64') };
}
