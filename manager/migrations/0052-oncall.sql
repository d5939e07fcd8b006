-- Who is called when something cannot wait: one plan of the provider with rotations, levels and channels; each change is a new version. Addresses of
-- channels hold secrets, so they lie sealed and apart from what is shown.
create table oncall_plan (
  version integer primary key,
  document jsonb not null,
  sealed jsonb not null,
  changed_at timestamptz not null,
  changed_by text not null
);
grant select, insert on oncall_plan to sakimori_provider;

-- A call for something of an account: level by level until somebody takes it.
create table oncall_page (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  target text not null,
  facts jsonb not null,
  severity smallint not null,
  state text not null check (state in ('calling', 'taken', 'exhausted')),
  level integer not null,
  next_at timestamptz,
  opened_at timestamptz not null,
  taken_at timestamptz,
  taken_by text,
  primary key (tenant_id, id),
  check ((state = 'calling') = (next_at is not null)),
  check ((state = 'taken') = (taken_at is not null))
);
create unique index oncall_page_target on oncall_page (tenant_id, target) where state <> 'taken';
create index oncall_page_due on oncall_page (next_at) where state = 'calling';
create index oncall_page_opened on oncall_page (opened_at desc, id);
select platform_protect('oncall_page', 'select, insert, update');

-- Each try to reach somebody by a channel.
create table oncall_call (
  tenant_id uuid not null,
  id uuid not null,
  page_id uuid not null,
  level integer not null,
  channel text not null,
  state text not null check (state in ('waiting', 'sent', 'failed')),
  attempts integer not null default 0,
  next_at timestamptz,
  problem text,
  at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, page_id) references oncall_page (tenant_id, id),
  check ((state = 'waiting') = (next_at is not null))
);
create index oncall_call_due on oncall_call (next_at) where state = 'waiting';
create index oncall_call_page on oncall_call (tenant_id, page_id, at);
select platform_protect('oncall_call', 'select, insert, update');
