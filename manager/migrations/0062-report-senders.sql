-- A report of a SOC is the SOC's (S82): a brand gives it a name, signature, colour and logo as it gives them to the provider, and its letters have an address
-- of the SOC's own.
alter table cases_soc add column brand_id uuid references provider_brand (id), add column from_address text;

-- Of a letter that comes from another address than that of the mail settings.
alter table notices_notice add column from_address text;
