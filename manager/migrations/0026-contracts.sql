-- What an account has ordered. Each row is one term of its contract: an edition, a plan and a number of nodes, from a day to a day. A change
-- closes the term that stands and begins the next, so the history is the list of terms. Terms are never in force together, and so an account
-- never has two plans on one day (S21): each term names the last day of the one before, only one term may do so, and only one may name none.
create table customers_contract (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  number text not null,
  edition text not null,
  plan text not null check (plan in ('standard', 'advanced', 'highend')),
  nodes integer not null check (nodes > 0),
  starts_on date not null,
  ends_on date,
  previous_ends_on date,
  reason text,
  created_at timestamptz not null,
  created_by text not null,
  primary key (tenant_id, id),
  unique (tenant_id, ends_on),
  unique nulls not distinct (tenant_id, previous_ends_on),
  foreign key (tenant_id, previous_ends_on) references customers_contract (tenant_id, ends_on) on update cascade,
  check (ends_on >= starts_on),
  check (previous_ends_on < starts_on)
);
select platform_protect('customers_contract', 'select');
grant insert, update, delete on customers_contract to sakimori_provider;

-- One account for each plan of a customer (S20), among those that have a contract.
alter table customers_account add column contracted boolean not null default false;
create unique index customers_account_plan on customers_account (customer_id, plan) where contracted;

-- Servers under a contract, and what each of them needs (S18): the basic contract and a level of operation support, from a day to a day.
create table customers_server (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  name text not null,
  basic_from date,
  basic_until date,
  support text not null check (support in ('none', 'silver', 'gold', 'platinum')),
  support_from date,
  support_until date,
  created_at timestamptz not null,
  removed_at timestamptz,
  removed_reason text,
  primary key (tenant_id, id)
);
create unique index customers_server_name on customers_server (tenant_id, lower(name)) where removed_at is null;
select platform_protect('customers_server', 'select');
grant insert, update on customers_server to sakimori_provider;
