import type { ManagerOutage, ProbeEvidence, ProbePoint } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type CheckRow = {
  tenant_id: string;
  host_id: string;
  created_at: Date;
  probed_at: Date | null;
  answering: ProbePoint[];
  evidence: ProbeEvidence[];
  muted_by: string | null;
};
const checkColumns = sql.raw('c.tenant_id, c.host_id, c.created_at, c.probed_at, c.answering, c.evidence, c.muted_by');

export function selectCheck(
  tx: Tx,
  hostId: string,
): Promise<(CheckRow & { silence_seconds: number | null; ended_seconds: number | null }) | undefined> {
  return tx.first(sql<CheckRow & { silence_seconds: number | null; ended_seconds: number | null }>`
    select ${checkColumns}, h.silence_seconds, h.ended_seconds
    from liveness_check c join hosts_host h on h.tenant_id = c.tenant_id and h.id = c.host_id where c.host_id = ${hostId}`);
}

export function selectChecks(tx: Tx, hostIds: readonly string[]): Promise<CheckRow[]> {
  return tx.rows(sql<CheckRow>`select ${checkColumns} from liveness_check c where c.host_id = any(${hostIds})`);
}

export type MutedRow = {
  tenant_id: string;
  host_id: string;
  silence_cause: string;
  silent_since: Date;
};

/** Hosts whose silence was told to nobody because of maintenance, and that are silent still. */
export function selectMuted(tx: Tx): Promise<MutedRow[]> {
  return tx.rows(sql<MutedRow>`
    select c.tenant_id, c.host_id, h.silence_cause, h.silent_since
    from liveness_check c join hosts_host h on h.tenant_id = c.tenant_id and h.id = c.host_id
    where c.muted_by is not null and h.silent_since is not null limit 10000`);
}

export type LivingRow = { tenant_id: string; host_id: string; answering: ProbePoint[] };

/** Hosts of an account whose agents are there, with what answers of them: neighbours of one that is silent may be among them. */
export function selectLiving(tx: Tx, accountId: string, heardAfter: Date): Promise<LivingRow[]> {
  return tx.rows(sql<LivingRow>`
    select c.tenant_id, c.host_id, c.answering from liveness_check c join hosts_host h on h.tenant_id = c.tenant_id and h.id = c.host_id
    where c.tenant_id = ${accountId} and h.silent_since is null and h.last_seen_at > ${heardAfter} and c.answering <> '[]'
    order by h.last_seen_at desc limit 500`);
}

/** Connected hosts whose last probe is too old, of accounts that are probed; a host that has not told yet where it may be asked is not looked at in vain. */
export function selectUnprobed(tx: Tx, before: Date, heardAfter: Date, limit: number): Promise<CheckRow[]> {
  return tx.rows(sql<CheckRow>`
    select ${checkColumns} from liveness_check c join hosts_host h on h.tenant_id = c.tenant_id and h.id = c.host_id
    left join liveness_settings s on s.tenant_id = c.tenant_id
    where coalesce(s.probes, true) and (c.probed_at is null or c.probed_at < ${before}) and h.silent_since is null and h.last_seen_at > ${heardAfter}
      and exists (select from inventory_current i where i.tenant_id = c.tenant_id and i.host_id = c.host_id)
    order by c.probed_at nulls first limit ${limit}`);
}

export async function recordProbe(
  tx: Tx,
  accountId: string,
  hostId: string,
  seen: { readonly at: Date; readonly evidence: readonly ProbeEvidence[]; readonly answering?: readonly ProbePoint[] },
): Promise<void> {
  const answering = seen.answering ? sql`, answering = ${JSON.stringify(seen.answering)}::jsonb` : sql``;
  await tx.run(sql`
    update liveness_check set probed_at = ${seen.at}, evidence = ${JSON.stringify(seen.evidence)}::jsonb ${answering}
    where tenant_id = ${accountId} and host_id = ${hostId}`);
}

/** @param windowId null: the silence is told again */
export async function setMuted(tx: Tx, accountId: string, hostId: string, windowId: string | null): Promise<void> {
  await tx.run(sql`
    update liveness_check set muted_by = ${windowId} where tenant_id = ${accountId} and host_id = ${hostId}`);
}

export type SettingsRow = {
  tenant_id: string;
  silence_seconds: number | null;
  ended_seconds: number | null;
  probes: boolean;
  reference_points: ProbePoint[];
  forgive_minutes: number;
  notice_hours: number;
};

export function selectSettings(tx: Tx, accountId: string): Promise<SettingsRow | undefined> {
  return tx.first(sql<SettingsRow>`
    select tenant_id, silence_seconds, ended_seconds, probes, reference_points, forgive_minutes, notice_hours
    from liveness_settings where tenant_id = ${accountId}`);
}

export async function upsertSettings(tx: Tx, row: SettingsRow, at: Date, by: string): Promise<void> {
  await tx.run(sql`
    insert into liveness_settings (tenant_id, silence_seconds, ended_seconds, probes, reference_points, forgive_minutes, notice_hours, updated_at, updated_by)
    values (${row.tenant_id}, ${row.silence_seconds}, ${row.ended_seconds}, ${row.probes}, ${JSON.stringify(row.reference_points)}::jsonb,
      ${row.forgive_minutes}, ${row.notice_hours}, ${at}, ${by})
    on conflict (tenant_id) do update set silence_seconds = excluded.silence_seconds, ended_seconds = excluded.ended_seconds, probes = excluded.probes,
      reference_points = excluded.reference_points, forgive_minutes = excluded.forgive_minutes, notice_hours = excluded.notice_hours,
      updated_at = excluded.updated_at, updated_by = excluded.updated_by`);
}

export type OutageRow = {
  id: string;
  began_at: Date;
  ended_at: Date | null;
  reason: ManagerOutage['reason'];
  host_count: number;
};

export function selectOutages(tx: Tx, limit: number): Promise<OutageRow[]> {
  return tx.rows(sql<OutageRow>`
    select id, began_at, ended_at, reason, host_count from liveness_outage order by began_at desc limit ${limit}`);
}

export function selectOpenOutage(tx: Tx): Promise<OutageRow | undefined> {
  return tx.first(sql<OutageRow>`
    select id, began_at, ended_at, reason, host_count from liveness_outage where ended_at is null`);
}

export async function insertOutage(tx: Tx, row: Omit<OutageRow, 'ended_at'>): Promise<void> {
  await tx.run(sql`
    insert into liveness_outage (id, began_at, reason, host_count) values (${row.id}, ${row.began_at}, ${row.reason}, ${row.host_count})
    on conflict do nothing`);
}

export async function endOutage(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.run(sql`update liveness_outage set ended_at = ${at} where id = ${id} and ended_at is null`);
}

export async function insertChecks(tx: Tx, accountId: string, hostIds: readonly string[], at: Date): Promise<void> {
  await tx.run(sql`
    insert into liveness_check (tenant_id, host_id, created_at) select ${accountId}::uuid, h, ${at} from unnest(${hostIds}::uuid[]) h
    on conflict do nothing`);
}
