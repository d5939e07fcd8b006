-- Reports leave on time and signed (S77, S78, S81, S84). A report that has to leave by a day is an issue: it stands from the end of its period on, whether or
-- not there is a draft yet. What people of the provider write about a draft lies in a table that no role of a tenant may read.
alter table reports_report
  add column language text not null default 'ja' check (language in ('ja', 'en')),
  -- Of the whole that its reader gets: subject, text, HTML and PDF. Absent in reports that were made before.
  add column sha256 text,
  add column sent_at timestamptz;
alter table reports_report no force row level security;
update reports_report set sent_at = composed_at where sent_to <> '{}';
alter table reports_report force row level security;
create index reports_report_sent on reports_report (tenant_id, sent_at desc) where sent_at is not null;

-- What was sent is kept as it was sent: the database refuses anything else.
create function reports_keep_sent() returns trigger language plpgsql as $$
begin
  if old.sent_at is null then return new; end if;
  if (new.report, new.mail_subject, new.mail_text, new.mail_html, new.pdf, new.pdf_sha256, new.sha256, new.sent_at)
    is distinct from (old.report, old.mail_subject, old.mail_text, old.mail_html, old.pdf, old.pdf_sha256, old.sha256, old.sent_at)
  then raise exception 'A report that was sent does not change.'; end if;
  return new;
end $$;
create trigger reports_keep_sent before update on reports_report for each row execute function reports_keep_sent();
revoke delete on reports_report from sakimori_tenant, sakimori_provider;

-- The same report for readers of the other language; that of `reports_report` stands there.
create table reports_rendering (
  tenant_id uuid not null,
  report_id uuid not null,
  language text not null check (language in ('ja', 'en')),
  mail_subject text not null,
  mail_text text not null,
  mail_html text not null,
  pdf bytea,
  pdf_sha256 text,
  sha256 text not null,
  primary key (tenant_id, report_id, language),
  foreign key (tenant_id, report_id) references reports_report (tenant_id, id)
);
select platform_protect('reports_rendering', 'select, insert');

create table reports_issue (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  kind text not null check (kind in ('weekly', 'monthly')),
  period text not null,
  -- Who reports, and so signs, as the edition says for the plan of the period's last day (S82).
  party text not null check (party in ('provider', 'soc')),
  signatures_needed smallint not null check (signatures_needed between 1 and 2),
  due_at timestamptz not null,
  due jsonb not null,
  -- When the last business day but one opens, and the last one.
  soon_at timestamptz not null,
  last_day_at timestamptz not null,
  -- What was told already: nothing, soon, the last day, late.
  warned smallint not null default 0 check (warned between 0 and 3),
  created_at timestamptz not null,
  -- The draft that stands.
  report_id uuid,
  -- How its figures compare with those of the periods before.
  usual jsonb,
  -- Why there is no draft, or none that could be sent.
  problem text,
  sent_at timestamptz,
  late_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, report_id) references reports_report (tenant_id, id),
  check (sent_at is null or report_id is not null)
);
create unique index reports_issue_id on reports_issue (id);
create unique index reports_issue_period on reports_issue (tenant_id, kind, period);
create index reports_issue_unsent on reports_issue (due_at) where sent_at is null;
create index reports_issue_newest on reports_issue (due_at desc, id);
select platform_protect('reports_issue', 'select, insert, update');

create table reports_signature (
  tenant_id uuid not null,
  id uuid not null,
  issue_id uuid not null,
  report_id uuid not null,
  signer_id text not null,
  signer_name text not null,
  signer_role text not null,
  at timestamptz not null,
  -- Of every language that is sent: the hash of what was signed.
  sha256 jsonb not null,
  void_at timestamptz,
  void_reason text,
  primary key (tenant_id, id),
  foreign key (tenant_id, issue_id) references reports_issue (tenant_id, id),
  foreign key (tenant_id, report_id) references reports_report (tenant_id, id),
  check ((void_at is null) = (void_reason is null))
);
-- Nobody signs twice, whoever asks twice at once.
create unique index reports_signature_once on reports_signature (tenant_id, issue_id, signer_id) where void_at is null;
select platform_protect('reports_signature', 'select, insert, update');

create table reports_comment (
  tenant_id uuid not null,
  id uuid not null,
  issue_id uuid not null,
  report_id uuid not null,
  at timestamptz not null,
  by_id text not null,
  by_name text not null,
  text text not null,
  asks_change boolean not null,
  resolved_at timestamptz,
  resolved_by text,
  primary key (tenant_id, id),
  foreign key (tenant_id, issue_id) references reports_issue (tenant_id, id)
);
create index reports_comment_issue on reports_comment (tenant_id, issue_id, at);
select platform_protect('reports_comment', 'select, insert, update');
-- Internal words: a request or job that works as the customer's account has no way to them.
revoke all on reports_comment from sakimori_tenant;

-- A link by which a document is downloaded without signing in. The secret is a signature over this row, so none is stored.
create table reports_link (
  tenant_id uuid not null,
  id uuid not null,
  report_id uuid not null,
  language text not null check (language in ('ja', 'en')),
  recipient text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by text,
  downloads integer not null default 0,
  last_download_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, report_id) references reports_report (tenant_id, id)
);
create unique index reports_link_id on reports_link (id);
create index reports_link_report on reports_link (tenant_id, report_id);
select platform_protect('reports_link', 'select, insert, update');

-- What went to whom. What became of it stands with the letter.
create table reports_delivery (
  tenant_id uuid not null,
  id uuid not null,
  report_id uuid not null,
  recipient text not null,
  contact_id uuid,
  language text not null check (language in ('ja', 'en')),
  way text not null check (way in ('attached', 'link')),
  cause text not null check (cause in ('sent', 'resent', 'too_large')),
  notice_id uuid not null,
  link_id uuid,
  -- Of the rendering that it carries.
  sha256 text not null,
  created_at timestamptz not null,
  created_by text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, report_id) references reports_report (tenant_id, id),
  foreign key (tenant_id, notice_id) references notices_notice (tenant_id, id),
  foreign key (tenant_id, link_id) references reports_link (tenant_id, id),
  check ((way = 'link') = (link_id is not null))
);
create index reports_delivery_report on reports_delivery (tenant_id, report_id, created_at);
create unique index reports_delivery_notice on reports_delivery (tenant_id, notice_id);
select platform_protect('reports_delivery', 'select, insert');

-- What was agreed with the customer about how reports come; without a row, one signature and the document attached.
create table reports_setting (
  tenant_id uuid primary key references customers_account (tenant_id),
  signatures smallint not null check (signatures between 1 and 2),
  delivery text not null check (delivery in ('attached', 'link')),
  link_days smallint not null check (link_days between 1 and 90),
  updated_at timestamptz not null,
  updated_by text not null
);
select platform_protect('reports_setting', 'select, insert, update');
