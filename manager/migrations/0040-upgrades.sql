-- Plans to bring the agents of an account to another build, ring after ring (S59).
create table upgrades_plan (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  state text not null check (state in ('draft', 'running', 'paused', 'stopped', 'aborted', 'done')),
  target jsonb not null,
  settings jsonb not null,
  ring integer not null default 0,
  created_at timestamptz not null,
  created_by text not null,
  reason text not null,
  started_at timestamptz,
  ended_at timestamptz,
  primary key (tenant_id, id)
);
create index upgrades_plan_newest on upgrades_plan (tenant_id, created_at desc);
create unique index upgrades_plan_one on upgrades_plan (tenant_id) where state in ('draft', 'running', 'paused');
select platform_protect('upgrades_plan');

create table upgrades_host (
  tenant_id uuid not null,
  plan_id uuid not null,
  host_id uuid not null,
  ring integer not null,
  state text not null check (state in ('waiting', 'upgrading', 'done', 'failed', 'rolled_back', 'cancelled')),
  from_version text not null,
  modules_before jsonb,
  task_id uuid,
  given_at timestamptz,
  ended_at timestamptz,
  code text,
  detail text,
  primary key (tenant_id, plan_id, host_id),
  foreign key (tenant_id, plan_id) references upgrades_plan (tenant_id, id),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
select platform_protect('upgrades_host');

-- What each host last said of versions, and each change of it (S17). One outside of a plan was not announced.
create table upgrades_seen (
  tenant_id uuid not null,
  host_id uuid not null,
  component text not null,
  version text not null,
  seen_at timestamptz not null,
  primary key (tenant_id, host_id, component),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
select platform_protect('upgrades_seen');

create table upgrades_change (
  tenant_id uuid not null,
  id uuid not null,
  host_id uuid not null,
  component text not null,
  from_version text not null,
  to_version text not null,
  seen_at timestamptz not null,
  plan_id uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
create index upgrades_change_newest on upgrades_change (tenant_id, seen_at desc);
select platform_protect('upgrades_change', 'select, insert');
