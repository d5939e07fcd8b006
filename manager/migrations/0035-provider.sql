-- Who provides the service (S104): brands of the provider with every version of their profiles, so that what was made with one keeps it. A
-- customer may have another brand than the standard one; its accounts carry it too, where the account's own transactions find it.
create table provider_brand (
  id uuid primary key,
  label text not null unique,
  is_default boolean not null,
  version integer not null check (version > 0)
);
create unique index provider_brand_default on provider_brand (is_default) where is_default;
create table provider_brand_version (
  brand_id uuid not null references provider_brand (id),
  version integer not null,
  profile jsonb not null,
  logo bytea,
  logo_type text check (logo_type in ('image/png', 'image/svg+xml')),
  made_at timestamptz not null,
  made_by text not null,
  primary key (brand_id, version),
  check ((logo is null) = (logo_type is null))
);
alter table customers_customer add column brand_id uuid references provider_brand (id);
alter table customers_account add column brand_id uuid references provider_brand (id);

-- A tenant sees the standard brand and its own, and not that others have another.
alter table provider_brand enable row level security;
alter table provider_brand_version enable row level security;
create policy tenant on provider_brand to sakimori_tenant using (is_default or id in (select brand_id from customers_account));
create policy tenant on provider_brand_version to sakimori_tenant using (brand_id in (select id from provider_brand));
create policy provider on provider_brand to sakimori_provider using (true) with check (true);
create policy provider on provider_brand_version to sakimori_provider using (true) with check (true);
grant select on provider_brand, provider_brand_version to sakimori_tenant, sakimori_provider;
grant insert, update on provider_brand to sakimori_provider;
grant insert on provider_brand_version to sakimori_provider;

create view provider_of_account with (security_invoker = true) as
  select a.tenant_id, b.id as brand_id, v.version, v.profile, v.logo, v.logo_type
  from customers_account a
  join provider_brand b on b.id = a.brand_id or (a.brand_id is null and b.is_default)
  join provider_brand_version v on v.brand_id = b.id and v.version = b.version;
create view provider_use with (security_invoker = true) as
  select brand_id, count(*) as customers from customers_customer where brand_id is not null group by brand_id;
grant select on provider_of_account to sakimori_tenant, sakimori_provider;
grant select on provider_use to sakimori_provider;

-- A letter names its sender as the brand did when it was written.
alter table notices_notice add column from_name text;

-- Licenses of an account (S48). The key is sealed by the master secret; of it only the last characters are shown. Terms join on to each other:
-- a renewal is a term more. What is due is a row, one for each step before an end, and each is told once.
create table licenses_license (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  product text not null,
  vendor text not null,
  contract_number text,
  sealed_key text,
  key_hint text,
  seats integer check (seats > 0),
  created_at timestamptz not null,
  created_by text not null,
  ended_at timestamptz,
  ended_by text,
  end_reason text,
  -- Since when it is not valid although it should be; null where it is.
  gap_since date,
  is_overused boolean not null default false,
  primary key (tenant_id, id)
);
create table licenses_term (
  tenant_id uuid not null,
  id uuid not null,
  license_id uuid not null,
  valid_from date not null,
  valid_to date not null,
  created_at timestamptz not null,
  created_by text not null,
  note text,
  proof_name text,
  proof_type text,
  proof_sha256 text,
  proof bytea,
  primary key (tenant_id, id),
  unique (tenant_id, license_id, valid_from),
  foreign key (tenant_id, license_id) references licenses_license (tenant_id, id),
  check (valid_to >= valid_from),
  check ((proof is null) = (proof_sha256 is null))
);
create table licenses_reminder (
  tenant_id uuid not null,
  license_id uuid not null,
  valid_to date not null,
  days integer not null,
  due_at timestamptz not null,
  state text not null check (state in ('waiting', 'told', 'passed', 'renewed')),
  settled_at timestamptz,
  primary key (tenant_id, license_id, valid_to, days),
  foreign key (tenant_id, license_id) references licenses_license (tenant_id, id)
);
create index licenses_reminder_due on licenses_reminder (due_at) where state = 'waiting';
select platform_protect('licenses_license', 'select');
select platform_protect('licenses_term', 'select');
select platform_protect('licenses_reminder', 'select');
grant insert, update on licenses_license, licenses_reminder to sakimori_provider;
grant insert on licenses_term to sakimori_provider;
