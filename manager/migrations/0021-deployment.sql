-- Tokens of deployment scripts: good for several hosts, each of which begins with what the script says.
alter table hosts_token
  add column uses_max integer not null default 1 check (uses_max between 1 and 1000),
  add column used_count integer not null default 0,
  -- Null: an ordinary one-time token. Else `{policy?: {number, name}, group?: {number, name}}`.
  add column purpose jsonb;
update hosts_token set used_count = 1 where used_at is not null;
alter table hosts_token
  add constraint hosts_token_used check (used_count between 0 and uses_max),
  add constraint hosts_token_once check (purpose is not null or uses_max = 1);
