-- Versions of each host's integrity baseline, as its agent told them: who had it recorded anew, when and why (S7).
create table hosts_baseline (
  tenant_id uuid not null,
  host_id uuid not null,
  -- By the host's clock. An agent that was installed anew counts its versions from 1 again.
  recorded_at timestamptz not null,
  baseline jsonb not null,
  primary key (tenant_id, host_id, recorded_at),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
select platform_protect('hosts_baseline');

-- What integrity rules would watch, counted by agents before the rules are applied (S24). `digest` is that of the rules alone.
create table policies_estimate (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  policy_id uuid not null,
  draft jsonb not null,
  digest text not null,
  created_at timestamptz not null,
  created_by text not null,
  hosts_not_asked integer not null,
  primary key (tenant_id, id)
);
create index policies_estimate_digest on policies_estimate (tenant_id, policy_id, digest, created_at desc);
create index policies_estimate_age on policies_estimate (created_at);
select platform_protect('policies_estimate');

create table policies_estimate_host (
  tenant_id uuid not null,
  estimate_id uuid not null,
  host_id uuid not null,
  state text not null check (state in ('waiting', 'counting', 'done', 'failed')),
  figures jsonb,
  detail text,
  primary key (tenant_id, estimate_id, host_id),
  foreign key (tenant_id, estimate_id) references policies_estimate (tenant_id, id) on delete cascade,
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
select platform_protect('policies_estimate_host');

-- Where something is excluded for a time: few policies and computers at any moment.
create index configuration_object_exclusions on configuration_object (tenant_id) where data ? '_exclusions';
create index configuration_computer_exclusions on configuration_computer (tenant_id) where overrides ? '_exclusions';
