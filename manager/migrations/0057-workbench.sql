-- The rule workbench (S97): rules that are made for one customer. Every version stays, with what it found and who put it in force, and why.
create table workbench_draft (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  number bigint generated always as identity,
  module text not null check (module in ('logInspection', 'integrityMonitoring', 'intrusionPrevention')),
  state text not null check (state in ('draft', 'staged', 'live', 'withdrawn')),
  version integer not null check (version > 0),
  placed_version integer,
  -- By its number in the configuration of the account, here or at a tenant of the customer's.
  rule_id integer,
  targets jsonb not null default '[]',
  ticket_id uuid,
  quote_id uuid,
  created_at timestamptz not null,
  created_by text not null,
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, ticket_id) references tickets_ticket (tenant_id, id),
  check ((state in ('staged', 'live')) = (rule_id is not null and placed_version is not null))
);
create unique index workbench_draft_id on workbench_draft (id);
create unique index workbench_draft_number on workbench_draft (number);
create index workbench_draft_changed on workbench_draft (changed_at desc, id desc);
select platform_protect('workbench_draft', 'select, insert, update');

create table workbench_version (
  tenant_id uuid not null,
  draft_id uuid not null,
  version integer not null,
  name text not null,
  text text not null,
  severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
  logs jsonb not null,
  note text not null,
  at timestamptz not null,
  by_name text not null,
  primary key (tenant_id, draft_id, version),
  foreign key (tenant_id, draft_id) references workbench_draft (tenant_id, id)
);
select platform_protect('workbench_version', 'select, insert');

create table workbench_try (
  tenant_id uuid not null,
  draft_id uuid not null,
  id uuid not null,
  version integer not null,
  kind text not null check (kind in ('stored', 'log', 'capture', 'paths')),
  at timestamptz not null,
  by_name text not null,
  result jsonb not null,
  primary key (tenant_id, draft_id, id),
  foreign key (tenant_id, draft_id, version) references workbench_version (tenant_id, draft_id, version)
);
-- What was found is kept of the newest looks; older ones are forgotten.
select platform_protect('workbench_try', 'select, insert, delete');

create table workbench_step (
  tenant_id uuid not null,
  draft_id uuid not null,
  id uuid not null,
  step text not null check (step in ('staged', 'promoted', 'withdrawn')),
  version integer not null,
  at timestamptz not null,
  by_name text not null,
  reason text not null,
  targets jsonb not null,
  primary key (tenant_id, draft_id, id),
  foreign key (tenant_id, draft_id) references workbench_draft (tenant_id, id)
);
select platform_protect('workbench_step', 'select, insert');
