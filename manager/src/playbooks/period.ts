import type { ConsentRecord, ContainmentState, Playbook } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';
import { type ConsentRow, selectConsents } from './store.ts';
import { toConsent } from './view.ts';

/** What was done to an account's hosts, or refused by the customer, with whose word: as a report tells it. */
export type ContainmentOfPeriod = {
  readonly number: number;
  readonly hostName: string;
  readonly playbook: Playbook['name'];
  readonly source?: string;
  readonly reason: string;
  readonly state: ContainmentState;
  readonly consent?: ConsentRecord;
  readonly startedAt?: Date;
  readonly startedBy?: string;
  readonly endedAt?: Date;
  readonly endedBy?: string;
};

type Row = {
  readonly id: string;
  readonly number: number;
  readonly host_name: string;
  readonly playbook: Playbook;
  readonly source: string | null;
  readonly reason: string;
  readonly state: ContainmentState;
  readonly consent_id: string | null;
  readonly started_at: Date | null;
  readonly started_by: string | null;
  readonly ended_at: Date | null;
  readonly ended_by: string | null;
};

/** Requests of `[from, to)`, by the day on which they began to run or were declined; oldest first. */
export async function containmentOfPeriod(
  tx: Tx,
  accountId: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<ContainmentOfPeriod[]> {
  const rows = await tx.rows(sql<Row>`
    select r.id, r.number, h.name as host_name, r.playbook, r.source, r.reason, r.state, r.consent_id, r.started_at, r.started_by, r.ended_at, r.ended_by
    from playbooks_request r
    join hosts_named h on h.tenant_id = r.tenant_id and h.id = r.host_id
    left join playbooks_consent c on c.tenant_id = r.tenant_id and c.id = r.consent_id
    where r.tenant_id = ${accountId} and (r.started_at >= ${from} and r.started_at < ${to}
      or r.state = 'declined' and c.at >= ${from} and c.at < ${to})
    order by coalesce(r.started_at, c.at), r.number`);
  const consents = new Map<string, ConsentRow>(
    (
      await selectConsents(
        tx,
        rows.map(({ id }) => id),
      )
    ).map((consent) => [consent.id, consent]),
  );
  return rows.map((row) => {
    const consent = row.consent_id ? consents.get(row.consent_id) : undefined;
    return {
      ...{ number: row.number, hostName: row.host_name, playbook: row.playbook.name, reason: row.reason },
      state: row.state,
      ...(row.source === null ? {} : { source: row.source }),
      ...(consent ? { consent: toConsent(consent) } : {}),
      ...(row.started_at ? { startedAt: row.started_at, startedBy: row.started_by ?? '' } : {}),
      ...(row.ended_at ? { endedAt: row.ended_at, endedBy: row.ended_by ?? '' } : {}),
    };
  });
}
