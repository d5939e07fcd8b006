import type { AlertFile, ModuleStatus } from '@sakimori/contract';
import { timeZone } from '@sakimori/contract';
import { type Period, type PeriodKind, periodOf } from '../calendar/index.ts';
import { sql, type Tx } from '../platform/index.ts';
import type { Settings } from './settings.ts';

export type AccountRow = { name: string; customer_name: string; created_at: Date };
export const selectAccount = (tx: Tx, accountId: string): Promise<AccountRow | undefined> =>
  tx.first(sql<AccountRow>`
    select name, customer_name, created_at from accounts_for_report where tenant_id = ${accountId}`);

/** Only the provider's role may read it. Undefined until a name was set. */
export const selectProviderName = async (tx: Tx): Promise<string | undefined> =>
  (await tx.first(sql<{ name: string | null }>`select name from provider_for_report`))?.name ?? undefined;

/** A sum of roll-ups. Which columns are set says what it is a sum over; all null is the total. */
export type SumRow = {
  module: string | null;
  prevented: boolean | null;
  severity: number | null;
  day: string | null;
  rule_id: string | null;
  rule_name: string;
  rule_name_ja: string | null;
  host_id: string | null;
  host_name: string | null;
  count: number;
};

/** Every sum a report needs, from one statement and so from one moment: they always agree with each other. */
export const selectSums = (tx: Tx, accountId: string, period: Period): Promise<SumRow[]> =>
  tx.rows(sql<SumRow>`
    with rolled as (
      select d.module, d.prevented, d.severity, to_char(d.hour at time zone ${timeZone}, 'YYYY-MM-DD') as day, d.rule_id, d.rule_name, d.rule_name_ja, d.host_id, coalesce(h.name, d.host_id::text) as host_name, d.count
      from detections_for_report d
      left join hosts_for_report h on h.tenant_id = d.tenant_id and h.id = d.host_id
      where d.tenant_id = ${accountId} and d.hour >= ${period.from} and d.hour < ${period.to}
    )
    select module, prevented, severity, day, rule_id, max(rule_name) as rule_name, max(rule_name_ja) as rule_name_ja, host_id, host_name, sum(count) as count
    from rolled
    group by grouping sets ((), (module, prevented), (severity), (day, module), (module, rule_id, severity), (host_id, host_name), (module, host_id, host_name))`);

export type FormerRow = { period: string; module: string; prevented: boolean; count: number };

/** Sums of earlier periods by module. A period without any detection has no row. */
export const selectFormer = (tx: Tx, accountId: string, periods: readonly Period[]): Promise<FormerRow[]> =>
  tx.rows(sql<FormerRow>`
    select p.period, d.module, d.prevented, sum(d.count) as count
    from jsonb_to_recordset(${JSON.stringify(periods.map(({ period, from, to }) => ({ period, from, to })))}::jsonb) as p(period text, "from" timestamptz, "to" timestamptz)
    join detections_for_report d on d.tenant_id = ${accountId} and d.hour >= p."from" and d.hour < p."to"
    group by p.period, d.module, d.prevented`);

export type AlertRow = {
  number: number;
  title: string;
  host_id: string;
  host_name: string;
  module: string;
  kind: string;
  rule_id: string;
  rule_name: string;
  rule_name_ja: string | null;
  subject: string | null;
  file: AlertFile | null;
  severity: number;
  opened_at: Date;
  closed_at: Date | null;
  state: 'open' | 'acknowledged' | 'closed';
  closing: string | null;
  detection_count: number;
  /** Of all alerts of the period, listed or not. */
  open_count: number;
  acknowledged_count: number;
};

/** Alerts opened in the period with their state at its end, the most severe first, and how many there are. */
export const selectAlerts = (
  tx: Tx,
  accountId: string,
  period: Period,
  limit: number,
): Promise<(AlertRow & { all_count: number })[]> =>
  tx.rows(sql<AlertRow & { all_count: number }>`
    with standing as (
      select a.*, h.name as host_name,
        case s.kind when 'acknowledged' then 'acknowledged' when 'closed' then 'closed' when 'resolved' then 'closed' else 'open' end as state,
        case s.kind when 'closed' then s.closing when 'resolved' then 'resolved' end as closing,
        case when s.kind in ('closed', 'resolved') then s.at end as closed_at
      from alerts_for_report a
      join hosts_for_report h on h.tenant_id = a.tenant_id and h.id = a.host_id
      left join lateral (
        select at, kind, closing from alert_states_for_report
        where tenant_id = a.tenant_id and alert_id = a.id and at < ${period.to}
        order by at desc, array_position(array['opened', 'acknowledged', 'closed', 'resolved', 'reopened'], kind) desc limit 1
      ) s on true
      where a.tenant_id = ${accountId} and a.opened_at >= ${period.from} and a.opened_at < ${period.to}
    )
    select number, title, host_id, host_name, module, kind, rule_id, rule_name, rule_name_ja, subject, file, severity, opened_at, closed_at, state, closing, detection_count,
      count(*) over () as all_count, count(*) filter (where state = 'open') over () as open_count,
      count(*) filter (where state = 'acknowledged') over () as acknowledged_count
    from standing order by severity desc, opened_at, number limit ${limit}`);

export type HostRow = {
  id: string;
  name: string;
  os: string | null;
  modules: Pick<ModuleStatus, 'module' | 'state' | 'causes' | 'baseline'>[];
  silent: boolean;
  policy_name: string | null;
  applied_version: number | null;
  latest_version: number | null;
};

/** Hosts in service, with the policy each has applied. */
export const selectHosts = (tx: Tx, accountId: string): Promise<HostRow[]> =>
  tx.rows(sql<HostRow>`
    select h.id, h.name, h.os, h.modules, h.silent_since is not null as silent, p.name as policy_name, h.applied_version, p.version as latest_version
    from hosts_for_report h
    left join policies_for_report p on p.tenant_id = h.tenant_id and p.id = h.applied_policy_id
    where h.tenant_id = ${accountId} and h.origin = 'agent' and h.retired_at is null
    order by h.name, h.id`);

/** Which computer of our own API is which host. */
export const selectComputerHosts = (tx: Tx, accountId: string): Promise<{ computer_id: number; host_id: string }[]> =>
  tx.rows(sql<{ computer_id: number; host_id: string }>`
    select id as computer_id, host_id from computers_for_report where tenant_id = ${accountId} and host_id is not null`);

/** The settings that were kept at the end of a month. */
export const selectSettings = async (tx: Tx, accountId: string, period: string): Promise<Settings | undefined> =>
  (
    await tx.first(sql<{ kept: Settings }>`
      select kept from reports_settings where tenant_id = ${accountId} and period = ${period}`)
  )?.kept;

/** @returns whether there were none of the month yet: what was kept first stays */
export const keepSettings = async (
  tx: Tx,
  accountId: string,
  period: string,
  takenAt: Date,
  kept: Settings,
): Promise<boolean> =>
  (
    await tx.rows(sql`
      insert into reports_settings (tenant_id, period, taken_at, kept)
      values (${accountId}, ${period}, ${takenAt}, ${JSON.stringify(kept)}::jsonb)
      on conflict do nothing returning period`)
  ).length > 0;

/** Accounts that there were in a month and of which no settings have been kept. */
export async function selectUnkept(tx: Tx, period: Period): Promise<string[]> {
  const rows = await tx.rows(sql<{ tenant_id: string }>`
    select a.tenant_id from accounts_for_report a
    where a.created_at < ${period.to} and not exists (
      select from reports_settings s where s.tenant_id = a.tenant_id and s.period = ${period.period})
    order by a.tenant_id`);
  return rows.map(({ tenant_id }) => tenant_id);
}

/** Accounts that there were in a period and that have no report of it yet; one that was made before its end does not count. */
export async function selectUnreported(tx: Tx, kind: PeriodKind, period: string): Promise<string[]> {
  const { to } = periodOf(period);
  const rows = await tx.rows(sql<{ tenant_id: string }>`
    select a.tenant_id from accounts_for_report a
    where a.created_at < ${to} and not exists (
      select from reports_report r
      where r.tenant_id = a.tenant_id and r.kind = ${kind} and r.period = ${period} and r.composed_at >= ${to})
    order by a.tenant_id`);
  return rows.map(({ tenant_id }) => tenant_id);
}
