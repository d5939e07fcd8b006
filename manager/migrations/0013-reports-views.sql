-- What reports read of other rooms, with the reader's own rights (`security_invoker`): row-level security holds through them.
create view accounts_for_report with (security_invoker = true) as
  select tenant_id, name, customer_name, created_at from customers_account;

-- The roll-ups. "Prevented" is defined here and nowhere else: a module in prevent mode acted, and the action succeeded.
create view detections_for_report with (security_invoker = true) as
  select tenant_id, hour, host_id, module, rule_id, rule_name, severity, count,
    (mode = 'prevent' and action in ('denied', 'quarantined', 'deleted', 'cleaned', 'isolated') and action_result = 'success') as prevented
  from detections_hourly;

create view alerts_for_report with (security_invoker = true) as
  select tenant_id, id, number, host_id, module, kind, severity, title, opened_at, detection_count from alerts_alert;

-- The steps that move an alert's state, so that a report can say how it stood at the end of its period.
create view alert_states_for_report with (security_invoker = true) as
  select tenant_id, alert_id, id, at, kind, facts ->> 'closing' as closing from alerts_step
  where kind in ('opened', 'acknowledged', 'closed', 'reopened', 'resolved');

create view hosts_for_report with (security_invoker = true) as
  select tenant_id, id, name, facts ->> 'os' as os, modules, retired_at, silent_since, applied_policy_id, applied_version from hosts_host;

create view policies_for_report with (security_invoker = true) as
  select tenant_id, id, name, version from policies_policy;

grant select on accounts_for_report, detections_for_report, alerts_for_report, alert_states_for_report, hosts_for_report, policies_for_report
  to sakimori_tenant, sakimori_provider;

-- The provider as mails and reports name it.
create view provider_for_report with (security_invoker = true) as
  select settings ->> 'fromName' as name from notices_settings;
grant select on provider_for_report to sakimori_provider;
