-- Scheduled tasks of a remote tenant as they were last fetched: a run that should have been and was not is seen by their times (S58).
alter table remote_snapshot drop constraint remote_snapshot_kind_check;
alter table remote_snapshot add constraint remote_snapshot_kind_check check (kind in ('policies', 'tasks'));
