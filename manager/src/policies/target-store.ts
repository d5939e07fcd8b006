import { sql, type Tx } from '../platform/index.ts';

export type TargetRow = {
  id: string;
  /** The policy's id in the API; 0: no policy. */
  number: number;
  /** The computer with overrides; 0: all others. */
  computer_number: number;
  name: string;
  version: number;
  digest: string;
};

export function selectTargets(tx: Tx, accountId: string): Promise<TargetRow[]> {
  return tx.rows(sql<TargetRow>`
    select id, number, computer_number, name, version, digest from policies_policy
    where tenant_id = ${accountId} and number is not null and removed_at is null`);
}

export async function insertTarget(tx: Tx, accountId: string, target: TargetRow, at: Date): Promise<void> {
  await tx.run(sql`
    insert into policies_policy (tenant_id, id, name, version, updated_at, number, computer_number, digest)
    values (${accountId}, ${target.id}, ${target.name}, ${target.version}, ${at}, ${target.number}, ${target.computer_number}, ${target.digest})`);
}

export async function updateTarget(tx: Tx, accountId: string, target: TargetRow, at: Date): Promise<void> {
  await tx.run(sql`
    update policies_policy set name = ${target.name}, version = ${target.version}, digest = ${target.digest},
      updated_at = case when version = ${target.version} then updated_at else ${at} end
    where tenant_id = ${accountId} and id = ${target.id}`);
}

export async function markTargetRemoved(tx: Tx, accountId: string, id: string, at: Date): Promise<void> {
  await tx.run(sql`update policies_policy set removed_at = ${at} where tenant_id = ${accountId} and id = ${id}`);
}

export async function insertVersion(
  tx: Tx,
  accountId: string,
  version: { policyId: string; version: number; text: string; at: Date; by: string; reason: string },
): Promise<void> {
  await tx.run(sql`
    insert into policies_version (tenant_id, policy_id, version, document, created_at, created_by, reason)
    values (${accountId}, ${version.policyId}, ${version.version}, ${version.text}::jsonb, ${version.at}, ${version.by}, ${version.reason})`);
}

/** Policies from before there was a configuration: they have no number yet. */
export function selectLegacy(tx: Tx, accountId: string): Promise<{ id: string; name: string; document: unknown }[]> {
  return tx.rows(sql<{ id: string; name: string; document: unknown }>`
    select p.id, p.name, v.document from policies_policy p join policies_version v on v.tenant_id = p.tenant_id and v.policy_id = p.id and v.version = p.version
    where p.tenant_id = ${accountId} and p.number is null order by p.updated_at`);
}

export async function numberLegacy(tx: Tx, accountId: string, id: string, number: number): Promise<void> {
  await tx.run(sql`update policies_policy set number = ${number} where tenant_id = ${accountId} and id = ${id}`);
}

/** Hosts that have no computer yet, with their policy's number. */
export function selectHostsWithoutComputer(
  tx: Tx,
  accountId: string,
): Promise<{ id: string; name: string; number: number | null }[]> {
  return tx.rows(sql<{ id: string; name: string; number: number | null }>`
    select h.id, h.name, p.number from hosts_for_configuration h
    join policies_policy p on p.tenant_id = h.tenant_id and p.id = h.policy_id
    left join computers_of_hosts c on c.tenant_id = h.tenant_id and c.host_id = h.id
    where h.tenant_id = ${accountId} and h.retired_at is null and c.id is null`);
}
