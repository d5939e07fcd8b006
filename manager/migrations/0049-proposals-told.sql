-- When people were told of a proposal, so that each is told once; those that stand already were seen on the alerts' page.
alter table containment_proposal add column told_at timestamptz;
update containment_proposal set told_at = created_at;
create index containment_proposal_untold on containment_proposal (tenant_id) where told_at is null;

-- Work about proposals that were all decided has to be ended.
alter table containment_proposal add column work_ended_at timestamptz;
update containment_proposal set work_ended_at = coalesce(decided_at, created_at);
create index containment_proposal_work on containment_proposal (tenant_id) where work_ended_at is null;
