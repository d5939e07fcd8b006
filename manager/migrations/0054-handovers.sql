-- What a shift hands over to the next: one draft at a time; what a signed one says stays as it was.
create table cases_handover (
  id uuid primary key,
  state text not null check (state in ('draft', 'signed')),
  from_at timestamptz not null,
  to_at timestamptz,
  text text not null,
  version integer not null,
  content jsonb,
  created_by text not null,
  created_at timestamptz not null,
  changed_by text,
  signed_by text,
  signed_at timestamptz,
  check ((state = 'signed') = (signed_at is not null and signed_by is not null and content is not null and to_at is not null))
);
create unique index cases_handover_draft on cases_handover (state) where state = 'draft';
create index cases_handover_latest on cases_handover (created_at desc);
grant select, insert, update on cases_handover to sakimori_provider;
