-- What an account's configuration is made of, as the Workload Security API has it: policies, rules, lists, tasks, roles … The shipped objects are
-- part of the program; a row overlays the shipped object of its id, and one without data hides it.
create table configuration_account (
  tenant_id uuid primary key references customers_account (tenant_id),
  -- Grows with every change: what a process has read stays good as long as it stands.
  revision bigint not null,
  -- Digest of the shipped content that the policies were last compiled with.
  content text not null default ''
);
select platform_protect('configuration_account');

create table configuration_object (
  tenant_id uuid not null references customers_account (tenant_id),
  kind text not null,
  id integer not null check (id > 0),
  data jsonb,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, kind, id)
);
select platform_protect('configuration_object');

create table configuration_counter (
  tenant_id uuid not null references customers_account (tenant_id),
  kind text not null,
  last_id integer not null,
  primary key (tenant_id, kind)
);
select platform_protect('configuration_counter');

-- A computer is a machine of the account, with an agent (`host_id`) or without. What an agent says of itself stays in `hosts_host`.
create table configuration_computer (
  tenant_id uuid not null references customers_account (tenant_id),
  id integer not null check (id > 0),
  guid uuid not null,
  host_id uuid,
  host_name text not null,
  display_name text not null default '',
  description text not null default '',
  group_id integer,
  policy_id integer,
  relay_list_id integer,
  asset_importance_id integer,
  -- Modules, settings and rules that are set on this computer alone; null: none.
  overrides jsonb,
  -- What a cloud connector knows of it: one of the API's virtual machine summaries, by its name.
  summary jsonb,
  -- The connector that brought it, and the machine's id there.
  connector_kind text,
  connector_id integer,
  connector_key text,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
create unique index configuration_computer_host on configuration_computer (tenant_id, host_id) where host_id is not null;
create index configuration_computer_name on configuration_computer (tenant_id, host_name text_pattern_ops);
create index configuration_computer_policy on configuration_computer (tenant_id, policy_id);
create unique index configuration_computer_connector on configuration_computer (tenant_id, connector_kind, connector_id, connector_key) where connector_kind is not null;
select platform_protect('configuration_computer');

-- A row of `policies_policy` is what a policy compiles to, for the computers that use it as it is (`computer_number` 0) or for one computer that
-- has overrides. `number` is the policy's id in the API; 0: no policy. Null: written before there was a configuration, and taken over at the next start.
alter table policies_policy drop constraint policies_policy_tenant_id_name_key;
alter table policies_policy add column number integer;
alter table policies_policy add column computer_number integer not null default 0;
alter table policies_policy add column digest text not null default '';
-- A deleted policy stays for the hosts that once followed it, and in the history.
alter table policies_policy add column removed_at timestamptz;
create unique index policies_policy_number on policies_policy (tenant_id, number, computer_number) where number is not null;

-- What the configuration shows of a host, read with the reader's own rights.
create view hosts_for_configuration with (security_invoker = true) as
  select tenant_id, id, name, facts, enrolled_at, retired_at, policy_id, applied_policy_id, applied_version, policy_problem, modules, last_seen_at, silent_since, silence_cause
  from hosts_host;
grant select on hosts_for_configuration to sakimori_tenant, sakimori_provider;
create view computers_of_hosts with (security_invoker = true) as
  select tenant_id, id, host_id, policy_id, group_id from configuration_computer where host_id is not null;
grant select on computers_of_hosts to sakimori_tenant, sakimori_provider;
