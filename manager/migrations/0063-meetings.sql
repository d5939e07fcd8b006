-- Review meetings (S90–S96): the date with how its notice was counted, what it is charged for, who attends, what was asked. The address of a video
-- meeting gives entry to it, so it stands here and nowhere else.
create table meetings_meeting (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  -- Counts within the account.
  number integer not null check (number > 0),
  kind text not null check (kind in ('visit', 'video')),
  state text not null check (state in ('planned', 'confirmed', 'held', 'cancelled')),
  title text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  place text,
  url text,
  -- What a person said of the place, where the address does not say it.
  area_is_free boolean,
  area_reason text,
  agenda text not null default '',
  minutes text,
  minutes_by text,
  minutes_sent_at timestamptz,
  charges text[] not null default '{}',
  is_included boolean not null,
  quote_id uuid,
  -- The deadline by which the date had to be arranged, with its calendar; and why it was arranged later (S92).
  notice jsonb not null,
  late_reason text,
  sequence integer not null default 0,
  invited_at timestamptz,
  cancel_reason text,
  created_at timestamptz not null,
  created_by text not null,
  revision integer not null default 1,
  primary key (tenant_id, id),
  unique (tenant_id, number),
  foreign key (tenant_id, quote_id) references customers_quote (tenant_id, id),
  check (starts_at < ends_at),
  check (kind = 'video' or place is not null),
  check ((area_is_free is null) = (area_reason is null)),
  check ((state = 'cancelled') = (cancel_reason is not null)),
  check (state not in ('confirmed', 'held') or invited_at is not null)
);
create unique index meetings_meeting_id on meetings_meeting (id);
create index meetings_meeting_time on meetings_meeting (tenant_id, starts_at);
create index meetings_meeting_quote on meetings_meeting (tenant_id, quote_id) where quote_id is not null;
select platform_protect('meetings_meeting', 'select, insert, update');

create table meetings_attendee (
  tenant_id uuid not null,
  id uuid not null,
  meeting_id uuid not null,
  side text not null check (side in ('customer', 'provider')),
  contact_id uuid,
  person_id uuid,
  name text not null,
  mail text not null,
  language text not null check (language in ('ja', 'en')),
  answer text not null default 'needsAction' check (answer in ('needsAction', 'accepted', 'tentative', 'declined')),
  answered_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, meeting_id) references meetings_meeting (tenant_id, id),
  check ((side = 'customer') = (contact_id is not null)),
  check ((side = 'provider') = (person_id is not null))
);
create unique index meetings_attendee_contact on meetings_attendee (tenant_id, meeting_id, contact_id) where contact_id is not null;
create unique index meetings_attendee_person on meetings_attendee (tenant_id, meeting_id, person_id) where person_id is not null;
select platform_protect('meetings_attendee', 'select, insert, update, delete');

-- What was asked. The ticket has the words, the clock and the answer (S90, S50).
alter table tickets_ticket add column meeting_id uuid;
alter table tickets_ticket add foreign key (tenant_id, meeting_id) references meetings_meeting (tenant_id, id);
create index tickets_ticket_meeting on tickets_ticket (tenant_id, meeting_id) where meeting_id is not null;
alter table tickets_ticket drop constraint tickets_ticket_channel_check;
alter table tickets_ticket add constraint tickets_ticket_channel_check check (channel in ('mail', 'phone', 'portal', 'alertReply', 'meeting'));

-- What the room of meetings reads of others: what was asked, and which accounts are under contract.
create view tickets_of_meeting with (security_invoker = true) as
  select t.tenant_id, t.meeting_id, t.id, t.number, t.requester_name, t.opened_at, t.state, t.due_at, t.first_answer_at,
    coalesce((
      select m.text from tickets_message m
      where m.tenant_id = t.tenant_id and m.ticket_id = t.id and m.kind = 'customer' order by m.at, m.id limit 1), '') as text
  from tickets_ticket t where t.meeting_id is not null;
create view contracts_by_day with (security_invoker = true) as
  select c.tenant_id, a.name, c.starts_on, c.ends_on from customers_contract c join customers_account a on a.tenant_id = c.tenant_id;
grant select on tickets_of_meeting, contracts_by_day to sakimori_tenant, sakimori_provider;
