import { isDeepStrictEqual } from 'node:util';
import {
  type Actor,
  type AnswerChange,
  type CellPlaces,
  type Hearing,
  type HearingAnswers,
  type HearingDefinition,
  type HearingFault,
  type HearingVersion,
  type HearingVersionHead,
  pathText,
  Refusal,
} from '@sakimori/contract';
import {
  checkAnswers,
  compareAnswers,
  currentDefinition,
  definitionOf,
  isComplete,
  tidyAnswers,
  unsupportedIn,
} from '@sakimori/contract/hearing/index';
import { type AuditNote, note, providerTenant } from '../audit/index.ts';
import { checkAccount, type Desk, getAccount } from '../customers/index.ts';
import { announce, isDuplicate, newId, type Tx } from '../platform/index.ts';
import {
  insertSheet,
  insertVersion,
  lockSheet,
  moveSheet,
  type SheetFilter,
  type SheetRow,
  selectHeads,
  selectSheets,
  selectVersion,
  type VersionHeadRow,
  type VersionRow,
  versionsMax,
} from './store.ts';

/** The definition of a sheet. Files of definitions are never taken away: sheets keep the one with which they began. */
export function definitionFor({ definition }: Pick<SheetRow, 'definition'>): HearingDefinition {
  const found = definitionOf(definition);
  if (!found) throw new Error(`There is no rules/hearing/${definition}.json, and a sheet began with it.`);
  return found;
}

/** @throws Refusal `not_found`, for another account's too */
export async function theSheet(tx: Tx, id: string): Promise<SheetRow> {
  const [row] = await selectSheets(tx, { id });
  if (!row) throw new Refusal('not_found', { what: 'hearing' });
  return row;
}

export async function theVersion(tx: Tx, id: string, number: number): Promise<VersionRow> {
  const row = await selectVersion(tx, id, { number });
  if (!row) throw new Refusal('not_found', { what: 'hearingVersion' });
  return row;
}

export const accountOf = ({ tenant_id }: Pick<SheetRow, 'tenant_id'>): string | undefined =>
  tenant_id === providerTenant ? undefined : tenant_id;

const toHead = (row: VersionHeadRow): HearingVersionHead => ({
  ...{ number: row.number, state: row.state, source: row.source },
  ...{ createdAt: row.created_at.toISOString(), createdBy: row.created_by },
  ...(row.applied_at ? { appliedAt: row.applied_at.toISOString(), appliedBy: row.applied_by! } : {}),
  ...(row.sha256
    ? {
        file: {
          ...{ name: row.file_name!, sha256: row.sha256, bytes: row.file_bytes! },
          ...{ uploadedAt: row.uploaded_at!.toISOString(), uploadedBy: row.uploaded_by! },
        },
      }
    : {}),
});

export const toVersion = (definition: HearingDefinition, row: VersionRow): HearingVersion => ({
  ...toHead(row),
  ...{ answers: row.answers, places: { ...row.places } },
  faults: placed(checkAnswers(definition, row.answers), row.places).slice(0, 1000),
});

/** Faults with the cells of their answers. */
export const placed = (faults: readonly HearingFault[], places: CellPlaces): HearingFault[] =>
  faults.map((fault) => {
    const place = fault.place ?? (fault.path && (places[pathText(fault.path)] ?? places[fault.path.section]));
    return place ? { ...fault, place } : fault;
  });

const toHearing = (row: SheetRow, heads: readonly VersionHeadRow[]): Hearing => {
  const accountId = accountOf(row);
  return {
    id: row.id,
    ...(accountId === undefined ? {} : { accountId }),
    ...{ customerName: row.customer_name, definition: row.definition },
    ...{ createdAt: row.created_at.toISOString(), createdBy: row.created_by },
    versions: heads.filter(({ hearing_id }) => hearing_id === row.id).map(toHead),
  };
};

export async function readHearings(tx: Tx, filter: SheetFilter): Promise<Hearing[]> {
  const sheets = await selectSheets(tx, filter);
  const heads = await selectHeads(
    tx,
    sheets.map(({ id }) => id),
  );
  return sheets.map((sheet) => toHearing(sheet, heads));
}

/** One entry of the audit, and whoever looks at the page sees it anew. */
export async function record(
  tx: Tx,
  { platform }: Pick<Desk, 'platform'>,
  actor: AuditNote['actor'],
  action: Extract<AuditNote['action'], `hearing.${string}`>,
  sheet: Pick<SheetRow, 'tenant_id' | 'id' | 'customer_name'>,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const accountId = accountOf(sheet);
  await note(tx, platform.clock, {
    ...{ accountId, actor, action, target: `hearing:${sheet.id}` },
    facts: { customer: sheet.customer_name, ...facts },
  });
  if (accountId !== undefined) await announce(tx, { topic: 'account', accountId, id: accountId });
}

/** @throws Refusal `not_found`, `already_exists`: an account has one sheet, and so has a customer without an account */
export async function createHearing(
  desk: Desk,
  actor: Actor,
  given: { readonly accountId?: string | undefined; readonly customerName?: string | undefined },
): Promise<Hearing> {
  const { clock, database } = desk.platform;
  try {
    return await database.asProvider(async (tx) => {
      const account = given.accountId === undefined ? undefined : await getAccount(tx, given.accountId);
      const sheet: SheetRow = {
        ...{ tenant_id: account?.id ?? providerTenant, id: newId(clock) },
        customer_name: account?.customerName ?? given.customerName!,
        ...{ definition: currentDefinition, created_at: clock.now(), created_by: actor.name },
      };
      await insertSheet(tx, sheet);
      await record(tx, desk, actor, 'hearing.created', sheet, { definition: sheet.definition });
      return toHearing(sheet, []);
    });
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('already_exists', { what: 'hearing' }, { cause: error });
    throw error;
  }
}

/**
 * Gives the sheet of a customer to the account that was issued for them, in the transaction of whoever issues it.
 * @throws Refusal `not_found`, `already_exists` where the account has a sheet
 */
export async function bindSheet(
  tx: Tx,
  desk: Pick<Desk, 'platform'>,
  actor: AuditNote['actor'],
  hearingId: string,
  accountId: string,
): Promise<void> {
  await checkAccount(tx, accountId);
  const sheet = await theSheet(tx, hearingId);
  if (sheet.tenant_id === accountId) return;
  const [other] = await selectSheets(tx, { accountId });
  if (other) throw new Refusal('already_exists', { what: 'hearing' });
  if ((await moveSheet(tx, hearingId, accountId)) === 0) throw new Refusal('not_found', { what: 'hearing' });
  await record(tx, desk, actor, 'hearing.bound', { ...sheet, tenant_id: accountId }, { account: accountId });
}

export type NewVersion = {
  readonly answers: HearingAnswers;
  readonly places: CellPlaces;
  readonly state: HearingVersion['state'];
  readonly source: HearingVersion['source'];
  readonly sha256?: string;
};

/** Adds a version to a sheet that is locked. @throws Refusal `limit_reached` */
export async function addVersion(
  tx: Tx,
  desk: Pick<Desk, 'platform'>,
  actor: Pick<Actor, 'name'>,
  sheet: SheetRow,
  given: NewVersion,
): Promise<VersionRow> {
  const number = ((await selectVersion(tx, sheet.id, 'newest'))?.number ?? 0) + 1;
  if (number > versionsMax) throw new Refusal('limit_reached', { what: 'hearingVersion', max: versionsMax });
  await insertVersion(tx, {
    ...{ tenant_id: sheet.tenant_id, hearing_id: sheet.id, number, ...given, sha256: given.sha256 ?? null },
    ...{ created_at: desk.platform.clock.now(), created_by: actor.name },
  });
  return theVersion(tx, sheet.id, number);
}

/** @throws Refusal `hearing_incomplete` */
export function checkComplete(faults: readonly HearingFault[]): void {
  if (isComplete(faults)) return;
  const count = (level: HearingFault['level']) => faults.filter((fault) => fault.level === level).length;
  throw new Refusal('hearing_incomplete', { errors: count('error'), missing: count('missing') });
}

/**
 * Saves what was typed into the page. Answers that did not change are no new version.
 * @throws Refusal `not_found`, `version_conflict`, `unsupported_in_region`, `hearing_incomplete`, `limit_reached`
 */
export async function saveHearing(
  desk: Desk,
  actor: Actor,
  id: string,
  given: { readonly basedOn: number; readonly answers: HearingAnswers; readonly confirm: boolean },
  placesOf: (definition: HearingDefinition, answers: HearingAnswers) => CellPlaces,
): Promise<HearingVersion> {
  const { database } = desk.platform;
  await database.for(actor, (tx) => theSheet(tx, id));
  return database.asProvider(async (tx) => {
    const sheet = (await lockSheet(tx, id))!;
    const definition = definitionFor(sheet);
    const newest = await selectVersion(tx, id, 'newest');
    const current = newest?.number ?? 0;
    if (current !== given.basedOn) throw new Refusal('version_conflict', { current });
    refuseUnsupported(sheet, given.answers);
    const answers = tidyAnswers(definition, given.answers);
    const places = placesOf(definition, answers);
    if (given.confirm) checkComplete(checkAnswers(definition, answers));
    const state = given.confirm ? 'confirmed' : 'draft';
    if (newest?.state === state && isDeepStrictEqual(newest.answers, answers)) return toVersion(definition, newest);
    const row = await addVersion(tx, desk, actor, sheet, { answers, places, state, source: 'form' });
    await record(tx, desk, actor, 'hearing.saved', sheet, { number: row.number, state });
    return toVersion(definition, row);
  });
}

/**
 * Takes what a customer submitted as the newest version, confirmed, whatever was saved meanwhile: what differs is seen between the versions.
 * @returns its number
 * @throws Refusal `not_found`, `unsupported_in_region`, `hearing_incomplete`, `limit_reached`
 */
export async function takeAnswers(
  tx: Tx,
  desk: Pick<Desk, 'platform'>,
  by: AuditNote['actor'] & { readonly name: string },
  given: { readonly hearingId: string; readonly answers: HearingAnswers },
  placesOf: (definition: HearingDefinition, answers: HearingAnswers) => CellPlaces,
): Promise<number> {
  const sheet = await lockSheet(tx, given.hearingId);
  if (!sheet) throw new Refusal('not_found', { what: 'hearing' });
  const definition = definitionFor(sheet);
  refuseUnsupported(sheet, given.answers);
  const answers = tidyAnswers(definition, given.answers);
  checkComplete(checkAnswers(definition, answers));
  const places = placesOf(definition, answers);
  const row = await addVersion(tx, desk, by, sheet, { answers, places, state: 'confirmed', source: 'form' });
  await record(tx, desk, by, 'hearing.saved', sheet, { number: row.number, state: 'confirmed' });
  return row.number;
}

/** @throws Refusal `unsupported_in_region` (S16) */
function refuseUnsupported({ definition }: SheetRow, answers: HearingAnswers): void {
  const lacking = unsupportedIn(definition, answers);
  if (!lacking) return;
  const { id, name } = lacking;
  throw new Refusal('unsupported_in_region', { function: id, functionJa: name.ja, functionEn: name.en });
}

/** @param from 0: against nothing */
export async function changesBetween(tx: Tx, id: string, from: number, to: number): Promise<AnswerChange[]> {
  const definition = definitionFor(await theSheet(tx, id));
  const before = from === 0 ? { forms: {}, tables: {} } : (await theVersion(tx, id, from)).answers;
  const after = await theVersion(tx, id, to);
  return compareAnswers(definition, before, after.answers, after.places);
}

export type LatestSheet = {
  readonly hearingId: string;
  readonly accountId?: string | undefined;
  readonly customerName: string;
  readonly definition: HearingDefinition;
  /** Absent where nothing was answered. */
  readonly version?: HearingVersion | undefined;
};

/**
 * The newest version of a sheet, for rooms that decide by it.
 * @param which a sheet, an account, or a customer who has no account yet
 */
export async function latestSheet(
  tx: Tx,
  which: { readonly hearingId: string } | { readonly accountId: string } | { readonly customerName: string },
): Promise<LatestSheet | undefined> {
  return sheetWith(tx, which, 'newest');
}

/** The version that is in force in the account: the one that was applied last. */
export async function appliedSheet(tx: Tx, accountId: string): Promise<LatestSheet | undefined> {
  const sheet = await sheetWith(tx, { accountId }, 'applied');
  return sheet?.version ? sheet : undefined;
}

async function sheetWith(
  tx: Tx,
  which: { readonly hearingId: string } | { readonly accountId: string } | { readonly customerName: string },
  version: 'newest' | 'applied',
): Promise<LatestSheet | undefined> {
  const [sheet] = await selectSheets(tx, 'hearingId' in which ? { id: which.hearingId } : which);
  if (!sheet) return undefined;
  const definition = definitionFor(sheet);
  const row = await selectVersion(tx, sheet.id, version);
  return {
    ...{ hearingId: sheet.id, accountId: accountOf(sheet), customerName: sheet.customer_name, definition },
    version: row && toVersion(definition, row),
  };
}
