-- Hearing sheets (S35): what a customer tells before the service begins. Until the account is issued a sheet is the provider's own; then it is given to
-- the account, with everything that belongs to it. The tenant's role reads; what is written goes through the provider's.
create table hearing_sheet (
  -- The provider's own until there is an account.
  tenant_id uuid not null,
  id uuid not null,
  customer_name text not null,
  -- Id of the definition with which it began.
  definition text not null,
  created_at timestamptz not null,
  created_by text not null,
  primary key (tenant_id, id)
);
create unique index hearing_sheet_account on hearing_sheet (tenant_id) where tenant_id <> '00000000-0000-0000-0000-000000000000';
create unique index hearing_sheet_customer on hearing_sheet (customer_name) where tenant_id = '00000000-0000-0000-0000-000000000000';
select platform_protect('hearing_sheet', 'select');
grant insert, update on hearing_sheet to sakimori_provider;

-- Files as they were uploaded, byte for byte.
create table hearing_file (
  tenant_id uuid not null,
  hearing_id uuid not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  name text not null,
  content bytea not null check (octet_length(content) <= 4194304),
  uploaded_at timestamptz not null,
  uploaded_by text not null,
  primary key (tenant_id, hearing_id, sha256),
  foreign key (tenant_id, hearing_id) references hearing_sheet (tenant_id, id) on update cascade
);
select platform_protect('hearing_file', 'select');
grant insert, update on hearing_file to sakimori_provider;

-- Versions of the answers; none changes but by being applied.
create table hearing_version (
  tenant_id uuid not null,
  hearing_id uuid not null,
  number integer not null check (number > 0),
  state text not null check (state in ('draft', 'confirmed')),
  source text not null check (source in ('form', 'file')),
  answers jsonb not null,
  -- The cell of each answer.
  places jsonb not null,
  sha256 text,
  created_at timestamptz not null,
  created_by text not null,
  applied_at timestamptz,
  applied_by text,
  primary key (tenant_id, hearing_id, number),
  foreign key (tenant_id, hearing_id) references hearing_sheet (tenant_id, id) on update cascade,
  foreign key (tenant_id, hearing_id, sha256) references hearing_file (tenant_id, hearing_id, sha256) on update cascade,
  check ((source = 'file') = (sha256 is not null)),
  check ((applied_at is null) = (applied_by is null))
);
select platform_protect('hearing_version', 'select');
grant insert, update on hearing_version to sakimori_provider;
-- Whoever applies a version does so as the account, in the transaction that changes its configuration.
grant update (applied_at, applied_by) on hearing_version to sakimori_tenant;
