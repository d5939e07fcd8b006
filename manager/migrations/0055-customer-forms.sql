-- Forms that a customer fills in by a link, without signing in (S35): the order form, and the hearing sheet. Before there is an account a form is the
-- provider's, and it stays so: the tenant's role has no right on it. Of the link's secret a hash is kept.
create table onboarding_form (
  id uuid primary key,
  kind text not null check (kind in ('order', 'hearing')),
  hearing_id uuid,
  customer_name text not null,
  contact_name text not null,
  mail text not null,
  language text not null check (language in ('ja', 'en')),
  state text not null check (state in ('open', 'submitted', 'withdrawn', 'taken')),
  secret_hash text not null unique,
  issued_at timestamptz not null,
  issued_by text not null,
  expires_at timestamptz not null,
  content jsonb,
  revision integer not null default 0,
  saved_at timestamptz,
  code_hash text,
  code_sent_at timestamptz,
  code_count integer not null default 0,
  try_count integer not null default 0,
  submitted_at timestamptz,
  submitted_by text,
  hearing_version integer,
  onboarding_id uuid,
  reason text,
  check ((kind = 'hearing') = (hearing_id is not null)),
  check ((submitted_at is null) = (submitted_by is null)),
  check (state not in ('submitted', 'taken') or submitted_at is not null),
  check ((state = 'taken') = (onboarding_id is not null))
);
create index onboarding_form_issued on onboarding_form (issued_at desc, id);
-- A sheet has one form at a time: two people at two links would write over each other.
create unique index onboarding_form_sheet on onboarding_form (hearing_id) where state in ('open', 'submitted');
grant select, insert, update on onboarding_form to sakimori_provider;

-- Letters go out before there is an account too; those are the provider's own.
alter table notices_notice drop constraint notices_notice_tenant_id_fkey;
