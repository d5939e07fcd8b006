import type { Actor, RemoteHost } from '@sakimori/contract';
import { announce, newId, type Platform, sql, type Tx } from '../platform/index.ts';

/** Hosts that only a remote manager knows (decision 0041): one each key and account, made when a record first names it. */
export type RemoteSighting = {
  /** What its senders call it, whoever of them it is. */
  readonly key: string;
  readonly name: string;
};

/** A sender that makes up names makes no more hosts than this of one account. */
export const remoteHostsMax = 10_000;
const overflow: RemoteSighting = { key: 'overflow', name: 'further hosts' };

const noFacts = { os: '', kernel: '', architecture: '', agentVersion: '', bootId: '', root: false, limits: [] };

async function selectKnown(tx: Tx, accountId: string, keys: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.rows(sql<{ remote_key: string; id: string }>`
    select remote_key, id from hosts_host where tenant_id = ${accountId} and origin = 'remote' and remote_key = any(${keys})
    union all select remote_key, host_id from hosts_remote_alias where tenant_id = ${accountId} and remote_key = any(${keys})`);
  // What a tenant told of a name counts more than a host that was once made of the name alone.
  return new Map(rows.map(({ remote_key: key, id }) => [key, id]));
}

/**
 * Finds the hosts of these keys, and makes those that are new. Beyond {@link remoteHostsMax} new ones are one host together.
 * @returns the id of each key
 */
export async function ensureRemoteHosts(
  tx: Tx,
  platform: Platform,
  accountId: string,
  sightings: readonly RemoteSighting[],
): Promise<Map<string, string>> {
  const keys = sightings.map(({ key }) => key);
  const known = await selectKnown(tx, accountId, keys);
  const fresh = sightings.filter(({ key }) => !known.has(key));
  if (fresh.length === 0) return known;
  const { count } = await tx.one(
    sql<{ count: number }>`select count(*) from hosts_host where tenant_id = ${accountId} and origin = 'remote'`,
  );
  const made = fresh.slice(0, Math.max(0, remoteHostsMax - count));
  await insertRemote(tx, platform, accountId, made.length < fresh.length ? [...made, overflow] : made);
  const all = await selectKnown(tx, accountId, [...keys, overflow.key]);
  for (const { key } of fresh.slice(made.length)) all.set(key, all.get(overflow.key)!);
  await announce(tx, { topic: 'host', accountId });
  return all;
}

async function insertRemote(
  tx: Tx,
  platform: Platform,
  accountId: string,
  sightings: readonly RemoteSighting[],
): Promise<void> {
  const at = platform.clock.now();
  const rows = sightings.map(({ key, name }) => ({
    id: newId(platform.clock),
    remote_key: key,
    name,
    facts: { ...noFacts, name },
  }));
  await tx.run(sql`
    insert into hosts_host (tenant_id, id, name, facts, enrolled_at, policy_id, origin, remote_key)
    select ${accountId}::uuid, r.id, r.name, r.facts, ${at}, null, 'remote', r.remote_key
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, name text, facts jsonb, remote_key text)
    on conflict (tenant_id, remote_key) where origin = 'remote' do nothing`);
}

/** When a record of them came last. */
export async function touchRemoteHosts(tx: Tx, accountId: string, hostIds: readonly string[], at: Date): Promise<void> {
  await tx.run(sql`
    with locked as (select id from hosts_host where tenant_id = ${accountId} and id = any(${hostIds}) and origin = 'remote' order by id for no key update)
    update hosts_host h set last_seen_at = greatest(h.last_seen_at, ${at}) from locked where h.tenant_id = ${accountId} and h.id = locked.id`);
}

/** By account and name. */
export async function listRemoteHosts(
  platform: Platform,
  actor: Actor,
  accountId: string | undefined,
): Promise<RemoteHost[]> {
  type Row = {
    id: string;
    tenant_id: string;
    account_name: string;
    name: string;
    enrolled_at: Date;
    last_seen_at: Date | null;
    alerts: number;
  };
  const rows = await platform.database.for(actor, (tx) =>
    tx.rows(sql<Row>`
      select h.id, h.tenant_id, a.name as account_name, h.name, h.enrolled_at, h.last_seen_at,
        (select count(*) from alerts_unclosed u where u.tenant_id = h.tenant_id and u.host_id = h.id) as alerts
      from hosts_host h join customers_account a on a.tenant_id = h.tenant_id
      where h.origin = 'remote' ${accountId ? sql`and h.tenant_id = ${accountId}` : sql``}
      order by a.name, h.name, h.id limit 10000`),
  );
  return rows.map((row) => ({
    ...{ id: row.id, accountId: row.tenant_id, accountName: row.account_name, name: row.name },
    ...{ firstSeenAt: row.enrolled_at.toISOString(), openAlertCount: row.alerts },
    ...(row.last_seen_at ? { lastSeenAt: row.last_seen_at.toISOString() } : {}),
  }));
}
