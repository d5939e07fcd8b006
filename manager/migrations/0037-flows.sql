-- Contact flows (S46): whom to reach when an agent is silent, in which order and how long to wait; and every try that was made.
create table flows_flow (
  tenant_id uuid primary key references customers_account (tenant_id),
  enabled boolean not null,
  steps jsonb not null,
  updated_at timestamptz not null,
  updated_by text not null
);
select platform_protect('flows_flow', 'select');
grant insert, update on flows_flow to sakimori_provider;

create table flows_run (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  alert_id uuid not null,
  host_id uuid not null,
  started_at timestamptz not null,
  -- As they stood when it began: a change of the flow does not reach a run.
  steps jsonb not null,
  state text not null check (state in ('running', 'answered', 'recovered', 'exhausted', 'stopped')),
  -- The step and the try that come next.
  step integer not null,
  attempt integer not null,
  due_at timestamptz,
  ended_at timestamptz,
  ended_by text,
  primary key (tenant_id, id),
  unique (tenant_id, alert_id)
);
create index flows_run_due on flows_run (due_at) where state = 'running';
select platform_protect('flows_run', 'select, insert, update');

create table flows_try (
  tenant_id uuid not null,
  id uuid not null,
  run_id uuid not null,
  at timestamptz not null,
  step integer not null,
  attempt integer not null,
  kind text not null check (kind in ('mail', 'phone', 'webhook')),
  who text not null,
  target text not null,
  state text not null check (state in ('waiting', 'sent', 'answered', 'unanswered', 'failed', 'skipped')),
  note text,
  answered_at timestamptz,
  answered_by text,
  -- SHA-256 of the 256 random bits of a link that answers by one tap, once.
  link_hash text,
  link_expires_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, run_id) references flows_run (tenant_id, id)
);
create unique index flows_try_link on flows_try (link_hash) where link_hash is not null;
create index flows_try_run on flows_try (tenant_id, run_id);
create index flows_try_waiting on flows_try (tenant_id) where kind = 'phone' and state = 'waiting';
select platform_protect('flows_try', 'select, insert, update');

create view alerts_of_silence with (security_invoker = true) as
  select tenant_id, id, number, host_id, state, opened_at, facts from alerts_alert where kind = 'agent.silent';
grant select on alerts_of_silence to sakimori_tenant, sakimori_provider;

-- What the provider's own monitoring counts.
create view hosts_heard with (security_invoker = true) as
  select tenant_id, id, name, last_seen_at, silent_since, spool_pending from hosts_host where retired_at is null;
create view maintenance_running with (security_invoker = true) as select tenant_id, window_id, starts_at, ends_at from maintenance_time;
grant select on hosts_heard, maintenance_running to sakimori_tenant, sakimori_provider;

-- A role for monitoring servers: it reads figures and nothing else.
alter table access_person drop constraint access_person_role_check;
alter table access_person add constraint access_person_role_check
  check (role in ('provider-admin', 'operator', 'soc-analyst', 'service-manager', 'monitor', 'customer-admin', 'customer-viewer'));
alter table access_key drop constraint access_key_role_check;
alter table access_key add constraint access_key_role_check
  check (role in ('provider-admin', 'operator', 'soc-analyst', 'service-manager', 'monitor', 'customer-admin', 'customer-viewer'));
