-- What stands and runs on a host, by the host's word: the newest only (contract `HostInventory`).
create table inventory_host (
  tenant_id uuid not null,
  host_id uuid not null,
  -- When the manager received it. The host's own time stands in the inventory.
  taken_at timestamptz not null,
  -- Since when it says what it says.
  changed_at timestamptz not null,
  digest text not null,
  inventory jsonb not null,
  primary key (tenant_id, host_id),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
select platform_protect('inventory_host');

-- What a host is asked to do once, beside its policy.
create table hosts_task (
  tenant_id uuid not null,
  id uuid not null,
  host_id uuid not null,
  kind text not null,
  facts jsonb,
  state text not null check (state in ('waiting', 'sent', 'done', 'failed', 'not_supported')),
  created_at timestamptz not null,
  created_by text not null,
  sent_at timestamptz,
  done_at timestamptz,
  detail text,
  primary key (tenant_id, id),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
create index hosts_task_host on hosts_task (tenant_id, host_id, kind, created_at desc, id desc);
-- What a heartbeat brings, and what falls due. Few rows at any time.
create index hosts_task_open on hosts_task (host_id, created_at) where done_at is null;
create index hosts_task_done on hosts_task (done_at) where done_at is not null;
select platform_protect('hosts_task');

-- The newest task of each kind that a host was given: how a scan stands, and when the last one was done.
create view hosts_task_newest with (security_invoker = true) as
  select distinct on (tenant_id, host_id, kind) tenant_id, host_id, kind, id, state, created_at, created_by, sent_at, done_at, detail
  from hosts_task order by tenant_id, host_id, kind, created_at desc, id desc;
create view hosts_task_all with (security_invoker = true) as
  select tenant_id, id, host_id, kind, facts, state, created_at, created_by, sent_at, done_at, detail from hosts_task;
create view inventory_current with (security_invoker = true) as
  select tenant_id, host_id, taken_at, changed_at, digest, inventory from inventory_host;
grant select on hosts_task_newest, hosts_task_all, inventory_current to sakimori_tenant, sakimori_provider;
