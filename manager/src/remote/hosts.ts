import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { adoptRemoteHosts, leaveRemoteHosts, type Recovered, type ToldHost, tellRemoteHosts } from '../hosts/index.ts';
import { watchRemoteHosts } from '../liveness/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import { factsOf, livenessOf, modulesOf, nameOf } from './computer.ts';
import { markGone, putComputers, selectComputers, type TenantRow } from './store.ts';

/** As a record of an event names the tenant: a manager of one's own with one tenant names none. */
export const tenantName = ({ trend_tenant: name }: Pick<TenantRow, 'trend_tenant'>): string =>
  name === '0' || name === 'Primary' ? '' : name;

/** Makes the computers of a tenant hosts of the account, and tells how they are. @returns hosts that are heard again */
export async function putHosts(
  tx: Tx,
  platform: Platform,
  row: TenantRow,
  computers: readonly { readonly number: number; readonly kept: ApiObject }[],
): Promise<Recovered[]> {
  const at = platform.clock.now();
  const { tenant_id: accountId } = row;
  const tenant = tenantName(row);
  const names = Map.groupBy(computers, ({ kept }) => nameOf(kept).toLowerCase());
  const told = computers.map(({ number, kept }) => {
    const name = nameOf(kept);
    const isOnly = names.get(name.toLowerCase())?.length === 1;
    return {
      ...{ number, kept, name, key: `id:${tenant}:${number}`, liveness: livenessOf(kept) },
      alias: isOnly ? `name:${tenant}:${name.toLowerCase()}` : undefined,
    };
  });
  const ids = await adoptRemoteHosts(tx, platform, accountId, told);
  const hosts = told.map(({ key, kept, name, liveness }): ToldHost => {
    const heardMs = kept['heardAt'] as number;
    return {
      ...{ hostId: ids.get(key)!, name, facts: factsOf(kept), modules: modulesOf(kept) },
      isOnline: liveness === 'unmanaged' ? undefined : liveness === 'online',
      heardAt: heardMs > 0 && heardMs <= at.getTime() ? new Date(heardMs) : undefined,
    };
  });
  await putComputers(
    tx,
    accountId,
    told.map(({ number, key, kept, liveness }) => ({ number, host_id: ids.get(key)!, body: kept, liveness })),
    at,
  );
  const gone = (await markGone(tx, accountId, at)).flatMap(({ host_id: id }) => id ?? []);
  await leaveRemoteHosts(tx, accountId, gone);
  await watchRemoteHosts(tx, accountId, [...new Set(hosts.map(({ hostId }) => hostId))], at);
  const recovered = await tellRemoteHosts(tx, accountId, hosts, at);
  return recovered.map(({ id, silent_since: silentSince }) => ({ accountId, hostId: id, silentSince }));
}

/** The tenant is detached: nobody tells of its computers any more. */
export async function forgetComputers(tx: Tx, accountId: string): Promise<void> {
  const rows = await selectComputers(tx, accountId);
  await leaveRemoteHosts(
    tx,
    accountId,
    rows.flatMap(({ host_id: id }) => id ?? []),
  );
}
