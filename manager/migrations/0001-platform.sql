-- What every room's tables rely on. Rooms prefix their tables with their own name.

grant usage on schema public to sakimori_tenant, sakimori_provider;

-- Puts a table of tenants under row-level security. The tenant's role sees and writes the rows of `app.tenant` and no others; the
-- provider's role sees all. `force` holds even the owner to it.
create function platform_protect(target regclass, tenant_rights text default 'select, insert, update, delete') returns void
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy tenant on %s to sakimori_tenant using (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid) with check (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)',
    target);
  execute format('create policy provider on %s to sakimori_provider using (true) with check (true)', target);
  execute format('grant %s on %s to sakimori_tenant, sakimori_provider', tenant_rights, target);
end $$;
