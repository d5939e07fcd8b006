-- Mail of the desk as it came in, before anybody knows whose it is: kept in the conversation that brings it, read by a job. Only the provider's
-- transactions see it. The key is the Message-ID with its sender, so that a mail that comes twice is one.
create table tickets_mail (
  id uuid primary key,
  key text not null unique,
  received_at timestamptz not null,
  via text not null check (via in ('smtp', 'lmtp', 'imap')),
  envelope_from text not null,
  envelope_to text[] not null,
  size_bytes bigint not null,
  raw bytea not null,
  is_cut boolean not null default false,
  state text not null check (state in ('waiting', 'filed', 'parked', 'automatic', 'report', 'dismissed')),
  reason text,
  from_mail text not null default '',
  from_name text not null default '',
  subject text not null default '',
  proof jsonb,
  account_id uuid,
  ticket_id uuid,
  settled_by text,
  settled_at timestamptz
);
create index tickets_mail_parked on tickets_mail (received_at, id) where state = 'parked';
create index tickets_mail_waiting on tickets_mail (received_at) where state = 'waiting';
create index tickets_mail_received on tickets_mail (received_at);
create index tickets_mail_from on tickets_mail (from_mail, received_at);
grant select, insert, update, delete on tickets_mail to sakimori_provider;

create index tickets_message_mail on tickets_message (message_id) where message_id is not null;

-- How it comes in: one row for the provider. The password is sealed by the master secret.
create table tickets_mailbox (
  id integer primary key check (id = 1),
  settings jsonb not null,
  sealed_password text,
  updated_at timestamptz not null,
  last_error text,
  last_mail_at timestamptz
);
grant select, insert, update on tickets_mailbox to sakimori_provider;
