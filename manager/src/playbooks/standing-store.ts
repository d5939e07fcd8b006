import type { NewStandingConsent, StandingConsent } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type StandingRow = {
  readonly tenant_id: string;
  readonly id: string;
  readonly playbook_ids: string[];
  readonly host_ids: string[];
  readonly hours: StandingConsent['hours'];
  readonly until: string;
  readonly agreed_by: string;
  readonly document: string;
  readonly recorded_at: Date;
  readonly recorded_by: string;
  readonly ended_at: Date | null;
  readonly ended_by: string | null;
  readonly end_reason: string | null;
  readonly use_count: number;
};

/** Newest first, ended ones too. */
export function selectStanding(tx: Tx, accountId: string): Promise<StandingRow[]> {
  return tx.rows(sql<StandingRow>`
    select s.tenant_id, s.id, s.playbook_ids, s.host_ids, s.hours, s.until::text, s.agreed_by, s.document, s.recorded_at, s.recorded_by, s.ended_at, s.ended_by,
      s.end_reason, (select count(*) from playbooks_consent c where c.tenant_id = s.tenant_id and c.standing_id = s.id)::integer as use_count
    from playbooks_standing s where s.tenant_id = ${accountId} order by s.recorded_at desc, s.id desc limit 200`);
}

export async function insertStanding(
  tx: Tx,
  row: NewStandingConsent & { readonly id: string; readonly accountId: string; readonly at: Date; readonly by: string },
): Promise<void> {
  await tx.run(sql`
    insert into playbooks_standing (tenant_id, id, playbook_ids, host_ids, hours, until, agreed_by, document, recorded_at, recorded_by)
    values (${row.accountId}, ${row.id}, ${row.playbookIds}, ${row.hostIds}::uuid[], ${row.hours}, ${row.until}::date, ${row.agreedBy}, ${row.document}, ${row.at},
      ${row.by})`);
}

/** @returns false where it was ended before */
export async function endStanding(
  tx: Tx,
  { accountId, id }: { readonly accountId: string; readonly id: string },
  given: { readonly at: Date; readonly by: string; readonly reason: string },
): Promise<boolean> {
  const count = await tx.run(sql`
    update playbooks_standing set ended_at = ${given.at}, ended_by = ${given.by}, end_reason = ${given.reason}
    where tenant_id = ${accountId} and id = ${id} and ended_at is null`);
  return count > 0;
}
