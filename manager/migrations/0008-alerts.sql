create table alerts_counter (
  tenant_id uuid primary key references customers_account (tenant_id),
  last_number integer not null
);
select platform_protect('alerts_counter');

create table alerts_alert (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  number integer not null,
  host_id uuid not null,
  -- Account, host, rule and subject: what makes detections one alert. The account is in the key twice, as column and as text, so that
  -- no copy of it outside the database can ever mix two accounts.
  grouping_key text not null,
  module text not null,
  kind text not null,
  rule_id text not null,
  rule_name text not null,
  severity smallint not null,
  title text not null,
  subject text,
  state text not null check (state in ('open', 'acknowledged', 'closed')),
  closing text,
  opened_at timestamptz not null,
  last_detected_at timestamptz not null,
  closed_at timestamptz,
  detection_count integer not null,
  first_detection_id uuid not null,
  facts jsonb not null default '{}',
  primary key (tenant_id, id),
  unique (tenant_id, number),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id),
  check (grouping_key like tenant_id || '|%')
);
create unique index alerts_alert_unclosed on alerts_alert (tenant_id, grouping_key) where state <> 'closed';
create index alerts_alert_opened on alerts_alert (tenant_id, opened_at desc, id desc);
create index alerts_alert_opened_everywhere on alerts_alert (opened_at desc, id desc);
create index alerts_alert_host on alerts_alert (tenant_id, host_id) where state <> 'closed';
select platform_protect('alerts_alert');

-- What happened to an alert. Steps are appended, never changed.
create table alerts_step (
  tenant_id uuid not null,
  alert_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  kind text not null,
  by_name text not null,
  note text,
  facts jsonb,
  primary key (tenant_id, alert_id, id),
  foreign key (tenant_id, alert_id) references alerts_alert (tenant_id, id)
);
select platform_protect('alerts_step', 'select, insert');
