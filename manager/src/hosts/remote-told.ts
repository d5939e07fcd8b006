import type { HostFacts, ModuleStatus } from '@sakimori/contract';
import { type Platform, sql, type Tx } from '../platform/index.ts';
import { ensureRemoteHosts } from './remote.ts';

/** A host as the customer's own manager tells of it. */
export type ToldHost = {
  readonly hostId: string;
  readonly name: string;
  readonly facts: HostFacts & { readonly versions: Readonly<Record<string, string>> };
  readonly modules: readonly ModuleStatus[];
  /** Undefined: nobody watches it there. */
  readonly isOnline: boolean | undefined;
  /** When its manager last heard it. */
  readonly heardAt: Date | undefined;
};

/**
 * Finds the hosts of computers by their keys, as records of events name them (decision 0041). A host that was made of its name alone becomes the
 * computer's; from then on that name is another one of it.
 * @returns the id of each key
 */
export async function adoptRemoteHosts(
  tx: Tx,
  platform: Platform,
  accountId: string,
  computers: readonly { readonly key: string; readonly alias: string | undefined; readonly name: string }[],
): Promise<Map<string, string>> {
  const aliased = computers.filter(({ alias }) => alias !== undefined);
  const pairs = JSON.stringify(aliased.map(({ key, alias }) => ({ key, alias })));
  await tx.run(sql`
    update hosts_host h set remote_key = p.key from jsonb_to_recordset(${pairs}::jsonb) as p(key text, alias text)
    where h.tenant_id = ${accountId} and h.origin = 'remote' and h.remote_key = p.alias
      and not exists (select from hosts_host o where o.tenant_id = ${accountId} and o.origin = 'remote' and o.remote_key = p.key)`);
  const ids = await ensureRemoteHosts(tx, platform, accountId, computers);
  const rows = aliased.map(({ key, alias }) => ({ alias, id: ids.get(key) })).filter(({ id }) => id !== undefined);
  await tx.run(sql`
    insert into hosts_remote_alias (tenant_id, remote_key, host_id)
    select ${accountId}::uuid, r.alias, r.id from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(alias text, id uuid)
    on conflict (tenant_id, remote_key) do update set host_id = excluded.host_id`);
  return ids;
}

/**
 * Notes what was told of hosts. One that is offline is silent from now on, by the account's own way of telling it; of one that nobody watches there,
 * silence means nothing.
 * @returns those that were silent and are heard again
 */
export async function tellRemoteHosts(
  tx: Tx,
  accountId: string,
  told: readonly ToldHost[],
  at: Date,
): Promise<{ id: string; silent_since: Date }[]> {
  const rows = told.map(({ hostId, name, facts, modules, isOnline, heardAt }) => ({
    ...{ id: hostId, name, facts, modules, online: isOnline ?? null },
    heard: isOnline ? at : heardAt && heardAt < at ? heardAt : null,
  }));
  return tx.rows(sql<{ id: string; silent_since: Date }>`
    with n as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as n(id uuid, name text, facts jsonb, modules jsonb, online boolean, heard timestamptz)
    ), locked as (
      select h.id, h.silent_since from hosts_host h join n on n.id = h.id
      where h.tenant_id = ${accountId} and h.origin = 'remote' and h.retired_at is null order by h.id for no key update of h
    ), changed as (
      update hosts_host h set name = n.name, facts = n.facts, modules = n.modules,
        last_seen_at = case when n.heard is null then h.last_seen_at else greatest(h.last_seen_at, n.heard) end,
        silence_due_at = case when n.online = false then coalesce(h.silence_due_at, ${at}::timestamptz) end,
        silence_cause = case when n.online = false then 'reported_offline' end
      from n join locked l on l.id = n.id where h.tenant_id = ${accountId} and h.id = n.id returning h.id
    )
    select l.id, l.silent_since from locked l join n on n.id = l.id where n.online and l.silent_since is not null`);
}

/** Nobody tells of them any more: no silence of theirs is due. Those that are silent stay so until people have looked. */
export async function leaveRemoteHosts(tx: Tx, accountId: string, hostIds: readonly string[]): Promise<void> {
  await tx.run(sql`
    update hosts_host set silence_due_at = null where tenant_id = ${accountId} and id = any(${hostIds}) and origin = 'remote'`);
}
