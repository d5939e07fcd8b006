import {
  type Actor,
  clauseFacts,
  dayInJapan,
  type Entitlement,
  entitlement,
  type Feature,
  type NewQuote,
  type Quote,
  type QuoteDecision,
  Refusal,
} from '@sakimori/contract';
import type { z } from 'zod';
import { type AuditNote, note } from '../audit/index.ts';
import { announce, newId, type Tx } from '../platform/index.ts';
import { lockForContract } from './contract-store.ts';
import type { Desk } from './contracts.ts';
import {
  insertQuote,
  lockQuote,
  markWithdrawn,
  markWork,
  type QuoteKey,
  type QuoteRow,
  selectAddOns,
  selectQuotes,
  updateDecision,
} from './quote-store.ts';
import { serviceOf } from './service.ts';

const stateOf = (row: QuoteRow, today: string): Quote['state'] =>
  row.state === 'offered' && row.valid_until < today ? 'expired' : row.state;

export function toQuote(row: QuoteRow, today: string): Quote {
  return {
    ...{ id: row.id, accountId: row.tenant_id, accountName: row.account_name, number: row.number },
    ...{ feature: row.feature, clause: row.clause, title: row.title },
    ...{ unitYen: row.unit_yen, quantity: row.quantity, billing: row.billing },
    ...(row.starts_on === null ? {} : { startsOn: row.starts_on }),
    ...(row.ends_on === null ? {} : { endsOn: row.ends_on }),
    validUntil: row.valid_until,
    state: stateOf(row, today),
    work: row.done_at ? 'done' : row.started_at ? 'started' : 'none',
    ...{ offeredAt: row.offered_at.toISOString(), offeredBy: row.offered_by },
    ...(row.decided_at === null ? {} : { decidedAt: row.decided_at.toISOString() }),
    ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
    ...(row.decided_how === null ? {} : { decidedHow: row.decided_how }),
    ...(row.decision_note === null ? {} : { decisionNote: row.decision_note }),
    ...(row.recorded_by === null ? {} : { recordedBy: row.recorded_by }),
    ...(row.done_at === null ? {} : { doneAt: row.done_at.toISOString() }),
  };
}

const todayOf = ({ platform }: Desk): string => dayInJapan(platform.clock.now());

export async function listQuotes(desk: Desk, actor: Actor, accountId: string | undefined): Promise<Quote[]> {
  const rows = await desk.platform.database.for(actor, (tx) => selectQuotes(tx, { accountId }));
  return rows.map((row) => toQuote(row, todayOf(desk)));
}

/** One quote, as whoever's transaction it is may see it. */
export async function quoteOf(tx: Tx, { clock }: Desk['platform'], key: QuoteKey): Promise<Quote | undefined> {
  const [row] = await selectQuotes(tx, key);
  return row && toQuote(row, dayInJapan(clock.now()));
}

async function record(
  tx: Tx,
  { platform }: Desk,
  actor: AuditNote['actor'],
  action: 'quote.offered' | 'quote.decided' | 'quote.withdrawn' | 'quote.work',
  key: QuoteKey,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  await note(tx, platform.clock, { accountId: key.accountId, actor, action, target: `quote:${key.id}`, facts });
  await announce(tx, { topic: 'account', accountId: key.accountId, id: key.accountId });
}

/** Says no, with the clause: the plan does not have it (S33). */
export function refuseFeature(desk: Pick<Desk, 'editions'>, { feature, plan, edition, clause }: Entitlement): never {
  throw new Refusal('not_in_plan', { feature, plan, ...clauseFacts(desk.editions.get(edition), clause) });
}

/**
 * Offers what the plan sells. What it does not have at all cannot be bought: another plan has it. What it includes is sold only as more of it.
 * @throws Refusal `not_found`, `not_in_plan`, `included_in_plan`, `date_past`
 */
export const createQuote = (desk: Desk, actor: Actor, accountId: string, input: NewQuote): Promise<Quote> =>
  desk.platform.database.asProvider((tx) => makeQuote(tx, desk, actor, accountId, input));

/** The same within a transaction of the provider's. */
export async function makeQuote(tx: Tx, desk: Desk, actor: Actor, accountId: string, input: NewQuote): Promise<Quote> {
  const { clock } = desk.platform;
  const today = todayOf(desk);
  if (input.validUntil < today) throw new Refusal('date_past', { date: input.validUntil, earliest: today });
  if (!(await lockForContract(tx, accountId))) throw new Refusal('not_found', { what: 'account' });
  const { edition, plan } = await serviceOf(tx, desk, accountId, today);
  const entitled = entitlement(edition, plan, input.feature);
  if (entitled.outcome === 'refused') refuseFeature(desk, entitled);
  if (entitled.outcome === 'granted' && !input.beyondPlan)
    throw new Refusal('included_in_plan', { feature: input.feature, plan, ...clauseFacts(edition, entitled.clause) });
  const key = { accountId, id: newId(clock) };
  await insertQuote(tx, { ...input, ...key, clause: entitled.clause, at: clock.now(), by: actor.name });
  await record(tx, desk, actor, 'quote.offered', key, { ...input, clause: entitled.clause });
  return toQuote((await selectQuotes(tx, key))[0]!, today);
}

/** What was ordered on paper is approved by the order itself (S34). The transaction is the one that made the quote. */
export async function approveByOrder(
  tx: Tx,
  desk: Desk,
  actor: Actor,
  key: QuoteKey,
  order: { readonly by: string; readonly number: string },
): Promise<void> {
  const facts = { state: 'approved' as const, by: order.by, how: 'document' as const, note: order.number };
  await updateDecision(tx, key, { ...facts, at: desk.platform.clock.now(), recordedBy: actor.name });
  await record(tx, desk, actor, 'quote.decided', key, facts);
}

/** Does something with one quote, which nobody else touches meanwhile. */
function withQuote(
  desk: Desk,
  key: QuoteKey,
  work: (tx: Tx, row: QuoteRow, state: Quote['state']) => Promise<void>,
): Promise<Quote> {
  const today = todayOf(desk);
  return desk.platform.database.asProvider(async (tx) => {
    const row = await lockQuote(tx, key);
    if (!row) throw new Refusal('not_found', { what: 'quote' });
    await work(tx, row, stateOf(row, today));
    return toQuote((await selectQuotes(tx, key))[0]!, today);
  });
}

/**
 * The customer's word. A customer's own person decides by the portal; staff record what came by phone, mail or on paper, and from whom.
 * @throws Refusal `not_found` (another account's too), `malformed`, `wrong_state`
 */
export function decideQuote(
  desk: Desk,
  actor: Actor,
  key: QuoteKey,
  given: z.infer<typeof QuoteDecision>,
): Promise<Quote> {
  if (actor.accountId !== undefined && actor.accountId !== key.accountId)
    throw new Refusal('not_found', { what: 'quote' });
  const own = actor.accountId !== undefined;
  const by = own ? actor.name : given.by;
  const how = own ? 'portal' : given.how;
  if (by === undefined || how === undefined)
    throw new Refusal('malformed', {
      detail: 'body: who decided at the customer (by), and how it came (how), are needed',
    });
  return withQuote(desk, key, async (tx, _, state) => {
    if (state !== 'offered') throw new Refusal('wrong_state', { what: 'quote', state });
    const facts = { state: given.decision, by, how, note: given.note ?? null };
    await updateDecision(tx, key, { ...facts, at: desk.platform.clock.now(), recordedBy: actor.name });
    await record(tx, desk, actor, 'quote.decided', key, facts);
  });
}

/** @throws Refusal `not_found`, `wrong_state` */
export function withdrawQuote(desk: Desk, actor: Actor, key: QuoteKey, reason: string): Promise<Quote> {
  return withQuote(desk, key, async (tx, _, state) => {
    if (state !== 'offered' && state !== 'expired') throw new Refusal('wrong_state', { what: 'quote', state });
    await markWithdrawn(tx, key);
    await record(tx, desk, actor, 'quote.withdrawn', key, { reason });
  });
}

/**
 * Begins or ends the work. Before the customer approved it, it does not begin (S34).
 * @throws Refusal `not_found`, `quote_not_approved`, `wrong_state` where it is done already
 */
export function workOnQuote(desk: Desk, actor: Actor, key: QuoteKey, step: 'started' | 'done'): Promise<Quote> {
  return withQuote(desk, key, async (tx, row, state) => {
    if (state !== 'approved') throw new Refusal('quote_not_approved', { number: row.number, state });
    if (row.done_at) throw new Refusal('wrong_state', { what: 'quote', state: 'done' });
    await markWork(tx, key, step, desk.platform.clock.now());
    await record(tx, desk, actor, 'quote.work', key, { step, number: row.number });
  });
}

/** What a quote paid for was done: it is billed with this month. The transaction is the one of the deed; where it is done already nothing happens. */
export async function finishQuote(tx: Tx, desk: Desk, actor: Actor, key: QuoteKey): Promise<void> {
  const row = await lockQuote(tx, key);
  if (!row || row.done_at !== null || row.state !== 'approved') return;
  await markWork(tx, key, 'done', desk.platform.clock.now());
  await record(tx, desk, actor, 'quote.work', key, { step: 'done', number: row.number });
}

/** What an account may have on a day, add-ons that it bought included. */
export async function entitlementOf(
  tx: Tx,
  desk: Pick<Desk, 'editions'>,
  given: { readonly accountId: string; readonly feature: Feature; readonly day: string },
): Promise<Entitlement & { readonly quoteId?: string }> {
  const { edition, plan } = await serviceOf(tx, desk, given.accountId, given.day);
  const entitled = entitlement(edition, plan, given.feature);
  if (entitled.outcome !== 'paid') return entitled;
  const addOn = (await selectAddOns(tx, given.accountId, given.day)).find(({ feature }) => feature === given.feature);
  return addOn ? { ...entitled, outcome: 'granted', quoteId: addOn.id } : entitled;
}

/**
 * Whether work on a feature may begin today: what the plan has, and what was bought. For rooms that carry it out.
 * @param given.quoteId of the piece of work that was bought by itself
 * @param given.isBeyondPlan it is more than the plan includes of what it has: that is bought, too
 * @param given.day on which it counts, where that is not today
 * @throws Refusal `not_in_plan`, `quote_needed`, `quote_not_approved`, `not_found`
 */
export async function checkWork(
  tx: Tx,
  desk: Desk,
  given: {
    readonly accountId: string;
    readonly feature: Feature;
    readonly quoteId?: string;
    readonly isBeyondPlan?: boolean;
    readonly day?: string;
  },
): Promise<void> {
  const { accountId, feature, quoteId, day = todayOf(desk) } = given;
  const entitled = await entitlementOf(tx, desk, { accountId, feature, day });
  if (entitled.outcome === 'refused') refuseFeature(desk, entitled);
  if (entitled.outcome === 'granted' && !given.isBeyondPlan) return;
  if (quoteId === undefined) {
    const { plan, edition, clause } = entitled;
    throw new Refusal('quote_needed', { feature, plan, ...clauseFacts(desk.editions.get(edition), clause) });
  }
  const [row] = await selectQuotes(tx, { accountId, id: quoteId });
  if (!row || row.feature !== feature) throw new Refusal('not_found', { what: 'quote' });
  const state = stateOf(row, todayOf(desk));
  if (state !== 'approved') throw new Refusal('quote_not_approved', { number: row.number, state });
}
