-- To which version of an edition's terms a customer agreed (S99–S101): when, who, and the very texts, should the edition's file ever change.
create table customers_consent (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  edition text not null,
  version integer not null check (version > 0),
  texts jsonb not null,
  sha256 text not null,
  agreed_on date not null,
  agreed_by text not null,
  agreed_how text not null check (agreed_how in ('portal', 'phone', 'mail', 'document')),
  recorded_at timestamptz not null,
  recorded_by text not null,
  primary key (tenant_id, id)
);
create index customers_consent_version on customers_consent (tenant_id, edition, version);
select platform_protect('customers_consent', 'select');
grant insert on customers_consent to sakimori_provider;
