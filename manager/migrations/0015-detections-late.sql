-- A host whose clock was wrong, or that was offline for very long, sends detections with times past the retention. What was acknowledged
-- is kept for the whole retention from its arrival.
create or replace function detections_drop_before(boundary date) returns integer
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
  delete from public.detections_other where occurred_at < boundary and received_at < boundary;
  return dropped;
end $$;
