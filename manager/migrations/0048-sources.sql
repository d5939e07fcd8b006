-- Hosts that a manager of Trend Micro's knows and we do not (decision 0041): no agent of ours, no policy, no certificate; nobody calls them silent.
alter table hosts_host
  add column origin text not null default 'agent' check (origin in ('agent', 'remote')),
  -- Of a remote one: what its senders call it, so that it is made once.
  add column remote_key text;
alter table hosts_host alter column policy_id drop not null;
alter table hosts_host add constraint hosts_host_origin check (case origin
  when 'agent' then policy_id is not null and remote_key is null
  else policy_id is null and remote_key is not null and silence_due_at is null and silent_since is null end);
create unique index hosts_host_remote on hosts_host (tenant_id, remote_key) where origin = 'remote';
drop trigger liveness_begin on hosts_host;
create trigger liveness_begin after insert on hosts_host for each row when (new.origin = 'agent') execute function liveness_begin();

create or replace view hosts_assigned with (security_invoker = true) as
  select tenant_id, id, name, policy_id from hosts_host where retired_at is null and origin = 'agent';
create or replace view hosts_count_by_account with (security_invoker = true) as
  select tenant_id, count(*)::integer as host_count from hosts_host where retired_at is null and origin = 'agent' group by tenant_id;
create or replace view hosts_for_configuration with (security_invoker = true) as
  select tenant_id, id, name, facts, enrolled_at, retired_at, policy_id, applied_policy_id, applied_version, policy_problem, modules, last_seen_at, silent_since, silence_cause
  from hosts_host where origin = 'agent';
create or replace view hosts_heard with (security_invoker = true) as
  select tenant_id, id, name, last_seen_at, silent_since, spool_pending from hosts_host where retired_at is null and origin = 'agent';
create or replace view hosts_for_report with (security_invoker = true) as
  select tenant_id, id, name, facts ->> 'os' as os, modules, retired_at, silent_since, applied_policy_id, applied_version, origin from hosts_host;

-- Sources: which sender may bring records of which account. Counters are written in the transaction of the records they count.
create table sources_source (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  name text not null,
  kind text not null check (kind in ('address', 'tls', 'sns', 'folder')),
  -- Network, common name, topic or folder.
  value text not null,
  -- The tenant of Trend Micro's whose records alone come this way. Null: any that no other source names.
  trend_tenant text,
  -- Of times that are written without one.
  zone text not null,
  -- Null: nobody is told when it is silent.
  silent_minutes integer,
  -- SHA-256 of the password for raw delivery of SNS, which has no signature.
  raw_hash text,
  created_at timestamptz not null,
  created_by text not null,
  removed_at timestamptz,
  last_heard_at timestamptz,
  silent_since timestamptz,
  -- Ways on which its events came: two of them may bring the same event.
  roads text[] not null default '{}',
  record_count bigint not null default 0,
  stored_count bigint not null default 0,
  duplicate_count bigint not null default 0,
  application_count bigint not null default 0,
  device_count bigint not null default 0,
  held_count bigint not null default 0,
  primary key (tenant_id, id)
);
create unique index sources_source_value on sources_source (kind, value, coalesce(trend_tenant, '')) where removed_at is null;
select platform_protect('sources_source', 'select, update');
grant insert on sources_source to sakimori_provider;

-- An event that came by a second road: the detection that was there already has met its like of that road.
create table sources_pair (
  tenant_id uuid not null,
  detection_id uuid not null,
  road text not null,
  -- What the second one would have been called: sent again, it is known.
  event_id uuid not null,
  met_at timestamptz not null,
  primary key (tenant_id, detection_id, road)
);
create index sources_pair_event on sources_pair (tenant_id, event_id);
create index sources_pair_met on sources_pair (met_at);
select platform_protect('sources_pair');

-- Quarantine: records that no source may bring. The provider's own (the zero tenant), whoever they name.
create table sources_sender (
  tenant_id uuid not null,
  id uuid not null,
  transport text not null,
  address text not null,
  identity text not null,
  reason text not null,
  -- The source by which the sender is known; none of an unbound one.
  account_id uuid,
  source_id uuid,
  -- The tenant that its newest record names.
  named text,
  record_count bigint not null default 0,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index sources_sender_whose on sources_sender (tenant_id, transport, address, identity, reason, coalesce(source_id, '00000000-0000-0000-0000-000000000000'::uuid));
select platform_protect('sources_sender');
create table sources_held (
  tenant_id uuid not null,
  id uuid not null,
  sender_id uuid not null,
  at timestamptz not null,
  raw bytea not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, sender_id) references sources_sender (tenant_id, id) on delete cascade
);
alter table sources_held alter column raw set storage external;
create index sources_held_sender on sources_held (tenant_id, sender_id, at);
select platform_protect('sources_held');
