-- The schema that the migrations make, for reading. Written by `npm run schema`; do not edit.

CREATE OR REPLACE FUNCTION public.audit_refuse()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the audit is append-only';
end $function$;
-- callable by: public

CREATE OR REPLACE FUNCTION public.detections_drop_before(boundary date)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  partition_name text;
  dropped integer := 0;
begin
  for partition_name in
    select child.relname from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent = 'public.detections_detection'::regclass and child.relname ~ '^detections_\d{4}_\d{2}$'
      and to_date(right(child.relname, 7), 'YYYY_MM') + interval '1 month' <= boundary
  loop
    execute format('drop table public.%I', partition_name);
    dropped := dropped + 1;
  end loop;
  delete from public.detections_other where occurred_at < boundary and received_at < boundary;
  return dropped;
end $function$;
-- callable by: sakimori_provider

CREATE OR REPLACE FUNCTION public.detections_make_month(month date)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  first_day date := date_trunc('month', month)::date;
  partition_name text := 'detections_' || to_char(first_day, 'YYYY_MM');
begin
  if to_regclass('public.' || partition_name) is not null then
    return;
  end if;
  execute format('create table public.%I (like public.detections_detection including defaults including constraints)', partition_name);
  execute format('with moved as (delete from public.detections_other where occurred_at >= %L and occurred_at < %L returning *) insert into public.%I select * from moved',
    first_day, first_day + interval '1 month', partition_name);
  execute format('alter table public.detections_detection attach partition public.%I for values from (%L) to (%L)',
    partition_name, first_day, first_day + interval '1 month');
end $function$;
-- callable by: sakimori_provider

CREATE OR REPLACE FUNCTION public.liveness_begin()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into liveness_check (tenant_id, host_id, created_at) values (new.tenant_id, new.id, new.enrolled_at);
  return null;
end $function$;
-- callable by: public

CREATE OR REPLACE FUNCTION public.liveness_end()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from liveness_check where tenant_id = new.tenant_id and host_id = new.id;
  return null;
end $function$;
-- callable by: public

CREATE OR REPLACE FUNCTION public.liveness_patience()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  select s.silence_seconds, s.ended_seconds into new.silence_seconds, new.ended_seconds from liveness_settings s where s.tenant_id = new.tenant_id;
  return new;
end $function$;
-- callable by: public

CREATE OR REPLACE FUNCTION public.platform_protect(target regclass, tenant_rights text DEFAULT 'select, insert, update, delete'::text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy tenant on %s to sakimori_tenant using (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid) with check (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)',
    target);
  execute format('create policy provider on %s to sakimori_provider using (true) with check (true)', target);
  execute format('grant %s on %s to sakimori_tenant, sakimori_provider', tenant_rights, target);
end $function$;
-- callable by: public

CREATE OR REPLACE FUNCTION public.reports_keep_sent()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.sent_at is null then return new; end if;
  if (new.report, new.mail_subject, new.mail_text, new.mail_html, new.pdf, new.pdf_sha256, new.sha256, new.sent_at)
    is distinct from (old.report, old.mail_subject, old.mail_text, old.mail_html, old.pdf, old.pdf_sha256, old.sha256, old.sent_at)
  then raise exception 'A report that was sent does not change.'; end if;
  return new;
end $function$;
-- callable by: public

create table access_attempt (
  bucket text not null,
  started_at timestamp with time zone not null,
  count integer not null,
  PRIMARY KEY (bucket)
);
grant delete, insert, select, update on access_attempt to sakimori_provider;

create table access_key (
  id uuid not null,
  name text not null,
  secret_hash text not null,
  role text not null,
  account_id uuid,
  created_at timestamp with time zone not null,
  created_by text not null,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  soc_id uuid,
  PRIMARY KEY (id),
  UNIQUE (secret_hash),
  FOREIGN KEY (account_id) REFERENCES customers_account(tenant_id),
  FOREIGN KEY (soc_id) REFERENCES cases_soc(id),
  CHECK ((role = ANY (ARRAY['customer-admin'::text, 'customer-viewer'::text])) = (account_id IS NOT NULL)),
  CHECK (role = ANY (ARRAY['provider-admin'::text, 'operator'::text, 'soc-analyst'::text, 'service-manager'::text, 'monitor'::text, 'soc-partner'::text, 'customer-admin'::text, 'customer-viewer'::text])),
  CHECK ((role = 'soc-partner'::text) = (soc_id IS NOT NULL))
);
grant insert, select, update on access_key to sakimori_provider;

create table access_link (
  secret_hash text not null,
  person_id uuid not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  PRIMARY KEY (secret_hash),
  FOREIGN KEY (person_id) REFERENCES access_person(id)
);
CREATE INDEX access_link_person ON public.access_link USING btree (person_id);
grant delete, insert, select, update on access_link to sakimori_provider;

create table access_person (
  id uuid not null,
  name text not null,
  mail text not null,
  role text not null,
  account_id uuid,
  language text not null,
  password_hash text,
  totp_sealed text,
  totp_pending text,
  totp_last_step bigint,
  created_at timestamp with time zone not null,
  disabled_at timestamp with time zone,
  soc_id uuid,
  PRIMARY KEY (id),
  FOREIGN KEY (account_id) REFERENCES customers_account(tenant_id),
  FOREIGN KEY (soc_id) REFERENCES cases_soc(id),
  CHECK ((role = ANY (ARRAY['customer-admin'::text, 'customer-viewer'::text])) = (account_id IS NOT NULL)),
  CHECK (language = ANY (ARRAY['ja'::text, 'en'::text])),
  CHECK (role = ANY (ARRAY['provider-admin'::text, 'operator'::text, 'soc-analyst'::text, 'service-manager'::text, 'monitor'::text, 'soc-partner'::text, 'customer-admin'::text, 'customer-viewer'::text])),
  CHECK ((role = 'soc-partner'::text) = (soc_id IS NOT NULL))
);
CREATE UNIQUE INDEX access_person_mail ON public.access_person USING btree (lower(mail)) WHERE (disabled_at IS NULL);
grant insert, select, update on access_person to sakimori_provider;

create table access_session (
  token_hash text not null,
  person_id uuid not null,
  started_by text not null,
  started_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  PRIMARY KEY (token_hash),
  FOREIGN KEY (person_id) REFERENCES access_person(id),
  CHECK (started_by = ANY (ARRAY['password'::text, 'link'::text]))
);
CREATE INDEX access_session_person ON public.access_session USING btree (person_id);
grant delete, insert, select, update on access_session to sakimori_provider;

create table alerts_alert (
  tenant_id uuid not null,
  id uuid not null,
  number integer not null,
  host_id uuid not null,
  grouping_key text not null,
  module text not null,
  kind text not null,
  rule_id text not null,
  rule_name text not null,
  severity smallint not null,
  title text not null,
  subject text,
  state text not null,
  closing text,
  opened_at timestamp with time zone not null,
  last_detected_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  detection_count integer not null,
  first_detection_id uuid not null,
  facts jsonb not null default '{}'::jsonb,
  rule_name_ja text,
  file jsonb,
  definition_id text,
  attack text[] not null default '{}'::text[],
  counted_from timestamp with time zone,
  snoozed_until timestamp with time zone,
  snooze_reason text,
  flapping_since timestamp with time zone,
  settles_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id),
  CHECK (grouping_key ~~ (tenant_id || '|%'::text)),
  CHECK (state = ANY (ARRAY['open'::text, 'acknowledged'::text, 'closed'::text]))
);
CREATE INDEX alerts_alert_host ON public.alerts_alert USING btree (tenant_id, host_id) WHERE (state <> 'closed'::text);
CREATE INDEX alerts_alert_opened ON public.alerts_alert USING btree (tenant_id, opened_at DESC, id DESC);
CREATE INDEX alerts_alert_opened_everywhere ON public.alerts_alert USING btree (opened_at DESC, id DESC);
CREATE INDEX alerts_alert_quiet ON public.alerts_alert USING btree (definition_id, last_detected_at) WHERE (state <> 'closed'::text);
CREATE INDEX alerts_alert_resolved ON public.alerts_alert USING btree (tenant_id, grouping_key, closed_at) WHERE (closing = 'resolved'::text);
CREATE INDEX alerts_alert_settling ON public.alerts_alert USING btree (settles_at) WHERE ((settles_at IS NOT NULL) AND (state <> 'closed'::text));
CREATE INDEX alerts_alert_snoozed ON public.alerts_alert USING btree (snoozed_until) WHERE ((snoozed_until IS NOT NULL) AND (state <> 'closed'::text));
CREATE UNIQUE INDEX alerts_alert_unclosed ON public.alerts_alert USING btree (tenant_id, grouping_key) WHERE (state <> 'closed'::text);
alter table alerts_alert enable row level security;
alter table alerts_alert force row level security;
create policy provider on alerts_alert to sakimori_provider using (true) with check (true);
create policy tenant on alerts_alert to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on alerts_alert to sakimori_provider;
grant delete, insert, select, update on alerts_alert to sakimori_tenant;

create table alerts_counter (
  tenant_id uuid not null,
  last_number integer not null,
  PRIMARY KEY (tenant_id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
alter table alerts_counter enable row level security;
alter table alerts_counter force row level security;
create policy provider on alerts_counter to sakimori_provider using (true) with check (true);
create policy tenant on alerts_counter to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on alerts_counter to sakimori_provider;
grant delete, insert, select, update on alerts_counter to sakimori_tenant;

create table alerts_override (
  tenant_id uuid not null,
  definition_id text not null,
  override jsonb not null,
  reason text not null,
  updated_at timestamp with time zone not null,
  updated_by text not null,
  PRIMARY KEY (tenant_id, definition_id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
alter table alerts_override enable row level security;
alter table alerts_override force row level security;
create policy provider on alerts_override to sakimori_provider using (true) with check (true);
create policy tenant on alerts_override to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on alerts_override to sakimori_provider;
grant delete, insert, select, update on alerts_override to sakimori_tenant;

create table alerts_pending (
  tenant_id uuid not null,
  grouping_key text not null,
  at timestamp with time zone not null,
  id uuid not null,
  count integer not null,
  PRIMARY KEY (tenant_id, grouping_key, at, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
CREATE INDEX alerts_pending_at ON public.alerts_pending USING btree (at);
alter table alerts_pending enable row level security;
alter table alerts_pending force row level security;
create policy provider on alerts_pending to sakimori_provider using (true) with check (true);
create policy tenant on alerts_pending to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on alerts_pending to sakimori_provider;
grant delete, insert, select, update on alerts_pending to sakimori_tenant;

create table alerts_step (
  tenant_id uuid not null,
  alert_id uuid not null,
  id uuid not null,
  at timestamp with time zone not null,
  kind text not null,
  by_name text not null,
  note text,
  facts jsonb,
  PRIMARY KEY (tenant_id, alert_id, id),
  FOREIGN KEY (tenant_id, alert_id) REFERENCES alerts_alert(tenant_id, id)
);
alter table alerts_step enable row level security;
alter table alerts_step force row level security;
create policy provider on alerts_step to sakimori_provider using (true) with check (true);
create policy tenant on alerts_step to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on alerts_step to sakimori_provider;
grant insert, select on alerts_step to sakimori_tenant;

create table antimalware_fetch (
  tenant_id uuid not null,
  id uuid not null,
  host_id uuid not null,
  file jsonb not null,
  state text not null,
  received_bytes bigint not null,
  password text not null,
  reason text not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  expires_at timestamp with time zone not null,
  detail text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id),
  CHECK (state = ANY (ARRAY['waiting'::text, 'receiving'::text, 'ready'::text, 'failed'::text]))
);
CREATE INDEX antimalware_fetch_expires ON public.antimalware_fetch USING btree (expires_at);
alter table antimalware_fetch enable row level security;
alter table antimalware_fetch force row level security;
create policy provider on antimalware_fetch to sakimori_provider using (true) with check (true);
create policy tenant on antimalware_fetch to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on antimalware_fetch to sakimori_provider;
grant delete, insert, select, update on antimalware_fetch to sakimori_tenant;

create table antimalware_file (
  tenant_id uuid not null,
  host_id uuid not null,
  id uuid not null,
  taken_at timestamp with time zone not null,
  told_at timestamp with time zone not null,
  file jsonb not null,
  PRIMARY KEY (tenant_id, host_id, id),
  FOREIGN KEY (tenant_id, host_id) REFERENCES antimalware_vault(tenant_id, host_id) ON DELETE CASCADE
);
CREATE INDEX antimalware_file_taken ON public.antimalware_file USING btree (tenant_id, taken_at DESC, id DESC);
alter table antimalware_file enable row level security;
alter table antimalware_file force row level security;
create policy provider on antimalware_file to sakimori_provider using (true) with check (true);
create policy tenant on antimalware_file to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on antimalware_file to sakimori_provider;
grant delete, insert, select, update on antimalware_file to sakimori_tenant;

create table antimalware_hash (
  tenant_id uuid not null,
  sha256 text not null,
  list text not null,
  name text,
  reason text not null,
  until timestamp with time zone,
  created_at timestamp with time zone not null,
  created_by text not null,
  PRIMARY KEY (tenant_id, sha256),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (list = ANY (ARRAY['allow'::text, 'deny'::text])),
  CHECK (sha256 ~ '^[0-9a-f]{64}$'::text)
);
CREATE INDEX antimalware_hash_until ON public.antimalware_hash USING btree (until) WHERE (until IS NOT NULL);
alter table antimalware_hash enable row level security;
alter table antimalware_hash force row level security;
create policy provider on antimalware_hash to sakimori_provider using (true) with check (true);
create policy tenant on antimalware_hash to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on antimalware_hash to sakimori_provider;
grant delete, insert, select, update on antimalware_hash to sakimori_tenant;

create table antimalware_lists (
  tenant_id uuid not null,
  version text not null,
  PRIMARY KEY (tenant_id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
alter table antimalware_lists enable row level security;
alter table antimalware_lists force row level security;
create policy provider on antimalware_lists to sakimori_provider using (true) with check (true);
create policy tenant on antimalware_lists to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on antimalware_lists to sakimori_provider;
grant delete, insert, select, update on antimalware_lists to sakimori_tenant;

create table antimalware_piece (
  tenant_id uuid not null,
  fetch_id uuid not null,
  position bigint not null,
  content bytea not null,
  PRIMARY KEY (tenant_id, fetch_id, "position"),
  FOREIGN KEY (tenant_id, fetch_id) REFERENCES antimalware_fetch(tenant_id, id) ON DELETE CASCADE
);
alter table antimalware_piece enable row level security;
alter table antimalware_piece force row level security;
create policy provider on antimalware_piece to sakimori_provider using (true) with check (true);
create policy tenant on antimalware_piece to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on antimalware_piece to sakimori_provider;
grant delete, insert, select, update on antimalware_piece to sakimori_tenant;

create table antimalware_signatures (
  tenant_id uuid not null,
  name text not null,
  content bytea not null,
  sha256 text not null,
  reason text not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  checked_by text not null,
  PRIMARY KEY (tenant_id, name),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (checked_by = ANY (ARRAY['manager'::text, 'agents'::text]))
);
alter table antimalware_signatures enable row level security;
alter table antimalware_signatures force row level security;
create policy provider on antimalware_signatures to sakimori_provider using (true) with check (true);
create policy tenant on antimalware_signatures to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on antimalware_signatures to sakimori_provider;
grant delete, insert, select, update on antimalware_signatures to sakimori_tenant;

create table antimalware_vault (
  tenant_id uuid not null,
  host_id uuid not null,
  reported_at timestamp with time zone not null,
  files integer not null,
  bytes bigint not null,
  bytes_max bigint not null,
  PRIMARY KEY (tenant_id, host_id),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id)
);
alter table antimalware_vault enable row level security;
alter table antimalware_vault force row level security;
create policy provider on antimalware_vault to sakimori_provider using (true) with check (true);
create policy tenant on antimalware_vault to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on antimalware_vault to sakimori_provider;
grant delete, insert, select, update on antimalware_vault to sakimori_tenant;

create table audit_entry (
  tenant_id uuid not null,
  id uuid not null,
  at timestamp with time zone not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  action text not null,
  target text not null,
  facts jsonb not null,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_entry_at ON public.audit_entry USING btree (tenant_id, at DESC, id DESC);
CREATE INDEX audit_entry_target ON public.audit_entry USING btree (tenant_id, target, at DESC);
alter table audit_entry enable row level security;
alter table audit_entry force row level security;
create policy provider on audit_entry to sakimori_provider using (true) with check (true);
create policy tenant on audit_entry to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
grant insert, select on audit_entry to sakimori_provider;
grant insert, select on audit_entry to sakimori_tenant;

create table automation_day_rule (
  tenant_id uuid not null,
  task_id integer not null,
  rule text not null,
  set_at timestamp with time zone not null,
  set_by text not null,
  PRIMARY KEY (tenant_id, task_id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (rule = ANY (ARRAY['only'::text, 'next'::text]))
);
alter table automation_day_rule enable row level security;
alter table automation_day_rule force row level security;
create policy provider on automation_day_rule to sakimori_provider using (true) with check (true);
create policy tenant on automation_day_rule to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on automation_day_rule to sakimori_provider;
grant delete, insert, select, update on automation_day_rule to sakimori_tenant;

create table automation_run (
  tenant_id uuid not null,
  id uuid not null,
  task_id integer not null,
  name text not null,
  type text not null,
  planned_at timestamp with time zone not null,
  at timestamp with time zone not null,
  state text not null,
  reason text,
  facts jsonb not null default '{}'::jsonb,
  host_task_ids uuid[] not null default '{}'::uuid[],
  told_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (state = ANY (ARRAY['ran'::text, 'failed'::text, 'missed'::text, 'skipped'::text, 'moved'::text]))
);
CREATE INDEX automation_run_newest ON public.automation_run USING btree (planned_at DESC, id DESC);
CREATE INDEX automation_run_task ON public.automation_run USING btree (tenant_id, task_id, planned_at DESC);
CREATE INDEX automation_run_untold ON public.automation_run USING btree (at) WHERE ((told_at IS NULL) AND (state = 'ran'::text) AND (host_task_ids <> '{}'::uuid[]));
alter table automation_run enable row level security;
alter table automation_run force row level security;
create policy provider on automation_run to sakimori_provider using (true) with check (true);
create policy tenant on automation_run to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on automation_run to sakimori_provider;
grant delete, insert, select, update on automation_run to sakimori_tenant;

create table automation_sync (
  tenant_id uuid not null,
  id integer not null,
  connector_kind text not null,
  connector_id integer not null,
  state text not null,
  submitted_at timestamp with time zone not null,
  submitted_by text not null,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  detail text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (id > 0),
  CHECK (state = ANY (ARRAY['submitted'::text, 'running'::text, 'success'::text, 'failed'::text]))
);
CREATE INDEX automation_sync_connector ON public.automation_sync USING btree (tenant_id, connector_kind, connector_id, id DESC);
CREATE INDEX automation_sync_open ON public.automation_sync USING btree (submitted_at) WHERE (state = ANY (ARRAY['submitted'::text, 'running'::text]));
alter table automation_sync enable row level security;
alter table automation_sync force row level security;
create policy provider on automation_sync to sakimori_provider using (true) with check (true);
create policy tenant on automation_sync to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on automation_sync to sakimori_provider;
grant delete, insert, select, update on automation_sync to sakimori_tenant;

create table calendar_account_version (
  tenant_id uuid not null,
  number integer not null,
  overrides jsonb not null,
  origin integer not null,
  made_at timestamp with time zone not null,
  made_by text not null,
  change jsonb not null,
  PRIMARY KEY (tenant_id, number),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
alter table calendar_account_version enable row level security;
alter table calendar_account_version force row level security;
create policy provider on calendar_account_version to sakimori_provider using (true) with check (true);
create policy tenant on calendar_account_version to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on calendar_account_version to sakimori_provider;
grant select on calendar_account_version to sakimori_tenant;

create table calendar_feed (
  id uuid not null,
  account_id uuid,
  token_hash text not null,
  name text not null,
  language text not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  last_fetched_at timestamp with time zone,
  revoked_at timestamp with time zone,
  PRIMARY KEY (id),
  UNIQUE (token_hash),
  FOREIGN KEY (account_id) REFERENCES customers_account(tenant_id),
  CHECK (language = ANY (ARRAY['ja'::text, 'en'::text]))
);
grant insert, select, update on calendar_feed to sakimori_provider;

create table calendar_version (
  number integer not null,
  holidays jsonb,
  overrides jsonb not null,
  origin integer not null,
  made_at timestamp with time zone not null,
  made_by text not null,
  change jsonb not null,
  PRIMARY KEY (number)
);
grant insert, select on calendar_version to sakimori_provider;

create table cases_alert (
  tenant_id uuid not null,
  alert_id uuid not null,
  case_id uuid not null,
  added_at timestamp with time zone not null,
  PRIMARY KEY (tenant_id, alert_id),
  FOREIGN KEY (tenant_id, alert_id) REFERENCES alerts_alert(tenant_id, id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES cases_case(tenant_id, id)
);
CREATE INDEX cases_alert_case ON public.cases_alert USING btree (tenant_id, case_id);
alter table cases_alert enable row level security;
alter table cases_alert force row level security;
create policy provider on cases_alert to sakimori_provider using (true) with check (true);
create policy tenant on cases_alert to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on cases_alert to sakimori_provider;
grant insert, select, update on cases_alert to sakimori_tenant;

create table cases_case (
  tenant_id uuid not null,
  id uuid not null,
  number bigint not null,
  title text,
  state text not null,
  severity smallint not null,
  owner_id text,
  owner_name text,
  clause text,
  edition text,
  opened_at timestamp with time zone not null,
  opened_by text not null,
  acknowledged_at timestamp with time zone,
  acknowledged_by text,
  closed_at timestamp with time zone,
  closing text,
  merged_into uuid,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  FOREIGN KEY (tenant_id, merged_into) REFERENCES cases_case(tenant_id, id),
  CHECK ((state = 'merged'::text) = (merged_into IS NOT NULL)),
  CHECK ((state = 'closed'::text) = (closed_at IS NOT NULL AND closing IS NOT NULL)),
  CHECK (closing = ANY (ARRAY['resolved'::text, 'handled'::text, 'false_positive'::text, 'planned_work'::text])),
  CHECK (state = ANY (ARRAY['open'::text, 'working'::text, 'waiting'::text, 'closed'::text, 'merged'::text]))
);
CREATE UNIQUE INDEX cases_case_id ON public.cases_case USING btree (id);
CREATE UNIQUE INDEX cases_case_number ON public.cases_case USING btree (number);
CREATE INDEX cases_case_opened ON public.cases_case USING btree (opened_at DESC, id DESC);
CREATE INDEX cases_case_unclosed ON public.cases_case USING btree (tenant_id, opened_at) WHERE (state = ANY (ARRAY['open'::text, 'working'::text, 'waiting'::text]));
alter table cases_case enable row level security;
alter table cases_case force row level security;
create policy provider on cases_case to sakimori_provider using (true) with check (true);
create policy tenant on cases_case to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on cases_case to sakimori_provider;
grant insert, select, update on cases_case to sakimori_tenant;

create table cases_coverage (
  tenant_id uuid not null,
  soc_id uuid not null,
  since timestamp with time zone not null,
  PRIMARY KEY (tenant_id),
  FOREIGN KEY (soc_id) REFERENCES cases_soc(id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
CREATE INDEX cases_coverage_soc ON public.cases_coverage USING btree (soc_id);
alter table cases_coverage enable row level security;
alter table cases_coverage force row level security;
create policy provider on cases_coverage to sakimori_provider using (true) with check (true);
create policy tenant on cases_coverage to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on cases_coverage to sakimori_provider;
grant delete, insert, select, update on cases_coverage to sakimori_tenant;

create table cases_delivery (
  tenant_id uuid not null,
  id uuid not null,
  soc_id uuid not null,
  case_id uuid not null,
  channel text not null,
  event text not null,
  facts jsonb not null,
  state text not null,
  attempts integer not null default 0,
  next_at timestamp with time zone,
  problem text,
  created_at timestamp with time zone not null,
  done_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (soc_id) REFERENCES cases_soc(id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES cases_case(tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (channel = ANY (ARRAY['webhook'::text, 'mail'::text])),
  CHECK ((state = 'waiting'::text) = (next_at IS NOT NULL)),
  CHECK (state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'dead'::text]))
);
CREATE INDEX cases_delivery_due ON public.cases_delivery USING btree (next_at) WHERE (state = 'waiting'::text);
CREATE INDEX cases_delivery_soc ON public.cases_delivery USING btree (soc_id, created_at DESC);
alter table cases_delivery enable row level security;
alter table cases_delivery force row level security;
create policy provider on cases_delivery to sakimori_provider using (true) with check (true);
create policy tenant on cases_delivery to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on cases_delivery to sakimori_provider;
grant delete, insert, select, update on cases_delivery to sakimori_tenant;

create table cases_entry (
  tenant_id uuid not null,
  case_id uuid not null,
  id uuid not null,
  at timestamp with time zone not null,
  kind text not null,
  by_name text not null,
  soc_name text,
  text text,
  facts jsonb not null,
  PRIMARY KEY (tenant_id, case_id, id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES cases_case(tenant_id, id)
);
alter table cases_entry enable row level security;
alter table cases_entry force row level security;
create policy provider on cases_entry to sakimori_provider using (true) with check (true);
create policy tenant on cases_entry to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on cases_entry to sakimori_provider;
grant insert, select on cases_entry to sakimori_tenant;

create table cases_handover (
  id uuid not null,
  state text not null,
  from_at timestamp with time zone not null,
  to_at timestamp with time zone,
  text text not null,
  version integer not null,
  content jsonb,
  created_by text not null,
  created_at timestamp with time zone not null,
  changed_by text,
  signed_by text,
  signed_at timestamp with time zone,
  PRIMARY KEY (id),
  CHECK ((state = 'signed'::text) = (signed_at IS NOT NULL AND signed_by IS NOT NULL AND content IS NOT NULL AND to_at IS NOT NULL)),
  CHECK (state = ANY (ARRAY['draft'::text, 'signed'::text]))
);
CREATE UNIQUE INDEX cases_handover_draft ON public.cases_handover USING btree (state) WHERE (state = 'draft'::text);
CREATE INDEX cases_handover_latest ON public.cases_handover USING btree (created_at DESC);
grant insert, select, update on cases_handover to sakimori_provider;

create table cases_move (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null,
  from_id uuid not null,
  to_id uuid not null,
  alert_ids uuid[] not null,
  from_state text not null,
  at timestamp with time zone not null,
  by_name text not null,
  undone_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, from_id) REFERENCES cases_case(tenant_id, id),
  FOREIGN KEY (tenant_id, to_id) REFERENCES cases_case(tenant_id, id),
  CHECK (kind = ANY (ARRAY['merge'::text, 'split'::text]))
);
CREATE INDEX cases_move_from ON public.cases_move USING btree (tenant_id, from_id) WHERE (undone_at IS NULL);
CREATE INDEX cases_move_to ON public.cases_move USING btree (tenant_id, to_id) WHERE (undone_at IS NULL);
alter table cases_move enable row level security;
alter table cases_move force row level security;
create policy provider on cases_move to sakimori_provider using (true) with check (true);
create policy tenant on cases_move to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on cases_move to sakimori_provider;
grant insert, select, update on cases_move to sakimori_tenant;

create table cases_soc (
  id uuid not null,
  name text not null,
  mails text[] not null,
  language text not null,
  webhook_url text,
  secret_sealed text not null,
  old_secret_sealed text,
  old_secret_until timestamp with time zone,
  created_at timestamp with time zone not null,
  brand_id uuid,
  from_address text,
  PRIMARY KEY (id),
  FOREIGN KEY (brand_id) REFERENCES provider_brand(id),
  CHECK ((old_secret_sealed IS NULL) = (old_secret_until IS NULL)),
  CHECK (language = ANY (ARRAY['ja'::text, 'en'::text]))
);
CREATE UNIQUE INDEX cases_soc_name ON public.cases_soc USING btree (name);
grant insert, select, update on cases_soc to sakimori_provider;

create table cases_told (
  tenant_id uuid not null,
  case_id uuid not null,
  id uuid not null,
  at timestamp with time zone not null,
  kind text not null,
  by_name text not null,
  text text,
  facts jsonb not null,
  PRIMARY KEY (tenant_id, case_id, id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES cases_case(tenant_id, id)
);
alter table cases_told enable row level security;
alter table cases_told force row level security;
create policy provider on cases_told to sakimori_provider using (true) with check (true);
create policy tenant on cases_told to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on cases_told to sakimori_provider;
grant insert, select on cases_told to sakimori_tenant;

create table changes_change (
  tenant_id uuid not null,
  id uuid not null,
  number bigint not null,
  kind text not null,
  state text not null,
  subject text not null,
  reason text not null,
  wish jsonb not null,
  ticket_id uuid,
  requester text not null,
  requested_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  created_by_id text not null,
  refusal jsonb,
  steps jsonb not null default '[]'::jsonb,
  diff jsonb not null default '[]'::jsonb,
  preview jsonb,
  approved_at timestamp with time zone,
  approved_by text,
  approval_reason text,
  applied_at timestamp with time zone,
  applied_by text,
  made jsonb not null default '{}'::jsonb,
  verify_until timestamp with time zone,
  done_at timestamp with time zone,
  hosts jsonb not null default '[]'::jsonb,
  plan_id uuid,
  basis text,
  due_at timestamp with time zone,
  reverted_at timestamp with time zone,
  reverted_by text,
  revert_reason text,
  conflict jsonb not null default '[]'::jsonb,
  fault jsonb,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets_ticket(tenant_id, id),
  CHECK ((approved_at IS NULL) = (approved_by IS NULL)),
  CHECK ((applied_at IS NULL) = (applied_by IS NULL)),
  CHECK ((state <> ALL (ARRAY['verifying'::text, 'done'::text, 'reverting'::text, 'reverted'::text])) OR applied_at IS NOT NULL),
  CHECK (kind = ANY (ARRAY['policy'::text, 'recipients'::text, 'mode'::text, 'exclusion'::text, 'task'::text, 'agent'::text])),
  CHECK (state = ANY (ARRAY['refused'::text, 'proposed'::text, 'approved'::text, 'applying'::text, 'verifying'::text, 'done'::text, 'failed'::text, 'withdrawn'::text, 'reverting'::text, 'reverted'::text]))
);
CREATE INDEX changes_change_done ON public.changes_change USING btree (tenant_id, done_at) WHERE (done_at IS NOT NULL);
CREATE INDEX changes_change_due ON public.changes_change USING btree (due_at) WHERE ((due_at IS NOT NULL) AND (state = ANY (ARRAY['verifying'::text, 'done'::text, 'failed'::text])));
CREATE UNIQUE INDEX changes_change_id ON public.changes_change USING btree (id);
CREATE INDEX changes_change_newest ON public.changes_change USING btree (tenant_id, created_at DESC);
CREATE UNIQUE INDEX changes_change_number ON public.changes_change USING btree (number, tenant_id);
CREATE INDEX changes_change_open ON public.changes_change USING btree (tenant_id) WHERE (state = ANY (ARRAY['proposed'::text, 'approved'::text, 'applying'::text, 'verifying'::text, 'reverting'::text]));
CREATE INDEX changes_change_ticket ON public.changes_change USING btree (tenant_id, ticket_id) WHERE (ticket_id IS NOT NULL);
alter table changes_change enable row level security;
alter table changes_change force row level security;
create policy provider on changes_change to sakimori_provider using (true) with check (true);
create policy tenant on changes_change to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on changes_change to sakimori_provider;
grant insert, select, update on changes_change to sakimori_tenant;

create table changes_event (
  tenant_id uuid not null,
  change_id uuid not null,
  id uuid not null,
  at timestamp with time zone not null,
  what text not null,
  by_name text not null,
  detail text,
  PRIMARY KEY (tenant_id, change_id, id),
  FOREIGN KEY (tenant_id, change_id) REFERENCES changes_change(tenant_id, id)
);
alter table changes_event enable row level security;
alter table changes_event force row level security;
create policy provider on changes_event to sakimori_provider using (true) with check (true);
create policy tenant on changes_event to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on changes_event to sakimori_provider;
grant insert, select on changes_event to sakimori_tenant;

create table conditions_holding (
  tenant_id uuid not null,
  host_id uuid not null,
  definition_id text not null,
  subject text not null,
  since timestamp with time zone not null,
  raised_at timestamp with time zone,
  PRIMARY KEY (tenant_id, host_id, definition_id, subject),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id)
);
alter table conditions_holding enable row level security;
alter table conditions_holding force row level security;
create policy provider on conditions_holding to sakimori_provider using (true) with check (true);
create policy tenant on conditions_holding to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on conditions_holding to sakimori_provider;
grant delete, insert, select, update on conditions_holding to sakimori_tenant;

create table configuration_account (
  tenant_id uuid not null,
  revision bigint not null,
  content text not null default ''::text,
  PRIMARY KEY (tenant_id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
alter table configuration_account enable row level security;
alter table configuration_account force row level security;
create policy provider on configuration_account to sakimori_provider using (true) with check (true);
create policy tenant on configuration_account to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on configuration_account to sakimori_provider;
grant delete, insert, select, update on configuration_account to sakimori_tenant;

create table configuration_computer (
  tenant_id uuid not null,
  id integer not null,
  guid uuid not null,
  host_id uuid,
  host_name text not null,
  display_name text not null default ''::text,
  description text not null default ''::text,
  group_id integer,
  policy_id integer,
  relay_list_id integer,
  asset_importance_id integer,
  overrides jsonb,
  summary jsonb,
  connector_kind text,
  connector_id integer,
  connector_key text,
  created_at timestamp with time zone not null,
  connector_scope text,
  connector_facts jsonb,
  gone_at timestamp with time zone,
  cloud_instance text,
  bios_uuid text,
  last_address text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id),
  CHECK (id > 0)
);
CREATE INDEX configuration_computer_bios ON public.configuration_computer USING btree (tenant_id, bios_uuid) WHERE (bios_uuid IS NOT NULL);
CREATE UNIQUE INDEX configuration_computer_connector ON public.configuration_computer USING btree (tenant_id, connector_kind, connector_id, connector_key) WHERE (connector_kind IS NOT NULL);
CREATE INDEX configuration_computer_exclusions ON public.configuration_computer USING btree (tenant_id) WHERE (overrides ? '_exclusions'::text);
CREATE UNIQUE INDEX configuration_computer_host ON public.configuration_computer USING btree (tenant_id, host_id) WHERE (host_id IS NOT NULL);
CREATE INDEX configuration_computer_instance ON public.configuration_computer USING btree (tenant_id, cloud_instance) WHERE (cloud_instance IS NOT NULL);
CREATE INDEX configuration_computer_name ON public.configuration_computer USING btree (tenant_id, host_name text_pattern_ops);
CREATE INDEX configuration_computer_policy ON public.configuration_computer USING btree (tenant_id, policy_id);
alter table configuration_computer enable row level security;
alter table configuration_computer force row level security;
create policy provider on configuration_computer to sakimori_provider using (true) with check (true);
create policy tenant on configuration_computer to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on configuration_computer to sakimori_provider;
grant delete, insert, select, update on configuration_computer to sakimori_tenant;

create table configuration_counter (
  tenant_id uuid not null,
  kind text not null,
  last_id bigint not null,
  PRIMARY KEY (tenant_id, kind),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
alter table configuration_counter enable row level security;
alter table configuration_counter force row level security;
create policy provider on configuration_counter to sakimori_provider using (true) with check (true);
create policy tenant on configuration_counter to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on configuration_counter to sakimori_provider;
grant delete, insert, select, update on configuration_counter to sakimori_tenant;

create table configuration_object (
  tenant_id uuid not null,
  kind text not null,
  id integer not null,
  data jsonb,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  PRIMARY KEY (tenant_id, kind, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (id > 0)
);
CREATE INDEX configuration_object_connector ON public.configuration_object USING btree (kind, tenant_id, id) WHERE ((kind = ANY (ARRAY['AWSConnector'::text, 'GCPConnector'::text, 'VCenterConnector'::text])) AND (data IS NOT NULL));
CREATE INDEX configuration_object_due ON public.configuration_object USING btree ((((data ->> '_due'::text))::bigint)) WHERE (data ? '_due'::text);
CREATE INDEX configuration_object_exclusions ON public.configuration_object USING btree (tenant_id) WHERE (data ? '_exclusions'::text);
alter table configuration_object enable row level security;
alter table configuration_object force row level security;
create policy provider on configuration_object to sakimori_provider using (true) with check (true);
create policy tenant on configuration_object to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on configuration_object to sakimori_provider;
grant delete, insert, select, update on configuration_object to sakimori_tenant;

create table containment_proposal (
  tenant_id uuid not null,
  id uuid not null,
  host_id uuid not null,
  source text not null,
  state text not null,
  created_at timestamp with time zone not null,
  detection_count integer not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  evidence jsonb not null,
  decided_at timestamp with time zone,
  decided_by text,
  reason text,
  minutes integer,
  scope text,
  told_at timestamp with time zone,
  work_ended_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id),
  CHECK (scope = ANY (ARRAY['host'::text, 'account'::text])),
  CHECK (state = ANY (ARRAY['open'::text, 'accepted'::text, 'declined'::text]))
);
CREATE INDEX containment_proposal_newest ON public.containment_proposal USING btree (tenant_id, created_at DESC);
CREATE UNIQUE INDEX containment_proposal_open ON public.containment_proposal USING btree (tenant_id, host_id, source) WHERE (state = 'open'::text);
CREATE INDEX containment_proposal_untold ON public.containment_proposal USING btree (tenant_id) WHERE (told_at IS NULL);
CREATE INDEX containment_proposal_work ON public.containment_proposal USING btree (tenant_id) WHERE (work_ended_at IS NULL);
alter table containment_proposal enable row level security;
alter table containment_proposal force row level security;
create policy provider on containment_proposal to sakimori_provider using (true) with check (true);
create policy tenant on containment_proposal to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on containment_proposal to sakimori_provider;
grant delete, insert, select, update on containment_proposal to sakimori_tenant;

create table containment_setting (
  tenant_id uuid not null,
  setting jsonb not null,
  updated_at timestamp with time zone not null,
  updated_by text not null,
  PRIMARY KEY (tenant_id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
alter table containment_setting enable row level security;
alter table containment_setting force row level security;
create policy provider on containment_setting to sakimori_provider using (true) with check (true);
create policy tenant on containment_setting to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on containment_setting to sakimori_provider;
grant delete, insert, select, update on containment_setting to sakimori_tenant;

create table customers_account (
  tenant_id uuid not null,
  customer_id uuid not null,
  customer_name text not null,
  name text not null,
  plan text not null,
  created_at timestamp with time zone not null,
  number integer not null,
  contracted boolean not null default false,
  brand_id uuid,
  PRIMARY KEY (tenant_id),
  UNIQUE (name),
  FOREIGN KEY (brand_id) REFERENCES provider_brand(id),
  FOREIGN KEY (customer_id) REFERENCES customers_customer(id),
  CHECK (plan = ANY (ARRAY['standard'::text, 'advanced'::text, 'highend'::text]))
);
CREATE INDEX customers_account_number ON public.customers_account USING btree (number);
CREATE UNIQUE INDEX customers_account_plan ON public.customers_account USING btree (customer_id, plan) WHERE contracted;
alter table customers_account enable row level security;
alter table customers_account force row level security;
create policy provider on customers_account to sakimori_provider using (true) with check (true);
create policy tenant on customers_account to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on customers_account to sakimori_provider;
grant select on customers_account to sakimori_tenant;

create table customers_consent (
  tenant_id uuid not null,
  id uuid not null,
  edition text not null,
  version integer not null,
  texts jsonb not null,
  sha256 text not null,
  agreed_on date not null,
  agreed_by text not null,
  agreed_how text not null,
  recorded_at timestamp with time zone not null,
  recorded_by text not null,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (agreed_how = ANY (ARRAY['portal'::text, 'phone'::text, 'mail'::text, 'document'::text])),
  CHECK (version > 0)
);
CREATE INDEX customers_consent_version ON public.customers_consent USING btree (tenant_id, edition, version);
alter table customers_consent enable row level security;
alter table customers_consent force row level security;
create policy provider on customers_consent to sakimori_provider using (true) with check (true);
create policy tenant on customers_consent to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on customers_consent to sakimori_provider;
grant select on customers_consent to sakimori_tenant;

create table customers_contact (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  mail text not null,
  language text not null,
  purposes text[] not null,
  bounced_at timestamp with time zone,
  bounce_reason text,
  created_at timestamp with time zone not null,
  phone text,
  reading text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, mail),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (language = ANY (ARRAY['ja'::text, 'en'::text]))
);
CREATE UNIQUE INDEX customers_contact_address ON public.customers_contact USING btree (tenant_id, lower(mail));
alter table customers_contact enable row level security;
alter table customers_contact force row level security;
create policy provider on customers_contact to sakimori_provider using (true) with check (true);
create policy tenant on customers_contact to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on customers_contact to sakimori_provider;
grant delete, insert, select, update on customers_contact to sakimori_tenant;

create table customers_contract (
  tenant_id uuid not null,
  id uuid not null,
  number text not null,
  edition text not null,
  plan text not null,
  nodes integer not null,
  starts_on date not null,
  ends_on date,
  previous_ends_on date,
  reason text,
  created_at timestamp with time zone not null,
  created_by text not null,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, ends_on),
  UNIQUE NULLS NOT DISTINCT (tenant_id, previous_ends_on),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  FOREIGN KEY (tenant_id, previous_ends_on) REFERENCES customers_contract(tenant_id, ends_on) ON UPDATE CASCADE,
  CHECK (ends_on >= starts_on),
  CHECK (previous_ends_on < starts_on),
  CHECK (nodes > 0),
  CHECK (plan = ANY (ARRAY['standard'::text, 'advanced'::text, 'highend'::text]))
);
alter table customers_contract enable row level security;
alter table customers_contract force row level security;
create policy provider on customers_contract to sakimori_provider using (true) with check (true);
create policy tenant on customers_contract to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on customers_contract to sakimori_provider;
grant select on customers_contract to sakimori_tenant;

create table customers_customer (
  id uuid not null,
  name text not null,
  created_at timestamp with time zone not null,
  brand_id uuid,
  PRIMARY KEY (id),
  UNIQUE (name),
  FOREIGN KEY (brand_id) REFERENCES provider_brand(id)
);
grant insert, select, update on customers_customer to sakimori_provider;

create table customers_quote (
  tenant_id uuid not null,
  id uuid not null,
  number integer not null,
  feature text not null,
  clause text not null,
  title text not null,
  unit_yen bigint not null,
  quantity integer not null,
  billing text not null,
  starts_on date,
  ends_on date,
  valid_until date not null,
  state text not null,
  offered_at timestamp with time zone not null,
  offered_by text not null,
  decided_at timestamp with time zone,
  decided_by text,
  decided_how text,
  decision_note text,
  recorded_by text,
  started_at timestamp with time zone,
  done_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (billing = ANY (ARRAY['once'::text, 'monthly'::text])),
  CHECK ((state = ANY (ARRAY['approved'::text, 'declined'::text])) = (decided_at IS NOT NULL)),
  CHECK (state = 'approved'::text OR started_at IS NULL AND done_at IS NULL),
  CHECK (billing = 'once'::text OR starts_on IS NOT NULL),
  CHECK (decided_how = ANY (ARRAY['portal'::text, 'phone'::text, 'mail'::text, 'document'::text])),
  CHECK (number > 0),
  CHECK (quantity > 0),
  CHECK (state = ANY (ARRAY['offered'::text, 'approved'::text, 'declined'::text, 'withdrawn'::text])),
  CHECK (unit_yen >= 0)
);
alter table customers_quote enable row level security;
alter table customers_quote force row level security;
create policy provider on customers_quote to sakimori_provider using (true) with check (true);
create policy tenant on customers_quote to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on customers_quote to sakimori_provider;
grant select on customers_quote to sakimori_tenant;

create table customers_server (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  basic_from date,
  basic_until date,
  support text not null,
  support_from date,
  support_until date,
  created_at timestamp with time zone not null,
  removed_at timestamp with time zone,
  removed_reason text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (support = ANY (ARRAY['none'::text, 'silver'::text, 'gold'::text, 'platinum'::text]))
);
CREATE UNIQUE INDEX customers_server_name ON public.customers_server USING btree (tenant_id, lower(name)) WHERE (removed_at IS NULL);
alter table customers_server enable row level security;
alter table customers_server force row level security;
create policy provider on customers_server to sakimori_provider using (true) with check (true);
create policy tenant on customers_server to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on customers_server to sakimori_provider;
grant select on customers_server to sakimori_tenant;

create table detections_detection (
  tenant_id uuid not null,
  occurred_at timestamp with time zone not null,
  id uuid not null,
  host_id uuid not null,
  module text not null,
  kind text not null,
  rule_id text not null,
  severity smallint not null,
  action text not null,
  action_result text not null,
  mode text not null,
  received_at timestamp with time zone not null,
  alert_key text,
  record jsonb not null,
  raw text,
  PRIMARY KEY (tenant_id, occurred_at, id)
) partition by RANGE (occurred_at);
CREATE INDEX detections_detection_alert ON ONLY public.detections_detection USING btree (tenant_id, alert_key, occurred_at DESC) WHERE (alert_key IS NOT NULL);
CREATE INDEX detections_detection_host ON ONLY public.detections_detection USING btree (tenant_id, host_id, occurred_at DESC);
alter table detections_detection enable row level security;
alter table detections_detection force row level security;
create policy provider on detections_detection to sakimori_provider using (true) with check (true);
create policy tenant on detections_detection to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on detections_detection to sakimori_provider;
grant insert, select on detections_detection to sakimori_tenant;

create table detections_hourly (
  tenant_id uuid not null,
  hour timestamp with time zone not null,
  host_id uuid not null,
  module text not null,
  rule_id text not null,
  severity smallint not null,
  action text not null,
  action_result text not null,
  mode text not null,
  count bigint not null,
  PRIMARY KEY (tenant_id, hour, host_id, module, rule_id, severity, action, action_result, mode)
);
alter table detections_hourly enable row level security;
alter table detections_hourly force row level security;
create policy provider on detections_hourly to sakimori_provider using (true) with check (true);
create policy tenant on detections_hourly to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on detections_hourly to sakimori_provider;
grant insert, select, update on detections_hourly to sakimori_tenant;

create table detections_other partition of detections_detection DEFAULT;

create table detections_rule (
  tenant_id uuid not null,
  module text not null,
  rule_id text not null,
  name text not null,
  name_ja text,
  PRIMARY KEY (tenant_id, module, rule_id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
alter table detections_rule enable row level security;
alter table detections_rule force row level security;
create policy provider on detections_rule to sakimori_provider using (true) with check (true);
create policy tenant on detections_rule to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on detections_rule to sakimori_provider;
grant insert, select, update on detections_rule to sakimori_tenant;

create table flows_flow (
  tenant_id uuid not null,
  enabled boolean not null,
  steps jsonb not null,
  updated_at timestamp with time zone not null,
  updated_by text not null,
  PRIMARY KEY (tenant_id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
alter table flows_flow enable row level security;
alter table flows_flow force row level security;
create policy provider on flows_flow to sakimori_provider using (true) with check (true);
create policy tenant on flows_flow to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on flows_flow to sakimori_provider;
grant select on flows_flow to sakimori_tenant;

create table flows_run (
  tenant_id uuid not null,
  id uuid not null,
  alert_id uuid not null,
  host_id uuid not null,
  started_at timestamp with time zone not null,
  steps jsonb not null,
  state text not null,
  step integer not null,
  attempt integer not null,
  due_at timestamp with time zone,
  ended_at timestamp with time zone,
  ended_by text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, alert_id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (state = ANY (ARRAY['running'::text, 'answered'::text, 'recovered'::text, 'exhausted'::text, 'stopped'::text]))
);
CREATE INDEX flows_run_due ON public.flows_run USING btree (due_at) WHERE (state = 'running'::text);
alter table flows_run enable row level security;
alter table flows_run force row level security;
create policy provider on flows_run to sakimori_provider using (true) with check (true);
create policy tenant on flows_run to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on flows_run to sakimori_provider;
grant insert, select, update on flows_run to sakimori_tenant;

create table flows_try (
  tenant_id uuid not null,
  id uuid not null,
  run_id uuid not null,
  at timestamp with time zone not null,
  step integer not null,
  attempt integer not null,
  kind text not null,
  who text not null,
  target text not null,
  state text not null,
  note text,
  answered_at timestamp with time zone,
  answered_by text,
  link_hash text,
  link_expires_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES flows_run(tenant_id, id),
  CHECK (kind = ANY (ARRAY['mail'::text, 'phone'::text, 'webhook'::text])),
  CHECK (state = ANY (ARRAY['waiting'::text, 'sent'::text, 'answered'::text, 'unanswered'::text, 'failed'::text, 'skipped'::text]))
);
CREATE UNIQUE INDEX flows_try_link ON public.flows_try USING btree (link_hash) WHERE (link_hash IS NOT NULL);
CREATE INDEX flows_try_run ON public.flows_try USING btree (tenant_id, run_id);
CREATE INDEX flows_try_waiting ON public.flows_try USING btree (tenant_id) WHERE ((kind = 'phone'::text) AND (state = 'waiting'::text));
alter table flows_try enable row level security;
alter table flows_try force row level security;
create policy provider on flows_try to sakimori_provider using (true) with check (true);
create policy tenant on flows_try to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on flows_try to sakimori_provider;
grant insert, select, update on flows_try to sakimori_tenant;

create table hearing_file (
  tenant_id uuid not null,
  hearing_id uuid not null,
  sha256 text not null,
  name text not null,
  content bytea not null,
  uploaded_at timestamp with time zone not null,
  uploaded_by text not null,
  PRIMARY KEY (tenant_id, hearing_id, sha256),
  FOREIGN KEY (tenant_id, hearing_id) REFERENCES hearing_sheet(tenant_id, id) ON UPDATE CASCADE,
  CHECK (octet_length(content) <= 4194304),
  CHECK (sha256 ~ '^[0-9a-f]{64}$'::text)
);
alter table hearing_file enable row level security;
alter table hearing_file force row level security;
create policy provider on hearing_file to sakimori_provider using (true) with check (true);
create policy tenant on hearing_file to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on hearing_file to sakimori_provider;
grant select on hearing_file to sakimori_tenant;

create table hearing_sheet (
  tenant_id uuid not null,
  id uuid not null,
  customer_name text not null,
  definition text not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX hearing_sheet_account ON public.hearing_sheet USING btree (tenant_id) WHERE (tenant_id <> '00000000-0000-0000-0000-000000000000'::uuid);
CREATE UNIQUE INDEX hearing_sheet_customer ON public.hearing_sheet USING btree (customer_name) WHERE (tenant_id = '00000000-0000-0000-0000-000000000000'::uuid);
alter table hearing_sheet enable row level security;
alter table hearing_sheet force row level security;
create policy provider on hearing_sheet to sakimori_provider using (true) with check (true);
create policy tenant on hearing_sheet to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on hearing_sheet to sakimori_provider;
grant select on hearing_sheet to sakimori_tenant;

create table hearing_version (
  tenant_id uuid not null,
  hearing_id uuid not null,
  number integer not null,
  state text not null,
  source text not null,
  answers jsonb not null,
  places jsonb not null,
  sha256 text,
  created_at timestamp with time zone not null,
  created_by text not null,
  applied_at timestamp with time zone,
  applied_by text,
  PRIMARY KEY (tenant_id, hearing_id, number),
  FOREIGN KEY (tenant_id, hearing_id) REFERENCES hearing_sheet(tenant_id, id) ON UPDATE CASCADE,
  FOREIGN KEY (tenant_id, hearing_id, sha256) REFERENCES hearing_file(tenant_id, hearing_id, sha256) ON UPDATE CASCADE,
  CHECK ((source = 'file'::text) = (sha256 IS NOT NULL)),
  CHECK ((applied_at IS NULL) = (applied_by IS NULL)),
  CHECK (number > 0),
  CHECK (source = ANY (ARRAY['form'::text, 'file'::text])),
  CHECK (state = ANY (ARRAY['draft'::text, 'confirmed'::text]))
);
alter table hearing_version enable row level security;
alter table hearing_version force row level security;
create policy provider on hearing_version to sakimori_provider using (true) with check (true);
create policy tenant on hearing_version to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on hearing_version to sakimori_provider;
grant select on hearing_version to sakimori_tenant;

create table hosts_authority (
  id integer not null,
  certificate text not null,
  sealed_key text not null,
  created_at timestamp with time zone not null,
  PRIMARY KEY (id),
  CHECK (id = 1)
);
grant insert, select on hosts_authority to sakimori_provider;

create table hosts_baseline (
  tenant_id uuid not null,
  host_id uuid not null,
  recorded_at timestamp with time zone not null,
  baseline jsonb not null,
  PRIMARY KEY (tenant_id, host_id, recorded_at),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id)
);
alter table hosts_baseline enable row level security;
alter table hosts_baseline force row level security;
create policy provider on hosts_baseline to sakimori_provider using (true) with check (true);
create policy tenant on hosts_baseline to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on hosts_baseline to sakimori_provider;
grant delete, insert, select, update on hosts_baseline to sakimori_tenant;

create table hosts_certificate (
  tenant_id uuid not null,
  host_id uuid not null,
  serial text not null,
  issued_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  PRIMARY KEY (tenant_id, serial),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id)
);
CREATE INDEX hosts_certificate_host ON public.hosts_certificate USING btree (tenant_id, host_id);
CREATE UNIQUE INDEX hosts_certificate_serial ON public.hosts_certificate USING btree (serial);
alter table hosts_certificate enable row level security;
alter table hosts_certificate force row level security;
create policy provider on hosts_certificate to sakimori_provider using (true) with check (true);
create policy tenant on hosts_certificate to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on hosts_certificate to sakimori_provider;
grant delete, insert, select, update on hosts_certificate to sakimori_tenant;

create table hosts_host (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  facts jsonb not null,
  enrolled_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  policy_id uuid,
  applied_policy_id uuid,
  applied_version integer,
  policy_problem text,
  modules jsonb not null default '[]'::jsonb,
  spool_pending bigint not null default 0,
  spool_dropped bigint not null default 0,
  resident_bytes bigint not null default 0,
  clock_offset_ms bigint not null default 0,
  run_id uuid,
  last_seen_at timestamp with time zone,
  silence_due_at timestamp with time zone,
  silence_cause text,
  silent_since timestamp with time zone,
  silence_seconds integer,
  ended_seconds integer,
  preflight jsonb,
  enrolled_boot_id text,
  origin text not null default 'agent'::text,
  remote_key text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  FOREIGN KEY (tenant_id, policy_id) REFERENCES policies_policy(tenant_id, id),
  CHECK (
CASE origin
    WHEN 'agent'::text THEN policy_id IS NOT NULL AND remote_key IS NULL
    ELSE policy_id IS NULL AND remote_key IS NOT NULL
END),
  CHECK (origin = ANY (ARRAY['agent'::text, 'remote'::text]))
);
CREATE UNIQUE INDEX hosts_host_id ON public.hosts_host USING btree (id);
CREATE UNIQUE INDEX hosts_host_remote ON public.hosts_host USING btree (tenant_id, remote_key) WHERE (origin = 'remote'::text);
CREATE INDEX hosts_host_silence ON public.hosts_host USING btree (silence_due_at) WHERE (silence_due_at IS NOT NULL);
alter table hosts_host enable row level security;
alter table hosts_host force row level security;
create policy provider on hosts_host to sakimori_provider using (true) with check (true);
create policy tenant on hosts_host to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
CREATE TRIGGER liveness_begin AFTER INSERT ON hosts_host FOR EACH ROW WHEN (new.origin = 'agent'::text) EXECUTE FUNCTION liveness_begin();
CREATE TRIGGER liveness_end AFTER UPDATE OF retired_at ON hosts_host FOR EACH ROW WHEN (new.retired_at IS NOT NULL) EXECUTE FUNCTION liveness_end();
CREATE TRIGGER liveness_patience BEFORE INSERT ON hosts_host FOR EACH ROW EXECUTE FUNCTION liveness_patience();
grant delete, insert, select, update on hosts_host to sakimori_provider;
grant delete, insert, select, update on hosts_host to sakimori_tenant;

create table hosts_remote_alias (
  tenant_id uuid not null,
  remote_key text not null,
  host_id uuid not null,
  PRIMARY KEY (tenant_id, remote_key),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id)
);
alter table hosts_remote_alias enable row level security;
alter table hosts_remote_alias force row level security;
create policy provider on hosts_remote_alias to sakimori_provider using (true) with check (true);
create policy tenant on hosts_remote_alias to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on hosts_remote_alias to sakimori_provider;
grant delete, insert, select, update on hosts_remote_alias to sakimori_tenant;

create table hosts_task (
  tenant_id uuid not null,
  id uuid not null,
  host_id uuid not null,
  kind text not null,
  facts jsonb,
  state text not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  sent_at timestamp with time zone,
  done_at timestamp with time zone,
  detail text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id),
  CHECK (state = ANY (ARRAY['waiting'::text, 'sent'::text, 'done'::text, 'failed'::text, 'not_supported'::text]))
);
CREATE INDEX hosts_task_done ON public.hosts_task USING btree (done_at) WHERE (done_at IS NOT NULL);
CREATE INDEX hosts_task_host ON public.hosts_task USING btree (tenant_id, host_id, kind, created_at DESC, id DESC);
CREATE INDEX hosts_task_open ON public.hosts_task USING btree (host_id, created_at) WHERE (done_at IS NULL);
alter table hosts_task enable row level security;
alter table hosts_task force row level security;
create policy provider on hosts_task to sakimori_provider using (true) with check (true);
create policy tenant on hosts_task to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on hosts_task to sakimori_provider;
grant delete, insert, select, update on hosts_task to sakimori_tenant;

create table hosts_token (
  tenant_id uuid not null,
  id uuid not null,
  secret_hash text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  used_by_host_id uuid,
  revoked_at timestamp with time zone,
  uses_max integer not null default 1,
  used_count integer not null default 0,
  purpose jsonb,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (purpose IS NOT NULL OR uses_max = 1),
  CHECK (used_count >= 0 AND used_count <= uses_max),
  CHECK (uses_max >= 1 AND uses_max <= 1000)
);
CREATE UNIQUE INDEX hosts_token_secret ON public.hosts_token USING btree (secret_hash);
alter table hosts_token enable row level security;
alter table hosts_token force row level security;
create policy provider on hosts_token to sakimori_provider using (true) with check (true);
create policy tenant on hosts_token to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on hosts_token to sakimori_provider;
grant delete, insert, select, update on hosts_token to sakimori_tenant;

create table installation_host_key (
  tenant_id uuid not null,
  address text not null,
  port integer not null,
  fingerprint text not null,
  accepted_at timestamp with time zone not null,
  accepted_by text not null,
  PRIMARY KEY (tenant_id, address, port),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
alter table installation_host_key enable row level security;
alter table installation_host_key force row level security;
create policy provider on installation_host_key to sakimori_provider using (true) with check (true);
create policy tenant on installation_host_key to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on installation_host_key to sakimori_provider;
grant delete, insert, select, update on installation_host_key to sakimori_tenant;

create table installation_push (
  tenant_id uuid not null,
  id uuid not null,
  state text not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  credentials_until timestamp with time zone,
  disposed_at timestamp with time zone,
  alive_at timestamp with time zone,
  cancel_asked boolean not null default false,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (state = ANY (ARRAY['prepared'::text, 'running'::text, 'ended'::text, 'cancelled'::text, 'interrupted'::text]))
);
CREATE INDEX installation_push_newest ON public.installation_push USING btree (tenant_id, created_at DESC);
CREATE INDEX installation_push_running ON public.installation_push USING btree (alive_at) WHERE (state = 'running'::text);
alter table installation_push enable row level security;
alter table installation_push force row level security;
create policy provider on installation_push to sakimori_provider using (true) with check (true);
create policy tenant on installation_push to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on installation_push to sakimori_provider;
grant delete, insert, select, update on installation_push to sakimori_tenant;

create table installation_push_log (
  tenant_id uuid not null,
  target_id uuid not null,
  place integer not null,
  at timestamp with time zone not null,
  kind text not null,
  text text not null,
  PRIMARY KEY (tenant_id, target_id, place),
  FOREIGN KEY (tenant_id, target_id) REFERENCES installation_push_target(tenant_id, id),
  CHECK (kind = ANY (ARRAY['note'::text, 'command'::text, 'output'::text]))
);
alter table installation_push_log enable row level security;
alter table installation_push_log force row level security;
create policy provider on installation_push_log to sakimori_provider using (true) with check (true);
create policy tenant on installation_push_log to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on installation_push_log to sakimori_provider;
grant insert, select on installation_push_log to sakimori_tenant;

create table installation_push_target (
  tenant_id uuid not null,
  push_id uuid not null,
  id uuid not null,
  place integer not null,
  address text not null,
  port integer not null,
  user_name text not null,
  auth text not null,
  fingerprint text,
  key_line text,
  key_state text not null,
  state text not null,
  step text,
  code text,
  detail text,
  host_id uuid,
  ended_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, push_id) REFERENCES installation_push(tenant_id, id),
  CHECK (auth = ANY (ARRAY['password'::text, 'key'::text])),
  CHECK (key_state = ANY (ARRAY['known'::text, 'new'::text, 'changed'::text, 'unreachable'::text])),
  CHECK (state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'needs_reboot'::text, 'failed'::text, 'cancelled'::text]))
);
CREATE INDEX installation_push_target_push ON public.installation_push_target USING btree (tenant_id, push_id, place);
alter table installation_push_target enable row level security;
alter table installation_push_target force row level security;
create policy provider on installation_push_target to sakimori_provider using (true) with check (true);
create policy tenant on installation_push_target to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on installation_push_target to sakimori_provider;
grant delete, insert, select, update on installation_push_target to sakimori_tenant;

create table installation_reboot_notice (
  tenant_id uuid not null,
  id uuid not null,
  host_id uuid not null,
  created_at timestamp with time zone not null,
  reasons jsonb not null,
  state text not null,
  decided_at timestamp with time zone,
  decided_by text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id),
  CHECK (state = ANY (ARRAY['draft'::text, 'sent'::text, 'dismissed'::text]))
);
CREATE INDEX installation_reboot_notice_newest ON public.installation_reboot_notice USING btree (tenant_id, created_at DESC);
alter table installation_reboot_notice enable row level security;
alter table installation_reboot_notice force row level security;
create policy provider on installation_reboot_notice to sakimori_provider using (true) with check (true);
create policy tenant on installation_reboot_notice to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on installation_reboot_notice to sakimori_provider;
grant delete, insert, select, update on installation_reboot_notice to sakimori_tenant;

create table inventory_host (
  tenant_id uuid not null,
  host_id uuid not null,
  taken_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  digest text not null,
  inventory jsonb not null,
  interfaces jsonb default (inventory -> 'interfaces'::text),
  PRIMARY KEY (tenant_id, host_id),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id)
);
alter table inventory_host enable row level security;
alter table inventory_host force row level security;
create policy provider on inventory_host to sakimori_provider using (true) with check (true);
create policy tenant on inventory_host to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on inventory_host to sakimori_provider;
grant delete, insert, select, update on inventory_host to sakimori_tenant;

create table licenses_license (
  tenant_id uuid not null,
  id uuid not null,
  product text not null,
  vendor text not null,
  contract_number text,
  sealed_key text,
  key_hint text,
  seats integer,
  created_at timestamp with time zone not null,
  created_by text not null,
  ended_at timestamp with time zone,
  ended_by text,
  end_reason text,
  gap_since date,
  is_overused boolean not null default false,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (seats > 0)
);
alter table licenses_license enable row level security;
alter table licenses_license force row level security;
create policy provider on licenses_license to sakimori_provider using (true) with check (true);
create policy tenant on licenses_license to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on licenses_license to sakimori_provider;
grant select on licenses_license to sakimori_tenant;

create table licenses_reminder (
  tenant_id uuid not null,
  license_id uuid not null,
  valid_to date not null,
  days integer not null,
  due_at timestamp with time zone not null,
  state text not null,
  settled_at timestamp with time zone,
  PRIMARY KEY (tenant_id, license_id, valid_to, days),
  FOREIGN KEY (tenant_id, license_id) REFERENCES licenses_license(tenant_id, id),
  CHECK (state = ANY (ARRAY['waiting'::text, 'told'::text, 'passed'::text, 'renewed'::text]))
);
CREATE INDEX licenses_reminder_due ON public.licenses_reminder USING btree (due_at) WHERE (state = 'waiting'::text);
alter table licenses_reminder enable row level security;
alter table licenses_reminder force row level security;
create policy provider on licenses_reminder to sakimori_provider using (true) with check (true);
create policy tenant on licenses_reminder to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on licenses_reminder to sakimori_provider;
grant select on licenses_reminder to sakimori_tenant;

create table licenses_term (
  tenant_id uuid not null,
  id uuid not null,
  license_id uuid not null,
  valid_from date not null,
  valid_to date not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  note text,
  proof_name text,
  proof_type text,
  proof_sha256 text,
  proof bytea,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, license_id, valid_from),
  FOREIGN KEY (tenant_id, license_id) REFERENCES licenses_license(tenant_id, id),
  CHECK (valid_to >= valid_from),
  CHECK ((proof IS NULL) = (proof_sha256 IS NULL))
);
alter table licenses_term enable row level security;
alter table licenses_term force row level security;
create policy provider on licenses_term to sakimori_provider using (true) with check (true);
create policy tenant on licenses_term to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on licenses_term to sakimori_provider;
grant select on licenses_term to sakimori_tenant;

create table liveness_check (
  tenant_id uuid not null,
  host_id uuid not null,
  created_at timestamp with time zone not null,
  probed_at timestamp with time zone,
  answering jsonb not null default '[]'::jsonb,
  evidence jsonb not null default '[]'::jsonb,
  muted_by uuid,
  PRIMARY KEY (tenant_id, host_id),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id)
);
CREATE INDEX liveness_check_muted ON public.liveness_check USING btree (tenant_id) WHERE (muted_by IS NOT NULL);
alter table liveness_check enable row level security;
alter table liveness_check force row level security;
create policy provider on liveness_check to sakimori_provider using (true) with check (true);
create policy tenant on liveness_check to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on liveness_check to sakimori_provider;
grant delete, insert, select, update on liveness_check to sakimori_tenant;

create table liveness_outage (
  id uuid not null,
  began_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  reason text not null,
  host_count integer not null,
  PRIMARY KEY (id),
  CHECK (reason = ANY (ARRAY['network_cut'::text, 'nobody_heard'::text]))
);
CREATE UNIQUE INDEX liveness_outage_open ON public.liveness_outage USING btree ((true)) WHERE (ended_at IS NULL);
grant insert, select, update on liveness_outage to sakimori_provider;

create table liveness_settings (
  tenant_id uuid not null,
  silence_seconds integer,
  ended_seconds integer,
  probes boolean not null,
  reference_points jsonb not null,
  forgive_minutes integer not null,
  notice_hours integer not null,
  updated_at timestamp with time zone not null,
  updated_by text not null,
  PRIMARY KEY (tenant_id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
alter table liveness_settings enable row level security;
alter table liveness_settings force row level security;
create policy provider on liveness_settings to sakimori_provider using (true) with check (true);
create policy tenant on liveness_settings to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on liveness_settings to sakimori_provider;
grant select on liveness_settings to sakimori_tenant;

create table maintenance_time (
  tenant_id uuid not null,
  window_id uuid not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  PRIMARY KEY (tenant_id, window_id, starts_at),
  FOREIGN KEY (tenant_id, window_id) REFERENCES maintenance_window(tenant_id, id)
);
CREATE INDEX maintenance_time_ends ON public.maintenance_time USING btree (tenant_id, ends_at);
alter table maintenance_time enable row level security;
alter table maintenance_time force row level security;
create policy provider on maintenance_time to sakimori_provider using (true) with check (true);
create policy tenant on maintenance_time to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on maintenance_time to sakimori_provider;
grant delete, insert, select, update on maintenance_time to sakimori_tenant;

create table maintenance_window (
  tenant_id uuid not null,
  id uuid not null,
  reason text not null,
  host_ids uuid[] not null,
  modules text[] not null,
  rule text,
  how text not null,
  announced_by text not null,
  announced_at timestamp with time zone not null,
  recorded_by text not null,
  late boolean not null,
  source_uid text,
  ended_at timestamp with time zone,
  ended_by text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (how = ANY (ARRAY['console'::text, 'portal'::text, 'mail'::text, 'phone'::text, 'ical'::text]))
);
CREATE UNIQUE INDEX maintenance_window_source ON public.maintenance_window USING btree (tenant_id, source_uid) WHERE ((source_uid IS NOT NULL) AND (ended_at IS NULL));
alter table maintenance_window enable row level security;
alter table maintenance_window force row level security;
create policy provider on maintenance_window to sakimori_provider using (true) with check (true);
create policy tenant on maintenance_window to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on maintenance_window to sakimori_provider;
grant insert, select, update on maintenance_window to sakimori_tenant;

create table meetings_attendee (
  tenant_id uuid not null,
  id uuid not null,
  meeting_id uuid not null,
  side text not null,
  contact_id uuid,
  person_id uuid,
  name text not null,
  mail text not null,
  language text not null,
  answer text not null default 'needsAction'::text,
  answered_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, meeting_id) REFERENCES meetings_meeting(tenant_id, id),
  CHECK (answer = ANY (ARRAY['needsAction'::text, 'accepted'::text, 'tentative'::text, 'declined'::text])),
  CHECK ((side = 'customer'::text) = (contact_id IS NOT NULL)),
  CHECK ((side = 'provider'::text) = (person_id IS NOT NULL)),
  CHECK (language = ANY (ARRAY['ja'::text, 'en'::text])),
  CHECK (side = ANY (ARRAY['customer'::text, 'provider'::text]))
);
CREATE UNIQUE INDEX meetings_attendee_contact ON public.meetings_attendee USING btree (tenant_id, meeting_id, contact_id) WHERE (contact_id IS NOT NULL);
CREATE UNIQUE INDEX meetings_attendee_person ON public.meetings_attendee USING btree (tenant_id, meeting_id, person_id) WHERE (person_id IS NOT NULL);
alter table meetings_attendee enable row level security;
alter table meetings_attendee force row level security;
create policy provider on meetings_attendee to sakimori_provider using (true) with check (true);
create policy tenant on meetings_attendee to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on meetings_attendee to sakimori_provider;
grant delete, insert, select, update on meetings_attendee to sakimori_tenant;

create table meetings_meeting (
  tenant_id uuid not null,
  id uuid not null,
  number integer not null,
  kind text not null,
  state text not null,
  title text not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  place text,
  url text,
  area_is_free boolean,
  area_reason text,
  agenda text not null default ''::text,
  minutes text,
  minutes_by text,
  minutes_sent_at timestamp with time zone,
  charges text[] not null default '{}'::text[],
  is_included boolean not null,
  quote_id uuid,
  notice jsonb not null,
  late_reason text,
  sequence integer not null default 0,
  invited_at timestamp with time zone,
  cancel_reason text,
  created_at timestamp with time zone not null,
  created_by text not null,
  revision integer not null default 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  FOREIGN KEY (tenant_id, quote_id) REFERENCES customers_quote(tenant_id, id),
  CHECK (starts_at < ends_at),
  CHECK (kind = 'video'::text OR place IS NOT NULL),
  CHECK ((area_is_free IS NULL) = (area_reason IS NULL)),
  CHECK ((state = 'cancelled'::text) = (cancel_reason IS NOT NULL)),
  CHECK ((state <> ALL (ARRAY['confirmed'::text, 'held'::text])) OR invited_at IS NOT NULL),
  CHECK (kind = ANY (ARRAY['visit'::text, 'video'::text])),
  CHECK (number > 0),
  CHECK (state = ANY (ARRAY['planned'::text, 'confirmed'::text, 'held'::text, 'cancelled'::text]))
);
CREATE UNIQUE INDEX meetings_meeting_id ON public.meetings_meeting USING btree (id);
CREATE INDEX meetings_meeting_quote ON public.meetings_meeting USING btree (tenant_id, quote_id) WHERE (quote_id IS NOT NULL);
CREATE INDEX meetings_meeting_time ON public.meetings_meeting USING btree (tenant_id, starts_at);
alter table meetings_meeting enable row level security;
alter table meetings_meeting force row level security;
create policy provider on meetings_meeting to sakimori_provider using (true) with check (true);
create policy tenant on meetings_meeting to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on meetings_meeting to sakimori_provider;
grant insert, select, update on meetings_meeting to sakimori_tenant;

create table notices_caught (
  id uuid not null,
  received_at timestamp with time zone not null,
  sender text not null,
  recipients text[] not null,
  subject text not null,
  raw bytea not null,
  PRIMARY KEY (id)
);
CREATE INDEX notices_caught_received ON public.notices_caught USING btree (received_at DESC, id DESC);
grant delete, insert, select on notices_caught to sakimori_provider;

create table notices_digest (
  tenant_id uuid not null,
  contact_id uuid not null,
  singles_max integer,
  window_minutes integer,
  window_from timestamp with time zone not null,
  singles integer not null default 0,
  due_at timestamp with time zone,
  PRIMARY KEY (tenant_id, contact_id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES customers_contact(tenant_id, id) ON DELETE CASCADE,
  CHECK (singles_max >= 0 AND singles_max <= 1000),
  CHECK (window_minutes >= 1 AND window_minutes <= 60)
);
CREATE INDEX notices_digest_due ON public.notices_digest USING btree (due_at) WHERE (due_at IS NOT NULL);
alter table notices_digest enable row level security;
alter table notices_digest force row level security;
create policy provider on notices_digest to sakimori_provider using (true) with check (true);
create policy tenant on notices_digest to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on notices_digest to sakimori_provider;
grant delete, insert, select, update on notices_digest to sakimori_tenant;

create table notices_held (
  tenant_id uuid not null,
  id uuid not null,
  contact_id uuid not null,
  alert_id uuid not null,
  event text not null,
  at timestamp with time zone not null,
  notice_id uuid,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES customers_contact(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX notices_held_alert ON public.notices_held USING btree (tenant_id, alert_id);
CREATE INDEX notices_held_notice ON public.notices_held USING btree (tenant_id, notice_id);
CREATE INDEX notices_held_waiting ON public.notices_held USING btree (tenant_id, contact_id) WHERE (notice_id IS NULL);
alter table notices_held enable row level security;
alter table notices_held force row level security;
create policy provider on notices_held to sakimori_provider using (true) with check (true);
create policy tenant on notices_held to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on notices_held to sakimori_provider;
grant delete, insert, select, update on notices_held to sakimori_tenant;

create table notices_notice (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null,
  alert_id uuid,
  contact_id uuid,
  recipient text not null,
  language text not null,
  subject text not null,
  body_text text not null,
  body_html text,
  attachments jsonb not null default '[]'::jsonb,
  state text not null,
  attempts integer not null default 0,
  created_at timestamp with time zone not null,
  next_attempt_at timestamp with time zone,
  sent_at timestamp with time zone,
  server_response text,
  last_error text,
  from_name text,
  is_outage boolean not null default false,
  thread jsonb,
  from_address text,
  PRIMARY KEY (tenant_id, id),
  CHECK (state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text, 'bounced'::text, 'digested'::text]))
);
CREATE INDEX notices_notice_alert ON public.notices_notice USING btree (tenant_id, alert_id) WHERE (alert_id IS NOT NULL);
CREATE INDEX notices_notice_created ON public.notices_notice USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX notices_notice_due ON public.notices_notice USING btree (next_attempt_at) WHERE (state = 'waiting'::text);
CREATE INDEX notices_notice_failing ON public.notices_notice USING btree (tenant_id, contact_id) WHERE ((state = 'waiting'::text) AND (last_error IS NOT NULL));
CREATE INDEX notices_notice_id ON public.notices_notice USING btree (id);
alter table notices_notice enable row level security;
alter table notices_notice force row level security;
create policy provider on notices_notice to sakimori_provider using (true) with check (true);
create policy tenant on notices_notice to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on notices_notice to sakimori_provider;
grant delete, insert, select, update on notices_notice to sakimori_tenant;

create table notices_recipient_change (
  tenant_id uuid not null,
  id uuid not null,
  state text not null,
  lists jsonb not null,
  touched jsonb not null,
  reason text not null,
  requested_by text,
  approved_by text,
  ticket_id uuid,
  applied_at timestamp with time zone not null,
  applied_by text not null,
  applied_by_id text not null,
  rolled_back_at timestamp with time zone,
  rolled_back_by text,
  rollback_reason text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK ((state = 'rolledBack'::text) = (rolled_back_at IS NOT NULL AND rolled_back_by IS NOT NULL AND rollback_reason IS NOT NULL)),
  CHECK (state = ANY (ARRAY['applied'::text, 'rolledBack'::text]))
);
CREATE INDEX notices_recipient_change_newest ON public.notices_recipient_change USING btree (tenant_id, applied_at DESC, id DESC);
alter table notices_recipient_change enable row level security;
alter table notices_recipient_change force row level security;
create policy provider on notices_recipient_change to sakimori_provider using (true) with check (true);
create policy tenant on notices_recipient_change to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on notices_recipient_change to sakimori_provider;
grant insert, select, update on notices_recipient_change to sakimori_tenant;

create table notices_recipient_mail (
  tenant_id uuid not null,
  id uuid not null,
  change_id uuid not null,
  contact_id uuid not null,
  part text not null,
  name text not null,
  mail text not null,
  language text not null,
  purposes text[] not null,
  notice_id uuid,
  secret_hash text,
  state text not null,
  at timestamp with time zone not null,
  answered_at timestamp with time zone,
  reminded_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, change_id) REFERENCES notices_recipient_change(tenant_id, id),
  CHECK (part = 'new'::text OR secret_hash IS NULL),
  CHECK (language = ANY (ARRAY['ja'::text, 'en'::text])),
  CHECK (part = ANY (ARRAY['new'::text, 'old'::text])),
  CHECK (state = ANY (ARRAY['asked'::text, 'confirmed'::text, 'refused'::text, 'undelivered'::text, 'told'::text]))
);
CREATE INDEX notices_recipient_mail_change ON public.notices_recipient_mail USING btree (tenant_id, change_id, at, id);
CREATE INDEX notices_recipient_mail_notice ON public.notices_recipient_mail USING btree (tenant_id, notice_id) WHERE (state = 'asked'::text);
CREATE UNIQUE INDEX notices_recipient_mail_secret ON public.notices_recipient_mail USING btree (secret_hash) WHERE (secret_hash IS NOT NULL);
CREATE INDEX notices_recipient_mail_waiting ON public.notices_recipient_mail USING btree (at) WHERE ((state = 'asked'::text) AND (reminded_at IS NULL));
alter table notices_recipient_mail enable row level security;
alter table notices_recipient_mail force row level security;
create policy provider on notices_recipient_mail to sakimori_provider using (true) with check (true);
create policy tenant on notices_recipient_mail to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on notices_recipient_mail to sakimori_provider;
grant insert, select, update on notices_recipient_mail to sakimori_tenant;

create table notices_settings (
  id integer not null,
  settings jsonb not null,
  sealed_password text,
  updated_at timestamp with time zone not null,
  PRIMARY KEY (id),
  CHECK (id = 1)
);
grant insert, select, update on notices_settings to sakimori_provider;

create table onboarding_case (
  tenant_id uuid not null,
  id uuid not null,
  order_number text not null,
  order_sha256 text not null,
  customer_name text not null,
  account_name text not null,
  order_form jsonb not null,
  steps jsonb not null,
  state text not null,
  version integer not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  changed_at timestamp with time zone not null,
  changed_by text not null,
  issued_at timestamp with time zone,
  started_on date,
  cancel_reason text,
  PRIMARY KEY (tenant_id, id),
  CHECK ((state = 'started'::text) = (started_on IS NOT NULL)),
  CHECK ((state = 'cancelled'::text) = (cancel_reason IS NOT NULL)),
  CHECK (state <> 'cancelled'::text OR issued_at IS NULL),
  CHECK (order_sha256 ~ '^[0-9a-f]{64}$'::text),
  CHECK (state = ANY (ARRAY['open'::text, 'started'::text, 'cancelled'::text])),
  CHECK (version > 0)
);
CREATE UNIQUE INDEX onboarding_case_content ON public.onboarding_case USING btree (order_sha256) WHERE (state <> 'cancelled'::text);
CREATE UNIQUE INDEX onboarding_case_number ON public.onboarding_case USING btree (customer_name, lower(order_number)) WHERE (state <> 'cancelled'::text);
alter table onboarding_case enable row level security;
alter table onboarding_case force row level security;
create policy provider on onboarding_case to sakimori_provider using (true) with check (true);
create policy tenant on onboarding_case to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on onboarding_case to sakimori_provider;
grant select on onboarding_case to sakimori_tenant;

create table onboarding_file (
  tenant_id uuid not null,
  case_id uuid not null,
  id uuid not null,
  kind text not null,
  name text not null,
  sha256 text not null,
  content bytea not null,
  uploaded_at timestamp with time zone not null,
  uploaded_by text not null,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES onboarding_case(tenant_id, id),
  CHECK (octet_length(content) >= 1 AND octet_length(content) <= 4194304),
  CHECK (kind = ANY (ARRAY['order'::text, 'hearing'::text, 'other'::text]))
);
CREATE INDEX onboarding_file_case ON public.onboarding_file USING btree (tenant_id, case_id);
alter table onboarding_file enable row level security;
alter table onboarding_file force row level security;
create policy provider on onboarding_file to sakimori_provider using (true) with check (true);
create policy tenant on onboarding_file to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on onboarding_file to sakimori_provider;
grant select on onboarding_file to sakimori_tenant;

create table onboarding_form (
  id uuid not null,
  kind text not null,
  hearing_id uuid,
  customer_name text not null,
  contact_name text not null,
  mail text not null,
  language text not null,
  state text not null,
  secret_hash text not null,
  issued_at timestamp with time zone not null,
  issued_by text not null,
  expires_at timestamp with time zone not null,
  content jsonb,
  revision integer not null default 0,
  saved_at timestamp with time zone,
  code_hash text,
  code_sent_at timestamp with time zone,
  code_count integer not null default 0,
  try_count integer not null default 0,
  submitted_at timestamp with time zone,
  submitted_by text,
  hearing_version integer,
  onboarding_id uuid,
  reason text,
  PRIMARY KEY (id),
  UNIQUE (secret_hash),
  CHECK ((kind = 'hearing'::text) = (hearing_id IS NOT NULL)),
  CHECK ((submitted_at IS NULL) = (submitted_by IS NULL)),
  CHECK ((state <> ALL (ARRAY['submitted'::text, 'taken'::text])) OR submitted_at IS NOT NULL),
  CHECK ((state = 'taken'::text) = (onboarding_id IS NOT NULL)),
  CHECK (kind = ANY (ARRAY['order'::text, 'hearing'::text])),
  CHECK (language = ANY (ARRAY['ja'::text, 'en'::text])),
  CHECK (state = ANY (ARRAY['open'::text, 'submitted'::text, 'withdrawn'::text, 'taken'::text]))
);
CREATE INDEX onboarding_form_issued ON public.onboarding_form USING btree (issued_at DESC, id);
CREATE UNIQUE INDEX onboarding_form_sheet ON public.onboarding_form USING btree (hearing_id) WHERE (state = ANY (ARRAY['open'::text, 'submitted'::text]));
grant insert, select, update on onboarding_form to sakimori_provider;

create table onboarding_recipient (
  tenant_id uuid not null,
  case_id uuid not null,
  contact_id uuid not null,
  mail text not null,
  secret_hash text not null,
  asked_at timestamp with time zone not null,
  confirmed_at timestamp with time zone,
  confirmed_how text,
  recorded_by text,
  PRIMARY KEY (tenant_id, case_id, contact_id),
  UNIQUE (secret_hash),
  FOREIGN KEY (tenant_id, case_id) REFERENCES onboarding_case(tenant_id, id),
  CHECK ((confirmed_at IS NULL) = (confirmed_how IS NULL)),
  CHECK (confirmed_how = ANY (ARRAY['link'::text, 'phone'::text, 'mail'::text, 'document'::text]))
);
alter table onboarding_recipient enable row level security;
alter table onboarding_recipient force row level security;
create policy provider on onboarding_recipient to sakimori_provider using (true) with check (true);
create policy tenant on onboarding_recipient to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on onboarding_recipient to sakimori_provider;
grant select on onboarding_recipient to sakimori_tenant;

create table oncall_call (
  tenant_id uuid not null,
  id uuid not null,
  page_id uuid not null,
  level integer not null,
  channel text not null,
  state text not null,
  attempts integer not null default 0,
  next_at timestamp with time zone,
  problem text,
  at timestamp with time zone not null,
  remote_id text,
  ends_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, page_id) REFERENCES oncall_page(tenant_id, id),
  CHECK (state <> 'accepted'::text OR remote_id IS NOT NULL AND ends_at IS NOT NULL),
  CHECK ((state = ANY (ARRAY['waiting'::text, 'accepted'::text])) = (next_at IS NOT NULL)),
  CHECK (state = ANY (ARRAY['waiting'::text, 'accepted'::text, 'sent'::text, 'answered'::text, 'acknowledged'::text, 'failed'::text]))
);
CREATE INDEX oncall_call_due ON public.oncall_call USING btree (next_at) WHERE (next_at IS NOT NULL);
CREATE INDEX oncall_call_page ON public.oncall_call USING btree (tenant_id, page_id, at);
alter table oncall_call enable row level security;
alter table oncall_call force row level security;
create policy provider on oncall_call to sakimori_provider using (true) with check (true);
create policy tenant on oncall_call to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on oncall_call to sakimori_provider;
grant insert, select, update on oncall_call to sakimori_tenant;

create table oncall_page (
  tenant_id uuid not null,
  id uuid not null,
  target text not null,
  facts jsonb not null,
  severity smallint not null,
  state text not null,
  level integer not null,
  next_at timestamp with time zone,
  opened_at timestamp with time zone not null,
  taken_at timestamp with time zone,
  taken_by text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK ((state = 'calling'::text) = (next_at IS NOT NULL)),
  CHECK ((state = 'taken'::text) = (taken_at IS NOT NULL)),
  CHECK (state = ANY (ARRAY['calling'::text, 'taken'::text, 'exhausted'::text]))
);
CREATE INDEX oncall_page_due ON public.oncall_page USING btree (next_at) WHERE (state = 'calling'::text);
CREATE INDEX oncall_page_opened ON public.oncall_page USING btree (opened_at DESC, id);
CREATE UNIQUE INDEX oncall_page_target ON public.oncall_page USING btree (tenant_id, target) WHERE (state <> 'taken'::text);
alter table oncall_page enable row level security;
alter table oncall_page force row level security;
create policy provider on oncall_page to sakimori_provider using (true) with check (true);
create policy tenant on oncall_page to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on oncall_page to sakimori_provider;
grant insert, select, update on oncall_page to sakimori_tenant;

create table oncall_plan (
  version integer not null,
  document jsonb not null,
  sealed jsonb not null,
  changed_at timestamp with time zone not null,
  changed_by text not null,
  PRIMARY KEY (version)
);
grant insert, select on oncall_plan to sakimori_provider;

create table oncall_trial (
  id uuid not null,
  channel text not null,
  state text not null,
  attempts integer not null default 0,
  remote_id text,
  ends_at timestamp with time zone,
  next_at timestamp with time zone,
  problem text,
  at timestamp with time zone not null,
  done_at timestamp with time zone,
  PRIMARY KEY (id),
  CHECK ((state = ANY (ARRAY['waiting'::text, 'accepted'::text])) = (next_at IS NOT NULL)),
  CHECK ((state = ANY (ARRAY['waiting'::text, 'accepted'::text])) = (done_at IS NULL)),
  CHECK (state <> 'accepted'::text OR remote_id IS NOT NULL AND ends_at IS NOT NULL),
  CHECK (state = ANY (ARRAY['waiting'::text, 'accepted'::text, 'sent'::text, 'answered'::text, 'acknowledged'::text, 'failed'::text]))
);
CREATE INDEX oncall_trial_latest ON public.oncall_trial USING btree (channel, at DESC);
CREATE UNIQUE INDEX oncall_trial_running ON public.oncall_trial USING btree (channel) WHERE (next_at IS NOT NULL);
grant insert, select, update on oncall_trial to sakimori_provider;

create table platform_migration (
  name text not null,
  applied_at timestamp with time zone not null default now(),
  PRIMARY KEY (name)
);

create table playbooks_consent (
  tenant_id uuid not null,
  id uuid not null,
  request_id uuid not null,
  way text not null,
  answer text not null,
  by_name text not null,
  phone text,
  mail text,
  contact_id uuid,
  link_id uuid,
  standing_id uuid,
  at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  recorded_by text,
  recorded_by_id text,
  reason text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES playbooks_request(tenant_id, id),
  CHECK (answer = ANY (ARRAY['yes'::text, 'no'::text])),
  CHECK (way = ANY (ARRAY['link'::text, 'phone'::text, 'standing'::text, 'none'::text, 'portal'::text]))
);
CREATE INDEX playbooks_consent_request ON public.playbooks_consent USING btree (tenant_id, request_id);
alter table playbooks_consent enable row level security;
alter table playbooks_consent force row level security;
create policy provider on playbooks_consent to sakimori_provider using (true) with check (true);
create policy tenant on playbooks_consent to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on playbooks_consent to sakimori_provider;
grant insert, select on playbooks_consent to sakimori_tenant;

create table playbooks_event (
  tenant_id uuid not null,
  id uuid not null,
  request_id uuid not null,
  at timestamp with time zone not null,
  what text not null,
  by_name text not null,
  facts jsonb not null,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES playbooks_request(tenant_id, id)
);
CREATE INDEX playbooks_event_request ON public.playbooks_event USING btree (tenant_id, request_id, at);
alter table playbooks_event enable row level security;
alter table playbooks_event force row level security;
create policy provider on playbooks_event to sakimori_provider using (true) with check (true);
create policy tenant on playbooks_event to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on playbooks_event to sakimori_provider;
grant insert, select on playbooks_event to sakimori_tenant;

create table playbooks_link (
  tenant_id uuid not null,
  id uuid not null,
  request_id uuid not null,
  contact_id uuid not null,
  contact_name text not null,
  mail text not null,
  language text not null,
  secret_hash text not null,
  state text not null,
  sent_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  code_hash text,
  code_sent_at timestamp with time zone,
  code_count integer not null default 0,
  try_count integer not null default 0,
  answered_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES playbooks_request(tenant_id, id),
  CHECK (state = ANY (ARRAY['sent'::text, 'answered'::text, 'locked'::text, 'expired'::text, 'closed'::text]))
);
CREATE INDEX playbooks_link_request ON public.playbooks_link USING btree (tenant_id, request_id);
CREATE UNIQUE INDEX playbooks_link_secret ON public.playbooks_link USING btree (secret_hash);
alter table playbooks_link enable row level security;
alter table playbooks_link force row level security;
create policy provider on playbooks_link to sakimori_provider using (true) with check (true);
create policy tenant on playbooks_link to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on playbooks_link to sakimori_provider;
grant insert, select, update on playbooks_link to sakimori_tenant;

create table playbooks_request (
  tenant_id uuid not null,
  id uuid not null,
  number bigint not null default nextval('playbooks_request_number'::regclass),
  host_id uuid not null,
  playbook jsonb not null,
  scope text not null,
  source text,
  minutes integer,
  reason text not null,
  alert_id uuid,
  case_id uuid,
  proposal_id uuid,
  state text not null,
  needs_consent boolean not null,
  four_eyes boolean not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  created_by_id text not null,
  preview jsonb not null,
  connections_task uuid,
  contact_ids uuid[] not null default '{}'::uuid[],
  next_contact_at timestamp with time zone,
  consent_id uuid,
  consent_until timestamp with time zone,
  started_at timestamp with time zone,
  started_by text,
  confirmed_at timestamp with time zone,
  until timestamp with time zone,
  ended_at timestamp with time zone,
  ended_by text,
  end_reason text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id),
  CHECK (scope = ANY (ARRAY['host'::text, 'account'::text])),
  CHECK (state = ANY (ARRAY['proposed'::text, 'asked'::text, 'consented'::text, 'declined'::text, 'expired'::text, 'withdrawn'::text, 'running'::text, 'ended'::text, 'failed'::text]))
);
CREATE INDEX playbooks_request_due ON public.playbooks_request USING btree (state) WHERE (state = ANY (ARRAY['proposed'::text, 'asked'::text, 'consented'::text, 'running'::text]));
CREATE INDEX playbooks_request_newest ON public.playbooks_request USING btree (created_at DESC, id DESC);
alter table playbooks_request enable row level security;
alter table playbooks_request force row level security;
create policy provider on playbooks_request to sakimori_provider using (true) with check (true);
create policy tenant on playbooks_request to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on playbooks_request to sakimori_provider;
grant insert, select, update on playbooks_request to sakimori_tenant;

create table playbooks_setting (
  tenant_id uuid not null,
  four_eyes boolean not null,
  always_consent boolean not null,
  contact_ids uuid[] not null,
  updated_at timestamp with time zone not null,
  updated_by text not null,
  PRIMARY KEY (tenant_id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
alter table playbooks_setting enable row level security;
alter table playbooks_setting force row level security;
create policy provider on playbooks_setting to sakimori_provider using (true) with check (true);
create policy tenant on playbooks_setting to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on playbooks_setting to sakimori_provider;
grant insert, select, update on playbooks_setting to sakimori_tenant;

create table playbooks_standing (
  tenant_id uuid not null,
  id uuid not null,
  playbook_ids text[] not null,
  host_ids uuid[] not null,
  hours text not null,
  until date not null,
  agreed_by text not null,
  document text not null,
  recorded_at timestamp with time zone not null,
  recorded_by text not null,
  ended_at timestamp with time zone,
  ended_by text,
  end_reason text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (hours = ANY (ARRAY['any'::text, 'business'::text, 'off'::text]))
);
alter table playbooks_standing enable row level security;
alter table playbooks_standing force row level security;
create policy provider on playbooks_standing to sakimori_provider using (true) with check (true);
create policy tenant on playbooks_standing to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on playbooks_standing to sakimori_provider;
grant insert, select, update on playbooks_standing to sakimori_tenant;

create table playbooks_task (
  tenant_id uuid not null,
  request_id uuid not null,
  task_id uuid not null,
  host_id uuid not null,
  deed text not null,
  PRIMARY KEY (tenant_id, request_id, task_id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES playbooks_request(tenant_id, id)
);
alter table playbooks_task enable row level security;
alter table playbooks_task force row level security;
create policy provider on playbooks_task to sakimori_provider using (true) with check (true);
create policy tenant on playbooks_task to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on playbooks_task to sakimori_provider;
grant insert, select on playbooks_task to sakimori_tenant;

create table policies_estimate (
  tenant_id uuid not null,
  id uuid not null,
  policy_id uuid not null,
  draft jsonb not null,
  digest text not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  hosts_not_asked integer not null,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
CREATE INDEX policies_estimate_age ON public.policies_estimate USING btree (created_at);
CREATE INDEX policies_estimate_digest ON public.policies_estimate USING btree (tenant_id, policy_id, digest, created_at DESC);
alter table policies_estimate enable row level security;
alter table policies_estimate force row level security;
create policy provider on policies_estimate to sakimori_provider using (true) with check (true);
create policy tenant on policies_estimate to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on policies_estimate to sakimori_provider;
grant delete, insert, select, update on policies_estimate to sakimori_tenant;

create table policies_estimate_host (
  tenant_id uuid not null,
  estimate_id uuid not null,
  host_id uuid not null,
  state text not null,
  figures jsonb,
  detail text,
  PRIMARY KEY (tenant_id, estimate_id, host_id),
  FOREIGN KEY (tenant_id, estimate_id) REFERENCES policies_estimate(tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id),
  CHECK (state = ANY (ARRAY['waiting'::text, 'counting'::text, 'done'::text, 'failed'::text]))
);
alter table policies_estimate_host enable row level security;
alter table policies_estimate_host force row level security;
create policy provider on policies_estimate_host to sakimori_provider using (true) with check (true);
create policy tenant on policies_estimate_host to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on policies_estimate_host to sakimori_provider;
grant delete, insert, select, update on policies_estimate_host to sakimori_tenant;

create table policies_policy (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  version integer not null,
  updated_at timestamp with time zone not null,
  number integer,
  computer_number integer not null default 0,
  digest text not null default ''::text,
  removed_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
CREATE UNIQUE INDEX policies_policy_number ON public.policies_policy USING btree (tenant_id, number, computer_number) WHERE (number IS NOT NULL);
alter table policies_policy enable row level security;
alter table policies_policy force row level security;
create policy provider on policies_policy to sakimori_provider using (true) with check (true);
create policy tenant on policies_policy to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on policies_policy to sakimori_provider;
grant delete, insert, select, update on policies_policy to sakimori_tenant;

create table policies_version (
  tenant_id uuid not null,
  policy_id uuid not null,
  version integer not null,
  document jsonb not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  reason text not null,
  PRIMARY KEY (tenant_id, policy_id, version),
  FOREIGN KEY (tenant_id, policy_id) REFERENCES policies_policy(tenant_id, id)
);
alter table policies_version enable row level security;
alter table policies_version force row level security;
create policy provider on policies_version to sakimori_provider using (true) with check (true);
create policy tenant on policies_version to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on policies_version to sakimori_provider;
grant insert, select on policies_version to sakimori_tenant;

create table provider_brand (
  id uuid not null,
  label text not null,
  is_default boolean not null,
  version integer not null,
  PRIMARY KEY (id),
  UNIQUE (label),
  CHECK (version > 0)
);
CREATE UNIQUE INDEX provider_brand_default ON public.provider_brand USING btree (is_default) WHERE is_default;
alter table provider_brand enable row level security;
create policy provider on provider_brand to sakimori_provider using (true) with check (true);
create policy tenant on provider_brand to sakimori_tenant using ((is_default OR (id IN ( SELECT customers_account.brand_id
   FROM customers_account))));
grant insert, select, update on provider_brand to sakimori_provider;
grant select on provider_brand to sakimori_tenant;

create table provider_brand_version (
  brand_id uuid not null,
  version integer not null,
  profile jsonb not null,
  logo bytea,
  logo_type text,
  made_at timestamp with time zone not null,
  made_by text not null,
  PRIMARY KEY (brand_id, version),
  FOREIGN KEY (brand_id) REFERENCES provider_brand(id),
  CHECK ((logo IS NULL) = (logo_type IS NULL)),
  CHECK (logo_type = ANY (ARRAY['image/png'::text, 'image/svg+xml'::text]))
);
alter table provider_brand_version enable row level security;
create policy provider on provider_brand_version to sakimori_provider using (true) with check (true);
create policy tenant on provider_brand_version to sakimori_tenant using ((brand_id IN ( SELECT provider_brand.id
   FROM provider_brand)));
grant insert, select on provider_brand_version to sakimori_provider;
grant select on provider_brand_version to sakimori_tenant;

create table remote_budget (
  tenant_id uuid not null,
  tokens double precision not null,
  at timestamp with time zone not null,
  blocked_until timestamp with time zone,
  PRIMARY KEY (tenant_id),
  FOREIGN KEY (tenant_id) REFERENCES remote_tenant(tenant_id) ON DELETE CASCADE
);
alter table remote_budget enable row level security;
alter table remote_budget force row level security;
create policy provider on remote_budget to sakimori_provider using (true) with check (true);
create policy tenant on remote_budget to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on remote_budget to sakimori_provider;

create table remote_computer (
  tenant_id uuid not null,
  number bigint not null,
  host_id uuid,
  body jsonb not null,
  liveness text not null,
  fetched_at timestamp with time zone not null,
  PRIMARY KEY (tenant_id, number),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id),
  CHECK (liveness = ANY (ARRAY['online'::text, 'offline'::text, 'unmanaged'::text, 'gone'::text]))
);
CREATE INDEX remote_computer_host ON public.remote_computer USING btree (tenant_id, host_id) WHERE (host_id IS NOT NULL);
alter table remote_computer enable row level security;
alter table remote_computer force row level security;
create policy provider on remote_computer to sakimori_provider using (true) with check (true);
create policy tenant on remote_computer to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on remote_computer to sakimori_provider;
grant delete, insert, select, update on remote_computer to sakimori_tenant;

create table remote_snapshot (
  tenant_id uuid not null,
  kind text not null,
  body jsonb not null,
  fetched_at timestamp with time zone not null,
  PRIMARY KEY (tenant_id, kind),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (kind = ANY (ARRAY['policies'::text, 'tasks'::text]))
);
alter table remote_snapshot enable row level security;
alter table remote_snapshot force row level security;
create policy provider on remote_snapshot to sakimori_provider using (true) with check (true);
create policy tenant on remote_snapshot to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on remote_snapshot to sakimori_provider;
grant delete, insert, select, update on remote_snapshot to sakimori_tenant;

create table remote_tenant (
  tenant_id uuid not null,
  name text not null,
  product text not null,
  mode text not null,
  address text not null,
  region text,
  reach text not null,
  certificate text,
  trend_tenant text not null,
  key_sealed text not null,
  key_hint text not null,
  key_mark text not null,
  key_replaced_at timestamp with time zone not null,
  attached_at timestamp with time zone not null,
  attached_by text not null,
  tested_at timestamp with time zone,
  test jsonb,
  synced_at timestamp with time zone,
  sync_due_at timestamp with time zone not null,
  failing_since timestamp with time zone,
  problem jsonb,
  PRIMARY KEY (tenant_id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (mode = ANY (ARRAY['ruling'::text, 'shadow'::text])),
  CHECK (product = ANY (ARRAY['cloud-one'::text, 'vision-one'::text, 'deep-security'::text])),
  CHECK (reach = ANY (ARRAY['public'::text, 'on-premises'::text]))
);
CREATE INDEX remote_tenant_due ON public.remote_tenant USING btree (sync_due_at);
CREATE UNIQUE INDEX remote_tenant_key ON public.remote_tenant USING btree (key_mark);
alter table remote_tenant enable row level security;
alter table remote_tenant force row level security;
create policy provider on remote_tenant to sakimori_provider using (true) with check (true);
create policy tenant on remote_tenant to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on remote_tenant to sakimori_provider;

create table reports_comment (
  tenant_id uuid not null,
  id uuid not null,
  issue_id uuid not null,
  report_id uuid not null,
  at timestamp with time zone not null,
  by_id text not null,
  by_name text not null,
  text text not null,
  asks_change boolean not null,
  resolved_at timestamp with time zone,
  resolved_by text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, issue_id) REFERENCES reports_issue(tenant_id, id)
);
CREATE INDEX reports_comment_issue ON public.reports_comment USING btree (tenant_id, issue_id, at);
alter table reports_comment enable row level security;
alter table reports_comment force row level security;
create policy provider on reports_comment to sakimori_provider using (true) with check (true);
create policy tenant on reports_comment to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on reports_comment to sakimori_provider;

create table reports_delivery (
  tenant_id uuid not null,
  id uuid not null,
  report_id uuid not null,
  recipient text not null,
  contact_id uuid,
  language text not null,
  way text not null,
  cause text not null,
  notice_id uuid not null,
  link_id uuid,
  sha256 text not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, link_id) REFERENCES reports_link(tenant_id, id),
  FOREIGN KEY (tenant_id, notice_id) REFERENCES notices_notice(tenant_id, id),
  FOREIGN KEY (tenant_id, report_id) REFERENCES reports_report(tenant_id, id),
  CHECK (cause = ANY (ARRAY['sent'::text, 'resent'::text, 'too_large'::text])),
  CHECK ((way = 'link'::text) = (link_id IS NOT NULL)),
  CHECK (language = ANY (ARRAY['ja'::text, 'en'::text])),
  CHECK (way = ANY (ARRAY['attached'::text, 'link'::text]))
);
CREATE UNIQUE INDEX reports_delivery_notice ON public.reports_delivery USING btree (tenant_id, notice_id);
CREATE INDEX reports_delivery_report ON public.reports_delivery USING btree (tenant_id, report_id, created_at);
alter table reports_delivery enable row level security;
alter table reports_delivery force row level security;
create policy provider on reports_delivery to sakimori_provider using (true) with check (true);
create policy tenant on reports_delivery to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on reports_delivery to sakimori_provider;
grant insert, select on reports_delivery to sakimori_tenant;

create table reports_issue (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null,
  period text not null,
  party text not null,
  signatures_needed smallint not null,
  due_at timestamp with time zone not null,
  due jsonb not null,
  soon_at timestamp with time zone not null,
  last_day_at timestamp with time zone not null,
  warned smallint not null default 0,
  created_at timestamp with time zone not null,
  report_id uuid,
  usual jsonb,
  problem text,
  sent_at timestamp with time zone,
  late_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  FOREIGN KEY (tenant_id, report_id) REFERENCES reports_report(tenant_id, id),
  CHECK (sent_at IS NULL OR report_id IS NOT NULL),
  CHECK (kind = ANY (ARRAY['weekly'::text, 'monthly'::text])),
  CHECK (party = ANY (ARRAY['provider'::text, 'soc'::text])),
  CHECK (signatures_needed >= 1 AND signatures_needed <= 2),
  CHECK (warned >= 0 AND warned <= 3)
);
CREATE UNIQUE INDEX reports_issue_id ON public.reports_issue USING btree (id);
CREATE INDEX reports_issue_newest ON public.reports_issue USING btree (due_at DESC, id);
CREATE UNIQUE INDEX reports_issue_period ON public.reports_issue USING btree (tenant_id, kind, period);
CREATE INDEX reports_issue_unsent ON public.reports_issue USING btree (due_at) WHERE (sent_at IS NULL);
alter table reports_issue enable row level security;
alter table reports_issue force row level security;
create policy provider on reports_issue to sakimori_provider using (true) with check (true);
create policy tenant on reports_issue to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on reports_issue to sakimori_provider;
grant insert, select, update on reports_issue to sakimori_tenant;

create table reports_link (
  tenant_id uuid not null,
  id uuid not null,
  report_id uuid not null,
  language text not null,
  recipient text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  revoked_by text,
  downloads integer not null default 0,
  last_download_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, report_id) REFERENCES reports_report(tenant_id, id),
  CHECK (language = ANY (ARRAY['ja'::text, 'en'::text]))
);
CREATE UNIQUE INDEX reports_link_id ON public.reports_link USING btree (id);
CREATE INDEX reports_link_report ON public.reports_link USING btree (tenant_id, report_id);
alter table reports_link enable row level security;
alter table reports_link force row level security;
create policy provider on reports_link to sakimori_provider using (true) with check (true);
create policy tenant on reports_link to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on reports_link to sakimori_provider;
grant insert, select, update on reports_link to sakimori_tenant;

create table reports_quote_document (
  tenant_id uuid not null,
  quote_id uuid not null,
  language text not null,
  sha256 text not null,
  pdf bytea not null,
  made_at timestamp with time zone not null,
  PRIMARY KEY (tenant_id, quote_id, language),
  FOREIGN KEY (tenant_id, quote_id) REFERENCES customers_quote(tenant_id, id),
  CHECK (language = ANY (ARRAY['ja'::text, 'en'::text])),
  CHECK (octet_length(pdf) > 0),
  CHECK (sha256 ~ '^[0-9a-f]{64}$'::text)
);
alter table reports_quote_document enable row level security;
alter table reports_quote_document force row level security;
create policy provider on reports_quote_document to sakimori_provider using (true) with check (true);
create policy tenant on reports_quote_document to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on reports_quote_document to sakimori_provider;
grant insert, select on reports_quote_document to sakimori_tenant;

create table reports_rendering (
  tenant_id uuid not null,
  report_id uuid not null,
  language text not null,
  mail_subject text not null,
  mail_text text not null,
  mail_html text not null,
  pdf bytea,
  pdf_sha256 text,
  sha256 text not null,
  PRIMARY KEY (tenant_id, report_id, language),
  FOREIGN KEY (tenant_id, report_id) REFERENCES reports_report(tenant_id, id),
  CHECK (language = ANY (ARRAY['ja'::text, 'en'::text]))
);
alter table reports_rendering enable row level security;
alter table reports_rendering force row level security;
create policy provider on reports_rendering to sakimori_provider using (true) with check (true);
create policy tenant on reports_rendering to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on reports_rendering to sakimori_provider;
grant insert, select on reports_rendering to sakimori_tenant;

create table reports_report (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null,
  period text not null,
  composed_at timestamp with time zone not null,
  composed_by text not null,
  report jsonb not null,
  mail_subject text not null,
  mail_text text not null,
  mail_html text not null,
  pdf bytea,
  pdf_sha256 text,
  sent_to text[] not null default '{}'::text[],
  language text not null default 'ja'::text,
  sha256 text,
  sent_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (kind = ANY (ARRAY['weekly'::text, 'monthly'::text])),
  CHECK (language = ANY (ARRAY['ja'::text, 'en'::text]))
);
CREATE INDEX reports_report_period ON public.reports_report USING btree (tenant_id, kind, period, composed_at DESC);
CREATE INDEX reports_report_sent ON public.reports_report USING btree (tenant_id, sent_at DESC) WHERE (sent_at IS NOT NULL);
alter table reports_report enable row level security;
alter table reports_report force row level security;
create policy provider on reports_report to sakimori_provider using (true) with check (true);
create policy tenant on reports_report to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
CREATE TRIGGER reports_keep_sent BEFORE UPDATE ON reports_report FOR EACH ROW EXECUTE FUNCTION reports_keep_sent();
grant insert, select, update on reports_report to sakimori_provider;
grant insert, select, update on reports_report to sakimori_tenant;

create table reports_setting (
  tenant_id uuid not null,
  signatures smallint not null,
  delivery text not null,
  link_days smallint not null,
  updated_at timestamp with time zone not null,
  updated_by text not null,
  PRIMARY KEY (tenant_id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (delivery = ANY (ARRAY['attached'::text, 'link'::text])),
  CHECK (link_days >= 1 AND link_days <= 90),
  CHECK (signatures >= 1 AND signatures <= 2)
);
alter table reports_setting enable row level security;
alter table reports_setting force row level security;
create policy provider on reports_setting to sakimori_provider using (true) with check (true);
create policy tenant on reports_setting to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on reports_setting to sakimori_provider;
grant insert, select, update on reports_setting to sakimori_tenant;

create table reports_settings (
  tenant_id uuid not null,
  period text not null,
  taken_at timestamp with time zone not null,
  kept jsonb not null,
  PRIMARY KEY (tenant_id, period),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
alter table reports_settings enable row level security;
alter table reports_settings force row level security;
create policy provider on reports_settings to sakimori_provider using (true) with check (true);
create policy tenant on reports_settings to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on reports_settings to sakimori_provider;
grant insert, select on reports_settings to sakimori_tenant;

create table reports_signature (
  tenant_id uuid not null,
  id uuid not null,
  issue_id uuid not null,
  report_id uuid not null,
  signer_id text not null,
  signer_name text not null,
  signer_role text not null,
  at timestamp with time zone not null,
  sha256 jsonb not null,
  void_at timestamp with time zone,
  void_reason text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, issue_id) REFERENCES reports_issue(tenant_id, id),
  FOREIGN KEY (tenant_id, report_id) REFERENCES reports_report(tenant_id, id),
  CHECK ((void_at IS NULL) = (void_reason IS NULL))
);
CREATE UNIQUE INDEX reports_signature_once ON public.reports_signature USING btree (tenant_id, issue_id, signer_id) WHERE (void_at IS NULL);
alter table reports_signature enable row level security;
alter table reports_signature force row level security;
create policy provider on reports_signature to sakimori_provider using (true) with check (true);
create policy tenant on reports_signature to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on reports_signature to sakimori_provider;
grant insert, select, update on reports_signature to sakimori_tenant;

create table reviews_escalation (
  tenant_id uuid not null,
  id uuid not null,
  alert_id uuid not null,
  contact_id uuid,
  contact_name text not null,
  channel text not null,
  at timestamp with time zone not null,
  by_name text not null,
  message text not null,
  outcome text not null,
  answer text,
  answered_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, alert_id) REFERENCES reviews_item(tenant_id, alert_id),
  CHECK (channel = ANY (ARRAY['mail'::text, 'phone'::text])),
  CHECK (outcome = ANY (ARRAY['waiting'::text, 'answered'::text, 'no_answer'::text]))
);
CREATE INDEX reviews_escalation_alert ON public.reviews_escalation USING btree (tenant_id, alert_id, at);
alter table reviews_escalation enable row level security;
alter table reviews_escalation force row level security;
create policy provider on reviews_escalation to sakimori_provider using (true) with check (true);
create policy tenant on reviews_escalation to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on reviews_escalation to sakimori_provider;
grant insert, select, update on reviews_escalation to sakimori_tenant;

create table reviews_item (
  tenant_id uuid not null,
  sheet_id uuid not null,
  alert_id uuid not null,
  exclusion text,
  evidence jsonb,
  is_sample boolean not null default false,
  verdict text,
  verdict_note text,
  verdict_by text,
  verdict_at timestamp with time zone,
  has_closed boolean not null default false,
  PRIMARY KEY (tenant_id, sheet_id, alert_id),
  UNIQUE (tenant_id, alert_id),
  FOREIGN KEY (tenant_id, alert_id) REFERENCES alerts_alert(tenant_id, id),
  FOREIGN KEY (tenant_id, sheet_id) REFERENCES reviews_sheet(tenant_id, id),
  CHECK ((exclusion IS NULL) = (evidence IS NULL)),
  CHECK ((verdict IS NULL) = (verdict_at IS NULL AND verdict_by IS NULL)),
  CHECK (exclusion = ANY (ARRAY['finished'::text, 'brief-silence'::text, 'planned-work'::text])),
  CHECK (verdict = ANY (ARRAY['no_action'::text, 'false_positive'::text, 'planned_work'::text, 'action_needed'::text]))
);
CREATE INDEX reviews_item_due ON public.reviews_item USING btree (tenant_id, sheet_id) WHERE ((verdict IS NULL) AND ((exclusion IS NULL) OR is_sample));
alter table reviews_item enable row level security;
alter table reviews_item force row level security;
create policy provider on reviews_item to sakimori_provider using (true) with check (true);
create policy tenant on reviews_item to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on reviews_item to sakimori_provider;
grant insert, select, update on reviews_item to sakimori_tenant;

create table reviews_sheet (
  tenant_id uuid not null,
  id uuid not null,
  business_day date not null,
  days date[] not null,
  covers_from timestamp with time zone not null,
  covers_to timestamp with time zone not null,
  made_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  clause text not null,
  edition text not null,
  state text not null,
  finished_at timestamp with time zone,
  breached_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, business_day),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK ((state = 'done'::text) = (finished_at IS NOT NULL)),
  CHECK (covers_from < covers_to),
  CHECK (state = ANY (ARRAY['open'::text, 'done'::text]))
);
CREATE INDEX reviews_sheet_day ON public.reviews_sheet USING btree (business_day DESC, id);
CREATE INDEX reviews_sheet_due ON public.reviews_sheet USING btree (due_at) WHERE ((state = 'open'::text) AND (breached_at IS NULL));
CREATE UNIQUE INDEX reviews_sheet_id ON public.reviews_sheet USING btree (id);
alter table reviews_sheet enable row level security;
alter table reviews_sheet force row level security;
create policy provider on reviews_sheet to sakimori_provider using (true) with check (true);
create policy tenant on reviews_sheet to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on reviews_sheet to sakimori_provider;
grant insert, select, update on reviews_sheet to sakimori_tenant;

create table sources_held (
  tenant_id uuid not null,
  id uuid not null,
  sender_id uuid not null,
  at timestamp with time zone not null,
  raw bytea not null,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, sender_id) REFERENCES sources_sender(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sources_held_sender ON public.sources_held USING btree (tenant_id, sender_id, at);
alter table sources_held enable row level security;
alter table sources_held force row level security;
create policy provider on sources_held to sakimori_provider using (true) with check (true);
create policy tenant on sources_held to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on sources_held to sakimori_provider;
grant delete, insert, select, update on sources_held to sakimori_tenant;

create table sources_pair (
  tenant_id uuid not null,
  detection_id uuid not null,
  road text not null,
  event_id uuid not null,
  met_at timestamp with time zone not null,
  PRIMARY KEY (tenant_id, detection_id, road)
);
CREATE INDEX sources_pair_event ON public.sources_pair USING btree (tenant_id, event_id);
CREATE INDEX sources_pair_met ON public.sources_pair USING btree (met_at);
alter table sources_pair enable row level security;
alter table sources_pair force row level security;
create policy provider on sources_pair to sakimori_provider using (true) with check (true);
create policy tenant on sources_pair to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on sources_pair to sakimori_provider;
grant delete, insert, select, update on sources_pair to sakimori_tenant;

create table sources_sender (
  tenant_id uuid not null,
  id uuid not null,
  transport text not null,
  address text not null,
  identity text not null,
  reason text not null,
  account_id uuid,
  source_id uuid,
  named text,
  record_count bigint not null default 0,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX sources_sender_whose ON public.sources_sender USING btree (tenant_id, transport, address, identity, reason, COALESCE(source_id, '00000000-0000-0000-0000-000000000000'::uuid));
alter table sources_sender enable row level security;
alter table sources_sender force row level security;
create policy provider on sources_sender to sakimori_provider using (true) with check (true);
create policy tenant on sources_sender to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on sources_sender to sakimori_provider;
grant delete, insert, select, update on sources_sender to sakimori_tenant;

create table sources_source (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  kind text not null,
  value text not null,
  trend_tenant text,
  zone text not null,
  silent_minutes integer,
  raw_hash text,
  created_at timestamp with time zone not null,
  created_by text not null,
  removed_at timestamp with time zone,
  last_heard_at timestamp with time zone,
  silent_since timestamp with time zone,
  roads text[] not null default '{}'::text[],
  record_count bigint not null default 0,
  stored_count bigint not null default 0,
  duplicate_count bigint not null default 0,
  application_count bigint not null default 0,
  device_count bigint not null default 0,
  held_count bigint not null default 0,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (kind = ANY (ARRAY['address'::text, 'tls'::text, 'sns'::text, 'folder'::text]))
);
CREATE UNIQUE INDEX sources_source_value ON public.sources_source USING btree (kind, value, COALESCE(trend_tenant, ''::text)) WHERE (removed_at IS NULL);
alter table sources_source enable row level security;
alter table sources_source force row level security;
create policy provider on sources_source to sakimori_provider using (true) with check (true);
create policy tenant on sources_source to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on sources_source to sakimori_provider;
grant select, update on sources_source to sakimori_tenant;

create table tickets_attachment (
  tenant_id uuid not null,
  id uuid not null,
  message_id uuid not null,
  name text not null,
  content_type text not null,
  size_bytes bigint not null,
  state text not null,
  finding text,
  content bytea,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, message_id) REFERENCES tickets_message(tenant_id, id),
  CHECK ((state = ANY (ARRAY['held'::text, 'left_out'::text])) = (content IS NULL)),
  CHECK (state = ANY (ARRAY['clean'::text, 'held'::text, 'unscanned'::text, 'left_out'::text]))
);
CREATE INDEX tickets_attachment_message ON public.tickets_attachment USING btree (tenant_id, message_id);
alter table tickets_attachment enable row level security;
alter table tickets_attachment force row level security;
create policy provider on tickets_attachment to sakimori_provider using (true) with check (true);
create policy tenant on tickets_attachment to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on tickets_attachment to sakimori_provider;
grant insert, select on tickets_attachment to sakimori_tenant;

create table tickets_mail (
  id uuid not null,
  key text not null,
  received_at timestamp with time zone not null,
  via text not null,
  envelope_from text not null,
  envelope_to text[] not null,
  size_bytes bigint not null,
  raw bytea not null,
  is_cut boolean not null default false,
  state text not null,
  reason text,
  from_mail text not null default ''::text,
  from_name text not null default ''::text,
  subject text not null default ''::text,
  proof jsonb,
  account_id uuid,
  ticket_id uuid,
  settled_by text,
  settled_at timestamp with time zone,
  PRIMARY KEY (id),
  UNIQUE (key),
  CHECK (state = ANY (ARRAY['waiting'::text, 'filed'::text, 'parked'::text, 'automatic'::text, 'report'::text, 'dismissed'::text])),
  CHECK (via = ANY (ARRAY['smtp'::text, 'lmtp'::text, 'imap'::text]))
);
CREATE INDEX tickets_mail_from ON public.tickets_mail USING btree (from_mail, received_at);
CREATE INDEX tickets_mail_parked ON public.tickets_mail USING btree (received_at, id) WHERE (state = 'parked'::text);
CREATE INDEX tickets_mail_received ON public.tickets_mail USING btree (received_at);
CREATE INDEX tickets_mail_waiting ON public.tickets_mail USING btree (received_at) WHERE (state = 'waiting'::text);
grant delete, insert, select, update on tickets_mail to sakimori_provider;

create table tickets_mailbox (
  id integer not null,
  settings jsonb not null,
  sealed_password text,
  updated_at timestamp with time zone not null,
  last_error text,
  last_mail_at timestamp with time zone,
  PRIMARY KEY (id),
  CHECK (id = 1)
);
grant insert, select, update on tickets_mailbox to sakimori_provider;

create table tickets_message (
  tenant_id uuid not null,
  id uuid not null,
  ticket_id uuid not null,
  kind text not null,
  at timestamp with time zone not null,
  author text not null,
  from_mail text,
  text text not null,
  quoted text,
  is_stranger boolean not null default false,
  is_automatic boolean not null default false,
  proof jsonb,
  message_id text,
  notice_id uuid,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, notice_id) REFERENCES notices_notice(tenant_id, id) ON DELETE SET NULL (notice_id),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets_ticket(tenant_id, id),
  CHECK (kind = ANY (ARRAY['customer'::text, 'reply'::text, 'acknowledgement'::text, 'note'::text, 'event'::text]))
);
CREATE INDEX tickets_message_mail ON public.tickets_message USING btree (message_id) WHERE (message_id IS NOT NULL);
CREATE INDEX tickets_message_notice ON public.tickets_message USING btree (notice_id) WHERE (notice_id IS NOT NULL);
CREATE INDEX tickets_message_ticket ON public.tickets_message USING btree (tenant_id, ticket_id, at, id);
alter table tickets_message enable row level security;
alter table tickets_message force row level security;
create policy provider on tickets_message to sakimori_provider using (true) with check (true);
create policy tenant on tickets_message to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on tickets_message to sakimori_provider;
grant insert, select on tickets_message to sakimori_tenant;

create table tickets_ticket (
  tenant_id uuid not null,
  id uuid not null,
  number bigint not null,
  kind text not null,
  channel text not null,
  subject text not null,
  state text not null,
  language text not null,
  requester_name text not null,
  requester_mail text,
  requester_phone text,
  contact_id uuid,
  alert_id uuid,
  case_id uuid,
  assignee_id text,
  assignee_name text,
  opened_at timestamp with time zone not null,
  opened_by text not null,
  accepted_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  due jsonb not null,
  half_at timestamp with time zone not null,
  most_at timestamp with time zone not null,
  warned smallint not null default 0,
  first_answer_at timestamp with time zone,
  pauses jsonb not null default '[]'::jsonb,
  paused_at timestamp with time zone,
  pause_reason text,
  closed_at timestamp with time zone,
  closed_by text,
  outcome text,
  meeting_id uuid,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, alert_id) REFERENCES alerts_alert(tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  FOREIGN KEY (tenant_id, meeting_id) REFERENCES meetings_meeting(tenant_id, id),
  CHECK (channel = ANY (ARRAY['mail'::text, 'phone'::text, 'portal'::text, 'alertReply'::text, 'meeting'::text])),
  CHECK ((state = 'paused'::text) = (paused_at IS NOT NULL AND pause_reason IS NOT NULL)),
  CHECK ((state = 'closed'::text) = (closed_at IS NOT NULL AND outcome IS NOT NULL)),
  CHECK (kind = ANY (ARRAY['inquiry'::text, 'change'::text, 'consulting'::text])),
  CHECK (language = ANY (ARRAY['ja'::text, 'en'::text])),
  CHECK (outcome = ANY (ARRAY['resolved'::text, 'out_of_scope'::text, 'not_supported'::text, 'duplicate'::text])),
  CHECK (state = ANY (ARRAY['open'::text, 'answered'::text, 'paused'::text, 'closed'::text])),
  CHECK (warned >= 0 AND warned <= 3)
);
CREATE INDEX tickets_ticket_alert ON public.tickets_ticket USING btree (tenant_id, alert_id) WHERE (alert_id IS NOT NULL);
CREATE INDEX tickets_ticket_closed ON public.tickets_ticket USING btree (tenant_id, closed_at) WHERE (state = 'closed'::text);
CREATE UNIQUE INDEX tickets_ticket_id ON public.tickets_ticket USING btree (id);
CREATE INDEX tickets_ticket_meeting ON public.tickets_ticket USING btree (tenant_id, meeting_id) WHERE (meeting_id IS NOT NULL);
CREATE UNIQUE INDEX tickets_ticket_number ON public.tickets_ticket USING btree (number, tenant_id);
CREATE INDEX tickets_ticket_unanswered ON public.tickets_ticket USING btree (due_at) WHERE ((first_answer_at IS NULL) AND (state = ANY (ARRAY['open'::text, 'answered'::text])));
CREATE INDEX tickets_ticket_unclosed ON public.tickets_ticket USING btree (due_at, id) WHERE (state <> 'closed'::text);
alter table tickets_ticket enable row level security;
alter table tickets_ticket force row level security;
create policy provider on tickets_ticket to sakimori_provider using (true) with check (true);
create policy tenant on tickets_ticket to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on tickets_ticket to sakimori_provider;
grant insert, select, update on tickets_ticket to sakimori_tenant;

create table upgrades_change (
  tenant_id uuid not null,
  id uuid not null,
  host_id uuid not null,
  component text not null,
  from_version text not null,
  to_version text not null,
  seen_at timestamp with time zone not null,
  plan_id uuid,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id)
);
CREATE INDEX upgrades_change_newest ON public.upgrades_change USING btree (tenant_id, seen_at DESC);
alter table upgrades_change enable row level security;
alter table upgrades_change force row level security;
create policy provider on upgrades_change to sakimori_provider using (true) with check (true);
create policy tenant on upgrades_change to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on upgrades_change to sakimori_provider;
grant insert, select on upgrades_change to sakimori_tenant;

create table upgrades_host (
  tenant_id uuid not null,
  plan_id uuid not null,
  host_id uuid not null,
  ring integer not null,
  state text not null,
  from_version text not null,
  modules_before jsonb,
  task_id uuid,
  given_at timestamp with time zone,
  ended_at timestamp with time zone,
  code text,
  detail text,
  PRIMARY KEY (tenant_id, plan_id, host_id),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id),
  FOREIGN KEY (tenant_id, plan_id) REFERENCES upgrades_plan(tenant_id, id),
  CHECK (state = ANY (ARRAY['waiting'::text, 'upgrading'::text, 'done'::text, 'failed'::text, 'rolled_back'::text, 'cancelled'::text]))
);
alter table upgrades_host enable row level security;
alter table upgrades_host force row level security;
create policy provider on upgrades_host to sakimori_provider using (true) with check (true);
create policy tenant on upgrades_host to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on upgrades_host to sakimori_provider;
grant delete, insert, select, update on upgrades_host to sakimori_tenant;

create table upgrades_plan (
  tenant_id uuid not null,
  id uuid not null,
  state text not null,
  target jsonb not null,
  settings jsonb not null,
  ring integer not null default 0,
  created_at timestamp with time zone not null,
  created_by text not null,
  reason text not null,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (state = ANY (ARRAY['draft'::text, 'running'::text, 'paused'::text, 'stopped'::text, 'aborted'::text, 'done'::text]))
);
CREATE INDEX upgrades_plan_newest ON public.upgrades_plan USING btree (tenant_id, created_at DESC);
CREATE UNIQUE INDEX upgrades_plan_one ON public.upgrades_plan USING btree (tenant_id) WHERE (state = ANY (ARRAY['draft'::text, 'running'::text, 'paused'::text]));
alter table upgrades_plan enable row level security;
alter table upgrades_plan force row level security;
create policy provider on upgrades_plan to sakimori_provider using (true) with check (true);
create policy tenant on upgrades_plan to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on upgrades_plan to sakimori_provider;
grant delete, insert, select, update on upgrades_plan to sakimori_tenant;

create table upgrades_seen (
  tenant_id uuid not null,
  host_id uuid not null,
  component text not null,
  version text not null,
  seen_at timestamp with time zone not null,
  PRIMARY KEY (tenant_id, host_id, component),
  FOREIGN KEY (tenant_id, host_id) REFERENCES hosts_host(tenant_id, id)
);
alter table upgrades_seen enable row level security;
alter table upgrades_seen force row level security;
create policy provider on upgrades_seen to sakimori_provider using (true) with check (true);
create policy tenant on upgrades_seen to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on upgrades_seen to sakimori_provider;
grant delete, insert, select, update on upgrades_seen to sakimori_tenant;

create table webfeeds_feed (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  format text not null,
  category text not null,
  score integer not null,
  sealed_url text,
  shown_url text,
  interval_minutes integer,
  is_shipped boolean not null default false,
  entries integer not null default 0,
  content bytea,
  digest text,
  fault_count integer not null default 0,
  faults jsonb not null default '[]'::jsonb,
  version integer not null default 0,
  tried_at timestamp with time zone,
  good_at timestamp with time zone,
  problem jsonb,
  due_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  CHECK (format = ANY (ARRAY['list'::text, 'urlhaus'::text, 'scored'::text]))
);
CREATE INDEX webfeeds_feed_due ON public.webfeeds_feed USING btree (due_at) WHERE (due_at IS NOT NULL);
alter table webfeeds_feed enable row level security;
alter table webfeeds_feed force row level security;
create policy provider on webfeeds_feed to sakimori_provider using (true) with check (true);
create policy tenant on webfeeds_feed to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on webfeeds_feed to sakimori_provider;
grant delete, insert, select, update on webfeeds_feed to sakimori_tenant;

create table webfeeds_table (
  tenant_id uuid not null,
  version text not null,
  source_digest text not null,
  entries integer not null,
  built_at timestamp with time zone not null,
  content bytea not null,
  PRIMARY KEY (tenant_id)
);
alter table webfeeds_table enable row level security;
alter table webfeeds_table force row level security;
create policy provider on webfeeds_table to sakimori_provider using (true) with check (true);
create policy tenant on webfeeds_table to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on webfeeds_table to sakimori_provider;
grant delete, insert, select, update on webfeeds_table to sakimori_tenant;

create table work_item (
  tenant_id uuid not null,
  id uuid not null,
  number bigint not null,
  queue text not null,
  kind text not null,
  key text not null,
  facts jsonb not null,
  feature text,
  quote_id uuid,
  target text,
  state text not null,
  due_at timestamp with time zone not null,
  due jsonb,
  owner_id text,
  owner_name text,
  created_at timestamp with time zone not null,
  created_by text not null,
  ended_at timestamp with time zone,
  ended_by text,
  evidence text,
  account_name text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, key),
  FOREIGN KEY (tenant_id, quote_id) REFERENCES customers_quote(tenant_id, id),
  CHECK ((state = 'taken'::text) <= (owner_id IS NOT NULL)),
  CHECK ((state = ANY (ARRAY['done'::text, 'cancelled'::text])) = (ended_at IS NOT NULL AND evidence IS NOT NULL)),
  CHECK (queue = ANY (ARRAY['setup'::text, 'processMonitoring'::text, 'licenseRenewal'::text, 'helpdesk'::text, 'desk'::text])),
  CHECK (state = ANY (ARRAY['open'::text, 'taken'::text, 'done'::text, 'cancelled'::text]))
);
CREATE INDEX work_item_due ON public.work_item USING btree (due_at, id) WHERE (ended_at IS NULL);
CREATE INDEX work_item_ended ON public.work_item USING btree (ended_at DESC) WHERE (ended_at IS NOT NULL);
CREATE INDEX work_item_target ON public.work_item USING btree (tenant_id, target) WHERE (target IS NOT NULL);
alter table work_item enable row level security;
alter table work_item force row level security;
create policy provider on work_item to sakimori_provider using (true) with check (true);
create policy tenant on work_item to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on work_item to sakimori_provider;
grant insert, select, update on work_item to sakimori_tenant;

create table workbench_draft (
  tenant_id uuid not null,
  id uuid not null,
  number bigint not null,
  module text not null,
  state text not null,
  version integer not null,
  placed_version integer,
  rule_id integer,
  targets jsonb not null default '[]'::jsonb,
  ticket_id uuid,
  quote_id uuid,
  created_at timestamp with time zone not null,
  created_by text not null,
  changed_at timestamp with time zone not null,
  changed_by text not null,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets_ticket(tenant_id, id),
  CHECK ((state = ANY (ARRAY['staged'::text, 'live'::text])) = (rule_id IS NOT NULL AND placed_version IS NOT NULL)),
  CHECK (module = ANY (ARRAY['logInspection'::text, 'integrityMonitoring'::text, 'intrusionPrevention'::text])),
  CHECK (state = ANY (ARRAY['draft'::text, 'staged'::text, 'live'::text, 'withdrawn'::text])),
  CHECK (version > 0)
);
CREATE INDEX workbench_draft_changed ON public.workbench_draft USING btree (changed_at DESC, id DESC);
CREATE UNIQUE INDEX workbench_draft_id ON public.workbench_draft USING btree (id);
CREATE UNIQUE INDEX workbench_draft_number ON public.workbench_draft USING btree (number);
alter table workbench_draft enable row level security;
alter table workbench_draft force row level security;
create policy provider on workbench_draft to sakimori_provider using (true) with check (true);
create policy tenant on workbench_draft to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select, update on workbench_draft to sakimori_provider;
grant insert, select, update on workbench_draft to sakimori_tenant;

create table workbench_step (
  tenant_id uuid not null,
  draft_id uuid not null,
  id uuid not null,
  step text not null,
  version integer not null,
  at timestamp with time zone not null,
  by_name text not null,
  reason text not null,
  targets jsonb not null,
  PRIMARY KEY (tenant_id, draft_id, id),
  FOREIGN KEY (tenant_id, draft_id) REFERENCES workbench_draft(tenant_id, id),
  CHECK (step = ANY (ARRAY['staged'::text, 'promoted'::text, 'withdrawn'::text]))
);
alter table workbench_step enable row level security;
alter table workbench_step force row level security;
create policy provider on workbench_step to sakimori_provider using (true) with check (true);
create policy tenant on workbench_step to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on workbench_step to sakimori_provider;
grant insert, select on workbench_step to sakimori_tenant;

create table workbench_try (
  tenant_id uuid not null,
  draft_id uuid not null,
  id uuid not null,
  version integer not null,
  kind text not null,
  at timestamp with time zone not null,
  by_name text not null,
  result jsonb not null,
  PRIMARY KEY (tenant_id, draft_id, id),
  FOREIGN KEY (tenant_id, draft_id, version) REFERENCES workbench_version(tenant_id, draft_id, version),
  CHECK (kind = ANY (ARRAY['stored'::text, 'log'::text, 'capture'::text, 'paths'::text]))
);
alter table workbench_try enable row level security;
alter table workbench_try force row level security;
create policy provider on workbench_try to sakimori_provider using (true) with check (true);
create policy tenant on workbench_try to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select on workbench_try to sakimori_provider;
grant delete, insert, select on workbench_try to sakimori_tenant;

create table workbench_version (
  tenant_id uuid not null,
  draft_id uuid not null,
  version integer not null,
  name text not null,
  text text not null,
  severity text not null,
  logs jsonb not null,
  note text not null,
  at timestamp with time zone not null,
  by_name text not null,
  PRIMARY KEY (tenant_id, draft_id, version),
  FOREIGN KEY (tenant_id, draft_id) REFERENCES workbench_draft(tenant_id, id),
  CHECK (severity = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text]))
);
alter table workbench_version enable row level security;
alter table workbench_version force row level security;
create policy provider on workbench_version to sakimori_provider using (true) with check (true);
create policy tenant on workbench_version to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant insert, select on workbench_version to sakimori_provider;
grant insert, select on workbench_version to sakimori_tenant;

create table workloadapi_key (
  tenant_id uuid not null,
  id integer not null,
  secret_hash text not null,
  name text not null,
  description text,
  role_id integer not null,
  locale text not null,
  time_zone text,
  active boolean not null default true,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  unlock_at timestamp with time zone,
  last_used_at timestamp with time zone,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (secret_hash),
  UNIQUE (tenant_id, name),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id),
  CHECK (id > 0)
);
alter table workloadapi_key enable row level security;
alter table workloadapi_key force row level security;
create policy provider on workloadapi_key to sakimori_provider using (true) with check (true);
create policy tenant on workloadapi_key to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on workloadapi_key to sakimori_provider;
grant delete, insert, select, update on workloadapi_key to sakimori_tenant;

create table workloadapi_usage (
  tenant_id uuid not null,
  id bigint not null,
  at timestamp with time zone not null,
  api_type text not null,
  action text not null,
  method text not null,
  duration_ms integer not null,
  status_code integer not null,
  authentication_method text not null,
  expand_parameter text not null,
  response_item_count integer not null,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id) REFERENCES customers_account(tenant_id)
);
CREATE INDEX workloadapi_usage_at ON public.workloadapi_usage USING btree (at);
alter table workloadapi_usage enable row level security;
alter table workloadapi_usage force row level security;
create policy provider on workloadapi_usage to sakimori_provider using (true) with check (true);
create policy tenant on workloadapi_usage to sakimori_tenant using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)) with check ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on workloadapi_usage to sakimori_provider;
grant delete, insert, select, update on workloadapi_usage to sakimori_tenant;

create view accounts_for_report with (security_invoker=true) as
 SELECT tenant_id,
    name,
    customer_name,
    created_at
   FROM customers_account;
grant select on accounts_for_report to sakimori_provider;
grant select on accounts_for_report to sakimori_tenant;

create view alert_states_for_report with (security_invoker=true) as
 SELECT tenant_id,
    alert_id,
    id,
    at,
    kind,
    facts ->> 'closing'::text AS closing
   FROM alerts_step
  WHERE kind = ANY (ARRAY['opened'::text, 'acknowledged'::text, 'closed'::text, 'reopened'::text, 'resolved'::text]);
grant select on alert_states_for_report to sakimori_provider;
grant select on alert_states_for_report to sakimori_tenant;

create view alerts_beginning with (security_invoker=true) as
 SELECT tenant_id,
    id,
    first_detection_id,
    opened_at
   FROM alerts_alert;
grant select on alerts_beginning to sakimori_provider;
grant select on alerts_beginning to sakimori_tenant;

create view alerts_for_notices with (security_invoker=true) as
 SELECT tenant_id,
    id,
    number,
    host_id,
    module,
    kind,
    rule_id,
    rule_name,
    rule_name_ja,
    subject,
    file,
    severity,
    detection_count
   FROM alerts_alert;
grant select on alerts_for_notices to sakimori_provider;
grant select on alerts_for_notices to sakimori_tenant;

create view alerts_for_report with (security_invoker=true) as
 SELECT tenant_id,
    id,
    number,
    host_id,
    module,
    kind,
    severity,
    title,
    opened_at,
    detection_count,
    rule_id,
    rule_name,
    rule_name_ja,
    subject,
    file
   FROM alerts_alert;
grant select on alerts_for_report to sakimori_provider;
grant select on alerts_for_report to sakimori_tenant;

create view alerts_of_host with (security_invoker=true) as
 SELECT tenant_id,
    host_id,
    id,
    state
   FROM alerts_alert;
grant select on alerts_of_host to sakimori_provider;
grant select on alerts_of_host to sakimori_tenant;

create view alerts_of_silence with (security_invoker=true) as
 SELECT tenant_id,
    id,
    number,
    host_id,
    state,
    opened_at,
    facts
   FROM alerts_alert
  WHERE kind = 'agent.silent'::text;
grant select on alerts_of_silence to sakimori_provider;
grant select on alerts_of_silence to sakimori_tenant;

create view alerts_span with (security_invoker=true) as
 SELECT tenant_id,
    id,
    grouping_key,
    COALESCE(counted_from, opened_at) AS opened_at,
    closed_at
   FROM alerts_alert;
grant select on alerts_span to sakimori_provider;
grant select on alerts_span to sakimori_tenant;

create view alerts_unclosed with (security_invoker=true) as
 SELECT tenant_id,
    id,
    host_id,
    severity,
    opened_at
   FROM alerts_alert
  WHERE state <> 'closed'::text;
grant select on alerts_unclosed to sakimori_provider;
grant select on alerts_unclosed to sakimori_tenant;

create view alerts_unclosed_by_account with (security_invoker=true) as
 SELECT tenant_id,
    count(*)::integer AS alert_count
   FROM alerts_alert
  WHERE state <> 'closed'::text
  GROUP BY tenant_id;
grant select on alerts_unclosed_by_account to sakimori_provider;
grant select on alerts_unclosed_by_account to sakimori_tenant;

create view computers_for_report with (security_invoker=true) as
 SELECT tenant_id,
    id,
    host_id
   FROM configuration_computer;
grant select on computers_for_report to sakimori_provider;
grant select on computers_for_report to sakimori_tenant;

create view computers_of_hosts with (security_invoker=true) as
 SELECT tenant_id,
    id,
    host_id,
    policy_id,
    group_id
   FROM configuration_computer
  WHERE host_id IS NOT NULL;
grant select on computers_of_hosts to sakimori_provider;
grant select on computers_of_hosts to sakimori_tenant;

create view contracts_by_day with (security_invoker=true) as
 SELECT c.tenant_id,
    a.name,
    c.starts_on,
    c.ends_on
   FROM customers_contract c
     JOIN customers_account a ON a.tenant_id = c.tenant_id;
grant select on contracts_by_day to sakimori_provider;
grant select on contracts_by_day to sakimori_tenant;

create view detections_by_hour with (security_invoker=true) as
 SELECT tenant_id,
    hour,
    count
   FROM detections_hourly;
grant select on detections_by_hour to sakimori_provider;
grant select on detections_by_hour to sakimori_tenant;

create view detections_for_report with (security_invoker=true) as
 SELECT c.tenant_id,
    c.hour,
    c.host_id,
    c.module,
    c.rule_id,
    COALESCE(r.name, c.rule_id) AS rule_name,
    r.name_ja AS rule_name_ja,
    c.severity,
    c.count,
    c.mode = 'prevent'::text AND (c.action = ANY (ARRAY['denied'::text, 'quarantined'::text, 'deleted'::text, 'cleaned'::text, 'isolated'::text])) AND c.action_result = 'success'::text AS prevented
   FROM detections_hourly c
     LEFT JOIN detections_rule r ON r.tenant_id = c.tenant_id AND r.module = c.module AND r.rule_id = c.rule_id;
grant select on detections_for_report to sakimori_provider;
grant select on detections_for_report to sakimori_tenant;

create view hosts_assigned with (security_invoker=true) as
 SELECT tenant_id,
    id,
    name,
    policy_id
   FROM hosts_host
  WHERE retired_at IS NULL AND origin = 'agent'::text;
grant select on hosts_assigned to sakimori_provider;
grant select on hosts_assigned to sakimori_tenant;

create view hosts_certificate_issued with (security_invoker=true) as
 SELECT tenant_id,
    host_id,
    serial,
    issued_at
   FROM hosts_certificate;
grant select on hosts_certificate_issued to sakimori_provider;
grant select on hosts_certificate_issued to sakimori_tenant;

create view hosts_count_by_account with (security_invoker=true) as
 SELECT tenant_id,
    count(*)::integer AS host_count
   FROM hosts_host
  WHERE retired_at IS NULL AND origin = 'agent'::text
  GROUP BY tenant_id;
grant select on hosts_count_by_account to sakimori_provider;
grant select on hosts_count_by_account to sakimori_tenant;

create view hosts_for_configuration with (security_invoker=true) as
 SELECT tenant_id,
    id,
    name,
    facts,
    enrolled_at,
    retired_at,
    policy_id,
    applied_policy_id,
    applied_version,
    policy_problem,
    modules,
    last_seen_at,
    silent_since,
    silence_cause
   FROM hosts_host
  WHERE origin = 'agent'::text;
grant select on hosts_for_configuration to sakimori_provider;
grant select on hosts_for_configuration to sakimori_tenant;

create view hosts_for_report with (security_invoker=true) as
 SELECT tenant_id,
    id,
    name,
    facts ->> 'os'::text AS os,
    modules,
    retired_at,
    silent_since,
    applied_policy_id,
    applied_version,
    origin
   FROM hosts_host;
grant select on hosts_for_report to sakimori_provider;
grant select on hosts_for_report to sakimori_tenant;

create view hosts_health with (security_invoker=true) as
 SELECT h.tenant_id,
    h.id,
    h.silent_since IS NOT NULL AS silent,
    h.applied_version IS DISTINCT FROM p.version AS drift,
    (EXISTS ( SELECT
           FROM jsonb_array_elements(h.modules) m(value)
          WHERE (m.value ->> 'state'::text) = ANY (ARRAY['lacking'::text, 'degraded'::text]))) AS lacking
   FROM hosts_host h
     JOIN policies_policy p ON p.tenant_id = h.tenant_id AND p.id = h.policy_id
  WHERE h.retired_at IS NULL;
grant select on hosts_health to sakimori_provider;
grant select on hosts_health to sakimori_tenant;

create view hosts_heard with (security_invoker=true) as
 SELECT tenant_id,
    id,
    name,
    last_seen_at,
    silent_since,
    spool_pending
   FROM hosts_host
  WHERE retired_at IS NULL AND origin = 'agent'::text;
grant select on hosts_heard to sakimori_provider;
grant select on hosts_heard to sakimori_tenant;

create view hosts_named with (security_invoker=true) as
 SELECT tenant_id,
    id,
    name
   FROM hosts_host;
grant select on hosts_named to sakimori_provider;
grant select on hosts_named to sakimori_tenant;

create view hosts_task_all with (security_invoker=true) as
 SELECT tenant_id,
    id,
    host_id,
    kind,
    facts,
    state,
    created_at,
    created_by,
    sent_at,
    done_at,
    detail
   FROM hosts_task;
grant select on hosts_task_all to sakimori_provider;
grant select on hosts_task_all to sakimori_tenant;

create view hosts_task_newest with (security_invoker=true) as
 SELECT DISTINCT ON (tenant_id, host_id, kind) tenant_id,
    host_id,
    kind,
    id,
    state,
    created_at,
    created_by,
    sent_at,
    done_at,
    detail
   FROM hosts_task
  ORDER BY tenant_id, host_id, kind, created_at DESC, id DESC;
grant select on hosts_task_newest to sakimori_provider;
grant select on hosts_task_newest to sakimori_tenant;

create view hosts_watched with (security_invoker=true) as
 SELECT h.tenant_id,
    h.id,
    h.enrolled_at,
    h.modules,
    h.spool_pending,
    h.silent_since IS NOT NULL AS is_silent,
    h.policy_problem,
    h.last_seen_at IS NOT NULL AND (h.applied_policy_id IS DISTINCT FROM h.policy_id OR h.applied_version IS DISTINCT FROM p.version) AS is_policy_missing,
    p.version AS assigned_version,
    h.applied_version,
    ((h.preflight ->> 'needsReboot'::text)::boolean) IS TRUE AND (h.facts ->> 'bootId'::text) = h.enrolled_boot_id AS needs_reboot,
    ( SELECT max(c.expires_at) AS max
           FROM hosts_certificate c
          WHERE c.tenant_id = h.tenant_id AND c.host_id = h.id AND c.revoked_at IS NULL) AS certificate_expires_at
   FROM hosts_host h
     JOIN policies_policy p ON p.tenant_id = h.tenant_id AND p.id = h.policy_id
  WHERE h.retired_at IS NULL;
grant select on hosts_watched to sakimori_provider;
grant select on hosts_watched to sakimori_tenant;

create view inventory_current with (security_invoker=true) as
 SELECT tenant_id,
    host_id,
    taken_at,
    changed_at,
    digest,
    inventory
   FROM inventory_host;
grant select on inventory_current to sakimori_provider;
grant select on inventory_current to sakimori_tenant;

create view inventory_interfaces with (security_invoker=true) as
 SELECT tenant_id,
    host_id,
    interfaces
   FROM inventory_host;
grant select on inventory_interfaces to sakimori_provider;
grant select on inventory_interfaces to sakimori_tenant;

create view licenses_standing with (security_invoker=true) as
 SELECT l.tenant_id,
    l.id,
    l.product,
    l.gap_since,
    l.is_overused,
    t.valid_to
   FROM licenses_license l
     LEFT JOIN ( SELECT licenses_term.tenant_id,
            licenses_term.license_id,
            max(licenses_term.valid_to) AS valid_to
           FROM licenses_term
          GROUP BY licenses_term.tenant_id, licenses_term.license_id) t ON t.tenant_id = l.tenant_id AND t.license_id = l.id
  WHERE l.ended_at IS NULL;
grant select on licenses_standing to sakimori_provider;
grant select on licenses_standing to sakimori_tenant;

create view maintenance_notice with (security_invoker=true) as
 SELECT tenant_id,
    notice_hours
   FROM liveness_settings;
grant select on maintenance_notice to sakimori_provider;
grant select on maintenance_notice to sakimori_tenant;

create view maintenance_running with (security_invoker=true) as
 SELECT tenant_id,
    window_id,
    starts_at,
    ends_at
   FROM maintenance_time;
grant select on maintenance_running to sakimori_provider;
grant select on maintenance_running to sakimori_tenant;

create view notices_identity as
 SELECT settings ->> 'fromName'::text AS name,
    settings ->> 'signature'::text AS signature
   FROM notices_settings;
grant select on notices_identity to sakimori_provider;
grant select on notices_identity to sakimori_tenant;

create view notices_pending with (security_invoker=true) as
 SELECT tenant_id,
    state
   FROM notices_notice
  WHERE state <> ALL (ARRAY['sent'::text, 'digested'::text]);
grant select on notices_pending to sakimori_provider;
grant select on notices_pending to sakimori_tenant;

create view policies_current with (security_invoker=true) as
 SELECT t.tenant_id,
    t.id,
    t.name,
    t.version,
    COALESCE(p.id, t.id) AS shown_id
   FROM policies_policy t
     LEFT JOIN policies_policy p ON p.tenant_id = t.tenant_id AND p.number = t.number AND p.computer_number = 0 AND p.removed_at IS NULL;
grant select on policies_current to sakimori_provider;
grant select on policies_current to sakimori_tenant;

create view policies_for_report with (security_invoker=true) as
 SELECT tenant_id,
    id,
    name,
    version
   FROM policies_policy;
grant select on policies_for_report to sakimori_provider;
grant select on policies_for_report to sakimori_tenant;

create view policies_target with (security_invoker=true) as
 SELECT tenant_id,
    id,
    number,
    computer_number,
    name,
    version,
    updated_at
   FROM policies_policy
  WHERE removed_at IS NULL;
grant select on policies_target to sakimori_provider;
grant select on policies_target to sakimori_tenant;

create view provider_for_report with (security_invoker=true) as
 SELECT settings ->> 'fromName'::text AS name
   FROM notices_settings;
grant select on provider_for_report to sakimori_provider;

create view provider_of_account with (security_invoker=true) as
 SELECT a.tenant_id,
    b.id AS brand_id,
    v.version,
    v.profile,
    v.logo,
    v.logo_type
   FROM customers_account a
     JOIN provider_brand b ON b.id = a.brand_id OR a.brand_id IS NULL AND b.is_default
     JOIN provider_brand_version v ON v.brand_id = b.id AND v.version = b.version;
grant select on provider_of_account to sakimori_provider;
grant select on provider_of_account to sakimori_tenant;

create view provider_use with (security_invoker=true) as
 SELECT brand_id,
    count(*) AS customers
   FROM customers_customer
  WHERE brand_id IS NOT NULL
  GROUP BY brand_id;
grant select on provider_use to sakimori_provider;

create view tickets_named with (security_invoker=true) as
 SELECT tenant_id,
    id,
    number,
    language
   FROM tickets_ticket;
grant select on tickets_named to sakimori_provider;
grant select on tickets_named to sakimori_tenant;

create view tickets_of_meeting with (security_invoker=true) as
 SELECT tenant_id,
    meeting_id,
    id,
    number,
    requester_name,
    opened_at,
    state,
    due_at,
    first_answer_at,
    COALESCE(( SELECT m.text
           FROM tickets_message m
          WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id AND m.kind = 'customer'::text
          ORDER BY m.at, m.id
         LIMIT 1), ''::text) AS text
   FROM tickets_ticket t
  WHERE meeting_id IS NOT NULL;
grant select on tickets_of_meeting to sakimori_provider;
grant select on tickets_of_meeting to sakimori_tenant;

create view work_about with (security_invoker=true) as
 SELECT tenant_id,
    kind,
    key,
    target,
    ended_at IS NULL AS is_open
   FROM work_item;
grant select on work_about to sakimori_provider;
grant select on work_about to sakimori_tenant;
