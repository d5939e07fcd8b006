import {
  type Actor,
  type ChangeOutcome,
  type ContractChange,
  changeOutcome,
  clauseFacts,
  dayInJapan,
  type Edition,
  type NewContract,
  Refusal,
  type ServiceContract,
} from '@sakimori/contract';
import type { z } from 'zod';
import { note, system } from '../audit/index.ts';
import type { Editions } from '../editions/index.ts';
import { announce, isDuplicate, newId, type Platform, type Tx } from '../platform/index.ts';
import {
  deleteTerm,
  insertTerm,
  isPlanTaken,
  type LockedAccount,
  lockForContract,
  markContracted,
  selectPlansBehind,
  selectTerms,
  type TermRow,
  updateEnd,
} from './contract-store.ts';
import { checkAccount } from './customers.ts';
import { countServers } from './server-store.ts';

/** What the rules about contracts need. */
export type Desk = { readonly platform: Platform; readonly editions: Editions };

const dayBefore = (day: string): string => Temporal.PlainDate.from(day).subtract({ days: 1 }).toString();
export const isInForce = ({ starts_on, ends_on }: Pick<TermRow, 'starts_on' | 'ends_on'>, day: string): boolean =>
  starts_on <= day && (ends_on === null || ends_on >= day);

export function toContract(row: TermRow, today: string): ServiceContract {
  return {
    id: row.id,
    accountId: row.tenant_id,
    number: row.number,
    edition: row.edition,
    plan: row.plan,
    nodes: row.nodes,
    startsOn: row.starts_on,
    ...(row.ends_on === null ? {} : { endsOn: row.ends_on }),
    state: isInForce(row, today) ? 'inForce' : row.starts_on > today ? 'coming' : 'ended',
    ...(row.reason === null ? {} : { reason: row.reason }),
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  };
}

/** @throws Refusal `not_found` */
export async function listContracts({ platform }: Desk, actor: Actor, accountId: string): Promise<ServiceContract[]> {
  const rows = await platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    return selectTerms(tx, accountId);
  });
  const today = dayInJapan(platform.clock.now());
  return rows.reverse().map((row) => toContract(row, today));
}

/** The number of nodes that an edition asks for at least (S19). */
function checkNodes(edition: Edition, nodes: number): void {
  const { nodesMin, clauses } = edition.prerequisites;
  if (nodes < nodesMin)
    throw new Refusal('nodes_below_minimum', { nodes, min: nodesMin, ...clauseFacts(edition, clauses.nodes) });
}

async function lock(tx: Tx, accountId: string): Promise<LockedAccount> {
  const account = await lockForContract(tx, accountId);
  if (!account) throw new Refusal('not_found', { what: 'account' });
  return account;
}

/** A customer has one account for each plan (S20). */
async function checkPlanFree(
  tx: Tx,
  account: LockedAccount,
  edition: Edition,
  term: { accountId: string; plan: ServiceContract['plan']; from: string; until: string | undefined },
): Promise<void> {
  if (await isPlanTaken(tx, { customerId: account.customer_id, ...term }))
    throw new Refusal('account_per_plan', {
      plan: term.plan,
      ...clauseFacts(edition, edition.prerequisites.clauses.account),
    });
}

/** The database holds what two requests at once could otherwise get past; its word for it is that of the rule. */
async function onTerm<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    const isPlan = (error as { constraint?: string }).constraint === 'customers_account_plan';
    throw new Refusal(isPlan ? 'one_plan_per_account' : 'contract_overlaps', {}, { cause: error });
  }
}

async function record(
  tx: Tx,
  { platform }: Desk,
  actor: Parameters<typeof note>[2]['actor'],
  action: 'contract.created' | 'contract.changed' | 'contract.ended' | 'contract.cancelled' | 'contract.begun',
  accountId: string,
  id: string,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  await note(tx, platform.clock, { accountId, actor, action, target: `contract:${id}`, facts });
  await announce(tx, { topic: 'account', accountId, id: accountId });
}

/**
 * Records what was ordered. The first contract of an account, or one that follows another that has ended.
 * @throws Refusal `not_found` (account, edition), `one_plan_per_account` (S21), `account_per_plan` (S20), `nodes_below_minimum` (S19), `contract_overlaps`
 */
export const createContract = (
  desk: Desk,
  actor: Actor,
  accountId: string,
  input: z.infer<typeof NewContract>,
): Promise<ServiceContract> =>
  onTerm(() => desk.platform.database.asProvider((tx) => makeContract(tx, desk, actor, accountId, input)));

/** The same within a transaction of the provider's. */
export async function makeContract(
  tx: Tx,
  desk: Desk,
  actor: Actor,
  accountId: string,
  input: z.infer<typeof NewContract>,
): Promise<ServiceContract> {
  const { platform, editions } = desk;
  const edition = input.edition === undefined ? editions.standard : editions.get(input.edition);
  const { number, plan, nodes, startsOn, endsOn } = input;
  if (endsOn !== undefined && endsOn < startsOn)
    throw new Refusal('malformed', { detail: 'body.endsOn: it is before startsOn' });
  const account = await lock(tx, accountId);
  if (account.plan !== plan) throw new Refusal('one_plan_per_account');
  checkNodes(edition, nodes);
  const last = (await selectTerms(tx, accountId)).at(-1);
  if (last && (last.ends_on === null || last.ends_on >= startsOn)) throw new Refusal('contract_overlaps');
  await checkPlanFree(tx, account, edition, { accountId, plan, from: startsOn, until: endsOn });
  const at = platform.clock.now();
  const row = await insertTerm(tx, {
    ...{ accountId, id: newId(platform.clock), number, edition: edition.id, plan, nodes, startsOn },
    ...{ endsOn: endsOn ?? null, previousEndsOn: last?.ends_on ?? null, reason: null, at, by: actor.name },
  });
  await markContracted(tx, accountId, plan);
  await record(tx, desk, actor, 'contract.created', accountId, row.id, { ...input, edition: edition.id });
  return toContract(row, dayInJapan(at));
}

/**
 * Plan, edition or nodes from a day on: the term that stands ends the day before and the next begins (S21). At 00:00 in Japan of that day the
 * account's plan is the new one; what a day in the middle of a month means is told.
 * @throws Refusal `not_found`, `account_per_plan`, `nodes_below_minimum`, `nodes_exceeded`, `contract_overlaps`, `date_past`
 */
export function changeContract(
  desk: Desk,
  actor: Actor,
  accountId: string,
  change: z.infer<typeof ContractChange>,
): Promise<{ contract?: ServiceContract; outcome: ChangeOutcome }> {
  const { platform, editions } = desk;
  const { from, reason } = change;
  const today = dayInJapan(platform.clock.now());
  return onTerm(() =>
    platform.database.asProvider(async (tx) => {
      const account = await lock(tx, accountId);
      const current = (await selectTerms(tx, accountId)).at(-1);
      if (!current) throw new Refusal('not_found', { what: 'contract' });
      const edition = editions.get(change.edition ?? current.edition);
      const plan = change.plan ?? current.plan;
      const nodes = change.nodes ?? current.nodes;
      if (plan === current.plan && edition.id === current.edition && nodes === current.nodes)
        throw new Refusal('malformed', { detail: 'body: nothing is changed' });
      if (from < today) throw new Refusal('date_past', { date: from, earliest: today });
      // A term that has not begun is taken back, not changed: so each term was in force at least a day.
      if (from <= current.starts_on || (current.ends_on !== null && from > current.ends_on))
        throw new Refusal('contract_overlaps');
      checkNodes(edition, nodes);
      await checkRoom(tx, accountId, edition, nodes, 0);
      const until = current.ends_on ?? undefined;
      if (plan !== current.plan) await checkPlanFree(tx, account, edition, { accountId, plan, from, until });
      const before = { edition: editions.get(current.edition), plan: current.plan, nodes: current.nodes };
      const outcome = changeOutcome(before, { edition, plan, nodes }, from);
      if (change.preview) return { outcome };
      const at = platform.clock.now();
      const closed = await updateEnd(tx, accountId, current.id, dayBefore(from));
      const row = await insertTerm(tx, {
        ...{ accountId, id: newId(platform.clock), number: current.number, edition: edition.id, plan, nodes },
        ...{ startsOn: from, endsOn: current.ends_on, previousEndsOn: closed.ends_on, reason, at, by: actor.name },
      });
      if (isInForce(row, today)) await markContracted(tx, accountId, plan);
      const { before: was, after } = outcome;
      await record(tx, desk, actor, 'contract.changed', accountId, row.id, { from, was, after, reason });
      return { contract: toContract(row, today), outcome };
    }),
  );
}

/** Servers under the contract are no more than it has nodes. @param more servers that are about to come */
export async function checkRoom(
  tx: Tx,
  accountId: string,
  edition: Edition,
  nodes: number,
  more: number,
): Promise<void> {
  const servers = (await countServers(tx, accountId)).count + more;
  if (servers > nodes)
    throw new Refusal('nodes_exceeded', {
      servers,
      nodes,
      ...clauseFacts(edition, edition.prerequisites.clauses.nodes),
    });
}

/** @throws Refusal `not_found`, `date_past`, `contract_overlaps` where a term that has not begun stands behind the day */
export function endContract(
  desk: Desk,
  actor: Actor,
  accountId: string,
  { on, reason }: { on: string; reason: string },
): Promise<ServiceContract> {
  const { platform } = desk;
  const today = dayInJapan(platform.clock.now());
  return platform.database.asProvider(async (tx) => {
    await lock(tx, accountId);
    const current = (await selectTerms(tx, accountId)).at(-1);
    if (!current) throw new Refusal('not_found', { what: 'contract' });
    if (on < today) throw new Refusal('date_past', { date: on, earliest: today });
    if (on < current.starts_on) throw new Refusal('contract_overlaps');
    const row = await updateEnd(tx, accountId, current.id, on);
    await record(tx, desk, actor, 'contract.ended', accountId, row.id, { on, was: current.ends_on, reason });
    return toContract(row, today);
  });
}

/** Takes back a term that has not begun; the one before goes on until the day that this one would have ended. */
export async function cancelContract(
  desk: Desk,
  actor: Actor,
  key: { accountId: string; id: string },
  reason: string,
): Promise<void> {
  const { platform } = desk;
  const today = dayInJapan(platform.clock.now());
  await platform.database.asProvider(async (tx) => {
    await lock(tx, key.accountId);
    const terms = await selectTerms(tx, key.accountId);
    const index = terms.findIndex(({ id }) => id === key.id);
    const term = terms[index];
    if (!term) throw new Refusal('not_found', { what: 'contract' });
    if (term.starts_on <= today) throw new Refusal('wrong_state', { what: 'contract', state: 'begun' });
    if (index < terms.length - 1) throw new Refusal('wrong_state', { what: 'contract', state: 'followed' });
    await deleteTerm(tx, key.accountId, key.id);
    const previous = terms[index - 1];
    const goesOn = previous?.number === term.number;
    if (previous && goesOn) await updateEnd(tx, key.accountId, previous.id, term.ends_on);
    const { plan, edition, nodes, starts_on } = term;
    await record(tx, desk, actor, 'contract.cancelled', key.accountId, key.id, {
      plan,
      edition,
      nodes,
      starts_on,
      reason,
    });
  });
}

/** Gives accounts the plan of the term that has begun. @returns how many */
export async function followContracts(desk: Desk): Promise<number> {
  const { platform } = desk;
  const today = dayInJapan(platform.clock.now());
  const behind = await platform.database.asProvider((tx) => selectPlansBehind(tx, today));
  for (const { tenant_id: accountId, id, plan, was } of behind)
    await platform.database.asProvider(async (tx) => {
      await lock(tx, accountId);
      await markContracted(tx, accountId, plan);
      await record(tx, desk, system, 'contract.begun', accountId, id, { plan, was });
    });
  return behind.length;
}
