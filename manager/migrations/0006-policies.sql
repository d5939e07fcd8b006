create table policies_policy (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  name text not null,
  version integer not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);
select platform_protect('policies_policy');

-- A version never changes: agents may have it.
create table policies_version (
  tenant_id uuid not null,
  policy_id uuid not null,
  version integer not null,
  document jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  reason text not null,
  primary key (tenant_id, policy_id, version),
  foreign key (tenant_id, policy_id) references policies_policy (tenant_id, id)
);
select platform_protect('policies_version', 'select, insert');

alter table hosts_host add foreign key (tenant_id, policy_id) references policies_policy (tenant_id, id);
