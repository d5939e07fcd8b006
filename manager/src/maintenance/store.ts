import type { DetectionModule, MaintenanceTime, MaintenanceWay } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type WindowRow = {
  tenant_id: string;
  id: string;
  account_name: string;
  reason: string;
  host_ids: string[];
  host_names: string[];
  modules: DetectionModule[];
  rule: string | null;
  how: MaintenanceWay;
  announced_by: string;
  announced_at: Date;
  recorded_by: string;
  late: boolean;
  source_uid: string | null;
  ended_at: Date | null;
  ended_by: string | null;
  times: MaintenanceTime[];
};

/** Hosts that are gone keep their id and lose nothing else. */
export function selectWindows(
  tx: Tx,
  filter: {
    readonly accountId?: string | undefined;
    readonly hostId?: string | undefined;
    readonly windowId?: string | undefined;
    readonly sourceUid?: string | undefined;
    readonly overAfter?: Date | undefined;
  },
): Promise<WindowRow[]> {
  return tx.rows(sql<WindowRow>`
    select w.tenant_id, w.id, a.name as account_name, w.reason, w.host_ids, w.modules, w.rule, w.how, w.announced_by, w.announced_at, w.recorded_by, w.late,
      w.source_uid, w.ended_at, w.ended_by,
      array(select coalesce(h.name, x.id::text) from unnest(w.host_ids) with ordinality x(id, place) left join hosts_named h on h.tenant_id = w.tenant_id and h.id = x.id order by x.place) as host_names,
      (select coalesce(jsonb_agg(jsonb_build_object('startsAt', t.starts_at, 'endsAt', t.ends_at) order by t.starts_at), '[]') from maintenance_time t where t.tenant_id = w.tenant_id and t.window_id = w.id) as times
    from maintenance_window w join customers_account a on a.tenant_id = w.tenant_id
    where true
      ${filter.accountId ? sql`and w.tenant_id = ${filter.accountId}` : sql``}
      ${filter.windowId ? sql`and w.id = ${filter.windowId}` : sql``}
      ${filter.sourceUid ? sql`and w.source_uid = ${filter.sourceUid} and w.ended_at is null` : sql``}
      ${filter.hostId ? sql`and (w.host_ids = '{}' or ${filter.hostId} = any(w.host_ids)) and exists (select from hosts_named h where h.tenant_id = w.tenant_id and h.id = ${filter.hostId})` : sql``}
      ${filter.overAfter ? sql`and exists (select from maintenance_time t where t.tenant_id = w.tenant_id and t.window_id = w.id and t.ends_at > ${filter.overAfter})` : sql``}
    order by w.announced_at desc, w.id desc
    limit 1000`);
}

export type NewWindow = Omit<WindowRow, 'account_name' | 'host_names' | 'ended_at' | 'ended_by' | 'times'>;

export async function insertWindow(
  tx: Tx,
  row: NewWindow,
  times: readonly { readonly starts_at: string; readonly ends_at: string }[],
): Promise<void> {
  await tx.run(sql`
    insert into maintenance_window (tenant_id, id, reason, host_ids, modules, rule, how, announced_by, announced_at, recorded_by, late, source_uid)
    values (${row.tenant_id}, ${row.id}, ${row.reason}, ${row.host_ids}, ${row.modules}, ${row.rule}, ${row.how}, ${row.announced_by}, ${row.announced_at},
      ${row.recorded_by}, ${row.late}, ${row.source_uid})`);
  await tx.run(sql`
    insert into maintenance_time (tenant_id, window_id, starts_at, ends_at)
    select ${row.tenant_id}::uuid, ${row.id}::uuid, t.* from jsonb_to_recordset(${JSON.stringify(times)}::jsonb) as t(starts_at timestamptz, ends_at timestamptz)`);
}

/** Ends it: the time that runs is cut off, those to come are taken away. @returns false where it had ended */
export async function endWindow(tx: Tx, accountId: string, id: string, at: Date, by: string): Promise<boolean> {
  const changed = await tx.run(sql`
    update maintenance_window set ended_at = ${at}, ended_by = ${by} where tenant_id = ${accountId} and id = ${id} and ended_at is null`);
  if (changed === 0) return false;
  await tx.run(sql`
    delete from maintenance_time where tenant_id = ${accountId} and window_id = ${id} and starts_at >= ${at}`);
  await tx.run(sql`
    update maintenance_time set ends_at = ${at} where tenant_id = ${accountId} and window_id = ${id} and ends_at > ${at}`);
  return true;
}

export async function countPlanned(tx: Tx, accountId: string, at: Date): Promise<number> {
  const { count } = await tx.one(sql<{ count: number }>`
    select count(distinct window_id) from maintenance_time where tenant_id = ${accountId} and ends_at > ${at}`);
  return count;
}

export type Covering = { window_id: string; host_ids: string[]; modules: string[]; starts_at: Date; ends_at: Date };

/** What of an account is, or was, under maintenance in a span of time; as it was announced by then. */
export function selectCovering(tx: Tx, accountId: string, from: Date, to: Date): Promise<Covering[]> {
  return tx.rows(sql<Covering>`
    select t.window_id, w.host_ids, w.modules, greatest(t.starts_at, least(w.announced_at, t.ends_at)) as starts_at, t.ends_at
    from maintenance_time t join maintenance_window w on w.tenant_id = t.tenant_id and w.id = t.window_id
    where t.tenant_id = ${accountId} and t.starts_at <= ${to} and t.ends_at > ${from} order by t.starts_at, t.window_id`);
}

export async function noticeHours(tx: Tx, accountId: string): Promise<number> {
  const row = await tx.first(
    sql<{ notice_hours: number }>`select notice_hours from maintenance_notice where tenant_id = ${accountId}`,
  );
  return row?.notice_hours ?? 0;
}

export async function countHosts(tx: Tx, accountId: string, hostIds: readonly string[]): Promise<number> {
  const { count } = await tx.one(sql<{ count: number }>`
    select count(*) from hosts_named where tenant_id = ${accountId} and id = any(${hostIds})`);
  return count;
}
