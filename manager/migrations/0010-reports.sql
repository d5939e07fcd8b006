-- A report is a stored value; mail, PDF and page are renderings of it.
create table reports_report (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  kind text not null check (kind in ('weekly', 'monthly')),
  period text not null,
  composed_at timestamptz not null,
  composed_by text not null,
  report jsonb not null,
  mail_subject text not null,
  mail_text text not null,
  mail_html text not null,
  pdf bytea,
  pdf_sha256 text,
  sent_to text[] not null default '{}',
  primary key (tenant_id, id)
);
create index reports_report_period on reports_report (tenant_id, kind, period, composed_at desc);
select platform_protect('reports_report');
