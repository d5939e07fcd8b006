-- What an account never wants blocked on its hosts, and when a block is proposed (S75). No row: the usual.
create table containment_setting (
  tenant_id uuid primary key references customers_account (tenant_id),
  setting jsonb not null,
  updated_at timestamptz not null,
  updated_by text not null
);
select platform_protect('containment_setting');

-- A source that attacked one host again and again, for people to decide about. Never carried out by itself.
create table containment_proposal (
  tenant_id uuid not null,
  id uuid not null,
  host_id uuid not null,
  source text not null,
  state text not null check (state in ('open', 'accepted', 'declined')),
  created_at timestamptz not null,
  detection_count integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  evidence jsonb not null,
  decided_at timestamptz,
  decided_by text,
  reason text,
  minutes integer,
  scope text check (scope in ('host', 'account')),
  primary key (tenant_id, id),
  foreign key (tenant_id, host_id) references hosts_host (tenant_id, id)
);
create unique index containment_proposal_open on containment_proposal (tenant_id, host_id, source) where state = 'open';
create index containment_proposal_newest on containment_proposal (tenant_id, created_at desc);
select platform_protect('containment_proposal');
