import type { Case, CaseAudience, CaseEntry, CaseEntryKind, CaseMove, CaseState } from '@sakimori/contract';
import { type Cursor, sql, type Tx } from '../platform/index.ts';

export type CaseRow = {
  tenant_id: string;
  id: string;
  number: number;
  account_name: string;
  title: string | null;
  state: CaseState;
  severity: number;
  owner_id: string | null;
  owner_name: string | null;
  opened_at: Date;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
  closed_at: Date | null;
  closing: NonNullable<Case['closing']> | null;
  merged_into: string | null;
  alert_count: number;
  lead_id: string | null;
};

export type CaseFilter = {
  readonly id?: string | undefined;
  readonly number?: number | undefined;
  readonly accountId?: string | undefined;
  readonly alertId?: string | undefined;
  readonly ownerId?: string | undefined;
  readonly state?: CaseState | 'unclosed' | 'unacknowledged' | undefined;
  readonly after?: Cursor | undefined;
  readonly limit: number;
};

const stateIs = (state: CaseFilter['state']) => {
  if (state === undefined) return sql``;
  if (state === 'unclosed') return sql`and c.state in ('open', 'working', 'waiting')`;
  return state === 'unacknowledged' ? sql`and c.state = 'open'` : sql`and c.state = ${state}`;
};

/** Newest first, one more than `limit` so that the caller knows whether there is a next page. */
export function selectCases(tx: Tx, filter: CaseFilter): Promise<CaseRow[]> {
  const { id, number, accountId, alertId, ownerId, state, after, limit } = filter;
  return tx.rows(sql<CaseRow>`
    select c.tenant_id, c.id, c.number, a.name as account_name, c.title, c.state, c.severity, c.owner_id, c.owner_name, c.opened_at, c.acknowledged_at,
      c.acknowledged_by, c.closed_at, c.closing, c.merged_into, n.alert_count, l.lead_id
    from cases_case c join customers_account a on a.tenant_id = c.tenant_id
    cross join lateral (select count(*) as alert_count from cases_alert m where m.tenant_id = c.tenant_id and m.case_id = c.id) n
    left join lateral (
      select m.alert_id as lead_id from cases_alert m join alerts_alert al on al.tenant_id = m.tenant_id and al.id = m.alert_id
      where m.tenant_id = c.tenant_id and m.case_id = c.id order by al.severity desc, al.opened_at, al.id limit 1
    ) l on true
    where true ${stateIs(state)}
      ${id ? sql`and c.id = ${id}` : sql``}
      ${number ? sql`and c.number = ${number}` : sql``}
      ${accountId ? sql`and c.tenant_id = ${accountId}` : sql``}
      ${ownerId ? sql`and c.owner_id = ${ownerId}` : sql``}
      ${alertId ? sql`and exists (select from cases_alert m where m.tenant_id = c.tenant_id and m.case_id = c.id and m.alert_id = ${alertId})` : sql``}
      ${after ? sql`and (c.opened_at, c.id) < (${after.at}, ${after.id})` : sql``}
    order by c.opened_at desc, c.id desc limit ${limit + 1}`);
}

export type LockedCase = {
  tenant_id: string;
  id: string;
  number: number;
  state: CaseState;
  severity: number;
  owner_id: string | null;
};
/** The case, locked until the transaction ends. */
export function lockCase(tx: Tx, id: string): Promise<LockedCase | undefined> {
  return tx.first(
    sql<LockedCase>`select tenant_id, id, number, state, severity, owner_id from cases_case where id = ${id} for update`,
  );
}

/** Cases of an account are opened one after the other, so that an alert that is heard twice makes one case. */
export async function lockAccount(tx: Tx, accountId: string): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext(${`cases:${accountId}`}))`);
}

export async function insertCase(
  tx: Tx,
  row: {
    readonly accountId: string;
    readonly id: string;
    readonly title: string | undefined;
    readonly severity: number;
    readonly clause: string | undefined;
    readonly edition: string | undefined;
    readonly at: Date;
    readonly by: string;
  },
): Promise<number> {
  const { accountId, id, title, severity, clause, edition, at, by } = row;
  const made = await tx.one(sql<{ number: number }>`
    insert into cases_case (tenant_id, id, title, state, severity, clause, edition, opened_at, opened_by)
    values (${accountId}, ${id}, ${title ?? null}, 'open', ${severity}, ${clause ?? null}, ${edition ?? null}, ${at}, ${by}) returning number`);
  return made.number;
}

export async function updateCase(
  tx: Tx,
  key: { readonly accountId: string; readonly id: string },
  change: Partial<
    Pick<
      CaseRow,
      | 'state'
      | 'severity'
      | 'owner_id'
      | 'owner_name'
      | 'acknowledged_at'
      | 'acknowledged_by'
      | 'closed_at'
      | 'closing'
      | 'merged_into'
    >
  >,
): Promise<void> {
  const sets = Object.entries(change).map(([name, value]) => sql`${sql.ref(name)} = ${value}`);
  if (sets.length === 0) return;
  await tx.run(sql`update cases_case set ${sql.join(sets)} where tenant_id = ${key.accountId} and id = ${key.id}`);
}

/** @returns how many of them are in the case now; those that are in a case already stay there */
export function addAlerts(
  tx: Tx,
  key: { readonly accountId: string; readonly id: string },
  alertIds: readonly string[],
  at: Date,
): Promise<number> {
  return tx.run(sql`
    insert into cases_alert (tenant_id, alert_id, case_id, added_at)
    select ${key.accountId}::uuid, a, ${key.id}::uuid, ${at}::timestamptz from unnest(${[...alertIds]}::uuid[]) a
    on conflict (tenant_id, alert_id) do nothing`);
}

export function moveAlerts(
  tx: Tx,
  accountId: string,
  move: { readonly fromId: string; readonly toId: string; readonly alertIds?: readonly string[] },
): Promise<{ alert_id: string }[]> {
  return tx.rows(sql<{ alert_id: string }>`
    update cases_alert set case_id = ${move.toId} where tenant_id = ${accountId} and case_id = ${move.fromId}
      ${move.alertIds ? sql`and alert_id = any(${[...move.alertIds]})` : sql``} returning alert_id`);
}

export async function alertIdsOf(tx: Tx, key: { accountId: string; id: string }, limit = 500): Promise<string[]> {
  const rows = await tx.rows(sql<{ alert_id: string }>`
    select m.alert_id from cases_alert m join alerts_alert al on al.tenant_id = m.tenant_id and al.id = m.alert_id
    where m.tenant_id = ${key.accountId} and m.case_id = ${key.id} order by al.severity desc, al.opened_at, al.id limit ${limit}`);
  return rows.map(({ alert_id }) => alert_id);
}

export function selectCaseOfAlert(
  tx: Tx,
  alertId: string,
): Promise<{ tenant_id: string; id: string; number: number; state: CaseState } | undefined> {
  return tx.first(sql<{ tenant_id: string; id: string; number: number; state: CaseState }>`
    select c.tenant_id, c.id, c.number, c.state from cases_alert m join cases_case c on c.tenant_id = m.tenant_id and c.id = m.case_id
    where m.alert_id = ${alertId}`);
}

export type NewEntry = {
  readonly accountId: string;
  readonly caseId: string;
  readonly id: string;
  readonly at: Date;
  readonly kind: CaseEntryKind;
  readonly audience: CaseAudience;
  readonly by: string;
  readonly soc?: string | undefined;
  readonly text?: string | undefined;
  readonly values: CaseEntry['values'];
};
export async function insertEntry(tx: Tx, entry: NewEntry): Promise<void> {
  const { accountId, caseId, id, at, kind, by, soc, text } = entry;
  const values = JSON.stringify(entry.values);
  if (entry.audience === 'customer')
    await tx.run(sql`
      insert into cases_told (tenant_id, case_id, id, at, kind, by_name, text, facts)
      values (${accountId}, ${caseId}, ${id}, ${at}, ${kind}, ${by}, ${text ?? null}, ${values}::jsonb)`);
  else
    await tx.run(sql`
      insert into cases_entry (tenant_id, case_id, id, at, kind, by_name, soc_name, text, facts)
      values (${accountId}, ${caseId}, ${id}, ${at}, ${kind}, ${by}, ${soc ?? null}, ${text ?? null}, ${values}::jsonb)`);
}

export type EntryRow = {
  id: string;
  at: Date;
  kind: CaseEntryKind;
  by_name: string;
  soc_name: string | null;
  text: string | null;
  facts: CaseEntry['values'];
};
type Key = { readonly accountId: string; readonly id: string };

/** What was written for the customer, and nothing else. */
export function selectTold(tx: Tx, { accountId, id }: Key): Promise<EntryRow[]> {
  return tx.rows(sql<EntryRow>`
    select id, at, kind, by_name, null as soc_name, text, facts from cases_told
    where tenant_id = ${accountId} and case_id = ${id} order by at, id limit 500`);
}

/** The newest 500 of what is internal, the oldest of them first. */
export function selectInternal(tx: Tx, { accountId, id }: Key): Promise<EntryRow[]> {
  return tx.rows(sql<EntryRow>`
    select * from (
      select id, at, kind, by_name, soc_name, text, facts from cases_entry
      where tenant_id = ${accountId} and case_id = ${id} order by at desc, id desc limit 500
    ) e order by at, id`);
}

export type MoveRow = {
  id: string;
  kind: CaseMove['kind'];
  from_id: string;
  from_number: number;
  from_state: CaseState;
  to_id: string;
  to_number: number;
  alert_ids: string[];
  at: Date;
  by_name: string;
};
export function selectMoves(tx: Tx, { accountId, id }: Key, moveId?: string): Promise<MoveRow[]> {
  return tx.rows(sql<MoveRow>`
    select m.id, m.kind, m.from_id, f.number as from_number, m.from_state, m.to_id, t.number as to_number, m.alert_ids, m.at, m.by_name
    from cases_move m
    join cases_case f on f.tenant_id = m.tenant_id and f.id = m.from_id
    join cases_case t on t.tenant_id = m.tenant_id and t.id = m.to_id
    where m.tenant_id = ${accountId} and (m.from_id = ${id} or m.to_id = ${id}) and m.undone_at is null
      ${moveId ? sql`and m.id = ${moveId}` : sql``}
    order by m.at desc, m.id desc limit 50`);
}

export async function insertMove(
  tx: Tx,
  accountId: string,
  move: Pick<MoveRow, 'id' | 'kind' | 'from_id' | 'to_id' | 'alert_ids' | 'from_state' | 'at' | 'by_name'>,
): Promise<void> {
  await tx.run(sql`
    insert into cases_move (tenant_id, id, kind, from_id, to_id, alert_ids, from_state, at, by_name)
    values (${accountId}, ${move.id}, ${move.kind}, ${move.from_id}, ${move.to_id}, ${move.alert_ids}::uuid[], ${move.from_state}, ${move.at}, ${move.by_name})`);
}

export async function markUndone(tx: Tx, accountId: string, moveId: string, at: Date): Promise<void> {
  await tx.run(sql`update cases_move set undone_at = ${at} where tenant_id = ${accountId} and id = ${moveId}`);
}

/** An alert that no case holds yet. */
export type Loose = { id: string; host_id: string; severity: number; opened_at: Date };
export function selectLoose(tx: Tx, accountId: string, since: Date, limit: number): Promise<Loose[]> {
  return tx.rows(sql<Loose>`
    select al.id, al.host_id, al.severity, al.opened_at from alerts_alert al
    where al.tenant_id = ${accountId} and al.state <> 'closed' and al.opened_at >= ${since} and not al.facts ? 'maintenanceId'
      and not exists (select from cases_alert m where m.tenant_id = al.tenant_id and m.alert_id = al.id)
    order by al.opened_at, al.id limit ${limit}`);
}

/** The case that a host has at the moment: opened since a time and not closed. */
export function selectCaseOfHost(
  tx: Tx,
  accountId: string,
  hostId: string,
  since: Date,
): Promise<{ id: string; number: number; severity: number; state: CaseState } | undefined> {
  return tx.first(sql<{ id: string; number: number; severity: number; state: CaseState }>`
    select c.id, c.number, c.severity, c.state from cases_case c
    where c.tenant_id = ${accountId} and c.state in ('open', 'working', 'waiting') and c.opened_at >= ${since}
      and exists (
        select from cases_alert m join alerts_alert al on al.tenant_id = m.tenant_id and al.id = m.alert_id
        where m.tenant_id = c.tenant_id and m.case_id = c.id and al.host_id = ${hostId}
      )
    order by c.opened_at desc limit 1`);
}

export type IncidentRow = {
  id: string;
  number: number;
  severity: number;
  state: CaseState;
  opened_at: Date;
  acknowledged_at: Date | null;
  closed_at: Date | null;
  closing: string | null;
  alert_ids: string[];
  alert_count: number;
  host_count: number;
  all_count: number;
};
type Span = { readonly from: Date; readonly to: Date };
/** Cases that were open in a period or told about in it, the latest first, with their gravest 50 alerts (S88). */
export function selectIncidents(tx: Tx, accountId: string, { from, to }: Span, limit: number): Promise<IncidentRow[]> {
  return tx.rows(sql<IncidentRow>`
    select c.id, c.number, c.severity, c.state, c.opened_at, c.acknowledged_at, c.closed_at, c.closing,
      coalesce(n.alert_ids[1:50], '{}') as alert_ids, n.alert_count, n.host_count, count(*) over () as all_count
    from cases_case c
    cross join lateral (
      select array_agg(al.id order by al.severity desc, al.opened_at, al.id) as alert_ids, count(*) as alert_count,
        count(distinct al.host_id) as host_count
      from cases_alert m join alerts_alert al on al.tenant_id = m.tenant_id and al.id = m.alert_id
      where m.tenant_id = c.tenant_id and m.case_id = c.id
    ) n
    where c.tenant_id = ${accountId} and c.state <> 'merged' and c.opened_at < ${to} and (
      c.closed_at is null or c.closed_at >= ${from}
      or exists (select from cases_told t where t.tenant_id = c.tenant_id and t.case_id = c.id and t.at >= ${from} and t.at < ${to})
    )
    order by c.opened_at desc, c.id desc limit ${limit}`);
}

/** What was told about cases before a moment, with what was told of those that were merged into them: the newest 20 of each. */
export function selectToldOf(
  tx: Tx,
  accountId: string,
  ids: readonly string[],
  before: Date,
): Promise<(EntryRow & { root: string })[]> {
  return tx.rows(sql<EntryRow & { root: string }>`
    with recursive part as (
      select id, id as root from cases_case where tenant_id = ${accountId} and id = any(${[...ids]}::uuid[])
      union
      select c.id, p.root from cases_case c join part p on c.merged_into = p.id where c.tenant_id = ${accountId}
    ), numbered as (
      select p.root, t.*, row_number() over (partition by p.root order by t.at desc, t.id desc) as nth
      from part p join cases_told t on t.tenant_id = ${accountId} and t.case_id = p.id where t.at < ${before}
    )
    select root, id, at, kind, by_name, null as soc_name, text, facts from numbered where nth <= 20 order by at, id`);
}
