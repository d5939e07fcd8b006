-- A delivery report names a letter without its account, and letters of one alert are looked up together.
create index notices_notice_id on notices_notice (id);
create index notices_notice_alert on notices_notice (tenant_id, alert_id) where alert_id is not null;

-- The provider as every customer sees it below a mail. A view of its owner: the settings themselves stay closed to tenants.
create view notices_identity as
  select settings ->> 'fromName' as name, settings ->> 'signature' as signature from notices_settings;
-- What a mail of a resolved alert says of its beginning, read with the reader's own rights.
create view alerts_beginning with (security_invoker = true) as
  select tenant_id, id, first_detection_id, opened_at from alerts_alert;
grant select on notices_identity, alerts_beginning to sakimori_tenant, sakimori_provider;
