-- Work of people: what somebody of the provider has to do by a time. A key names the cause, so that one cause makes one piece of work. A tenant's
-- transaction may raise work (a mail that came back) and sees no other account's; no route shows any to a customer.
create table work_item (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  number bigint generated always as identity,
  queue text not null check (queue in ('setup', 'processMonitoring', 'licenseRenewal', 'helpdesk', 'desk')),
  kind text not null,
  key text not null,
  facts jsonb not null,
  feature text,
  quote_id uuid,
  target text,
  state text not null check (state in ('open', 'taken', 'done', 'cancelled')),
  due_at timestamptz not null,
  due jsonb,
  owner_id text,
  owner_name text,
  created_at timestamptz not null,
  created_by text not null,
  ended_at timestamptz,
  ended_by text,
  evidence text,
  primary key (tenant_id, id),
  unique (tenant_id, key),
  foreign key (tenant_id, quote_id) references customers_quote (tenant_id, id),
  check ((state = 'taken') <= (owner_id is not null)),
  check ((state in ('done', 'cancelled')) = (ended_at is not null and evidence is not null))
);
create index work_item_due on work_item (due_at, id) where ended_at is null;
create index work_item_ended on work_item (ended_at desc) where ended_at is not null;
select platform_protect('work_item', 'select, insert, update');
