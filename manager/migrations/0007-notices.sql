-- The outbox: a letter is written in the transaction that causes it, and sent by a job.
create table notices_notice (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  kind text not null,
  alert_id uuid,
  contact_id uuid,
  recipient text not null,
  language text not null,
  subject text not null,
  body_text text not null,
  body_html text,
  attachments jsonb not null default '[]',
  state text not null check (state in ('waiting', 'sent', 'failed', 'bounced')),
  attempts integer not null default 0,
  created_at timestamptz not null,
  next_attempt_at timestamptz,
  sent_at timestamptz,
  server_response text,
  last_error text,
  primary key (tenant_id, id)
);
create index notices_notice_created on notices_notice (tenant_id, created_at desc, id desc);
create index notices_notice_due on notices_notice (next_attempt_at) where state = 'waiting';
select platform_protect('notices_notice');

-- How mail leaves: one row for the provider. The password is sealed by the master secret.
create table notices_settings (
  id integer primary key check (id = 1),
  settings jsonb not null,
  sealed_password text,
  updated_at timestamptz not null
);
grant select, insert, update on notices_settings to sakimori_provider;

-- What the built-in catcher took, bounded in number by the room.
create table notices_caught (
  id uuid primary key,
  received_at timestamptz not null,
  sender text not null,
  recipients text[] not null,
  subject text not null,
  raw bytea not null
);
create index notices_caught_received on notices_caught (received_at desc, id desc);
grant select, insert, delete on notices_caught to sakimori_provider;
