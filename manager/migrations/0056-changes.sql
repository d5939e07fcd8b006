-- Configuration changes with proof (S54–S61, S102): what was asked, what stands there before and after, what the last 30 days would have been, who
-- asked and approved and when, what each host said, and how it was taken back.
create table changes_change (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  number bigint generated always as identity,
  kind text not null check (kind in ('policy', 'recipients', 'mode', 'exclusion', 'task', 'agent')),
  state text not null check (state in
    ('refused', 'proposed', 'approved', 'applying', 'verifying', 'done', 'failed', 'withdrawn', 'reverting', 'reverted')),
  subject text not null,
  reason text not null,
  wish jsonb not null,
  ticket_id uuid,
  requester text not null,
  requested_at timestamptz not null,
  created_at timestamptz not null,
  created_by text not null,
  created_by_id text not null,
  refusal jsonb,
  -- What is to be written, field by field with what was there, and what people read of it.
  steps jsonb not null default '[]',
  diff jsonb not null default '[]',
  preview jsonb,
  approved_at timestamptz,
  approved_by text,
  approval_reason text,
  applied_at timestamptz,
  applied_by text,
  -- Objects that were made for it, by the step that made them.
  made jsonb not null default '{}',
  verify_until timestamptz,
  done_at timestamptz,
  hosts jsonb not null default '[]',
  -- What another room carries it out by: a plan of upgrades, a change of recipients.
  plan_id uuid,
  -- Of recipients: the lists that were looked at.
  basis text,
  -- When it is taken back by itself.
  due_at timestamptz,
  reverted_at timestamptz,
  reverted_by text,
  revert_reason text,
  conflict jsonb not null default '[]',
  fault jsonb,
  primary key (tenant_id, id),
  foreign key (tenant_id, ticket_id) references tickets_ticket (tenant_id, id),
  check ((approved_at is null) = (approved_by is null)),
  check ((applied_at is null) = (applied_by is null)),
  check (state not in ('verifying', 'done', 'reverting', 'reverted') or applied_at is not null)
);
create unique index changes_change_id on changes_change (id);
create unique index changes_change_number on changes_change (number, tenant_id);
create index changes_change_newest on changes_change (tenant_id, created_at desc);
create index changes_change_open on changes_change (tenant_id) where state in ('proposed', 'approved', 'applying', 'verifying', 'reverting');
create index changes_change_due on changes_change (due_at) where due_at is not null and state in ('verifying', 'done', 'failed');
create index changes_change_done on changes_change (tenant_id, done_at) where done_at is not null;
create index changes_change_ticket on changes_change (tenant_id, ticket_id) where ticket_id is not null;
select platform_protect('changes_change', 'select, insert, update');

create table changes_event (
  tenant_id uuid not null,
  change_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  what text not null,
  by_name text not null,
  detail text,
  primary key (tenant_id, change_id, id),
  foreign key (tenant_id, change_id) references changes_change (tenant_id, id)
);
select platform_protect('changes_event', 'select, insert');

-- What a change says of the ticket that asked for it, and of the version that hosts keep to.
create view tickets_named with (security_invoker = true) as
  select tenant_id, id, number, language from tickets_ticket;
grant select on tickets_named to sakimori_provider, sakimori_tenant;
