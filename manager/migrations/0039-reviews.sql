-- Review sheets: the alerts of every day since the last business day, looked through on the next one (S65). One an account and business day, so
-- that two managers that make it at once make one; an alert is on one sheet and no other.
create table reviews_sheet (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  business_day date not null,
  days date[] not null,
  covers_from timestamptz not null,
  covers_to timestamptz not null,
  made_at timestamptz not null,
  due_at timestamptz not null,
  clause text not null,
  edition text not null,
  state text not null check (state in ('open', 'done')),
  finished_at timestamptz,
  breached_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, business_day),
  check ((state = 'done') = (finished_at is not null)),
  check (covers_from < covers_to)
);
create unique index reviews_sheet_id on reviews_sheet (id);
create index reviews_sheet_day on reviews_sheet (business_day desc, id);
create index reviews_sheet_due on reviews_sheet (due_at) where state = 'open' and breached_at is null;
select platform_protect('reviews_sheet', 'select, insert, update');

create table reviews_item (
  tenant_id uuid not null,
  sheet_id uuid not null,
  alert_id uuid not null,
  -- The rule that leaves it out, and what shows that it applies.
  exclusion text check (exclusion in ('finished', 'brief-silence', 'planned-work')),
  evidence jsonb,
  is_sample boolean not null default false,
  verdict text check (verdict in ('no_action', 'false_positive', 'planned_work', 'action_needed')),
  verdict_note text,
  verdict_by text,
  verdict_at timestamptz,
  -- The verdict closed the alert, so taking it back opens it again.
  has_closed boolean not null default false,
  primary key (tenant_id, sheet_id, alert_id),
  unique (tenant_id, alert_id),
  foreign key (tenant_id, sheet_id) references reviews_sheet (tenant_id, id),
  foreign key (tenant_id, alert_id) references alerts_alert (tenant_id, id),
  check ((exclusion is null) = (evidence is null)),
  check ((verdict is null) = (verdict_at is null and verdict_by is null))
);
create index reviews_item_due on reviews_item (tenant_id, sheet_id) where verdict is null and (exclusion is null or is_sample);
select platform_protect('reviews_item', 'select, insert, update');

-- Tries to reach the customer's contacts about an item, in the order of the list (S67).
create table reviews_escalation (
  tenant_id uuid not null,
  id uuid not null,
  alert_id uuid not null,
  contact_id uuid,
  contact_name text not null,
  channel text not null check (channel in ('mail', 'phone')),
  at timestamptz not null,
  by_name text not null,
  message text not null,
  outcome text not null check (outcome in ('waiting', 'answered', 'no_answer')),
  answer text,
  answered_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, alert_id) references reviews_item (tenant_id, alert_id)
);
create index reviews_escalation_alert on reviews_escalation (tenant_id, alert_id, at);
select platform_protect('reviews_escalation', 'select, insert, update');
