-- Telephone gateways (voice, SMS): a call is accepted first, and what came of it is asked for; a trial by the clock notices a gateway that is quiet.
alter table oncall_call drop constraint oncall_call_state_check, drop constraint oncall_call_check,
  add column remote_id text,
  add column ends_at timestamptz;
alter table oncall_call
  add constraint oncall_call_state_check check (state in ('waiting', 'accepted', 'sent', 'answered', 'acknowledged', 'failed')),
  add constraint oncall_call_check check ((state in ('waiting', 'accepted')) = (next_at is not null)),
  add constraint oncall_call_accepted_check check (state <> 'accepted' or (remote_id is not null and ends_at is not null));
drop index oncall_call_due;
create index oncall_call_due on oncall_call (next_at) where next_at is not null;

create table oncall_trial (
  id uuid primary key,
  channel text not null,
  state text not null check (state in ('waiting', 'accepted', 'sent', 'answered', 'acknowledged', 'failed')),
  attempts integer not null default 0,
  remote_id text,
  ends_at timestamptz,
  next_at timestamptz,
  problem text,
  at timestamptz not null,
  done_at timestamptz,
  check ((state in ('waiting', 'accepted')) = (next_at is not null)),
  check ((state in ('waiting', 'accepted')) = (done_at is null)),
  check (state <> 'accepted' or (remote_id is not null and ends_at is not null))
);
create unique index oncall_trial_running on oncall_trial (channel) where next_at is not null;
create index oncall_trial_latest on oncall_trial (channel, at desc);
grant select, insert, update on oncall_trial to sakimori_provider;
