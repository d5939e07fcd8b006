-- Alerts by definition (rules/alerts): which one it was, its ATT&CK techniques, what is put aside until when, and what comes and goes.
alter table alerts_alert
  add column definition_id text,
  add column attack text[] not null default '{}',
  -- Where a threshold was reached: when the first of the detections it counts arrived. They are the alert's.
  add column counted_from timestamptz,
  add column snoozed_until timestamptz,
  add column snooze_reason text,
  add column flapping_since timestamptz,
  -- Of an alert that flaps: well since, so that it ends at this time unless it comes again.
  add column settles_at timestamptz;
create index alerts_alert_snoozed on alerts_alert (snoozed_until) where snoozed_until is not null and state <> 'closed';
create index alerts_alert_settling on alerts_alert (settles_at) where settles_at is not null and state <> 'closed';
create index alerts_alert_quiet on alerts_alert (definition_id, last_detected_at) where state <> 'closed';
create index alerts_alert_resolved on alerts_alert (tenant_id, grouping_key, closed_at) where closing = 'resolved';

create or replace view alerts_span with (security_invoker = true) as
  select tenant_id, id, grouping_key, coalesce(counted_from, opened_at) as opened_at, closed_at from alerts_alert;

-- Detections of a group whose threshold is not reached yet, counted as they arrive.
create table alerts_pending (
  tenant_id uuid not null references customers_account (tenant_id),
  grouping_key text not null,
  at timestamptz not null,
  id uuid not null,
  count integer not null,
  primary key (tenant_id, grouping_key, at, id)
);
create index alerts_pending_at on alerts_pending (at);
select platform_protect('alerts_pending');

-- What an account has otherwise than a definition says.
create table alerts_override (
  tenant_id uuid not null references customers_account (tenant_id),
  definition_id text not null,
  override jsonb not null,
  reason text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, definition_id)
);
select platform_protect('alerts_override');

-- Conditions that hold, since when; one that held long enough has raised its alert.
create table conditions_holding (
  tenant_id uuid not null,
  host_id uuid not null,
  definition_id text not null,
  subject text not null,
  since timestamptz not null,
  raised_at timestamptz,
  primary key (tenant_id, host_id, definition_id, subject),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
select platform_protect('conditions_holding');

-- A host that was to be restarted when it was enrolled waits for that until it has another boot id.
alter table hosts_host add column enrolled_boot_id text;

-- What conditions are seen by.
create view hosts_watched with (security_invoker = true) as
  select h.tenant_id, h.id, h.enrolled_at, h.modules, h.spool_pending, h.silent_since is not null as is_silent, h.policy_problem,
    h.last_seen_at is not null and (h.applied_policy_id is distinct from h.policy_id or h.applied_version is distinct from p.version) as is_policy_missing,
    p.version as assigned_version, h.applied_version,
    (h.preflight ->> 'needsReboot')::boolean is true and h.facts ->> 'bootId' = h.enrolled_boot_id as needs_reboot,
    (select max(c.expires_at) from hosts_certificate c where c.tenant_id = h.tenant_id and c.host_id = h.id and c.revoked_at is null) as certificate_expires_at
  from hosts_host h join policies_policy p on p.tenant_id = h.tenant_id and p.id = h.policy_id
  where h.retired_at is null;
create view licenses_standing with (security_invoker = true) as
  select l.tenant_id, l.id, l.product, l.gap_since, l.is_overused, t.valid_to
  from licenses_license l
  left join (select tenant_id, license_id, max(valid_to) as valid_to from licenses_term group by tenant_id, license_id) t
    on t.tenant_id = l.tenant_id and t.license_id = l.id
  where l.ended_at is null;
grant select on hosts_watched, licenses_standing to sakimori_tenant, sakimori_provider;
