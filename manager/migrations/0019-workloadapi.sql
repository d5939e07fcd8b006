-- Keys of the Workload Security API. Only the hash of a secret is kept.
create table workloadapi_key (
  tenant_id uuid not null references customers_account (tenant_id),
  id integer not null check (id > 0),
  secret_hash text not null unique,
  name text not null,
  description text,
  role_id integer not null,
  locale text not null,
  time_zone text,
  active boolean not null default true,
  created_at timestamptz not null,
  expires_at timestamptz,
  unlock_at timestamptz,
  last_used_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);
select platform_protect('workloadapi_key');

-- One row a call, for the API's own usage metrics; kept for some weeks.
create table workloadapi_usage (
  tenant_id uuid not null references customers_account (tenant_id),
  id integer not null,
  at timestamptz not null,
  api_type text not null,
  action text not null,
  method text not null,
  duration_ms integer not null,
  status_code integer not null,
  authentication_method text not null,
  expand_parameter text not null,
  response_item_count integer not null,
  primary key (tenant_id, id)
);
create index workloadapi_usage_at on workloadapi_usage (at);
select platform_protect('workloadapi_usage');

-- The few things of an inventory that listings of computers show, apart from its thousands of packages.
alter table inventory_host add column interfaces jsonb generated always as (inventory -> 'interfaces') stored;

-- What the API shows of rooms further left, read with the reader's own rights.
create view inventory_interfaces with (security_invoker = true) as
  select tenant_id, host_id, interfaces from inventory_host;
create view hosts_certificate_issued with (security_invoker = true) as
  select tenant_id, host_id, serial, issued_at from hosts_certificate;
create view policies_target with (security_invoker = true) as
  select tenant_id, id, number, computer_number, name, version, updated_at from policies_policy where removed_at is null;
grant select on inventory_interfaces, hosts_certificate_issued, policies_target to sakimori_tenant, sakimori_provider;

-- A host with overrides has a target of its own; what people see is the policy that it comes from.
create or replace view policies_current with (security_invoker = true) as
  select t.tenant_id, t.id, t.name, t.version, coalesce(p.id, t.id) as shown_id
  from policies_policy t
  left join policies_policy p on p.tenant_id = t.tenant_id and p.number = t.number and p.computer_number = 0 and p.removed_at is null;
