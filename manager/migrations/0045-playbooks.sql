-- Playbooks that were proposed for hosts, the customer's word about each, and what was done (S73–S76).
create sequence playbooks_request_number;
grant usage on sequence playbooks_request_number to sakimori_tenant, sakimori_provider;

create table playbooks_request (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  number bigint not null default nextval('playbooks_request_number'),
  host_id uuid not null,
  -- As it stood when it was proposed.
  playbook jsonb not null,
  scope text not null check (scope in ('host', 'account')),
  source text,
  minutes integer,
  reason text not null,
  alert_id uuid,
  case_id uuid,
  proposal_id uuid,
  state text not null check (state in ('proposed', 'asked', 'consented', 'declined', 'expired', 'withdrawn', 'running', 'ended', 'failed')),
  needs_consent boolean not null,
  four_eyes boolean not null,
  created_at timestamptz not null,
  created_by text not null,
  created_by_id text not null,
  preview jsonb not null,
  connections_task uuid,
  -- The contacts to ask, as they stood when asking began, and when the next one's turn is.
  contact_ids uuid[] not null default '{}',
  next_contact_at timestamptz,
  consent_id uuid,
  consent_until timestamptz,
  started_at timestamptz,
  started_by text,
  confirmed_at timestamptz,
  until timestamptz,
  ended_at timestamptz,
  ended_by text,
  end_reason text,
  primary key (tenant_id, id),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
create index playbooks_request_newest on playbooks_request (created_at desc, id desc);
create index playbooks_request_due on playbooks_request (state) where state in ('proposed', 'asked', 'consented', 'running');
select platform_protect('playbooks_request', 'select, insert, update');

-- What hosts were given for it.
create table playbooks_task (
  tenant_id uuid not null,
  request_id uuid not null,
  task_id uuid not null,
  host_id uuid not null,
  deed text not null,
  primary key (tenant_id, request_id, task_id),
  foreign key (tenant_id, request_id) references playbooks_request (tenant_id, id)
);
select platform_protect('playbooks_task', 'select, insert');

-- Links that ask one contact each. Only the hash of a secret and of a code is kept.
create table playbooks_link (
  tenant_id uuid not null,
  id uuid not null,
  request_id uuid not null,
  contact_id uuid not null,
  contact_name text not null,
  mail text not null,
  language text not null,
  secret_hash text not null,
  state text not null check (state in ('sent', 'answered', 'locked', 'expired', 'closed')),
  sent_at timestamptz not null,
  expires_at timestamptz not null,
  code_hash text,
  code_sent_at timestamptz,
  code_count integer not null default 0,
  try_count integer not null default 0,
  answered_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, request_id) references playbooks_request (tenant_id, id)
);
create unique index playbooks_link_secret on playbooks_link (secret_hash);
create index playbooks_link_request on playbooks_link (tenant_id, request_id);
select platform_protect('playbooks_link', 'select, insert, update');

-- The customer's word: who, when and how. Nothing of it is ever changed.
create table playbooks_consent (
  tenant_id uuid not null,
  id uuid not null,
  request_id uuid not null,
  way text not null check (way in ('link', 'phone', 'standing', 'none')),
  answer text not null check (answer in ('yes', 'no')),
  by_name text not null,
  phone text,
  mail text,
  contact_id uuid,
  link_id uuid,
  standing_id uuid,
  at timestamptz not null,
  recorded_at timestamptz not null,
  recorded_by text,
  recorded_by_id text,
  reason text,
  primary key (tenant_id, id),
  foreign key (tenant_id, request_id) references playbooks_request (tenant_id, id)
);
create index playbooks_consent_request on playbooks_consent (tenant_id, request_id);
select platform_protect('playbooks_consent', 'select, insert');

create table playbooks_event (
  tenant_id uuid not null,
  id uuid not null,
  request_id uuid not null,
  at timestamptz not null,
  what text not null,
  by_name text not null,
  facts jsonb not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, request_id) references playbooks_request (tenant_id, id)
);
create index playbooks_event_request on playbooks_event (tenant_id, request_id, at);
select platform_protect('playbooks_event', 'select, insert');

-- Consents given beforehand by the contract. They end; they are never changed.
create table playbooks_standing (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  playbook_ids text[] not null,
  host_ids uuid[] not null,
  hours text not null check (hours in ('any', 'business', 'off')),
  until date not null,
  agreed_by text not null,
  document text not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  ended_at timestamptz,
  ended_by text,
  end_reason text,
  primary key (tenant_id, id)
);
select platform_protect('playbooks_standing', 'select, insert, update');

create table playbooks_setting (
  tenant_id uuid primary key references customers_account (tenant_id),
  four_eyes boolean not null,
  always_consent boolean not null,
  contact_ids uuid[] not null,
  updated_at timestamptz not null,
  updated_by text not null
);
select platform_protect('playbooks_setting', 'select, insert, update');

create view alerts_of_host with (security_invoker = true) as
  select tenant_id, host_id, id, state from alerts_alert;
grant select on alerts_of_host to sakimori_tenant, sakimori_provider;
