import type { BaselineVersion, ModuleStatus } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export async function selectBaselines(
  tx: Tx,
  accountId: string,
  hostId: string,
  limit: number,
): Promise<BaselineVersion[]> {
  const rows = await tx.rows(sql<{ baseline: BaselineVersion }>`
    select baseline from hosts_baseline where tenant_id = ${accountId} and host_id = ${hostId} order by recorded_at desc limit ${limit}`);
  return rows.map(({ baseline }) => baseline);
}

/** Keeps the versions of baselines that hosts say they have; those that are known stay as they are. The transaction must be the provider's. */
export async function writeBaselines(
  tx: Tx,
  told: readonly { readonly id: string; readonly modules: readonly ModuleStatus[] | undefined }[],
): Promise<void> {
  const rows = told.flatMap(({ id, modules = [] }) =>
    modules.flatMap(({ baseline }) => (baseline ? [{ id, recorded_at: baseline.recordedAt, baseline }] : [])),
  );
  if (rows.length === 0) return;
  await tx.run(sql`
    insert into hosts_baseline (tenant_id, host_id, recorded_at, baseline)
    select h.tenant_id, h.id, n.recorded_at, n.baseline
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(id uuid, recorded_at timestamptz, baseline jsonb)
    join hosts_host h on h.id = n.id
    on conflict do nothing`);
}
