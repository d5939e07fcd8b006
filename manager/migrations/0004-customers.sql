-- A customer may have several accounts; an account is the tenant: one customer under one plan (S20, S21).
create table customers_customer (
  id uuid primary key,
  name text not null unique,
  created_at timestamptz not null
);
grant select, insert, update on customers_customer to sakimori_provider;

create table customers_account (
  tenant_id uuid primary key,
  customer_id uuid not null references customers_customer (id),
  customer_name text not null,
  name text not null unique,
  plan text not null check (plan in ('standard', 'advanced', 'highend')),
  created_at timestamptz not null
);
select platform_protect('customers_account', 'select');
grant insert, update on customers_account to sakimori_provider;

create table customers_contact (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  name text not null,
  mail text not null,
  language text not null check (language in ('ja', 'en')),
  purposes text[] not null,
  bounced_at timestamptz,
  bounce_reason text,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, mail)
);
select platform_protect('customers_contact');
