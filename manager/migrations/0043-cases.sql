-- Cases: alerts that people of the provider and its partner SOC work together, round the clock (S72). An alert is in one case at most.
create table cases_case (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  number bigint generated always as identity,
  title text,
  state text not null check (state in ('open', 'working', 'waiting', 'closed', 'merged')),
  severity smallint not null,
  owner_id text,
  owner_name text,
  clause text,
  edition text,
  opened_at timestamptz not null,
  opened_by text not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  closed_at timestamptz,
  closing text check (closing in ('resolved', 'handled', 'false_positive', 'planned_work')),
  merged_into uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, merged_into) references cases_case (tenant_id, id),
  check ((state = 'merged') = (merged_into is not null)),
  check ((state = 'closed') = (closed_at is not null and closing is not null))
);
create unique index cases_case_id on cases_case (id);
create unique index cases_case_number on cases_case (number);
create index cases_case_opened on cases_case (opened_at desc, id desc);
create index cases_case_unclosed on cases_case (tenant_id, opened_at) where state in ('open', 'working', 'waiting');
select platform_protect('cases_case', 'select, insert, update');

create table cases_alert (
  tenant_id uuid not null,
  alert_id uuid not null,
  case_id uuid not null,
  added_at timestamptz not null,
  primary key (tenant_id, alert_id),
  foreign key (tenant_id, alert_id) references alerts_alert (tenant_id, id),
  foreign key (tenant_id, case_id) references cases_case (tenant_id, id)
);
create index cases_alert_case on cases_alert (tenant_id, case_id);
select platform_protect('cases_alert', 'select, insert, update');

-- What happened and what people of the provider and the SOC wrote among themselves.
create table cases_entry (
  tenant_id uuid not null,
  case_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  kind text not null,
  by_name text not null,
  soc_name text,
  text text,
  facts jsonb not null,
  primary key (tenant_id, case_id, id),
  foreign key (tenant_id, case_id) references cases_case (tenant_id, id)
);
select platform_protect('cases_entry', 'select, insert');

-- What the customer is told. A table of its own, so that what reads for a customer or a report cannot meet an internal word (S88).
create table cases_told (
  tenant_id uuid not null,
  case_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  kind text not null,
  by_name text not null,
  text text,
  facts jsonb not null,
  primary key (tenant_id, case_id, id),
  foreign key (tenant_id, case_id) references cases_case (tenant_id, id)
);
select platform_protect('cases_told', 'select, insert');

-- Merges and splits, with what is needed to undo them.
create table cases_move (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('merge', 'split')),
  from_id uuid not null,
  to_id uuid not null,
  alert_ids uuid[] not null,
  from_state text not null,
  at timestamptz not null,
  by_name text not null,
  undone_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, from_id) references cases_case (tenant_id, id),
  foreign key (tenant_id, to_id) references cases_case (tenant_id, id)
);
create index cases_move_from on cases_move (tenant_id, from_id) where undone_at is null;
create index cases_move_to on cases_move (tenant_id, to_id) where undone_at is null;
select platform_protect('cases_move', 'select, insert, update');
