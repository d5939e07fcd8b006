import type { HostFacts, ModuleStatus, PreflightRecord } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type HostRow = {
  tenant_id: string;
  id: string;
  account_name: string;
  facts: HostFacts;
  enrolled_at: Date;
  retired_at: Date | null;
  policy_id: string;
  policy_name: string;
  assigned_version: number;
  applied_version: number | null;
  policy_problem: string | null;
  modules: ModuleStatus[];
  spool_pending: number;
  spool_dropped: number;
  clock_offset_ms: number;
  last_seen_at: Date | null;
  silence_cause: string | null;
  silent_since: Date | null;
  certificate_expires_at: Date;
  open_alert_count: number;
};

/** What changes many hosts locks them first, in one order, so that two such transactions wait for each other and never both. */
export async function lockHosts(tx: Tx, hostIds: readonly string[]): Promise<void> {
  await tx.run(sql`
    select count(*) from (select from hosts_host where id = any(${hostIds}) order by id for no key update) as locked`);
}

/** Hosts with all that a page shows, retired ones last. */
export function selectHosts(
  tx: Tx,
  filter: { accountId?: string | undefined; hostId?: string | undefined },
): Promise<HostRow[]> {
  return tx.rows(sql<HostRow>`
    select h.tenant_id, h.id, a.name as account_name, h.facts, h.enrolled_at, h.retired_at, p.shown_id as policy_id, p.name as policy_name, p.version as assigned_version,
      case when h.applied_policy_id = h.policy_id then h.applied_version end as applied_version,
      h.policy_problem, h.modules, h.spool_pending, h.spool_dropped, h.clock_offset_ms, h.last_seen_at, h.silence_cause, h.silent_since,
      (select max(c.expires_at) from hosts_certificate c where c.tenant_id = h.tenant_id and c.host_id = h.id) as certificate_expires_at,
      (select count(*) from alerts_unclosed u where u.tenant_id = h.tenant_id and u.host_id = h.id) as open_alert_count
    from hosts_host h
    join customers_account a on a.tenant_id = h.tenant_id
    join policies_current p on p.tenant_id = h.tenant_id and p.id = h.policy_id
    where true
      ${filter.accountId ? sql`and h.tenant_id = ${filter.accountId}` : sql``}
      ${filter.hostId ? sql`and h.id = ${filter.hostId}` : sql``}
    order by h.retired_at is not null, a.name, h.name, h.id
    limit 10000`);
}

export async function insertHost(
  tx: Tx,
  host: {
    accountId: string;
    hostId: string;
    facts: HostFacts;
    preflight: PreflightRecord | undefined;
    policyId: string;
    at: Date;
    silenceDueAt: Date;
  },
): Promise<void> {
  await tx.run(sql`
    insert into hosts_host (tenant_id, id, name, facts, enrolled_at, policy_id, silence_due_at, silence_cause, preflight, enrolled_boot_id)
    values (${host.accountId}, ${host.hostId}, ${host.facts.name}, ${JSON.stringify(host.facts)}, ${host.at}, ${host.policyId}, ${host.silenceDueAt}, 'no_contact',
      ${host.preflight ? JSON.stringify(host.preflight) : null}::jsonb, ${host.facts.bootId})`);
}

export async function selectPreflight(tx: Tx, hostId: string): Promise<PreflightRecord | undefined> {
  const row = await tx.first(
    sql<{ preflight: PreflightRecord | null }>`select preflight from hosts_host where id = ${hostId}`,
  );
  return row?.preflight ?? undefined;
}

export async function insertCertificate(
  tx: Tx,
  certificate: { accountId: string; hostId: string; serial: string; at: Date; expiresAt: Date },
): Promise<void> {
  await tx.run(sql`
    insert into hosts_certificate (tenant_id, host_id, serial, issued_at, expires_at)
    values (${certificate.accountId}, ${certificate.hostId}, ${certificate.serial}, ${certificate.at}, ${certificate.expiresAt})`);
}

export async function countCertificates(tx: Tx, accountId: string, hostId: string, since: Date): Promise<number> {
  const { count } = await tx.one(sql<{ count: number }>`
    select count(*) from hosts_certificate where tenant_id = ${accountId} and host_id = ${hostId} and issued_at > ${since}`);
  return count;
}

export type CertificateRow = {
  tenant_id: string;
  host_id: string;
  expires_at: Date;
  revoked_at: Date | null;
  retired_at: Date | null;
  policy_id: string;
  name: string;
  clock_offset_ms: number;
};

const certificateColumns = sql.raw(
  'c.tenant_id, c.host_id, c.expires_at, c.revoked_at, h.retired_at, h.policy_id, h.name, h.clock_offset_ms',
);

export function selectCertificate(tx: Tx, serial: string): Promise<CertificateRow | undefined> {
  return tx.first(sql<CertificateRow>`
    select ${certificateColumns}
    from hosts_certificate c join hosts_host h on h.tenant_id = c.tenant_id and h.id = c.host_id
    where c.serial = ${serial}`);
}

/** The same for many serials at once; those that nobody knows are left out. */
export function selectCertificates(
  tx: Tx,
  serials: readonly string[],
): Promise<(CertificateRow & { readonly serial: string })[]> {
  return tx.rows(sql<CertificateRow & { readonly serial: string }>`
    select c.serial, ${certificateColumns} from hosts_certificate c join hosts_host h on h.tenant_id = c.tenant_id and h.id = c.host_id
    where c.serial = any(${serials})`);
}

/** Gives these hosts another policy of their account. @returns those that had another one before */
export async function updateAssignments(
  tx: Tx,
  accountId: string,
  hostIds: readonly string[],
  policyId: string,
): Promise<string[]> {
  await lockHosts(tx, hostIds);
  const rows = await tx.rows(sql<{ id: string }>`
    update hosts_host set policy_id = ${policyId}
    where tenant_id = ${accountId} and id = any(${hostIds}) and policy_id <> ${policyId} and retired_at is null returning id`);
  return rows.map((row) => row.id);
}

/** Marks a host retired and its certificates revoked. @returns the revoked serials, or undefined where it was retired before */
export async function retire(tx: Tx, accountId: string, hostId: string, at: Date): Promise<string[] | undefined> {
  const changed = await tx.run(
    sql`update hosts_host set retired_at = ${at}, silence_due_at = null, silent_since = null where tenant_id = ${accountId} and id = ${hostId} and retired_at is null`,
  );
  if (changed === 0) return undefined;
  const rows = await tx.rows(sql<{ serial: string }>`
    update hosts_certificate set revoked_at = ${at} where tenant_id = ${accountId} and host_id = ${hostId} and revoked_at is null returning serial`);
  return rows.map((row) => row.serial);
}

/** What heartbeats and ended connections leave behind, for many hosts in one statement. Older news never overwrite newer. */
export type Sighting = {
  id: string;
  seen_at: string;
  /** False for the end of a connection: nothing was seen, only the due time and cause move. */
  seen: boolean;
  /** By the manager's own patience of `wait_seconds`; where the host's account has another one, that counts. */
  silence_due_at: string;
  wait: 'silence' | 'ended';
  wait_seconds: number;
  silence_cause: string;
  /** The host's account, where it has applied another policy or refused one: pages that show it are told. */
  told_account?: string;
  state?: {
    facts: HostFacts;
    modules: ModuleStatus[];
    applied_policy_id: string | null;
    applied_version: number | null;
    policy_problem: string | null;
    spool_pending: number;
    spool_dropped: number;
    resident_bytes: number;
    clock_offset_ms: number;
    run_id: string;
  };
};

/** A connection that breaks off after a good-bye, perhaps one that another process held, tells nothing new. */
const causeStands = sql.raw(
  `(n.silence_cause = 'process_ended' and h.silence_cause in ('stopped', 'uninstalled', 'upgrading', 'host_shutdown'))`,
);
const dueAt = sql.raw(
  `n.silence_due_at + make_interval(secs => coalesce(case n.wait when 'ended' then h.ended_seconds else h.silence_seconds end - n.wait_seconds, 0))`,
);

/** @returns the hosts that had been silent and were seen again, with the start of their silence */
export async function writeSightings(
  tx: Tx,
  sightings: readonly Sighting[],
): Promise<{ tenant_id: string; id: string; silent_since: Date }[]> {
  const rows = sightings.map((sighting) => ({
    ...sighting,
    ...sighting.state,
    state: undefined,
    name: sighting.state?.facts.name,
    full: sighting.state !== undefined,
  }));
  await lockHosts(
    tx,
    sightings.map(({ id }) => id),
  );
  return tx.rows(sql<{ tenant_id: string; id: string; silent_since: Date }>`
    with news as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(
        id uuid, seen_at timestamptz, seen boolean, silence_due_at timestamptz, wait text, wait_seconds integer, silence_cause text, "full" boolean, name text, facts jsonb, modules jsonb,
        applied_policy_id uuid, applied_version integer, policy_problem text, spool_pending bigint, spool_dropped bigint, resident_bytes bigint, clock_offset_ms bigint, run_id uuid)
    ), changed as (
      update hosts_host h set
        last_seen_at = case when n.seen then n.seen_at else h.last_seen_at end,
        silence_due_at = case when not n.seen and ${causeStands} then h.silence_due_at else ${dueAt} end,
        silence_cause = case when not n.seen and (h.silent_since is not null or ${causeStands}) then h.silence_cause else n.silence_cause end,
        name = coalesce(n.name, h.name), facts = coalesce(n.facts, h.facts), modules = coalesce(n.modules, h.modules),
        applied_policy_id = case when n."full" then n.applied_policy_id else h.applied_policy_id end,
        applied_version = case when n."full" then n.applied_version else h.applied_version end,
        policy_problem = case when n."full" then n.policy_problem else h.policy_problem end,
        spool_pending = coalesce(n.spool_pending, h.spool_pending), spool_dropped = coalesce(n.spool_dropped, h.spool_dropped),
        resident_bytes = coalesce(n.resident_bytes, h.resident_bytes), clock_offset_ms = coalesce(n.clock_offset_ms, h.clock_offset_ms), run_id = coalesce(n.run_id, h.run_id)
      from news n
      where h.id = n.id and h.retired_at is null and (h.last_seen_at is null or h.last_seen_at <= n.seen_at)
      returning h.tenant_id, h.id, h.silent_since, n.seen
    )
    select tenant_id, id, silent_since from changed where seen and silent_since is not null`);
}

export type DueRow = {
  tenant_id: string;
  id: string;
  name: string;
  silence_cause: string;
  last_seen_at: Date | null;
  enrolled_at: Date;
  clock_offset_ms: number;
};

/** Hosts whose silence is due and not yet known. */
export function selectDueSilences(tx: Tx, now: Date): Promise<DueRow[]> {
  return tx.rows(sql<DueRow>`
    select tenant_id, id, name, silence_cause, last_seen_at, enrolled_at, clock_offset_ms from hosts_host
    where silence_due_at <= ${now} and silent_since is null and retired_at is null
    order by silence_due_at limit 1000`);
}

/** @returns false where somebody was quicker, or the host was heard in between */
export async function markSilent(tx: Tx, accountId: string, hostId: string, since: Date, now: Date): Promise<boolean> {
  return (
    (await tx.run(
      sql`update hosts_host set silent_since = ${since} where tenant_id = ${accountId} and id = ${hostId} and silent_since is null and silence_due_at <= ${now}`,
    )) > 0
  );
}

export async function clearSilent(tx: Tx, accountId: string, hostId: string): Promise<boolean> {
  return (
    (await tx.run(
      sql`update hosts_host set silent_since = null where tenant_id = ${accountId} and id = ${hostId} and silent_since is not null`,
    )) > 0
  );
}

/** A manager that was away knows nothing of the time between: every due time moves to `earliest` at least. */
/** Hosts of an account whose silence nobody would notice: neither is one due nor does one stand. */
export async function selectUnwatched(tx: Tx, accountId: string): Promise<string[]> {
  const rows = await tx.rows(sql<{ id: string }>`
    select id from hosts_host where tenant_id = ${accountId} and origin = 'agent' and retired_at is null and silence_due_at is null and silent_since is null`);
  return rows.map(({ id }) => id);
}

export async function postponeSilences(tx: Tx, earliest: Date): Promise<void> {
  await tx.run(
    sql`update hosts_host set silence_due_at = ${earliest} where silence_due_at < ${earliest} and silent_since is null and retired_at is null`,
  );
}

/** The manager itself hears nobody: these wait until it can know more. */
export async function postponeHosts(tx: Tx, hostIds: readonly string[], until: Date): Promise<void> {
  await tx.run(
    sql`update hosts_host set silence_due_at = ${until} where id = any(${hostIds}) and silent_since is null and retired_at is null`,
  );
}

/** Hosts that are not known to be silent, and those of them that were heard after `since`. */
export function countHeard(tx: Tx, since: Date): Promise<{ living: number; heard: number }> {
  return tx.one(sql<{ living: number; heard: number }>`
    select count(*) as living, count(*) filter (where last_seen_at > ${since}) as heard
    from hosts_host where origin = 'agent' and retired_at is null and silent_since is null and last_seen_at is not null`);
}

/** Gives the hosts of an account another patience, from their next heartbeat on. */
export async function setPatience(
  tx: Tx,
  accountId: string,
  patience: { readonly silenceSeconds: number | null; readonly endedSeconds: number | null },
): Promise<void> {
  await tx.run(sql`
    update hosts_host set silence_seconds = ${patience.silenceSeconds}, ended_seconds = ${patience.endedSeconds}
    where tenant_id = ${accountId} and retired_at is null`);
}

/** What a look from outside found out about the silence. */
export async function setCause(tx: Tx, accountId: string, hostId: string, cause: string): Promise<void> {
  await tx.run(sql`update hosts_host set silence_cause = ${cause} where tenant_id = ${accountId} and id = ${hostId}`);
}

/** Notes why a host is, or will be, silent. @returns undefined where that was known, else whether its silence was told already */
export function noteCause(
  tx: Tx,
  accountId: string,
  hostId: string,
  cause: string,
): Promise<{ silent_since: Date | null } | undefined> {
  return tx.first(sql<{ silent_since: Date | null }>`
    update hosts_host set silence_cause = ${cause}
    where tenant_id = ${accountId} and id = ${hostId} and silence_cause is distinct from ${cause} returning silent_since`);
}

/** What every host begins with that enrols with a token of a deployment script. */
export type DeploymentPurpose = {
  readonly policy?: { readonly number: number; readonly name: string } | undefined;
  readonly group?: { readonly number: number; readonly name: string } | undefined;
};

export type TokenRow = {
  tenant_id: string;
  id: string;
  created_at: Date;
  expires_at: Date;
  uses_max: number;
  used_count: number;
  used_at: Date | null;
  used_by_host_id: string | null;
  revoked_at: Date | null;
  purpose: DeploymentPurpose | null;
};
const tokenColumns = sql.raw(
  'tenant_id, id, created_at, expires_at, uses_max, used_count, used_at, used_by_host_id, revoked_at, purpose',
);

export async function insertToken(
  tx: Tx,
  token: {
    readonly accountId: string;
    readonly id: string;
    readonly secretHash: string;
    readonly at: Date;
    readonly expiresAt: Date;
    readonly usesMax: number;
    readonly purpose: DeploymentPurpose | null;
  },
): Promise<void> {
  await tx.run(sql`
    insert into hosts_token (tenant_id, id, secret_hash, created_at, expires_at, uses_max, purpose)
    values (${token.accountId}, ${token.id}, ${token.secretHash}, ${token.at}, ${token.expiresAt}, ${token.usesMax}, ${token.purpose && JSON.stringify(token.purpose)})`);
}
export function selectTokens(tx: Tx, accountId: string): Promise<TokenRow[]> {
  return tx.rows(sql<TokenRow>`
    select ${tokenColumns} from hosts_token where tenant_id = ${accountId} order by created_at desc, id desc limit 1000`);
}
/** Deployment scripts of the account that still let hosts in. */
export async function countOpenDeployments(tx: Tx, accountId: string, at: Date): Promise<number> {
  const { count } = await tx.one(sql<{ count: number }>`
    select count(*) from hosts_token
    where tenant_id = ${accountId} and purpose is not null and revoked_at is null and expires_at > ${at} and used_count < uses_max`);
  return count;
}
/** Locks the token, so that of two hosts that come at once each is counted, and the one too many does not get in. */
export function lockToken(tx: Tx, secretHash: string): Promise<TokenRow | undefined> {
  return tx.first(sql<TokenRow>`select ${tokenColumns} from hosts_token where secret_hash = ${secretHash} for update`);
}
export async function markTokenUsed(tx: Tx, tokenId: string, hostId: string, at: Date): Promise<void> {
  await tx.run(sql`
    update hosts_token set used_at = ${at}, used_by_host_id = ${hostId}, used_count = used_count + 1 where id = ${tokenId}`);
}
/** @returns undefined where the token is not there, or lets nobody in any more because it is used up */
export async function revokeToken(tx: Tx, accountId: string, tokenId: string, at: Date): Promise<TokenRow | undefined> {
  return tx.first(sql<TokenRow>`
    update hosts_token set revoked_at = coalesce(revoked_at, ${at}) where tenant_id = ${accountId} and id = ${tokenId} and used_count < uses_max
    returning ${tokenColumns}`);
}
