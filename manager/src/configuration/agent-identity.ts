import { sql, type Tx } from '../platform/index.ts';

/** What the agent of a computer last said of its machine. */
export type AgentIdentity = {
  readonly id: number;
  readonly cloud_instance: string | null;
  readonly bios_uuid: string | null;
  readonly last_address: string | null;
};

export function selectIdentity(tx: Tx, accountId: string, hostId: string): Promise<AgentIdentity | undefined> {
  return tx.first(sql<AgentIdentity>`
    select id, cloud_instance, bios_uuid, last_address from configuration_computer where tenant_id = ${accountId} and host_id = ${hostId}`);
}

export async function updateIdentity(tx: Tx, accountId: string, identity: AgentIdentity): Promise<void> {
  await tx.run(sql`
    update configuration_computer set cloud_instance = ${identity.cloud_instance}, bios_uuid = ${identity.bios_uuid}, last_address = ${identity.last_address}
    where tenant_id = ${accountId} and id = ${identity.id}`);
}

/** A computer that its agent has left stays and is managed by nobody. */
export async function unlinkHosts(tx: Tx, accountId: string, hostIds: readonly string[]): Promise<void> {
  await tx.run(sql`
    update configuration_computer set host_id = null, cloud_instance = null, bios_uuid = null, last_address = null
    where tenant_id = ${accountId} and host_id = any(${hostIds}::uuid[])`);
}
