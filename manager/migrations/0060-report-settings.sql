-- What a month's report says of the settings is what they were at its end, however late it is composed.
create table reports_settings (
  tenant_id uuid not null references customers_account (tenant_id),
  -- `2026-11`
  period text not null,
  taken_at timestamptz not null,
  -- The settings as a report has them, and the hosts that were in service, by the names that they had.
  kept jsonb not null,
  primary key (tenant_id, period)
);
select platform_protect('reports_settings', 'select, insert');

-- Which computer of the API is which host.
create view computers_for_report with (security_invoker = true) as
  select tenant_id, id, host_id from configuration_computer;
grant select on computers_for_report to sakimori_tenant, sakimori_provider;
