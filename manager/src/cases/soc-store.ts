import type { Language, SocDelivery, SocEvent } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type SocRow = {
  id: string;
  name: string;
  mails: string[];
  language: Language;
  webhook_url: string | null;
  secret_sealed: string;
  old_secret_sealed: string | null;
  old_secret_until: Date | null;
  brand_id: string | null;
  from_address: string | null;
  created_at: Date;
};
const columns = sql.raw(
  's.id, s.name, s.mails, s.language, s.webhook_url, s.secret_sealed, s.old_secret_sealed, s.old_secret_until, s.brand_id, s.from_address, s.created_at',
);

export type ListedSoc = SocRow & { accounts: { id: string; name: string }[]; waiting: number; dead: number };
export function selectSocs(tx: Tx, id?: string): Promise<ListedSoc[]> {
  return tx.rows(sql<ListedSoc>`
    select ${columns}, c.accounts, d.waiting, d.dead from cases_soc s
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('id', a.tenant_id, 'name', a.name) order by a.name, a.tenant_id), '[]'::jsonb) as accounts
      from cases_coverage k join customers_account a on a.tenant_id = k.tenant_id where k.soc_id = s.id
    ) c
    cross join lateral (
      select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'dead') as dead from cases_delivery where soc_id = s.id
    ) d
    ${id ? sql`where s.id = ${id}` : sql``} order by s.name limit 100`);
}

export const lockSoc = (tx: Tx, id: string): Promise<SocRow | undefined> =>
  tx.first(sql<SocRow>`select ${columns} from cases_soc s where s.id = ${id} for update`);

export async function insertSoc(
  tx: Tx,
  row: Omit<SocRow, 'old_secret_sealed' | 'old_secret_until' | 'brand_id' | 'from_address'>,
): Promise<void> {
  await tx.run(sql`
    insert into cases_soc (id, name, mails, language, webhook_url, secret_sealed, created_at)
    values (${row.id}, ${row.name}, ${row.mails}, ${row.language}, ${row.webhook_url}, ${row.secret_sealed}, ${row.created_at})`);
}

export async function updateSoc(tx: Tx, row: Omit<SocRow, 'created_at'>): Promise<void> {
  await tx.run(sql`
    update cases_soc set name = ${row.name}, mails = ${row.mails}, language = ${row.language}, webhook_url = ${row.webhook_url},
      secret_sealed = ${row.secret_sealed}, old_secret_sealed = ${row.old_secret_sealed}, old_secret_until = ${row.old_secret_until},
      brand_id = ${row.brand_id}, from_address = ${row.from_address}
    where id = ${row.id}`);
}

/** Which SOC covers an account; also as the account, which sees the id and no more. */
export async function coveringSoc(tx: Tx, accountId: string): Promise<string | undefined> {
  const row = await tx.first(sql<{ soc_id: string }>`select soc_id from cases_coverage where tenant_id = ${accountId}`);
  return row?.soc_id;
}

/** How the SOC that covers an account shows itself in reports (S82). The transaction is the provider's. */
export const reporterOf = (
  tx: Tx,
  accountId: string,
): Promise<{ name: string; brand_id: string | null; from_address: string | null } | undefined> =>
  tx.first(sql<{ name: string; brand_id: string | null; from_address: string | null }>`
    select s.name, s.brand_id, s.from_address from cases_coverage k join cases_soc s on s.id = k.soc_id where k.tenant_id = ${accountId}`);

export async function setCoverage(tx: Tx, accountId: string, socId: string | undefined, at: Date): Promise<void> {
  if (socId === undefined) await tx.run(sql`delete from cases_coverage where tenant_id = ${accountId}`);
  else
    await tx.run(sql`
      insert into cases_coverage (tenant_id, soc_id, since) values (${accountId}, ${socId}, ${at})
      on conflict (tenant_id) do update set soc_id = excluded.soc_id, since = excluded.since`);
}

export async function coveredAccounts(tx: Tx, socId: string): Promise<string[]> {
  const rows = await tx.rows(
    sql<{ tenant_id: string }>`select tenant_id from cases_coverage where soc_id = ${socId} order by tenant_id`,
  );
  return rows.map(({ tenant_id }) => tenant_id);
}

/** Names of the SOCs that cover accounts. */
export async function socsOf(
  tx: Tx,
  accountIds: readonly string[],
): Promise<Map<string, { id: string; name: string }>> {
  const rows = await tx.rows(sql<{ tenant_id: string; id: string; name: string }>`
    select k.tenant_id, s.id, s.name from cases_coverage k join cases_soc s on s.id = k.soc_id where k.tenant_id = any(${[...accountIds]})`);
  return new Map(rows.map(({ tenant_id, id, name }) => [tenant_id, { id, name }]));
}

/** Of a case, its account and the SOC that covers it. */
export const coverOfCase = (
  tx: Tx,
  caseId: string,
): Promise<{ tenant_id: string; soc_id: string | null; name: string | null } | undefined> =>
  tx.first(sql<{ tenant_id: string; soc_id: string | null; name: string | null }>`
    select c.tenant_id, k.soc_id, s.name from cases_case c left join cases_coverage k on k.tenant_id = c.tenant_id
    left join cases_soc s on s.id = k.soc_id where c.id = ${caseId}`);

export type DeliveryRow = {
  tenant_id: string;
  id: string;
  soc_id: string;
  case_id: string;
  case_number: number;
  channel: SocDelivery['channel'];
  event: SocEvent;
  facts: Record<string, string | number | boolean>;
  state: SocDelivery['state'];
  attempts: number;
  next_at: Date | null;
  problem: string | null;
  created_at: Date;
  done_at: Date | null;
};
const deliveryColumns = sql.raw(
  'd.tenant_id, d.id, d.soc_id, d.case_id, c.number as case_number, d.channel, d.event, d.facts, d.state, d.attempts, d.next_at, d.problem, d.created_at, d.done_at',
);

export async function insertDelivery(
  tx: Tx,
  row: Pick<DeliveryRow, 'tenant_id' | 'id' | 'soc_id' | 'case_id' | 'channel' | 'event' | 'facts' | 'created_at'>,
): Promise<void> {
  await tx.run(sql`
    insert into cases_delivery (tenant_id, id, soc_id, case_id, channel, event, facts, state, next_at, created_at)
    values (${row.tenant_id}, ${row.id}, ${row.soc_id}, ${row.case_id}, ${row.channel}, ${row.event}, ${JSON.stringify(row.facts)}::jsonb, 'waiting',
      ${row.created_at}, ${row.created_at})`);
}

export const selectDeliveries = (
  tx: Tx,
  filter: { readonly socId: string; readonly state?: string | undefined; readonly limit: number },
): Promise<DeliveryRow[]> =>
  tx.rows(sql<DeliveryRow>`
    select ${deliveryColumns} from cases_delivery d join cases_case c on c.tenant_id = d.tenant_id and c.id = d.case_id
    where d.soc_id = ${filter.socId} ${filter.state ? sql`and d.state = ${filter.state}` : sql``}
    order by d.created_at desc, d.id desc limit ${filter.limit}`);

export const selectDelivery = (tx: Tx, accountId: string, id: string): Promise<DeliveryRow | undefined> =>
  tx.first(sql<DeliveryRow>`
    select ${deliveryColumns} from cases_delivery d join cases_case c on c.tenant_id = d.tenant_id and c.id = d.case_id
    where d.tenant_id = ${accountId} and d.id = ${id}`);

export const selectDueDeliveries = (tx: Tx, now: Date): Promise<{ tenant_id: string; id: string }[]> =>
  tx.rows(sql<{ tenant_id: string; id: string }>`
    select tenant_id, id from cases_delivery where state = 'waiting' and next_at <= ${now} order by next_at limit 200`);

/** Takes a message that is due, so that no other process sends it meanwhile. @returns the attempt that this is; undefined where it is not due */
export async function claimDelivery(tx: Tx, key: Key, now: Date, until: Date): Promise<number | undefined> {
  const row = await tx.first(sql<{ attempts: number }>`
    update cases_delivery set attempts = attempts + 1, next_at = ${until}
    where tenant_id = ${key.accountId} and id = ${key.id} and state = 'waiting' and next_at <= ${now} returning attempts`);
  return row?.attempts;
}
type Key = { readonly accountId: string; readonly id: string };

export async function settleDelivery(
  tx: Tx,
  key: Key,
  end: {
    readonly state: SocDelivery['state'];
    readonly nextAt?: Date | undefined;
    readonly problem?: string | undefined;
    readonly doneAt?: Date | undefined;
  },
): Promise<void> {
  await tx.run(sql`
    update cases_delivery set state = ${end.state}, next_at = ${end.nextAt ?? null}, problem = ${end.problem ?? null}, done_at = ${end.doneAt ?? null}
    where tenant_id = ${key.accountId} and id = ${key.id}`);
}

export async function dropDelivery(tx: Tx, key: Key): Promise<void> {
  await tx.run(sql`delete from cases_delivery where tenant_id = ${key.accountId} and id = ${key.id}`);
}

/** What was given up is due again, its tries counted anew. @returns false where it is not such a message of that SOC */
export async function reviveDelivery(tx: Tx, socId: string, id: string, now: Date): Promise<string | undefined> {
  const row = await tx.first(sql<{ tenant_id: string }>`
    update cases_delivery set state = 'waiting', attempts = 0, next_at = ${now}, problem = null, done_at = null
    where soc_id = ${socId} and id = ${id} and state = 'dead' returning tenant_id`);
  return row?.tenant_id;
}
