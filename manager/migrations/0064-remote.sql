-- Remote tenants: the customer's own tenant of Trend Micro's, reached by the public API (decision 0049). Where it is and its key are the provider's to
-- know: the role of tenants cannot read these two tables.
create table remote_tenant (
  tenant_id uuid not null references customers_account (tenant_id),
  name text not null,
  product text not null check (product in ('cloud-one', 'vision-one', 'deep-security')),
  mode text not null check (mode in ('ruling', 'shadow')),
  address text not null,
  region text,
  reach text not null check (reach in ('public', 'on-premises')),
  certificate text,
  -- As events name it: hosts of events and computers of the API are the same by it and their number.
  trend_tenant text not null,
  key_sealed text not null,
  key_hint text not null,
  -- Of key and nothing else, by a secret of ours: one key is one account's.
  key_mark text not null,
  key_replaced_at timestamptz not null,
  attached_at timestamptz not null,
  attached_by text not null,
  tested_at timestamptz,
  test jsonb,
  synced_at timestamptz,
  sync_due_at timestamptz not null,
  problem text,
  failing_since timestamptz,
  primary key (tenant_id)
);
create unique index remote_tenant_key on remote_tenant (key_mark);
create index remote_tenant_due on remote_tenant (sync_due_at);
select platform_protect('remote_tenant');
revoke all on remote_tenant from sakimori_tenant;

-- One budget a key, for all processes of the manager: a bucket that fills with time.
create table remote_budget (
  tenant_id uuid not null references remote_tenant (tenant_id) on delete cascade,
  tokens double precision not null,
  at timestamptz not null,
  blocked_until timestamptz,
  primary key (tenant_id)
);
select platform_protect('remote_budget');
revoke all on remote_budget from sakimori_tenant;

create table remote_computer (
  tenant_id uuid not null references customers_account (tenant_id),
  number bigint not null,
  host_id uuid,
  body jsonb not null,
  liveness text not null check (liveness in ('online', 'offline', 'unmanaged', 'gone')),
  fetched_at timestamptz not null,
  primary key (tenant_id, number),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
create index remote_computer_host on remote_computer (tenant_id, host_id) where host_id is not null;
select platform_protect('remote_computer');

create table remote_snapshot (
  tenant_id uuid not null references customers_account (tenant_id),
  kind text not null check (kind in ('policies')),
  body jsonb not null,
  fetched_at timestamptz not null,
  primary key (tenant_id, kind)
);
select platform_protect('remote_snapshot');

-- Another name of a remote host: records of its agent name it by its hostname, the API by its number.
create table hosts_remote_alias (
  tenant_id uuid not null,
  remote_key text not null,
  host_id uuid not null,
  primary key (tenant_id, remote_key),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
select platform_protect('hosts_remote_alias');

-- A remote host whose manager tells how it is can be silent as others are; one that only events name has no due time.
alter table hosts_host drop constraint hosts_host_origin;
alter table hosts_host add constraint hosts_host_origin check (case origin
  when 'agent' then policy_id is not null and remote_key is null
  else policy_id is null and remote_key is not null end);
