-- Changes of who receives alerts and reports (S55): each is one recorded deed with the contacts as they were and as they became, so that it can be
-- undone, and with the mails that told the new and the former addresses.
create table notices_recipient_change (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  state text not null check (state in ('applied', 'rolledBack')),
  lists jsonb not null,
  -- Of every contact that it touched: the row before (null: there was none) and after.
  touched jsonb not null,
  reason text not null,
  requested_by text,
  approved_by text,
  ticket_id uuid,
  applied_at timestamptz not null,
  applied_by text not null,
  applied_by_id text not null,
  rolled_back_at timestamptz,
  rolled_back_by text,
  rollback_reason text,
  primary key (tenant_id, id),
  check ((state = 'rolledBack') = (rolled_back_at is not null and rolled_back_by is not null and rollback_reason is not null))
);
create index notices_recipient_change_newest on notices_recipient_change (tenant_id, applied_at desc, id desc);
select platform_protect('notices_recipient_change', 'select, insert, update');

-- One mail about it. Of the secret of a new address a hash is kept; it needs no tenant, for it has 256 random bits.
create table notices_recipient_mail (
  tenant_id uuid not null,
  id uuid not null,
  change_id uuid not null,
  contact_id uuid not null,
  part text not null check (part in ('new', 'old')),
  name text not null,
  mail text not null,
  language text not null check (language in ('ja', 'en')),
  purposes text[] not null,
  notice_id uuid,
  secret_hash text,
  state text not null check (state in ('asked', 'confirmed', 'refused', 'undelivered', 'told')),
  at timestamptz not null,
  answered_at timestamptz,
  reminded_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, change_id) references notices_recipient_change (tenant_id, id),
  check (part = 'new' or secret_hash is null)
);
create unique index notices_recipient_mail_secret on notices_recipient_mail (secret_hash) where secret_hash is not null;
create index notices_recipient_mail_change on notices_recipient_mail (tenant_id, change_id, at, id);
create index notices_recipient_mail_notice on notices_recipient_mail (tenant_id, notice_id) where state = 'asked';
create index notices_recipient_mail_waiting on notices_recipient_mail (at) where state = 'asked' and reminded_at is null;
select platform_protect('notices_recipient_mail', 'select, insert, update');
