-- What rooms publish to each other: views read with the reader's own rights (`security_invoker`), so row-level security holds through them.
create view policies_current with (security_invoker = true) as select tenant_id, id, name, version from policies_policy;
create view alerts_unclosed with (security_invoker = true) as select tenant_id, id, host_id, severity, opened_at from alerts_alert where state <> 'closed';
create view hosts_assigned with (security_invoker = true) as select tenant_id, id, name, policy_id from hosts_host where retired_at is null;
grant select on policies_current, alerts_unclosed, hosts_assigned to sakimori_tenant, sakimori_provider;
create view hosts_named with (security_invoker = true) as select tenant_id, id, name from hosts_host;
grant select on hosts_named to sakimori_tenant, sakimori_provider;
create view alerts_span with (security_invoker = true) as select tenant_id, id, grouping_key, opened_at, closed_at from alerts_alert;
grant select on alerts_span to sakimori_tenant, sakimori_provider;
create view hosts_health with (security_invoker = true) as
  select h.tenant_id, h.id, h.silent_since is not null as silent,
    h.applied_version is distinct from p.version as drift,
    exists (select from jsonb_array_elements(h.modules) m where m ->> 'state' in ('lacking', 'degraded')) as lacking
  from hosts_host h join policies_policy p on p.tenant_id = h.tenant_id and p.id = h.policy_id
  where h.retired_at is null;
create view detections_by_hour with (security_invoker = true) as select tenant_id, hour, count from detections_hourly;
create view notices_pending with (security_invoker = true) as select tenant_id, state from notices_notice where state <> 'sent';
grant select on hosts_health, detections_by_hour, notices_pending to sakimori_tenant, sakimori_provider;
