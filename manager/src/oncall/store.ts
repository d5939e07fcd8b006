import type { OnCallPage, OnCallPlan } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';
import type { NextStanding } from './gateway.ts';

export type PlanRow = {
  version: number;
  document: OnCallPlan;
  sealed: Record<string, string>;
  changed_at: Date;
  changed_by: string;
};
export async function selectPlan(tx: Tx): Promise<PlanRow | undefined> {
  const row = await tx.first(
    sql<PlanRow>`select version, document, sealed, changed_at, changed_by from oncall_plan order by version desc limit 1`,
  );
  // Plans of before there were telephone gateways do not say when they are tried.
  return row && { ...row, document: { ...row.document, trialAt: row.document.trialAt ?? '11:00' } };
}

export async function insertPlan(tx: Tx, row: PlanRow): Promise<void> {
  await tx.run(sql`
    insert into oncall_plan (version, document, sealed, changed_at, changed_by)
    values (${row.version}, ${JSON.stringify(row.document)}::jsonb, ${JSON.stringify(row.sealed)}::jsonb, ${row.changed_at}, ${row.changed_by})`);
}

export type PageFacts = { readonly number: number; readonly title: string; readonly titleJa: string };
export type PageRow = {
  tenant_id: string;
  id: string;
  account_name: string;
  target: string;
  facts: PageFacts;
  severity: number;
  state: OnCallPage['state'];
  level: number;
  next_at: Date | null;
  opened_at: Date;
  taken_at: Date | null;
  taken_by: string | null;
};
const columns = sql.raw(
  'p.tenant_id, p.id, a.name as account_name, p.target, p.facts, p.severity, p.state, p.level, p.next_at, p.opened_at, p.taken_at, p.taken_by',
);

/** @returns false where somebody is called for it already */
export async function insertPage(
  tx: Tx,
  row: Pick<PageRow, 'tenant_id' | 'id' | 'target' | 'facts' | 'severity'> & { at: Date },
): Promise<boolean> {
  const made = await tx.run(sql`
    insert into oncall_page (tenant_id, id, target, facts, severity, state, level, next_at, opened_at)
    values (${row.tenant_id}, ${row.id}, ${row.target}, ${JSON.stringify(row.facts)}::jsonb, ${row.severity}, 'calling', 0, ${row.at}, ${row.at})
    on conflict (tenant_id, target) where state <> 'taken' do nothing`);
  return made > 0;
}

/** Pages that are due, locked; another process passes them over. */
export const lockDuePages = (tx: Tx, now: Date): Promise<PageRow[]> =>
  tx.rows(sql<PageRow>`
    select ${columns} from oncall_page p join customers_account a on a.tenant_id = p.tenant_id
    where p.state = 'calling' and p.next_at <= ${now} order by p.next_at limit 50 for update of p skip locked`);

export const selectPages = (
  tx: Tx,
  filter: {
    readonly accountId?: string | undefined;
    readonly state?: string | undefined;
    readonly targets?: readonly string[];
    readonly limit: number;
  },
): Promise<PageRow[]> =>
  tx.rows(sql<PageRow>`
    select ${columns} from oncall_page p join customers_account a on a.tenant_id = p.tenant_id where true
      ${filter.accountId ? sql`and p.tenant_id = ${filter.accountId}` : sql``}
      ${filter.state ? sql`and p.state = ${filter.state}` : sql``}
      ${filter.targets ? sql`and p.target = any(${[...filter.targets]})` : sql``}
    order by p.opened_at desc, p.id limit ${filter.limit}`);

type Key = { readonly accountId: string; readonly id: string };
export async function setLevel(
  tx: Tx,
  { accountId, id }: Key,
  change: { readonly level: number; readonly nextAt: Date | undefined },
): Promise<void> {
  const state = change.nextAt === undefined ? 'exhausted' : 'calling';
  await tx.run(sql`
    update oncall_page set level = ${change.level}, state = ${state}, next_at = ${change.nextAt ?? null} where tenant_id = ${accountId} and id = ${id}`);
}

export async function setTaken(tx: Tx, accountId: string, target: string, at: Date, by: string): Promise<boolean> {
  const count = await tx.run(sql`
    update oncall_page set state = 'taken', next_at = null, taken_at = ${at}, taken_by = ${by}
    where tenant_id = ${accountId} and target = ${target} and state <> 'taken'`);
  return count > 0;
}

export type CallRow = {
  tenant_id: string;
  id: string;
  page_id: string;
  level: number;
  channel: string;
  state: NextStanding['state'];
  attempts: number;
  remote_id: string | null;
  ends_at: Date | null;
  problem: string | null;
  at: Date;
};
export async function insertCall(
  tx: Tx,
  row: Pick<CallRow, 'tenant_id' | 'id' | 'page_id' | 'level' | 'channel' | 'state' | 'at'> & { problem?: string },
): Promise<void> {
  await tx.run(sql`
    insert into oncall_call (tenant_id, id, page_id, level, channel, state, next_at, problem, at)
    values (${row.tenant_id}, ${row.id}, ${row.page_id}, ${row.level}, ${row.channel}, ${row.state}, ${row.state === 'waiting' ? row.at : null},
      ${row.problem ?? null}, ${row.at})`);
}

export const selectCalls = (tx: Tx, pageIds: readonly string[]): Promise<CallRow[]> =>
  tx.rows(sql<CallRow>`
    select tenant_id, id, page_id, level, channel, state, attempts, remote_id, ends_at, problem, at from oncall_call
    where page_id = any(${[...pageIds]}) order by at, id limit 5000`);

export const selectDueCalls = (tx: Tx, now: Date): Promise<{ tenant_id: string; id: string }[]> =>
  tx.rows(sql<{ tenant_id: string; id: string }>`
    select tenant_id, id from oncall_call where next_at <= ${now} order by next_at limit 200`);

export const claimCall = (
  tx: Tx,
  { accountId, id }: Key,
  now: Date,
  until: Date,
): Promise<(CallRow & { page_id: string }) | undefined> =>
  tx.first(sql<CallRow>`
    update oncall_call set attempts = attempts + 1, next_at = ${until}
    where tenant_id = ${accountId} and id = ${id} and next_at <= ${now}
    returning tenant_id, id, page_id, level, channel, state, attempts, remote_id, ends_at, problem, at`);

export async function settleCall(
  tx: Tx,
  { accountId, id }: Key,
  end: Partial<NextStanding> & Pick<NextStanding, 'state'>,
): Promise<void> {
  await tx.run(sql`
    update oncall_call set state = ${end.state}, next_at = ${end.nextAt ?? null}, remote_id = coalesce(${end.remoteId ?? null}, remote_id),
      ends_at = coalesce(${end.endsAt ?? null}, ends_at), problem = ${end.problem ?? null}
    where tenant_id = ${accountId} and id = ${id}`);
}

export const selectPageById = (tx: Tx, { accountId, id }: Key): Promise<PageRow | undefined> =>
  tx.first(sql<PageRow>`
    select ${columns} from oncall_page p join customers_account a on a.tenant_id = p.tenant_id where p.tenant_id = ${accountId} and p.id = ${id}`);
