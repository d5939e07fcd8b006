-- Liveness (死活監視): what is watched of each host, by whose patience, and what a look from outside saw.

-- Null: the manager's own setting.
alter table hosts_host add column silence_seconds integer, add column ended_seconds integer;

create table liveness_settings (
  tenant_id uuid primary key references customers_account (tenant_id),
  silence_seconds integer,
  ended_seconds integer,
  probes boolean not null,
  -- [{address, port}]: what answers as long as the network of the hosts is there.
  reference_points jsonb not null,
  -- A gap that is no longer than this is a temporary one (S69).
  forgive_minutes integer not null,
  -- Hours that must lie between the announcement of maintenance and its begin; 0: before it begins is soon enough.
  notice_hours integer not null,
  updated_at timestamptz not null,
  updated_by text not null
);
select platform_protect('liveness_settings', 'select');
grant insert, update on liveness_settings to sakimori_provider;

-- One check a host, from enrolment to its retirement (S43).
create table liveness_check (
  tenant_id uuid not null,
  host_id uuid not null,
  created_at timestamptz not null,
  probed_at timestamptz,
  -- What answered when it was last probed while its agent was connected: nothing else proves anything later.
  answering jsonb not null default '[]',
  evidence jsonb not null default '[]',
  -- The maintenance in which its silence began and was told to nobody.
  muted_by uuid,
  primary key (tenant_id, host_id),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
create index liveness_check_muted on liveness_check (tenant_id) where muted_by is not null;
select platform_protect('liveness_check');
insert into liveness_check (tenant_id, host_id, created_at) select tenant_id, id, enrolled_at from hosts_host where retired_at is null;

-- The database itself makes and removes the check, so that no way of letting a host in, or of ending its service, can forget it.
create function liveness_patience() returns trigger language plpgsql as $$
begin
  select s.silence_seconds, s.ended_seconds into new.silence_seconds, new.ended_seconds from liveness_settings s where s.tenant_id = new.tenant_id;
  return new;
end $$;
create trigger liveness_patience before insert on hosts_host for each row execute function liveness_patience();
create function liveness_begin() returns trigger language plpgsql as $$
begin
  insert into liveness_check (tenant_id, host_id, created_at) values (new.tenant_id, new.id, new.enrolled_at);
  return null;
end $$;
create trigger liveness_begin after insert on hosts_host for each row execute function liveness_begin();
create function liveness_end() returns trigger language plpgsql as $$
begin
  delete from liveness_check where tenant_id = new.tenant_id and host_id = new.id;
  return null;
end $$;
create trigger liveness_end after update of retired_at on hosts_host for each row when (new.retired_at is not null) execute function liveness_end();

-- Times at which the fault was the manager's own: nobody is called silent for it.
create table liveness_outage (
  id uuid primary key,
  began_at timestamptz not null,
  ended_at timestamptz,
  reason text not null check (reason in ('network_cut', 'nobody_heard')),
  host_count integer not null
);
create unique index liveness_outage_open on liveness_outage ((true)) where ended_at is null;
grant select, insert, update on liveness_outage to sakimori_provider;

-- Maintenance (メンテナンス期間, S47): what was announced, and each time at which it takes place.
create table maintenance_window (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  reason text not null,
  -- Empty: all hosts of the account.
  host_ids uuid[] not null,
  modules text[] not null,
  rule text,
  how text not null check (how in ('console', 'portal', 'mail', 'phone', 'ical')),
  announced_by text not null,
  announced_at timestamptz not null,
  recorded_by text not null,
  late boolean not null,
  -- Of an imported event.
  source_uid text,
  ended_at timestamptz,
  ended_by text,
  primary key (tenant_id, id)
);
create unique index maintenance_window_source on maintenance_window (tenant_id, source_uid) where source_uid is not null and ended_at is null;
select platform_protect('maintenance_window', 'select, insert, update');

create table maintenance_time (
  tenant_id uuid not null,
  window_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  primary key (tenant_id, window_id, starts_at),
  foreign key (tenant_id, window_id) references maintenance_window (tenant_id, id)
);
create index maintenance_time_ends on maintenance_time (tenant_id, ends_at);
select platform_protect('maintenance_time');

create view maintenance_notice with (security_invoker = true) as select tenant_id, notice_hours from liveness_settings;
grant select on maintenance_notice to sakimori_tenant, sakimori_provider;
