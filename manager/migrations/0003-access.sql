-- Who may sign in, and what they sign in with. These tables belong to the provider as a whole: the tenant's role has no right on any of
-- them, so nothing done in a customer's name can read or change an identity.
create table access_person (
  id uuid primary key,
  name text not null,
  mail text not null,
  role text not null check (role in ('provider-admin', 'operator', 'soc-analyst', 'service-manager', 'customer-admin', 'customer-viewer')),
  account_id uuid,
  language text not null check (language in ('ja', 'en')),
  -- Argon2id in PHC form; null until the person has set one.
  password_hash text,
  -- The key of one-time codes, sealed by the master secret; `pending` until a first code proved that the person holds it.
  totp_sealed text,
  totp_pending text,
  -- The last 30-second step of which a code was taken: no code serves twice.
  totp_last_step bigint,
  created_at timestamptz not null,
  disabled_at timestamptz,
  check ((role in ('customer-admin', 'customer-viewer')) = (account_id is not null))
);
create unique index access_person_mail on access_person (lower(mail)) where disabled_at is null;

-- Sessions, links and keys are kept as SHA-256 of 256 random bits: what is read here signs nobody in.
create table access_session (
  token_hash text primary key,
  person_id uuid not null references access_person (id),
  started_by text not null check (started_by in ('password', 'link')),
  started_at timestamptz not null,
  last_seen_at timestamptz not null
);
create index access_session_person on access_session (person_id);

create table access_link (
  secret_hash text primary key,
  person_id uuid not null references access_person (id),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  revoked_at timestamptz
);
create index access_link_person on access_link (person_id);

create table access_key (
  id uuid primary key,
  name text not null,
  secret_hash text not null unique,
  role text not null check (role in ('provider-admin', 'operator', 'soc-analyst', 'service-manager', 'customer-admin', 'customer-viewer')),
  account_id uuid,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  check ((role in ('customer-admin', 'customer-viewer')) = (account_id is not null))
);

-- Attempts at a credential, counted in windows that begin with their first attempt.
create table access_attempt (
  bucket text primary key,
  started_at timestamptz not null,
  count integer not null
);

grant select, insert, update on access_person, access_link, access_key to sakimori_provider;
grant select, insert, update, delete on access_session, access_attempt to sakimori_provider;
grant delete on access_link to sakimori_provider;
