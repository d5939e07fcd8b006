-- Who did what and when. Append-only: no role may change or remove a row, and a trigger refuses even its owner.
-- The provider's own doings stand under the nil tenant.
create table audit_entry (
  tenant_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  action text not null,
  target text not null,
  facts jsonb not null,
  primary key (tenant_id, id)
);
create index audit_entry_at on audit_entry (tenant_id, at desc, id desc);
create index audit_entry_target on audit_entry (tenant_id, target, at desc);
select platform_protect('audit_entry', 'select, insert');

create function audit_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the audit is append-only';
end $$;
create trigger audit_append_only before update or delete on audit_entry for each row execute function audit_refuse();
create trigger audit_no_truncate before truncate on audit_entry for each statement execute function audit_refuse();
