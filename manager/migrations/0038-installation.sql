-- What a host found when it looked at itself before the agent came to it (S10, S14, S15, S22-S24).
alter table hosts_host add column preflight jsonb;

-- A letter to the customer that a host needs a restart, for people to send or to put aside (S15). Nothing restarts a host.
create table installation_reboot_notice (
  tenant_id uuid not null,
  id uuid not null,
  host_id uuid not null,
  created_at timestamptz not null,
  reasons jsonb not null,
  state text not null check (state in ('draft', 'sent', 'dismissed')),
  decided_at timestamptz,
  decided_by text,
  primary key (tenant_id, id),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
create index installation_reboot_notice_newest on installation_reboot_notice (tenant_id, created_at desc);
select platform_protect('installation_reboot_notice');

-- Keys of SSH servers that somebody has accepted: another key at the same address is refused.
create table installation_host_key (
  tenant_id uuid not null references customers_account (tenant_id),
  address text not null,
  port integer not null,
  fingerprint text not null,
  accepted_at timestamptz not null,
  accepted_by text not null,
  primary key (tenant_id, address, port)
);
select platform_protect('installation_host_key');

-- Installations over SSH (S42). Credentials are never in the database: whoever runs it keeps them in memory until it ends.
create table installation_push (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  state text not null check (state in ('prepared', 'running', 'ended', 'cancelled', 'interrupted')),
  created_at timestamptz not null,
  created_by text not null,
  started_at timestamptz,
  ended_at timestamptz,
  -- Until when its credentials may be used, and when they were disposed of.
  credentials_until timestamptz,
  disposed_at timestamptz,
  -- The process that runs it says so again and again.
  alive_at timestamptz,
  cancel_asked boolean not null default false,
  primary key (tenant_id, id)
);
create index installation_push_newest on installation_push (tenant_id, created_at desc);
create index installation_push_running on installation_push (alive_at) where state = 'running';
select platform_protect('installation_push');

create table installation_push_target (
  tenant_id uuid not null,
  push_id uuid not null,
  id uuid not null,
  place integer not null,
  address text not null,
  port integer not null,
  user_name text not null,
  auth text not null check (auth in ('password', 'key')),
  fingerprint text,
  key_line text,
  key_state text not null check (key_state in ('known', 'new', 'changed', 'unreachable')),
  state text not null check (state in ('waiting', 'running', 'done', 'needs_reboot', 'failed', 'cancelled')),
  step text,
  code text,
  detail text,
  host_id uuid,
  ended_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, push_id) references installation_push (tenant_id, id)
);
create index installation_push_target_push on installation_push_target (tenant_id, push_id, place);
select platform_protect('installation_push_target');

-- What was run on a host and what it said, secrets blackened. Written once.
create table installation_push_log (
  tenant_id uuid not null,
  target_id uuid not null,
  place integer not null,
  at timestamptz not null,
  kind text not null check (kind in ('note', 'command', 'output')),
  text text not null,
  primary key (tenant_id, target_id, place),
  foreign key (tenant_id, target_id) references installation_push_target (tenant_id, id)
);
select platform_protect('installation_push_log', 'select, insert');
