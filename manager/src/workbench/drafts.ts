import {
  type Actor,
  type AuditAction,
  type NewRuleDraft,
  Refusal,
  type RuleCheck,
  type RuleDraft,
  type RuleDraftChange,
  type RuleDraftDetail,
  type RuleDraftText,
  type RuleVersion,
} from '@sakimori/contract';
import type { z } from 'zod';
import { note } from '../audit/index.ts';
import type { Backends } from '../backends/index.ts';
import { checkAccount, checkWork, type Desk, quoteOf } from '../customers/index.ts';
import { newId, type Turns, type Tx } from '../platform/index.ts';
import { ticketOf } from '../tickets/index.ts';
import { checkDraft } from './check.ts';
import {
  type DraftRow,
  insertDraft,
  insertVersion,
  type Key,
  lockDraft,
  selectDraft,
  selectSteps,
  selectTries,
  selectVersion,
  selectVersions,
  setVersion,
} from './store.ts';

/** What the workbench works with: the desk, who rules the accounts' hosts, and how many trials run at once. */
export type Bench = Desk & { readonly backends: Backends; readonly turns: Turns };

export const thing = { what: 'ruleDraft' } as const;
/** As refusals name it: other things have states of the same names. */
export const stateOf = ({ state }: Pick<DraftRow, 'state'>): string => `rule_${state}`;
const versionsMax = 200;
const triesShown = 20;
const feature = 'consulting.tuning' as const;

export const keyOf = (row: Pick<DraftRow, 'tenant_id' | 'id'>): Key => ({ accountId: row.tenant_id, id: row.id });

export const toDraft = (row: DraftRow): RuleDraft => ({
  ...{ id: row.id, number: row.number, accountId: row.tenant_id, accountName: row.account_name },
  ...{ customerName: row.customer_name, module: row.module, name: row.name, state: row.state, version: row.version },
  ...(row.placed_version === null ? {} : { placedVersion: row.placed_version }),
  ...(row.rule_id === null ? {} : { ruleId: row.rule_id }),
  targets: row.targets,
  ...(row.ticket_id ? { ticketId: row.ticket_id } : {}),
  ...(row.quote_id ? { quoteId: row.quote_id } : {}),
  ...{ createdAt: row.created_at.toISOString(), createdBy: row.created_by },
  ...{ changedAt: row.changed_at.toISOString(), changedBy: row.changed_by },
});

export const textOf = (module: RuleDraft['module'], version: RuleVersion): RuleDraftText => ({
  ...{ module, name: version.name, text: version.text, severity: version.severity, logs: version.logs },
});

/** Locked until the transaction ends, in which it was asked for. @throws Refusal `not_found` */
export async function takeDraft(tx: Tx, id: string): Promise<DraftRow> {
  const row = await lockDraft(tx, id);
  if (!row) throw new Refusal('not_found', thing);
  return row;
}

/** A draft with one of its versions, to be tried or put in force. @throws Refusal `not_found` */
export async function draftedOf(tx: Tx, row: DraftRow, version: number) {
  const found = await selectVersion(tx, keyOf(row), version);
  if (!found) throw new Refusal('not_found', thing);
  return { draft: textOf(row.module, found), ruleId: row.rule_id ?? undefined };
}

/** @throws Refusal `not_found` */
export async function getDraft(bench: Bench, actor: Actor, id: string): Promise<RuleDraftDetail> {
  const { database } = bench.platform;
  const found = await database.for(actor, async (tx) => {
    const row = await selectDraft(tx, id);
    if (!row) throw new Refusal('not_found', thing);
    const key = keyOf(row);
    const versions = await selectVersions(tx, key, versionsMax);
    const [tries, steps] = [await selectTries(tx, key, triesShown), await selectSteps(tx, key, 200)];
    return { row, versions, tries, steps };
  });
  const { row, versions, tries, steps } = found;
  const drafted = { draft: textOf(row.module, versions[0]!), ruleId: row.rule_id ?? undefined };
  const check = await checkText(bench, row.tenant_id, drafted);
  return { ...toDraft(row), check, versions, tries, steps };
}

/** The engine is asked in turn, like a trial. */
export const checkText = (
  { platform, turns }: Bench,
  accountId: string,
  drafted: { readonly draft: RuleDraftText; readonly ruleId?: number | undefined },
): Promise<RuleCheck> => turns.run('check', () => checkDraft(platform, accountId, drafted));

/**
 * What the plan says of rules made for a customer (S33, S34), and the ticket by which they asked.
 * @throws Refusal `not_in_plan`, `quote_needed`, `quote_not_approved`, `ticket_not_consulting`, `not_found`
 */
export async function checkRequest(
  tx: Tx,
  desk: Desk,
  accountId: string,
  { ticketId, quoteId }: { readonly ticketId?: string | undefined; readonly quoteId?: string | undefined },
): Promise<void> {
  await checkWork(tx, desk, { accountId, feature, ...(quoteId === undefined ? {} : { quoteId }) });
  // Where the plan has it, nobody asked for the quote yet; another account's is none.
  if (quoteId !== undefined && !(await quoteOf(tx, desk.platform, { accountId, id: quoteId })))
    throw new Refusal('not_found', { what: 'quote' });
  if (ticketId === undefined) return;
  const ticket = await ticketOf(tx, { accountId, id: ticketId });
  if (!ticket) throw new Refusal('not_found', { what: 'ticket' });
  if (ticket.kind !== 'consulting') throw new Refusal('ticket_not_consulting', { number: ticket.number });
}

export const record = (
  tx: Tx,
  { platform }: Desk,
  actor: Actor,
  action: AuditAction,
  { accountId, id }: Key,
  facts: Readonly<Record<string, unknown>>,
) => note(tx, platform.clock, { accountId, actor, action, target: `ruleDraft:${id}`, facts });

/** A text with faults is kept, too: nobody loses what they wrote. @throws Refusal as {@link checkRequest} */
export async function createDraft(
  bench: Bench,
  actor: Actor,
  accountId: string,
  given: z.output<typeof NewRuleDraft>,
): Promise<RuleDraftDetail> {
  const { clock, database } = bench.platform;
  const { ticketId, quoteId, module, ...rest } = given;
  const key = { accountId, id: newId(clock) };
  await database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    await checkRequest(tx, bench, accountId, given);
    const [at, by] = [clock.now(), actor.name];
    await insertDraft(tx, { ...key, module, ticketId, quoteId, at, by });
    await insertVersion(tx, key, { ...rest, version: 1, note: '', at, by });
    await record(tx, bench, actor, 'ruleDraft.created', key, { name: given.name, module, ticketId, quoteId });
  });
  return getDraft(bench, actor, key.id);
}

/** @throws Refusal `not_found`, `version_conflict`, `wrong_state`, `limit_reached` */
export async function changeDraft(
  bench: Bench,
  actor: Actor,
  id: string,
  { basedOn, ...given }: z.output<typeof RuleDraftChange>,
): Promise<RuleDraftDetail> {
  const { clock, database } = bench.platform;
  await database.for(actor, async (tx) => {
    const row = await takeDraft(tx, id);
    checkVersion(row, basedOn);
    if (row.state === 'withdrawn') throw new Refusal('wrong_state', { ...thing, state: stateOf(row) });
    const version = row.version + 1;
    if (version > versionsMax) throw new Refusal('limit_reached', { ...thing, max: versionsMax });
    const at = clock.now();
    await insertVersion(tx, keyOf(row), { ...given, version, at, by: actor.name });
    await setVersion(tx, keyOf(row), version, at, actor.name);
    await record(tx, bench, actor, 'ruleDraft.changed', keyOf(row), { name: given.name, version, reason: given.note });
  });
  return getDraft(bench, actor, id);
}

/** @throws Refusal `version_conflict` */
export function checkVersion({ version }: Pick<DraftRow, 'version'>, given: number): void {
  if (version !== given) throw new Refusal('version_conflict', { current: version });
}
