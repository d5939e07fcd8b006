-- Onboardings (S35–S40): an order, its five steps, and what proves them. The id of the account is chosen with the order, so a row is its account's own
-- from the beginning; the account itself is made when it is issued, hence no reference to it. The tenant's role reads; staff write through the provider's.
create table onboarding_case (
  tenant_id uuid not null,
  id uuid not null,
  order_number text not null,
  order_sha256 text not null check (order_sha256 ~ '^[0-9a-f]{64}$'),
  customer_name text not null,
  account_name text not null,
  order_form jsonb not null,
  steps jsonb not null,
  state text not null check (state in ('open', 'started', 'cancelled')),
  version integer not null check (version > 0),
  created_at timestamptz not null,
  created_by text not null,
  changed_at timestamptz not null,
  changed_by text not null,
  issued_at timestamptz,
  started_on date,
  cancel_reason text,
  primary key (tenant_id, id),
  check ((state = 'started') = (started_on is not null)),
  check ((state = 'cancelled') = (cancel_reason is not null)),
  -- An account that was issued is ended by its contract, never by taking the order back.
  check (state <> 'cancelled' or issued_at is null)
);
-- An order is taken once, whether it comes as the same number or as the same content.
create unique index onboarding_case_number on onboarding_case (customer_name, lower(order_number)) where state <> 'cancelled';
create unique index onboarding_case_content on onboarding_case (order_sha256) where state <> 'cancelled';
select platform_protect('onboarding_case', 'select');
grant insert, update on onboarding_case to sakimori_provider;

-- Files as they came, byte for byte.
create table onboarding_file (
  tenant_id uuid not null,
  case_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('order', 'hearing', 'other')),
  name text not null,
  sha256 text not null,
  content bytea not null check (octet_length(content) between 1 and 4194304),
  uploaded_at timestamptz not null,
  uploaded_by text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references onboarding_case (tenant_id, id)
);
create index onboarding_file_case on onboarding_file (tenant_id, case_id);
select platform_protect('onboarding_file', 'select');
grant insert on onboarding_file to sakimori_provider;

-- Who was sent a test mail, and that it arrived (S36). Of the link's secret a hash is kept.
create table onboarding_recipient (
  tenant_id uuid not null,
  case_id uuid not null,
  contact_id uuid not null,
  mail text not null,
  secret_hash text not null unique,
  asked_at timestamptz not null,
  confirmed_at timestamptz,
  confirmed_how text check (confirmed_how in ('link', 'phone', 'mail', 'document')),
  recorded_by text,
  primary key (tenant_id, case_id, contact_id),
  foreign key (tenant_id, case_id) references onboarding_case (tenant_id, id),
  check ((confirmed_at is null) = (confirmed_how is null))
);
-- The secret's uniqueness needs no tenant: it has 256 random bits.
select platform_protect('onboarding_recipient', 'select');
grant insert, update on onboarding_recipient to sakimori_provider;
