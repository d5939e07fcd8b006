import { sql, type Tx } from '../platform/index.ts';
import type { NextStanding, Standing } from './gateway.ts';

export type TrialRow = Omit<Standing, 'state'> & {
  readonly id: string;
  readonly channel: string;
  readonly state: NextStanding['state'];
  readonly problem: string | null;
  readonly at: Date;
  readonly done_at: Date | null;
};
const columns = sql.raw('id, channel, state, attempts, remote_id, ends_at, problem, at, done_at');

/** One process at a time decides what is due. */
export async function lockTrials(tx: Tx): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('oncall.trials'))`);
}

/** Nothing happens where one runs already. */
export async function insertTrial(
  tx: Tx,
  { id, channel, at }: { readonly id: string; readonly channel: string; readonly at: Date },
): Promise<void> {
  await tx.run(sql`
    insert into oncall_trial (id, channel, state, next_at, at) values (${id}, ${channel}, 'waiting', ${at}, ${at})
    on conflict (channel) where next_at is not null do nothing`);
}

export const selectLatestTrials = (tx: Tx, { isDone = false } = {}): Promise<TrialRow[]> =>
  tx.rows(sql<TrialRow>`
    select distinct on (channel) ${columns} from oncall_trial ${isDone ? sql`where done_at is not null` : sql``} order by channel, at desc, id desc`);

export const selectDueTrials = (tx: Tx, now: Date): Promise<{ id: string }[]> =>
  tx.rows(sql<{ id: string }>`select id from oncall_trial where next_at <= ${now} order by next_at limit 50`);

export const claimTrial = (
  tx: Tx,
  id: string,
  now: Date,
  until: Date,
): Promise<(TrialRow & { state: 'waiting' | 'accepted' }) | undefined> =>
  tx.first(sql<TrialRow & { state: 'waiting' | 'accepted' }>`
    update oncall_trial set attempts = attempts + 1, next_at = ${until} where id = ${id} and next_at <= ${now} returning ${columns}`);

export async function settleTrial(tx: Tx, id: string, next: NextStanding, now: Date): Promise<void> {
  await tx.run(sql`
    update oncall_trial set state = ${next.state}, next_at = ${next.nextAt ?? null}, remote_id = coalesce(${next.remoteId ?? null}, remote_id),
      ends_at = coalesce(${next.endsAt ?? null}, ends_at), problem = ${next.problem ?? null}, done_at = ${next.nextAt ? null : now}
    where id = ${id}`);
}
