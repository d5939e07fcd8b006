-- What a plan sells besides (有償, S34): offered, then approved or declined by the customer; work begins after approval, and what is done becomes
-- a billing line. The tenant's role reads; whoever decides does so through the provider's.
create table customers_quote (
  tenant_id uuid not null references customers_account (tenant_id),
  id uuid not null,
  number integer not null check (number > 0),
  feature text not null,
  clause text not null,
  title text not null,
  unit_yen bigint not null check (unit_yen >= 0),
  quantity integer not null check (quantity > 0),
  billing text not null check (billing in ('once', 'monthly')),
  -- Months that a monthly add-on covers.
  starts_on date,
  ends_on date,
  valid_until date not null,
  state text not null check (state in ('offered', 'approved', 'declined', 'withdrawn')),
  offered_at timestamptz not null,
  offered_by text not null,
  decided_at timestamptz,
  decided_by text,
  decided_how text check (decided_how in ('portal', 'phone', 'mail', 'document')),
  decision_note text,
  recorded_by text,
  started_at timestamptz,
  done_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, number),
  check ((state in ('approved', 'declined')) = (decided_at is not null)),
  -- No work before approval.
  check (state = 'approved' or (started_at is null and done_at is null)),
  check (billing = 'once' or starts_on is not null)
);
select platform_protect('customers_quote', 'select');
grant insert, update on customers_quote to sakimori_provider;
