import type { decisionWays, Feature, NewQuote, Quote } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type QuoteRow = {
  tenant_id: string;
  account_name: string;
  customer_name: string;
  id: string;
  number: number;
  feature: Feature;
  clause: string;
  title: string;
  unit_yen: number;
  quantity: number;
  billing: Quote['billing'];
  starts_on: string | null;
  ends_on: string | null;
  valid_until: string;
  state: Exclude<Quote['state'], 'expired'>;
  offered_at: Date;
  offered_by: string;
  decided_at: Date | null;
  decided_by: string | null;
  decided_how: (typeof decisionWays)[number] | null;
  decision_note: string | null;
  recorded_by: string | null;
  started_at: Date | null;
  done_at: Date | null;
};
const columns =
  sql.raw(`q.tenant_id, a.name as account_name, a.customer_name, q.id, q.number, q.feature, q.clause, q.title, q.unit_yen, q.quantity,
  q.billing, q.starts_on::text, q.ends_on::text, q.valid_until::text, q.state, q.offered_at, q.offered_by, q.decided_at, q.decided_by, q.decided_how,
  q.decision_note, q.recorded_by, q.started_at, q.done_at`);
const from = sql.raw('customers_quote q join customers_account a on a.tenant_id = q.tenant_id');

export function selectQuotes(
  tx: Tx,
  filter: { readonly accountId?: string | undefined; readonly id?: string },
): Promise<QuoteRow[]> {
  return tx.rows(sql<QuoteRow>`
    select ${columns} from ${from} where true
      ${filter.accountId === undefined ? sql`` : sql`and q.tenant_id = ${filter.accountId}`}
      ${filter.id === undefined ? sql`` : sql`and q.id = ${filter.id}`}
    order by q.offered_at desc, q.id desc limit 10000`);
}

export type QuoteKey = { readonly accountId: string; readonly id: string };

/** Locks the row: whoever decides, works on or withdraws it does so alone. */
export async function lockQuote(tx: Tx, key: QuoteKey): Promise<QuoteRow | undefined> {
  await tx.run(sql`select 1 from customers_quote where tenant_id = ${key.accountId} and id = ${key.id} for update`);
  return (await selectQuotes(tx, key))[0];
}

/** The account is locked, so that numbers follow each other. */
export async function insertQuote(
  tx: Tx,
  quote: NewQuote & QuoteKey & { readonly clause: string; readonly at: Date; readonly by: string },
): Promise<void> {
  await tx.run(sql`
    insert into customers_quote (tenant_id, id, number, feature, clause, title, unit_yen, quantity, billing, starts_on, ends_on, valid_until, state,
      offered_at, offered_by)
    select ${quote.accountId}, ${quote.id}, coalesce(max(number), 0) + 1, ${quote.feature}, ${quote.clause}, ${quote.title}, ${quote.unitYen},
      ${quote.quantity}, ${quote.billing}, ${quote.startsOn ?? null}::date, ${quote.endsOn ?? null}::date, ${quote.validUntil}::date, 'offered',
      ${quote.at}::timestamptz, ${quote.by}
    from customers_quote where tenant_id = ${quote.accountId}`);
}

export async function updateDecision(
  tx: Tx,
  key: QuoteKey,
  decision: {
    readonly state: 'approved' | 'declined';
    readonly at: Date;
    readonly by: string;
    readonly how: (typeof decisionWays)[number];
    readonly note: string | null;
    readonly recordedBy: string;
  },
): Promise<void> {
  const { state, at, by, how, note, recordedBy } = decision;
  await tx.run(sql`
    update customers_quote set state = ${state}, decided_at = ${at}, decided_by = ${by}, decided_how = ${how}, decision_note = ${note},
      recorded_by = ${recordedBy}
    where tenant_id = ${key.accountId} and id = ${key.id}`);
}

export async function markWithdrawn(tx: Tx, key: QuoteKey): Promise<void> {
  await tx.run(
    sql`update customers_quote set state = 'withdrawn' where tenant_id = ${key.accountId} and id = ${key.id}`,
  );
}

export async function markWork(tx: Tx, key: QuoteKey, step: 'started' | 'done', at: Date): Promise<void> {
  await tx.run(sql`
    update customers_quote set started_at = coalesce(started_at, ${at}), done_at = ${step === 'done' ? at : null}
    where tenant_id = ${key.accountId} and id = ${key.id}`);
}

/** A monthly add-on that is approved and covers the day. */
export function selectAddOns(tx: Tx, accountId: string, day: string): Promise<{ id: string; feature: Feature }[]> {
  return tx.rows(sql<{ id: string; feature: Feature }>`
    select id, feature from customers_quote
    where tenant_id = ${accountId} and state = 'approved' and billing = 'monthly' and starts_on <= ${day}::date
      and (ends_on is null or ends_on >= ${day}::date)
    order by number`);
}

export type BillingRow = QuoteRow & { readonly contract_number: string | null };

/** What a month bills: work that was done in it (`from` and `to` as instants), and monthly add-ons that cover some of its days. */
export function selectBilling(
  tx: Tx,
  month: { readonly from: Date; readonly to: Date; readonly firstDay: string; readonly lastDay: string },
): Promise<BillingRow[]> {
  return tx.rows(sql<BillingRow>`
    select ${columns}, (select c.number from customers_contract c where c.tenant_id = q.tenant_id and c.starts_on <= ${month.lastDay}::date
        order by c.starts_on desc limit 1) as contract_number
    from ${from}
    where q.state = 'approved' and (
      (q.billing = 'once' and q.done_at >= ${month.from} and q.done_at < ${month.to})
      or (q.billing = 'monthly' and q.starts_on <= ${month.lastDay}::date and (q.ends_on is null or q.ends_on >= ${month.firstDay}::date)))
    order by a.customer_name, a.name, q.number limit 100000`);
}
