import type { ModuleStatus } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type OwnHostRow = {
  readonly id: string;
  readonly name: string;
  readonly modules: readonly ModuleStatus[];
  readonly instance_id: string | null;
};

/** Hosts with an agent of ours, and their number at their cloud. */
export const selectOwnHosts = (tx: Tx, accountId: string): Promise<OwnHostRow[]> =>
  tx.rows(sql<OwnHostRow>`
    select h.id, h.name, h.modules, i.inventory -> 'cloud' ->> 'instanceId' as instance_id
    from hosts_for_configuration h left join inventory_current i on i.tenant_id = h.tenant_id and i.host_id = h.id
    where h.tenant_id = ${accountId} and h.retired_at is null order by h.name, h.id limit 2000`);
