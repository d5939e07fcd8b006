-- Rules have a Japanese name beside the English one. A rule's names stand once, not in every hour it was counted in: a renamed rule is
-- called by its newest name, in either language alike.
create table detections_rule (
  tenant_id uuid not null references customers_account (tenant_id),
  module text not null,
  rule_id text not null,
  name text not null,
  name_ja text,
  primary key (tenant_id, module, rule_id)
);
-- The owner writes here before row-level security binds the owner too.
alter table detections_hourly no force row level security;
insert into detections_rule (tenant_id, module, rule_id, name)
select distinct on (tenant_id, module, rule_id) tenant_id, module, rule_id, rule_name
from detections_hourly order by tenant_id, module, rule_id, hour desc;
alter table detections_hourly force row level security;
select platform_protect('detections_rule', 'select, insert, update');

drop view detections_for_report;
alter table detections_hourly drop column rule_name;
create view detections_for_report with (security_invoker = true) as
  select c.tenant_id, c.hour, c.host_id, c.module, c.rule_id, coalesce(r.name, c.rule_id) as rule_name, r.name_ja as rule_name_ja, c.severity, c.count,
    (c.mode = 'prevent' and c.action in ('denied', 'quarantined', 'deleted', 'cleaned', 'isolated') and c.action_result = 'success') as prevented
  from detections_hourly c
  left join detections_rule r on r.tenant_id = c.tenant_id and r.module = c.module and r.rule_id = c.rule_id;

-- What an alert's headline tells: the names of its rule, and of the detection that opened it the file (contract `AlertFile`).
alter table alerts_alert add column rule_name_ja text, add column file jsonb;
create or replace view alerts_for_report with (security_invoker = true) as
  select tenant_id, id, number, host_id, module, kind, severity, title, opened_at, detection_count, rule_id, rule_name, rule_name_ja, subject, file from alerts_alert;

-- Alerts that stored reports list carry what their headlines are made of.
alter table reports_report no force row level security;
update reports_report r set report = jsonb_set(r.report, '{alerts}', (
  select coalesce(jsonb_agg(jsonb_build_object('ruleId', alert -> 'kind', 'ruleName', alert -> 'title') || alert order by position), '[]')
  from jsonb_array_elements(r.report -> 'alerts') with ordinality as listed (alert, position)));
alter table reports_report force row level security;

grant select on detections_for_report to sakimori_tenant, sakimori_provider;
