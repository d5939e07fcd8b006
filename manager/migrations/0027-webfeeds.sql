-- Feeds of web reputation (S5). Those of the provider, which go to all accounts' hosts, have the zero tenant, as the provider's own entries of the audit do.
create table webfeeds_feed (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  format text not null check (format in ('list', 'urlhaus', 'scored')),
  category text not null,
  score integer not null,
  -- May hold a key: sealed by the manager's secret. What is shown is the masked one.
  sealed_url text,
  shown_url text,
  interval_minutes integer,
  is_shipped boolean not null default false,
  entries integer not null default 0,
  -- What was read, a line each, compressed.
  content bytea,
  digest text,
  fault_count integer not null default 0,
  faults jsonb not null default '[]',
  version integer not null default 0,
  tried_at timestamptz,
  good_at timestamptz,
  problem text,
  due_at timestamptz,
  primary key (tenant_id, id)
);
alter table webfeeds_feed alter column content set storage external;
create index webfeeds_feed_due on webfeeds_feed (due_at) where due_at is not null;
select platform_protect('webfeeds_feed');

-- What hosts fetch: one table of all shared feeds, and one for each account that has lists of its own.
create table webfeeds_table (
  tenant_id uuid primary key,
  version text not null,
  -- Of the contents that it was made from.
  source_digest text not null,
  entries integer not null,
  built_at timestamptz not null,
  content bytea not null
);
alter table webfeeds_table alter column content set storage external;
select platform_protect('webfeeds_table');
