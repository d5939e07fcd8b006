import { type Actor, dayInJapan, type Language, phrase, Refusal, type TicketPlan } from '@sakimori/contract';
import { checkWork, type Desk, entitlementOf, quoteOf } from '../customers/index.ts';
import { newId, type Tx } from '../platform/index.ts';
import { insertMessage, selectMessages, type TicketRow } from './store.ts';

/** What consulting is sold as (S33, clause 7(12)). */
const feature = 'consulting.tuning';

const keyOf = (row: TicketRow) => ({ accountId: row.tenant_id, ticketId: row.id });
const entitled = (tx: Tx, desk: Desk, row: TicketRow) =>
  entitlementOf(tx, desk, { accountId: row.tenant_id, feature, day: dayInJapan(desk.platform.clock.now()) });

/** What the plan says of a consulting ticket, and whether its work has begun; undefined of other tickets. */
export async function planOfTicket(tx: Tx, desk: Desk, row: TicketRow): Promise<TicketPlan | undefined> {
  if (row.kind !== 'consulting') return undefined;
  const { outcome, plan, clause } = await entitled(tx, desk, row);
  const begun = (await selectMessages(tx, keyOf(row), ['event']))[0];
  return { outcome, plan, clause, ...(begun ? { begunAt: begun.at.toISOString() } : {}) };
}

/** Of a consulting ticket whose plan has no consulting: the refusal with the clause and the way up, for a letter (S33). */
export async function refusalText(
  tx: Tx,
  desk: Desk,
  row: TicketRow,
): Promise<((language: Language) => string) | undefined> {
  if (row.kind !== 'consulting') return undefined;
  const { outcome, plan, clause, text } = await entitled(tx, desk, row);
  if (outcome !== 'refused') return undefined;
  return (language) =>
    phrase(language, 'ticket.closing.notInPlan', {
      ...{ plan: phrase(language, `plan.${plan}`), clause, text: text[language] },
    });
}

/**
 * Consulting work begins: what the plan includes at once; what is 有償 with a quote that the customer approved, and not before; what the plan does not
 * have, not at all (S33, S34).
 * @throws Refusal `wrong_state` where it is no consulting or has begun, `not_in_plan`, `quote_needed`, `quote_not_approved`, `not_found`
 */
export async function beginWork(
  tx: Tx,
  desk: Desk,
  actor: Actor,
  row: TicketRow,
  quoteId: string | undefined,
): Promise<{ readonly quote?: string }> {
  const state = (await planOfTicket(tx, desk, row))?.begunAt ? 'begun' : row.kind;
  if (row.kind !== 'consulting' || state === 'begun') throw new Refusal('wrong_state', { what: 'ticket', state });
  const { tenant_id: accountId, id: ticketId } = row;
  await checkWork(tx, desk, { accountId, feature, ...(quoteId === undefined ? {} : { quoteId }) });
  const quote = quoteId === undefined ? undefined : await quoteOf(tx, desk.platform, { accountId, id: quoteId });
  const at = desk.platform.clock.now();
  const text = phrase(row.language, 'ticket.event.begun', { quote: quote?.number ?? 'none' });
  await insertMessage(tx, {
    ...{ accountId, id: newId(desk.platform.clock), ticketId, kind: 'event', at, author: actor.name, text },
  });
  return quote ? { quote: String(quote.number) } : {};
}

/**
 * Consulting is done only where its work was allowed to begin. @throws Refusal as `beginWork`
 */
export async function checkDone(tx: Tx, desk: Desk, row: TicketRow): Promise<void> {
  const plan = await planOfTicket(tx, desk, row);
  if (plan && plan.begunAt === undefined) await checkWork(tx, desk, { accountId: row.tenant_id, feature });
}
