import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { sql, type Tx } from '../platform/index.ts';

export type ConnectorName = { readonly kind: string; readonly id: number };

/** A computer as its connector knows it. `facts` are what the last synchronization wrote. */
export type ConnectedComputer = {
  id: number;
  host_id: string | null;
  host_name: string;
  display_name: string;
  group_id: number | null;
  summary: ApiObject | null;
  connector_kind: string | null;
  connector_key: string | null;
  connector_scope: string | null;
  connector_facts: ApiObject | null;
  gone_at: Date | null;
  cloud_instance: string | null;
  bios_uuid: string | null;
};

const columns = sql.raw(
  'id, host_id, host_name, display_name, group_id, summary, connector_kind, connector_key, connector_scope, connector_facts, gone_at, cloud_instance, bios_uuid',
);

export function selectConnected(tx: Tx, accountId: string, connector: ConnectorName): Promise<ConnectedComputer[]> {
  return tx.rows(sql<ConnectedComputer>`
    select ${columns} from configuration_computer
    where tenant_id = ${accountId} and connector_kind = ${connector.kind} and connector_id = ${connector.id} order by id`);
}

/** Computers of no connector whose agents say that they run on one of these machines. */
export function selectUnconnected(
  tx: Tx,
  accountId: string,
  identities: { readonly instances: readonly string[]; readonly biosUuids: readonly string[] },
): Promise<ConnectedComputer[]> {
  return tx.rows(sql<ConnectedComputer>`
    select ${columns} from configuration_computer
    where tenant_id = ${accountId} and connector_kind is null and host_id is not null
      and (cloud_instance = any(${identities.instances}) or bios_uuid = any(${identities.biosUuids})) order by id`);
}

/** Machines of connectors that no agent has claimed and that are this one, by the cloud's name or the firmware's. */
export function selectUnclaimed(
  tx: Tx,
  accountId: string,
  identity: { readonly instance: string | null; readonly biosUuids: readonly string[] },
): Promise<ConnectedComputer[]> {
  return tx.rows(sql<ConnectedComputer>`
    select ${columns} from configuration_computer
    where tenant_id = ${accountId} and connector_kind is not null and host_id is null
      and (connector_key = ${identity.instance} or connector_facts ->> 'biosUUID' = any(${identity.biosUuids})) order by id`);
}

export type ConnectedWrite = {
  readonly id: number;
  readonly host_name: string;
  readonly display_name: string;
  readonly group_id: number | null;
  readonly summary: ApiObject | null;
  readonly connector_key: string;
  readonly connector_scope: string;
  readonly connector_facts: unknown;
};
const written = sql.raw(
  'id integer, host_name text, display_name text, group_id integer, summary jsonb, connector_key text, connector_scope text, connector_facts jsonb',
);

/** New computers, all in one statement. */
export async function insertConnected(
  tx: Tx,
  accountId: string,
  connector: ConnectorName,
  computers: readonly (ConnectedWrite & { readonly guid: string })[],
  at: Date,
): Promise<void> {
  if (computers.length === 0) return;
  await tx.run(sql`
    insert into configuration_computer (tenant_id, id, guid, host_name, display_name, group_id, summary, connector_kind, connector_id, connector_key,
      connector_scope, connector_facts, created_at)
    select ${accountId}::uuid, n.id, n.guid, n.host_name, n.display_name, n.group_id, n.summary, ${connector.kind}, ${connector.id}::integer, n.connector_key,
      n.connector_scope, n.connector_facts, ${at}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(computers)}::jsonb) as n(guid uuid, ${written})`);
}

/** Makes them computers of the connector, those too that were of none; they are in their cloud. */
export async function updateConnected(
  tx: Tx,
  accountId: string,
  connector: ConnectorName,
  computers: readonly ConnectedWrite[],
): Promise<void> {
  if (computers.length === 0) return;
  await tx.run(sql`
    update configuration_computer c set host_name = n.host_name, display_name = n.display_name, group_id = n.group_id, summary = n.summary,
      connector_kind = ${connector.kind}, connector_id = ${connector.id}::integer, connector_key = n.connector_key, connector_scope = n.connector_scope,
      connector_facts = n.connector_facts, gone_at = null
    from jsonb_to_recordset(${JSON.stringify(computers)}::jsonb) as n(${written})
    where c.tenant_id = ${accountId} and c.id = n.id`);
}

export async function markGone(tx: Tx, accountId: string, ids: readonly number[], at: Date): Promise<void> {
  await tx.run(
    sql`update configuration_computer set gone_at = ${at} where tenant_id = ${accountId} and id = any(${ids}) and gone_at is null`,
  );
}

/** The connector is no more: its computers that stay are of none from now on. */
export async function disconnect(tx: Tx, accountId: string, connector: ConnectorName): Promise<void> {
  await tx.run(sql`
    update configuration_computer set connector_kind = null, connector_id = null, connector_key = null, connector_scope = null, connector_facts = null,
      gone_at = null, summary = null
    where tenant_id = ${accountId} and connector_kind = ${connector.kind} and connector_id = ${connector.id}`);
}

/** Takes computers out of groups that are no more. */
export async function leaveGroups(tx: Tx, accountId: string, groupIds: readonly number[]): Promise<void> {
  if (groupIds.length === 0) return;
  await tx.run(
    sql`update configuration_computer set group_id = null where tenant_id = ${accountId} and group_id = any(${groupIds})`,
  );
}

/** Connectors of all accounts. The transaction must be the provider's. */
export function selectConnectors(tx: Tx, limit: number): Promise<{ tenant_id: string; kind: string; id: number }[]> {
  return tx.rows(sql<{ tenant_id: string; kind: string; id: number }>`
    select tenant_id, kind, id from configuration_object
    where kind in ('AWSConnector', 'GCPConnector', 'VCenterConnector') and data is not null order by kind, tenant_id, id limit ${limit}`);
}
