import type { PreflightFinding, Push, PushLogLine, PushTarget } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type PushRow = {
  readonly tenant_id: string;
  readonly account_name: string;
  readonly id: string;
  readonly state: Push['state'];
  readonly created_at: Date;
  readonly created_by: string;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly credentials_until: Date | null;
  readonly disposed_at: Date | null;
  readonly cancel_asked: boolean;
};

export type TargetRow = {
  readonly push_id: string;
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly user_name: string;
  readonly auth: 'password' | 'key';
  readonly fingerprint: string | null;
  readonly key_line: string | null;
  readonly key_state: PushTarget['keyState'];
  readonly state: PushTarget['state'];
  readonly step: PushTarget['step'] | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly host_id: string | null;
  readonly ended_at: Date | null;
};

export type PushFilter = { readonly accountId?: string | undefined; readonly id?: string | undefined };

export function selectPushes(tx: Tx, filter: PushFilter, limit: number): Promise<PushRow[]> {
  return tx.rows(sql<PushRow>`
    select p.tenant_id, ac.name as account_name, p.id, p.state, p.created_at, p.created_by, p.started_at, p.ended_at, p.credentials_until,
      p.disposed_at, p.cancel_asked
    from installation_push p join customers_account ac on ac.tenant_id = p.tenant_id
    where true ${filter.accountId ? sql`and p.tenant_id = ${filter.accountId}` : sql``} ${filter.id ? sql`and p.id = ${filter.id}` : sql``}
    order by p.created_at desc, p.id desc limit ${limit}`);
}

export function selectTargets(tx: Tx, pushIds: readonly string[]): Promise<TargetRow[]> {
  return tx.rows(sql<TargetRow>`
    select push_id, id, address, port, user_name, auth, fingerprint, key_line, key_state, state, step, code, detail, host_id, ended_at
    from installation_push_target where push_id = any(${pushIds}) order by push_id, place`);
}

export async function insertPush(
  tx: Tx,
  push: { readonly accountId: string; readonly id: string; readonly at: Date; readonly by: string },
  targets: readonly Pick<
    TargetRow,
    'id' | 'address' | 'port' | 'user_name' | 'auth' | 'fingerprint' | 'key_line' | 'key_state'
  >[],
): Promise<void> {
  await tx.run(sql`
    insert into installation_push (tenant_id, id, state, created_at, created_by)
    values (${push.accountId}, ${push.id}, 'prepared', ${push.at}, ${push.by})`);
  await tx.run(sql`
    insert into installation_push_target (tenant_id, push_id, id, place, address, port, user_name, auth, fingerprint, key_line, key_state, state)
    select ${push.accountId}, ${push.id}, t.id, row_number() over (), t.address, t.port, t.user_name, t.auth, t.fingerprint, t.key_line, t.key_state, 'waiting'
    from jsonb_to_recordset(${JSON.stringify(targets)}::jsonb)
      as t(id uuid, address text, port integer, user_name text, auth text, fingerprint text, key_line text, key_state text)`);
}

/** @returns false where it runs already */
export async function beginPush(
  tx: Tx,
  accountId: string,
  id: string,
  times: { readonly at: Date; readonly until: Date },
): Promise<boolean> {
  const count = await tx.run(sql`
    update installation_push set state = 'running', started_at = ${times.at}, ended_at = null, credentials_until = ${times.until}, disposed_at = null,
      alive_at = ${times.at}, cancel_asked = false
    where tenant_id = ${accountId} and id = ${id} and state <> 'running'`);
  return count > 0;
}

export async function endPush(tx: Tx, accountId: string, id: string, state: Push['state'], at: Date): Promise<void> {
  await tx.run(sql`
    update installation_push set state = ${state}, ended_at = ${at}, disposed_at = ${at} where tenant_id = ${accountId} and id = ${id} and state = 'running'`);
}

/** Says that it is still run. @returns whether somebody asked to cancel it */
export async function keepAlive(tx: Tx, accountId: string, id: string, at: Date): Promise<boolean> {
  const row = await tx.first(sql<{ cancel_asked: boolean }>`
    update installation_push set alive_at = ${at} where tenant_id = ${accountId} and id = ${id} and state = 'running' returning cancel_asked`);
  return row?.cancel_asked ?? true;
}

export async function askCancel(tx: Tx, accountId: string, id: string): Promise<boolean> {
  const count = await tx.run(sql`
    update installation_push set cancel_asked = true where tenant_id = ${accountId} and id = ${id} and state = 'running'`);
  return count > 0;
}

/** Ends those whose process has gone. @returns the accounts */
export async function interruptSilent(tx: Tx, aliveBefore: Date, at: Date): Promise<string[]> {
  const rows = await tx.rows(sql<{ tenant_id: string; id: string }>`
    update installation_push set state = 'interrupted', ended_at = ${at}, disposed_at = ${at} where state = 'running' and alive_at < ${aliveBefore}
    returning tenant_id, id`);
  await tx.run(sql`
    update installation_push_target set state = 'failed', code = 'interrupted', ended_at = ${at}
    where push_id = any(${rows.map(({ id }) => id)}) and state in ('waiting', 'running')`);
  return rows.map(({ tenant_id }) => tenant_id);
}

export type TargetChange = {
  readonly state: PushTarget['state'];
  readonly step?: PushTarget['step'] | undefined;
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
  readonly hostId?: string | undefined;
  readonly endedAt?: Date | undefined;
};

export async function updateTarget(tx: Tx, accountId: string, id: string, change: TargetChange): Promise<void> {
  await tx.run(sql`
    update installation_push_target set state = ${change.state}, step = ${change.step ?? null}, code = ${change.code ?? null},
      detail = ${change.detail ?? null}, host_id = ${change.hostId ?? null}, ended_at = ${change.endedAt ?? null}
    where tenant_id = ${accountId} and id = ${id}`);
}

export async function acceptKey(
  tx: Tx,
  accountId: string,
  target: Pick<TargetRow, 'id' | 'address' | 'port' | 'fingerprint'>,
  at: Date,
  by: string,
): Promise<void> {
  await tx.run(sql`
    insert into installation_host_key (tenant_id, address, port, fingerprint, accepted_at, accepted_by)
    values (${accountId}, ${target.address}, ${target.port}, ${target.fingerprint}, ${at}, ${by}) on conflict do nothing`);
  await tx.run(
    sql`update installation_push_target set key_state = 'known' where tenant_id = ${accountId} and id = ${target.id}`,
  );
}

/** Fingerprints that were accepted, by `address port`. */
export async function selectKeys(tx: Tx, accountId: string): Promise<Map<string, string>> {
  const rows = await tx.rows(sql<{ address: string; port: number; fingerprint: string }>`
    select address, port, fingerprint from installation_host_key where tenant_id = ${accountId}`);
  return new Map(rows.map(({ address, port, fingerprint }) => [`${address} ${port}`, fingerprint]));
}

export async function insertLog(
  tx: Tx,
  accountId: string,
  targetId: string,
  lines: readonly PushLogLine[],
): Promise<void> {
  await tx.run(sql`
    insert into installation_push_log (tenant_id, target_id, place, at, kind, text)
    select ${accountId}, ${targetId}, coalesce((select max(place) from installation_push_log where tenant_id = ${accountId} and target_id = ${targetId}), 0)
      + row_number() over (), l.at, l.kind, l.text
    from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as l(at timestamptz, kind text, text text)`);
}

export async function selectLog(tx: Tx, targetId: string, limit: number): Promise<PushLogLine[]> {
  const rows = await tx.rows(sql<{ at: Date; kind: PushLogLine['kind']; text: string }>`
    select at, kind, text from installation_push_log where target_id = ${targetId} order by place limit ${limit}`);
  return rows.map(({ at, kind, text }) => ({ at: at.toISOString(), kind, text }));
}

/** The host that a token let in, last. */
export async function selectHostOfToken(tx: Tx, accountId: string, tokenId: string): Promise<string | undefined> {
  const row = await tx.first(sql<{ used_by_host_id: string | null }>`
    select used_by_host_id from hosts_token where tenant_id = ${accountId} and id = ${tokenId}`);
  return row?.used_by_host_id ?? undefined;
}

export type NoticeRow = {
  readonly tenant_id: string;
  readonly account_name: string;
  readonly customer_name: string;
  readonly id: string;
  readonly host_id: string;
  readonly host_name: string;
  readonly created_at: Date;
  readonly reasons: readonly PreflightFinding[];
  readonly state: 'draft' | 'sent' | 'dismissed';
  readonly decided_at: Date | null;
  readonly decided_by: string | null;
};

export async function insertNotice(
  tx: Tx,
  notice: { accountId: string; id: string; hostId: string; at: Date; reasons: readonly PreflightFinding[] },
): Promise<void> {
  await tx.run(sql`
    insert into installation_reboot_notice (tenant_id, id, host_id, created_at, reasons, state)
    values (${notice.accountId}, ${notice.id}, ${notice.hostId}, ${notice.at}, ${JSON.stringify(notice.reasons)}::jsonb, 'draft')`);
}

export function selectNotices(
  tx: Tx,
  filter: {
    readonly accountId?: string | undefined;
    readonly hostId?: string | undefined;
    readonly id?: string | undefined;
  },
): Promise<NoticeRow[]> {
  return tx.rows(sql<NoticeRow>`
    select n.tenant_id, ac.name as account_name, ac.customer_name, n.id, n.host_id, h.name as host_name, n.created_at, n.reasons, n.state, n.decided_at, n.decided_by
    from installation_reboot_notice n
    join customers_account ac on ac.tenant_id = n.tenant_id
    join hosts_named h on h.tenant_id = n.tenant_id and h.id = n.host_id
    where true ${filter.accountId ? sql`and n.tenant_id = ${filter.accountId}` : sql``} ${filter.hostId ? sql`and n.host_id = ${filter.hostId}` : sql``}
      ${filter.id ? sql`and n.id = ${filter.id}` : sql``}
    order by n.state <> 'draft', n.created_at desc limit 200`);
}

export async function decideNotice(
  tx: Tx,
  accountId: string,
  id: string,
  decision: { readonly state: 'sent' | 'dismissed'; readonly at: Date; readonly by: string },
): Promise<boolean> {
  const count = await tx.run(sql`
    update installation_reboot_notice set state = ${decision.state}, decided_at = ${decision.at}, decided_by = ${decision.by}
    where tenant_id = ${accountId} and id = ${id} and state = 'draft'`);
  return count > 0;
}
