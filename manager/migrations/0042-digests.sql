-- Mail without floods (S62): of each contact how many letters about alerts it had of late, and what waits to be told together.
create table notices_digest (
  tenant_id uuid not null,
  contact_id uuid not null,
  -- As set for this contact; null: as everybody has it.
  singles_max integer check (singles_max between 0 and 1000),
  window_minutes integer check (window_minutes between 1 and 60),
  window_from timestamptz not null,
  singles integer not null default 0,
  -- Something is held, and told at this time.
  due_at timestamptz,
  primary key (tenant_id, contact_id),
  foreign key (tenant_id, contact_id) references customers_contact (tenant_id, id) on delete cascade
);
create index notices_digest_due on notices_digest (due_at) where due_at is not null;
select platform_protect('notices_digest');

-- What was not told by a letter of its own, until a digest tells it; then which letter that was.
create table notices_held (
  tenant_id uuid not null,
  id uuid not null,
  contact_id uuid not null,
  alert_id uuid not null,
  event text not null,
  at timestamptz not null,
  notice_id uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, contact_id) references customers_contact (tenant_id, id) on delete cascade
);
create index notices_held_waiting on notices_held (tenant_id, contact_id) where notice_id is null;
create index notices_held_notice on notices_held (tenant_id, notice_id);
create index notices_held_alert on notices_held (tenant_id, alert_id);
select platform_protect('notices_held');

-- A letter that could not be sent for long goes into the next digest; one whose server was out of reach is tried as soon as any other gets through.
alter table notices_notice drop constraint notices_notice_state_check;
alter table notices_notice add constraint notices_notice_state_check check (state in ('waiting', 'sent', 'failed', 'bounced', 'digested'));
alter table notices_notice add column is_outage boolean not null default false;
create index notices_notice_failing on notices_notice (tenant_id, contact_id) where state = 'waiting' and last_error is not null;
create or replace view notices_pending with (security_invoker = true) as
  select tenant_id, state from notices_notice where state not in ('sent', 'digested');

-- What a digest says of its alerts.
create view alerts_for_notices with (security_invoker = true) as
  select tenant_id, id, number, host_id, module, kind, rule_id, rule_name, rule_name_ja, subject, file, severity, detection_count from alerts_alert;
grant select on alerts_for_notices to sakimori_tenant, sakimori_provider;
