import { sql, type Tx } from '../../platform/index.ts';
import type { Connector } from './connector.ts';

export type SyncState = 'submitted' | 'running' | 'success' | 'failed';
export type SyncRow = {
  tenant_id: string;
  id: number;
  connector_kind: string;
  connector_id: number;
  state: SyncState;
  submitted_at: Date;
  ended_at: Date | null;
  detail: string | null;
};
const columns = sql.raw('tenant_id, id, connector_kind, connector_id, state, submitted_at, ended_at, detail');
const ofConnector = ({ accountId, kind, id }: Connector) =>
  sql`tenant_id = ${accountId} and connector_kind = ${kind} and connector_id = ${id}`;

export async function insertSync(tx: Tx, connector: Connector, id: number, by: string, at: Date): Promise<void> {
  await tx.run(sql`
    insert into automation_sync (tenant_id, id, connector_kind, connector_id, state, submitted_at, submitted_by)
    values (${connector.accountId}, ${id}, ${connector.kind}, ${connector.id}, 'submitted', ${at}, ${by})`);
}

/** One of the connector that waits; it is not begun before this transaction ends. */
export function holdSubmitted(tx: Tx, connector: Connector): Promise<{ id: number } | undefined> {
  return tx.first(sql<{ id: number }>`
    select id from automation_sync where ${ofConnector(connector)} and state = 'submitted' order by id limit 1 for update`);
}

export function selectSync(tx: Tx, connector: Connector, id: number): Promise<SyncRow | undefined> {
  return tx.first(sql<SyncRow>`select ${columns} from automation_sync where ${ofConnector(connector)} and id = ${id}`);
}

/**
 * Begins everything that was submitted for a connector: one listing answers it all. An account has one synchronization at a time, so that
 * a slow cloud of one customer keeps nobody else waiting.
 * @returns the ids that began; none where another one of the account still runs
 */
export async function beginSyncs(tx: Tx, connector: Connector, at: Date): Promise<number[]> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext(${`automation sync ${connector.accountId}`}))`);
  const rows = await tx.rows(sql<{ id: number }>`
    update automation_sync set state = 'running', started_at = ${at}
    where ${ofConnector(connector)} and state = 'submitted'
      and not exists (select from automation_sync r where r.tenant_id = ${connector.accountId} and r.state = 'running')
    returning id`);
  return rows.map((row) => row.id);
}

export async function endSyncs(
  tx: Tx,
  accountId: string,
  ids: readonly number[],
  state: 'success' | 'failed',
  detail: string | null,
  at: Date,
): Promise<void> {
  await tx.run(sql`
    update automation_sync set state = ${state}, ended_at = ${at}, detail = ${detail} where tenant_id = ${accountId} and id = any(${ids})`);
}

/** They wait again, for whoever starts next. */
export async function resubmitSyncs(tx: Tx, accountId: string, ids: readonly number[]): Promise<void> {
  await tx.run(sql`
    update automation_sync set state = 'submitted', started_at = null where tenant_id = ${accountId} and id = any(${ids}) and state = 'running'`);
}

/** How the connector's synchronization ended before these. */
export function selectEarlier(tx: Tx, connector: Connector, ids: readonly number[]): Promise<SyncRow | undefined> {
  return tx.first(sql<SyncRow>`
    select ${columns} from automation_sync where ${ofConnector(connector)} and id <> all(${ids}) and state in ('success', 'failed')
    order by ended_at desc, id desc limit 1`);
}

/** One that waits, of this account. */
export function selectWaiting(tx: Tx, accountId: string): Promise<SyncRow | undefined> {
  return tx.first(sql<SyncRow>`
    select ${columns} from automation_sync where tenant_id = ${accountId} and state = 'submitted' order by id limit 1`);
}

/** Those of all accounts that wait for longer than they should. The transaction must be the provider's. */
export function selectStuck(tx: Tx, submittedBefore: Date): Promise<SyncRow[]> {
  return tx.rows(sql<SyncRow>`
    select ${columns} from automation_sync s where state = 'submitted' and submitted_at <= ${submittedBefore}
      and not exists (select from automation_sync r where r.tenant_id = s.tenant_id and r.state = 'running')
    order by submitted_at limit 200`);
}

/** Ends those whose process went away in the middle. @returns how many */
export function failAbandoned(tx: Tx, startedBefore: Date, at: Date, detail: string): Promise<number> {
  return tx.run(sql`
    update automation_sync set state = 'failed', ended_at = ${at}, detail = ${detail} where state = 'running' and started_at <= ${startedBefore}`);
}

/** When each connector of all accounts was last submitted. The transaction must be the provider's. */
export function selectNewest(
  tx: Tx,
): Promise<{ tenant_id: string; connector_kind: string; connector_id: number; submitted_at: Date }[]> {
  return tx.rows(sql<{ tenant_id: string; connector_kind: string; connector_id: number; submitted_at: Date }>`
    select tenant_id, connector_kind, connector_id, max(submitted_at) as submitted_at from automation_sync group by 1, 2, 3`);
}

export async function deleteSyncs(tx: Tx, connector: Connector): Promise<void> {
  await tx.run(sql`delete from automation_sync where ${ofConnector(connector)}`);
}

/** Forgets what ended long ago. @returns how many */
export function dropSyncs(tx: Tx, endedBefore: Date): Promise<number> {
  return tx.run(sql`delete from automation_sync where ended_at <= ${endedBefore}`);
}
