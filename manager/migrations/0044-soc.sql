-- The partner SOC as a party of its own (S72): its name is the provider's to set, its people and keys belong to it, and it sees the cases of the
-- accounts that the contracts cover with it.
create table cases_soc (
  id uuid primary key,
  name text not null,
  mails text[] not null,
  language text not null check (language in ('ja', 'en')),
  webhook_url text,
  -- Sealed by the master secret. After a rotation both sign until the old one has ended.
  secret_sealed text not null,
  old_secret_sealed text,
  old_secret_until timestamptz,
  created_at timestamptz not null,
  check ((old_secret_sealed is null) = (old_secret_until is null))
);
create unique index cases_soc_name on cases_soc (name);
grant select, insert, update on cases_soc to sakimori_provider;

create table cases_coverage (
  tenant_id uuid primary key references customers_account (tenant_id),
  soc_id uuid not null references cases_soc (id),
  since timestamptz not null
);
create index cases_coverage_soc on cases_coverage (soc_id);
select platform_protect('cases_coverage');

-- What the SOC is told: one row a message, tried again until it is taken or given up.
create table cases_delivery (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  soc_id uuid not null references cases_soc (id),
  case_id uuid not null,
  channel text not null check (channel in ('webhook', 'mail')),
  event text not null,
  facts jsonb not null,
  state text not null check (state in ('waiting', 'delivered', 'dead')),
  attempts integer not null default 0,
  next_at timestamptz,
  problem text,
  created_at timestamptz not null,
  done_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases_case (tenant_id, id),
  check ((state = 'waiting') = (next_at is not null))
);
create index cases_delivery_due on cases_delivery (next_at) where state = 'waiting';
create index cases_delivery_soc on cases_delivery (soc_id, created_at desc);
select platform_protect('cases_delivery');

alter table access_person drop constraint access_person_role_check, add column soc_id uuid references cases_soc (id);
alter table access_person add constraint access_person_role_check
  check (role in ('provider-admin', 'operator', 'soc-analyst', 'service-manager', 'monitor', 'soc-partner', 'customer-admin', 'customer-viewer')),
  add constraint access_person_soc_check check ((role = 'soc-partner') = (soc_id is not null));
alter table access_key drop constraint access_key_role_check, add column soc_id uuid references cases_soc (id);
alter table access_key add constraint access_key_role_check
  check (role in ('provider-admin', 'operator', 'soc-analyst', 'service-manager', 'monitor', 'soc-partner', 'customer-admin', 'customer-viewer')),
  add constraint access_key_soc_check check ((role = 'soc-partner') = (soc_id is not null));
