-- Scheduled tasks beside the API's model (S58): on which days they run, and every run with what became of it, the ones that nobody carried out among
-- them.
create table automation_day_rule (
  tenant_id uuid not null references customers_account (tenant_id),
  task_id integer not null,
  rule text not null check (rule in ('only', 'next')),
  set_at timestamptz not null,
  set_by text not null,
  primary key (tenant_id, task_id)
);
select platform_protect('automation_day_rule');

create table automation_run (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  task_id integer not null,
  name text not null,
  type text not null,
  -- When it was to run, and when somebody saw to it.
  planned_at timestamptz not null,
  at timestamptz not null,
  state text not null check (state in ('ran', 'failed', 'missed', 'skipped', 'moved')),
  reason text,
  facts jsonb not null default '{}',
  -- What hosts were given for it.
  host_task_ids uuid[] not null default '{}',
  -- Hosts that did not do it were told of.
  told_at timestamptz,
  primary key (tenant_id, id)
);
create index automation_run_newest on automation_run (planned_at desc, id desc);
create index automation_run_task on automation_run (tenant_id, task_id, planned_at desc);
create index automation_run_untold on automation_run (at) where told_at is null and state = 'ran' and host_task_ids <> '{}';
select platform_protect('automation_run');

-- The customer consents to containment on the portal too, signed in and in their own name (S73).
alter table playbooks_consent drop constraint playbooks_consent_way_check;
alter table playbooks_consent add constraint playbooks_consent_way_check check (way in ('link', 'phone', 'standing', 'none', 'portal'));
