-- An order has steps to be done before its account is issued: work may be of an account that is yet to be made, and then brings the name along.
alter table work_item drop constraint work_item_tenant_id_fkey;
alter table work_item add column account_name text;

-- What other rooms ask: whether a cause has its work, and whether that is open still.
create view work_about with (security_invoker = true) as
  select tenant_id, kind, key, target, ended_at is null as is_open from work_item;
grant select on work_about to sakimori_tenant, sakimori_provider;
create index work_item_target on work_item (tenant_id, target) where target is not null;
