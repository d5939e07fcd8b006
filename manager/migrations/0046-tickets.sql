-- Tickets: what customers ask of the desk, with everything that was written about it. The due time is a row: when it is, how it came about, and
-- what pauses added, so that each figure can be explained later (S50).
create table tickets_ticket (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  number bigint generated always as identity,
  kind text not null check (kind in ('inquiry', 'change', 'consulting')),
  channel text not null check (channel in ('mail', 'phone', 'portal', 'alertReply')),
  subject text not null,
  state text not null check (state in ('open', 'answered', 'paused', 'closed')),
  language text not null check (language in ('ja', 'en')),
  requester_name text not null,
  requester_mail text,
  requester_phone text,
  contact_id uuid,
  alert_id uuid,
  case_id uuid,
  assignee_id text,
  assignee_name text,
  opened_at timestamptz not null,
  opened_by text not null,
  accepted_at timestamptz not null,
  due_at timestamptz not null,
  due jsonb not null,
  half_at timestamptz not null,
  most_at timestamptz not null,
  -- What was told already: nothing, half, four fifths, late.
  warned smallint not null default 0 check (warned between 0 and 3),
  first_answer_at timestamptz,
  pauses jsonb not null default '[]',
  paused_at timestamptz,
  pause_reason text,
  closed_at timestamptz,
  closed_by text,
  outcome text check (outcome in ('resolved', 'out_of_scope', 'not_supported', 'duplicate')),
  primary key (tenant_id, id),
  foreign key (tenant_id, alert_id) references alerts_alert (tenant_id, id),
  check ((state = 'paused') = (paused_at is not null and pause_reason is not null)),
  check ((state = 'closed') = (closed_at is not null and outcome is not null))
);
create unique index tickets_ticket_id on tickets_ticket (id);
create unique index tickets_ticket_number on tickets_ticket (number, tenant_id);
create index tickets_ticket_unclosed on tickets_ticket (due_at, id) where state <> 'closed';
create index tickets_ticket_closed on tickets_ticket (tenant_id, closed_at) where state = 'closed';
create index tickets_ticket_alert on tickets_ticket (tenant_id, alert_id) where alert_id is not null;
create index tickets_ticket_unanswered on tickets_ticket (due_at) where first_answer_at is null and state in ('open', 'answered');
select platform_protect('tickets_ticket', 'select, insert, update');

create table tickets_message (
  tenant_id uuid not null,
  id uuid not null,
  ticket_id uuid not null,
  kind text not null check (kind in ('customer', 'reply', 'acknowledgement', 'note', 'event')),
  at timestamptz not null,
  author text not null,
  from_mail text,
  text text not null,
  quoted text,
  is_stranger boolean not null default false,
  is_automatic boolean not null default false,
  proof jsonb,
  -- Message-ID of a mail that came in; answers name it, so that they stand beside it in the reader's program.
  message_id text,
  notice_id uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, ticket_id) references tickets_ticket (tenant_id, id),
  foreign key (tenant_id, notice_id) references notices_notice (tenant_id, id) on delete set null (notice_id)
);
create index tickets_message_ticket on tickets_message (tenant_id, ticket_id, at, id);
create index tickets_message_notice on tickets_message (notice_id) where notice_id is not null;
select platform_protect('tickets_message', 'select, insert');

create table tickets_attachment (
  tenant_id uuid not null,
  id uuid not null,
  message_id uuid not null,
  name text not null,
  content_type text not null,
  size_bytes bigint not null,
  state text not null check (state in ('clean', 'held', 'unscanned', 'left_out')),
  finding text,
  content bytea,
  primary key (tenant_id, id),
  foreign key (tenant_id, message_id) references tickets_message (tenant_id, id),
  check ((state in ('held', 'left_out')) = (content is null))
);
create index tickets_attachment_message on tickets_attachment (tenant_id, message_id);
select platform_protect('tickets_attachment', 'select, insert');

-- A caller is found by number and by furigana (S52).
alter table customers_contact add column phone text;
alter table customers_contact add column reading text;

-- Of a letter: what it answers and where its reader's answer goes.
alter table notices_notice add column thread jsonb;
