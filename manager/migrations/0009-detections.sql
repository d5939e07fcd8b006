-- What engines saw: append-only, one partition a month. The time in the key is the one the host fixed when it made the detection, so a
-- resend meets its first copy wherever it lies.
create table detections_detection (
  tenant_id uuid not null,
  occurred_at timestamptz not null,
  id uuid not null,
  host_id uuid not null,
  module text not null,
  kind text not null,
  rule_id text not null,
  severity smallint not null,
  action text not null,
  action_result text not null,
  mode text not null,
  received_at timestamptz not null,
  alert_key text,
  -- The whole detection as it came (contract `Detection`).
  record jsonb not null,
  primary key (tenant_id, occurred_at, id)
) partition by range (occurred_at);
create index detections_detection_host on detections_detection (tenant_id, host_id, occurred_at desc);
create index detections_detection_alert on detections_detection (tenant_id, alert_key, occurred_at desc) where alert_key is not null;
select platform_protect('detections_detection', 'select, insert');
-- Clocks can be far off: what falls outside the months that exist lands here.
create table detections_other partition of detections_detection default;

-- Makes the month of a time, and drops months that are past the retention. Owned by the migrating login, callable by the provider's role.
create function detections_make_month(month date) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
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
end $$;
create function detections_drop_before(boundary date) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
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
  delete from public.detections_other where occurred_at < boundary;
  return dropped;
end $$;
revoke all on function detections_make_month, detections_drop_before from public;
grant execute on function detections_make_month, detections_drop_before to sakimori_provider;

-- Hourly roll-ups, written in the transaction of the detections they count. Reports read these. They outlive the detections.
create table detections_hourly (
  tenant_id uuid not null,
  hour timestamptz not null,
  host_id uuid not null,
  module text not null,
  rule_id text not null,
  rule_name text not null,
  severity smallint not null,
  action text not null,
  action_result text not null,
  mode text not null,
  count bigint not null,
  primary key (tenant_id, hour, host_id, module, rule_id, severity, action, action_result, mode)
);
select platform_protect('detections_hourly', 'select, insert, update');
