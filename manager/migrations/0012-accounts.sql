-- People and keys of a customer belong to an account that exists.
alter table access_person add constraint access_person_account foreign key (account_id) references customers_account (tenant_id);
alter table access_key add constraint access_key_account foreign key (account_id) references customers_account (tenant_id);

-- One address is one contact, however it is written.
create unique index customers_contact_address on customers_contact (tenant_id, lower(mail));

-- What the list of accounts shows of rooms further right, read with the reader's own rights.
create view hosts_count_by_account with (security_invoker = true) as
  select tenant_id, count(*)::integer as host_count from hosts_host where retired_at is null group by tenant_id;
create view alerts_unclosed_by_account with (security_invoker = true) as
  select tenant_id, count(*)::integer as alert_count from alerts_alert where state <> 'closed' group by tenant_id;
grant select on hosts_count_by_account, alerts_unclosed_by_account to sakimori_tenant, sakimori_provider;
