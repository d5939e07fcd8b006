import { sql, type Tx } from '../platform/index.ts';
import type { ProposalRow } from './store.ts';

export type UntoldProposal = Pick<
  ProposalRow,
  'id' | 'source' | 'state' | 'host_name' | 'account_name' | 'detection_count' | 'first_at' | 'last_at' | 'evidence'
>;

const accountsAtOnce = 100;

/** Accounts with proposals of which nobody was told, and no letter about others since then. */
export async function selectAccountsToTell(tx: Tx, noLetterSince: Date): Promise<string[]> {
  const rows = await tx.rows(sql<{ tenant_id: string }>`
    select distinct tenant_id from containment_proposal p where told_at is null
      and not exists (select from containment_proposal q where q.tenant_id = p.tenant_id and q.told_at > ${noLetterSince})
    limit ${accountsAtOnce}`);
  return rows.map(({ tenant_id }) => tenant_id);
}

/** Locks them: of two who look at the same time one tells. The worst first. */
export const takeUntold = (tx: Tx, accountId: string): Promise<UntoldProposal[]> =>
  tx.rows(sql<UntoldProposal>`
    select p.id, p.source, p.state, h.name as host_name, ac.name as account_name, p.detection_count, p.first_at, p.last_at, p.evidence
    from containment_proposal p
    join customers_account ac on ac.tenant_id = p.tenant_id
    join hosts_named h on h.tenant_id = p.tenant_id and h.id = p.host_id
    where p.tenant_id = ${accountId} and p.told_at is null
    order by p.detection_count desc, p.id for update of p skip locked`);

export async function markTold(
  tx: Tx,
  accountId: string,
  proposals: readonly UntoldProposal[],
  at: Date,
): Promise<void> {
  const ids = proposals.map(({ id }) => id);
  await tx.run(
    sql`update containment_proposal set told_at = ${at} where tenant_id = ${accountId} and id = any(${ids}::uuid[])`,
  );
}

/** Accounts whose proposals were all decided since work was raised for them. */
export async function selectAllDecided(tx: Tx): Promise<string[]> {
  const rows = await tx.rows(sql<{ tenant_id: string }>`
    select tenant_id from containment_proposal where work_ended_at is null
    group by tenant_id having bool_and(state <> 'open' and told_at is not null) limit ${accountsAtOnce}`);
  return rows.map(({ tenant_id }) => tenant_id);
}

export async function endProposalWork(tx: Tx, accountId: string, at: Date): Promise<void> {
  await tx.run(sql`
    update containment_proposal set work_ended_at = ${at}
    where tenant_id = ${accountId} and work_ended_at is null and state <> 'open'`);
}
