create table hosts_host (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  name text not null,
  facts jsonb not null,
  enrolled_at timestamptz not null,
  retired_at timestamptz,
  policy_id uuid not null,
  applied_policy_id uuid,
  applied_version integer,
  policy_problem text,
  modules jsonb not null default '[]',
  spool_pending bigint not null default 0,
  spool_dropped bigint not null default 0,
  resident_bytes bigint not null default 0,
  clock_offset_ms bigint not null default 0,
  run_id uuid,
  last_seen_at timestamptz,
  -- Liveness: when silence becomes an alert, and the cause the manager can know by then.
  silence_due_at timestamptz,
  silence_cause text,
  silent_since timestamptz,
  primary key (tenant_id, id)
);
create unique index hosts_host_id on hosts_host (id);
create index hosts_host_silence on hosts_host (silence_due_at) where silence_due_at is not null;
select platform_protect('hosts_host');

-- Client certificates that the manager issued. The key never leaves the host.
create table hosts_certificate (
  tenant_id uuid not null,
  host_id uuid not null,
  serial text not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  primary key (tenant_id, serial),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
create unique index hosts_certificate_serial on hosts_certificate (serial);
create index hosts_certificate_host on hosts_certificate (tenant_id, host_id);
select platform_protect('hosts_certificate');

-- One-time enrolment tokens. Only the hash of the secret is kept.
create table hosts_token (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  secret_hash text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  used_by_host_id uuid,
  revoked_at timestamptz,
  primary key (tenant_id, id)
);
create unique index hosts_token_secret on hosts_token (secret_hash);
select platform_protect('hosts_token');

-- The manager's own certificate authority: certificate, and key sealed by the master secret.
create table hosts_authority (
  id integer primary key check (id = 1),
  certificate text not null,
  sealed_key text not null,
  created_at timestamptz not null
);
grant select, insert on hosts_authority to sakimori_provider;
