-- Calls of the API are numbered, too: at a few hundred a minute a busy account comes to the end of 32 bits within years.
alter table configuration_counter alter column last_id type bigint;
alter table workloadapi_usage alter column id type bigint;
