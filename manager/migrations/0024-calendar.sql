-- Calendars of business days (S53). A version is never changed: a deadline keeps the number of the one it was computed with. What stands is
-- the version with the highest number; an undo is a version too, with the contents of the one that it goes back to.
create table calendar_version (
  number integer primary key,
  -- {firstYear, lastYear, days: [{date, name}]}, or null where the law's rules stand alone.
  holidays jsonb,
  -- [{id, from, to, effect, reason, scope}]
  overrides jsonb not null,
  -- The change that an undo would take back: this one, or after an undo the one before it that stands again; 0 where none is left.
  origin integer not null,
  made_at timestamptz not null,
  made_by text not null,
  change jsonb not null
);
grant select, insert on calendar_version to sakimori_provider;
-- A customer's deadlines are computed with the provider's days; who set them stays with the provider.
grant select (number, holidays, overrides) on calendar_version to sakimori_tenant;

create table calendar_account_version (
  tenant_id uuid not null references customers_account (tenant_id),
  number integer not null,
  overrides jsonb not null,
  origin integer not null,
  made_at timestamptz not null,
  made_by text not null,
  change jsonb not null,
  primary key (tenant_id, number)
);
select platform_protect('calendar_account_version', 'select');
grant insert on calendar_account_version to sakimori_provider;

-- Subscriptions by secret address, kept as SHA-256 of 256 random bits. They are the provider's to give: the tenant's role has no right here.
create table calendar_feed (
  id uuid primary key,
  account_id uuid references customers_account (tenant_id),
  token_hash text not null unique,
  name text not null,
  language text not null check (language in ('ja', 'en')),
  created_at timestamptz not null,
  created_by text not null,
  last_fetched_at timestamptz,
  revoked_at timestamptz
);
grant select, insert, update on calendar_feed to sakimori_provider;
