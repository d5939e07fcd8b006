import type { RemoteMode, RemoteProduct, RemoteReach, RemoteTest } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { sql, type Tx } from '../platform/index.ts';

export type Problem = NonNullable<RemoteTest['problem']>;
export type TenantRow = {
  readonly tenant_id: string;
  readonly name: string;
  readonly product: RemoteProduct;
  readonly mode: RemoteMode;
  readonly address: string;
  readonly region: string | null;
  readonly reach: RemoteReach;
  readonly certificate: string | null;
  readonly trend_tenant: string;
  readonly key_sealed: string;
  readonly key_hint: string;
  readonly key_mark: string;
  readonly key_replaced_at: Date;
  readonly attached_at: Date;
  readonly attached_by: string;
  readonly tested_at: Date | null;
  readonly test: RemoteTest | null;
  readonly synced_at: Date | null;
  readonly sync_due_at: Date;
  readonly problem: Problem | null;
  readonly failing_since: Date | null;
};
export type ShownRow = TenantRow & {
  readonly account_name: string;
  readonly computer_count: number;
  readonly application_control_count: number;
  readonly tokens: number | null;
  readonly tokens_at: Date | null;
  readonly blocked_until: Date | null;
};

export const selectTenant = (tx: Tx, accountId: string): Promise<TenantRow | undefined> =>
  tx.first(sql<TenantRow>`select * from remote_tenant where tenant_id = ${accountId}`);

/** What customers may know, too. */
export const selectMode = async (tx: Tx, accountId: string): Promise<RemoteMode | undefined> =>
  (await tx.first(sql<{ mode: RemoteMode }>`select mode from remote_tenant where tenant_id = ${accountId}`))?.mode;

export const lockTenant = (tx: Tx, accountId: string): Promise<TenantRow | undefined> =>
  tx.first(sql<TenantRow>`select * from remote_tenant where tenant_id = ${accountId} for update`);

export const selectTenants = (tx: Tx, accountId: string | undefined): Promise<ShownRow[]> =>
  tx.rows(sql<ShownRow>`
    select t.*, a.name as account_name, b.tokens, b.at as tokens_at, b.blocked_until,
      (select count(*)::integer from remote_computer c where c.tenant_id = t.tenant_id and c.liveness <> 'gone') as computer_count,
      (select count(*)::integer from remote_computer c
        where c.tenant_id = t.tenant_id and c.liveness <> 'gone' and c.body->>'applicationControl' = 'on') as application_control_count
    from remote_tenant t join customers_account a on a.tenant_id = t.tenant_id left join remote_budget b on b.tenant_id = t.tenant_id
    where true ${accountId ? sql`and t.tenant_id = ${accountId}` : sql``} order by a.name, t.tenant_id limit 2000`);

export async function insertTenant(
  tx: Tx,
  row: Omit<TenantRow, 'tested_at' | 'test' | 'synced_at' | 'problem' | 'failing_since'>,
): Promise<void> {
  await tx.run(sql`
    insert into remote_tenant (tenant_id, name, product, mode, address, region, reach, certificate, trend_tenant, key_sealed, key_hint, key_mark,
      key_replaced_at, attached_at, attached_by, sync_due_at)
    values (${row.tenant_id}, ${row.name}, ${row.product}, ${row.mode}, ${row.address}, ${row.region}, ${row.reach}, ${row.certificate}, ${row.trend_tenant},
      ${row.key_sealed}, ${row.key_hint}, ${row.key_mark}, ${row.key_replaced_at}, ${row.attached_at}, ${row.attached_by}, ${row.sync_due_at})`);
}

export async function updateTenant(tx: Tx, row: TenantRow): Promise<void> {
  await tx.run(sql`
    update remote_tenant set name = ${row.name}, mode = ${row.mode}, address = ${row.address}, region = ${row.region}, reach = ${row.reach},
      certificate = ${row.certificate}, trend_tenant = ${row.trend_tenant}, key_sealed = ${row.key_sealed}, key_hint = ${row.key_hint},
      key_mark = ${row.key_mark}, key_replaced_at = ${row.key_replaced_at}, sync_due_at = ${row.sync_due_at}
    where tenant_id = ${row.tenant_id}`);
}

/** What was fetched goes with it. Hosts stay: events name them. */
export async function deleteTenant(tx: Tx, accountId: string): Promise<void> {
  await tx.run(sql`delete from remote_computer where tenant_id = ${accountId}`);
  await tx.run(sql`delete from remote_snapshot where tenant_id = ${accountId}`);
  await tx.run(sql`delete from remote_tenant where tenant_id = ${accountId}`);
}

export async function noteTest(tx: Tx, accountId: string, test: RemoteTest, at: Date): Promise<void> {
  await tx.run(sql`
    update remote_tenant set test = ${JSON.stringify(test)}::jsonb, tested_at = ${at} where tenant_id = ${accountId}`);
}

/** How the last call went. @param problem null: it went well */
export async function noteOutcome(tx: Tx, accountId: string, problem: Problem | null, at: Date): Promise<void> {
  const told = problem && JSON.stringify(problem);
  await tx.run(sql`
    update remote_tenant set problem = ${told}::jsonb, failing_since = case when ${told}::jsonb is null then null else coalesce(failing_since, ${at}) end
    where tenant_id = ${accountId} and problem is distinct from ${told}::jsonb`);
}

export async function noteSynced(tx: Tx, accountId: string, at: Date): Promise<void> {
  await tx.run(sql`
    update remote_tenant set synced_at = ${at}, problem = null, failing_since = null where tenant_id = ${accountId}`);
}

/** Takes tenants whose turn has come, so that no other process does. */
export const takeDue = (tx: Tx, now: Date, next: Date, limit: number): Promise<{ tenant_id: string }[]> =>
  tx.rows(sql<{ tenant_id: string }>`
    update remote_tenant set sync_due_at = ${next} where tenant_id in (
      select tenant_id from remote_tenant where sync_due_at <= ${now} order by sync_due_at limit ${limit} for update skip locked)
    returning tenant_id`);

/** Takes one call. @returns 0, or after how many ms there may be one */
export async function takeToken(
  tx: Tx,
  accountId: string,
  of: { readonly now: Date; readonly perMinute: number; readonly least: number },
): Promise<number> {
  const { now, perMinute, least } = of;
  await tx.run(sql`
    insert into remote_budget (tenant_id, tokens, at) values (${accountId}, ${perMinute}::double precision, ${now}) on conflict do nothing`);
  const row = await tx.one(sql<{ tokens: number; at: Date; blocked_until: Date | null }>`
    select tokens, at, blocked_until from remote_budget where tenant_id = ${accountId} for update`);
  if (row.blocked_until && row.blocked_until > now) return row.blocked_until.getTime() - now.getTime();
  const passedMs = Math.max(0, now.getTime() - row.at.getTime());
  const tokens = Math.min(perMinute, row.tokens + (passedMs * perMinute) / 60_000);
  if (tokens < least) return Math.max(1, Math.ceil(((least - tokens) * 60_000) / perMinute));
  await tx.run(
    sql`update remote_budget set tokens = ${tokens - 1}::double precision, at = ${now} where tenant_id = ${accountId}`,
  );
  return 0;
}

export async function blockBudget(tx: Tx, accountId: string, until: Date, now: Date): Promise<void> {
  await tx.run(sql`
    update remote_budget set tokens = 0, at = ${now}, blocked_until = greatest(blocked_until, ${until}) where tenant_id = ${accountId}`);
}

export type ComputerRow = {
  readonly number: number;
  readonly host_id: string | null;
  readonly body: ApiObject;
  readonly liveness: 'online' | 'offline' | 'unmanaged' | 'gone';
  readonly fetched_at: Date;
};

export const selectComputers = (tx: Tx, accountId: string): Promise<ComputerRow[]> =>
  tx.rows(sql<ComputerRow>`
    select number, host_id, body, liveness, fetched_at from remote_computer where tenant_id = ${accountId} order by number limit 10000`);

/** Our hosts by the numbers that the tenant has given its computers; none that is gone. */
export async function hostsOfComputers(tx: Tx, accountId: string): Promise<ReadonlyMap<number, string>> {
  const rows = await tx.rows(sql<{ number: number; host_id: string }>`
    select number, host_id from remote_computer where tenant_id = ${accountId} and host_id is not null and liveness <> 'gone'`);
  return new Map(rows.map(({ number, host_id: hostId }) => [number, hostId]));
}

export async function putComputers(
  tx: Tx,
  accountId: string,
  rows: readonly Omit<ComputerRow, 'fetched_at'>[],
  at: Date,
): Promise<void> {
  await tx.run(sql`
    insert into remote_computer (tenant_id, number, host_id, body, liveness, fetched_at)
    select ${accountId}::uuid, r.number, r.host_id, r.body, r.liveness, ${at}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(number bigint, host_id uuid, body jsonb, liveness text)
    on conflict (tenant_id, number) do update set host_id = excluded.host_id, body = excluded.body, liveness = excluded.liveness, fetched_at = excluded.fetched_at`);
}

/** Computers that the tenant no longer has. @returns their hosts */
export const markGone = (tx: Tx, accountId: string, at: Date): Promise<{ host_id: string | null }[]> =>
  tx.rows(sql<{ host_id: string | null }>`
    update remote_computer set liveness = 'gone' where tenant_id = ${accountId} and fetched_at < ${at} and liveness <> 'gone' returning host_id`);

/** What is fetched whole and kept as it was. */
export type SnapshotKind = 'policies' | 'tasks';

export async function putSnapshot(
  tx: Tx,
  accountId: string,
  kind: SnapshotKind,
  body: readonly ApiObject[],
  at: Date,
): Promise<void> {
  await tx.run(sql`
    insert into remote_snapshot (tenant_id, kind, body, fetched_at) values (${accountId}, ${kind}, ${JSON.stringify(body)}::jsonb, ${at})
    on conflict (tenant_id, kind) do update set body = excluded.body, fetched_at = excluded.fetched_at`);
}

export const selectSnapshot = (
  tx: Tx,
  accountId: string,
  kind: SnapshotKind,
): Promise<{ body: ApiObject[]; fetched_at: Date } | undefined> =>
  tx.first(sql<{ body: ApiObject[]; fetched_at: Date }>`
    select body, fetched_at from remote_snapshot where tenant_id = ${accountId} and kind = ${kind}`);

/** Something was changed there: what was fetched is fetched anew. */
export async function hurrySync(tx: Tx, accountId: string, at: Date): Promise<void> {
  await tx.run(sql`update remote_tenant set sync_due_at = least(sync_due_at, ${at}) where tenant_id = ${accountId}`);
}
