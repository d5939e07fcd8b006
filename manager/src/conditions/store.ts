import { sql, type Tx } from '../platform/index.ts';

/** Something that is so now, of a host. What is of a whole account stands at the host that was enrolled first. */
export type SeenRow = {
  tenant_id: string;
  host_id: string;
  definition_id: string;
  subject: string;
  facts: Record<string, string | number | boolean>;
  /** Nothing is known of it: what was so stays so. */
  is_silent: boolean;
};

/** Causes that other alerts tell of, or that pass by themselves. */
const toldElsewhere = ['engine_died', 'engine_hung', 'engine_starting', 'antimalware_out_of_date'];

export type Bounds = {
  readonly now: Date;
  readonly today: string;
  readonly pendingMax: number;
  readonly certificateDays: number;
  readonly licenseDays: number;
};

/** Everything that is amiss on hosts and with licenses, as they last told. One statement, which gives rows for what is amiss alone. */
export function selectAmiss(
  tx: Tx,
  { now, today, pendingMax, certificateDays, licenseDays }: Bounds,
): Promise<SeenRow[]> {
  return tx.rows(sql<SeenRow>`
    with module as (
      select h.tenant_id, h.id, h.is_silent, m ->> 'module' as name, m ->> 'state' as state, m, c.codes, c.days
      from hosts_watched h, jsonb_array_elements(h.modules) m
      cross join lateral (
        select array_agg(c ->> 'code') as codes, max(c -> 'facts' ->> 'days') filter (where c ->> 'code' = 'antimalware_out_of_date') as days
        from jsonb_array_elements(m -> 'causes') c
      ) c
      where m ->> 'state' in ('degraded', 'lacking')
    ), license as (
      select l.*, f.id as host_id from licenses_standing l
      cross join lateral (select h.id from hosts_watched h where h.tenant_id = l.tenant_id order by h.enrolled_at, h.id limit 1) f
    )
    select tenant_id, id as host_id, 'module.degraded' as definition_id, name as subject, is_silent,
      jsonb_build_object('codes', left(array_to_string(codes, ', '), 500)) as facts
    from module where state = 'degraded' and exists (select from unnest(codes) c where c <> all (${toldElsewhere}::text[]))
    union all
    select tenant_id, id, 'module.lacking', name, is_silent,
      jsonb_strip_nulls(jsonb_build_object('lacks', m ->> 'lacks', 'install', m ->> 'install')) from module where state = 'lacking'
    union all
    select tenant_id, id, 'rules.outdated', name, is_silent, jsonb_build_object('days', days::numeric) from module where days is not null
    union all
    select tenant_id, id, 'policy.not_applied', '', is_silent,
      jsonb_strip_nulls(jsonb_build_object('version', assigned_version, 'appliedVersion', applied_version))
    from hosts_watched where is_policy_missing and policy_problem is null
    union all
    select tenant_id, id, 'spool.filling', '', is_silent, jsonb_build_object('pending', spool_pending) from hosts_watched where spool_pending > ${pendingMax}
    union all
    select tenant_id, id, 'certificate.expiring', '', false, jsonb_build_object('expiresAt', certificate_expires_at)
    from hosts_watched where certificate_expires_at < ${now}::timestamptz + make_interval(days => ${certificateDays})
    union all
    select tenant_id, id, 'host.reboot_needed', '', is_silent, '{}' from hosts_watched where needs_reboot
    union all
    select tenant_id, host_id, 'license.expiring', product, false, jsonb_build_object('product', product, 'validTo', valid_to)
    from license where gap_since is null and valid_to >= ${today}::date and valid_to <= ${today}::date + ${licenseDays}::integer
    union all
    select tenant_id, host_id, 'license.ended', product, false, jsonb_build_object('product', product, 'since', gap_since) from license where gap_since is not null
    union all
    select tenant_id, host_id, 'license.overused', product, false, jsonb_build_object('product', product) from license where is_overused`);
}

export type HoldingRow = {
  tenant_id: string;
  host_id: string;
  definition_id: string;
  subject: string;
  since: Date;
  raised_at: Date | null;
  is_silent: boolean;
};

/** What held at the last look. Of a host that is retired nothing holds any more, and `is_silent` is false. */
export function selectHolding(tx: Tx): Promise<HoldingRow[]> {
  return tx.rows(sql<HoldingRow>`
    select c.tenant_id, c.host_id, c.definition_id, c.subject, c.since, c.raised_at, coalesce(h.is_silent, false) as is_silent
    from conditions_holding c left join hosts_watched h on h.tenant_id = c.tenant_id and h.id = c.host_id`);
}

type Key = Pick<HoldingRow, 'tenant_id' | 'host_id' | 'definition_id' | 'subject'>;

export async function insertHolding(tx: Tx, keys: readonly Key[], since: Date): Promise<void> {
  await tx.run(sql`
    insert into conditions_holding (tenant_id, host_id, definition_id, subject, since)
    select c.tenant_id, c.host_id, c.definition_id, c.subject, ${since}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as c(tenant_id uuid, host_id uuid, definition_id text, subject text)
    on conflict do nothing`);
}

/** @returns false where another look was quicker */
export async function markRaised(tx: Tx, key: Key, at: Date): Promise<boolean> {
  const count = await tx.run(sql`
    update conditions_holding set raised_at = ${at} where tenant_id = ${key.tenant_id} and host_id = ${key.host_id}
      and definition_id = ${key.definition_id} and subject = ${key.subject} and raised_at is null`);
  return count > 0;
}

export async function deleteHolding(tx: Tx, key: Key): Promise<boolean> {
  const count = await tx.run(sql`
    delete from conditions_holding where tenant_id = ${key.tenant_id} and host_id = ${key.host_id}
      and definition_id = ${key.definition_id} and subject = ${key.subject}`);
  return count > 0;
}
