-- Quotes as documents (S34, S104): made once for each language and kept byte for byte, so that what the customer approved is what was offered, whatever the
-- provider says of itself later.
create table reports_quote_document (
  tenant_id uuid not null,
  quote_id uuid not null,
  language text not null check (language in ('ja', 'en')),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  pdf bytea not null check (octet_length(pdf) > 0),
  made_at timestamptz not null,
  primary key (tenant_id, quote_id, language),
  foreign key (tenant_id, quote_id) references customers_quote (tenant_id, id)
);
select platform_protect('reports_quote_document', 'select, insert');
