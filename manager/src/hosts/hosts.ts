import {
  type Actor,
  type Host,
  type HostFacts,
  type PreflightRecord,
  Refusal,
  type SilenceCause,
} from '@sakimori/contract';
import { type AuditNote, note } from '../audit/index.ts';
import { announce, type Platform, type Tx } from '../platform/index.ts';
import type { Authority, IssuedCertificate } from './authority.ts';
import {
  countCertificates,
  type HostRow,
  insertCertificate,
  lockHosts,
  retire,
  selectHosts,
  selectPreflight,
} from './store.ts';

const dayMs = 86_400_000;
/** An agent renews once in some weeks; one that asks again and again is broken or hostile. */
const certificatesPerDayMax = 10;

export async function listHosts(platform: Platform, actor: Actor, accountId?: string): Promise<Host[]> {
  const rows = await platform.database.for(actor, (tx) => selectHosts(tx, { accountId }));
  return rows.map(toHost);
}

/** Hosts of an account, retired ones too, within a transaction that may see it. */
export const hostsOf = async (tx: Tx, accountId: string): Promise<Host[]> =>
  (await selectHosts(tx, { accountId })).map(toHost);

export async function getHost(platform: Platform, actor: Actor, hostId: string): Promise<Host> {
  const [row] = await platform.database.for(actor, (tx) => selectHosts(tx, { hostId }));
  if (!row) throw new Refusal('not_found', { what: 'host' });
  return toHost(row);
}

/** What the host found of itself before it was enrolled, where it said so. */
export async function getPreflight(
  platform: Platform,
  actor: Actor,
  hostId: string,
): Promise<{ preflight?: PreflightRecord }> {
  await getHost(platform, actor, hostId);
  const preflight = await platform.database.for(actor, (tx) => selectPreflight(tx, hostId));
  return preflight ? { preflight } : {};
}

/** Called in the transaction that ends the service of hosts, before it ends, for what rooms further right keep of them. */
export type OnRetired = (tx: Tx, accountId: string, hostIds: readonly string[]) => Promise<void>;

/** Ends a host's service: certificates revoked, liveness no longer watched. Its detections and alerts stay. */
export async function retireHost(
  platform: Platform,
  actor: Actor,
  onRetired: OnRetired,
  hostId: string,
  reason: string,
): Promise<Host> {
  const { accountId } = await getHost(platform, actor, hostId);
  await platform.database.as(accountId, async (tx) => {
    // First, for it locks the account, as whoever changes both computers and hosts does before anything else.
    await onRetired(tx, accountId, [hostId]);
    const retired = await retireHosts(tx, platform, { accountId, actor, hostIds: [hostId], reason });
    if (retired.length === 0) throw new Refusal('wrong_state', { what: 'host', state: 'retired' });
  });
  return getHost(platform, actor, hostId);
}

/** The same for several hosts within a transaction. @returns those that were not retired before */
export async function retireHosts(
  tx: Tx,
  platform: Pick<Platform, 'clock'>,
  given: {
    readonly accountId: string;
    readonly actor: AuditNote['actor'];
    readonly hostIds: readonly string[];
    readonly reason: string;
  },
): Promise<string[]> {
  const { accountId, actor, reason } = given;
  const retired: string[] = [];
  await lockHosts(tx, given.hostIds);
  for (const hostId of given.hostIds) {
    const serials = await retire(tx, accountId, hostId, platform.clock.now());
    if (!serials) continue;
    await announce(tx, ...serials.map((id) => ({ internal: 'certificate', id })));
    await note(tx, platform.clock, {
      accountId,
      actor,
      action: 'host.retired',
      target: `host:${hostId}`,
      facts: { reason },
    });
    await announce(tx, { topic: 'host', accountId, id: hostId });
    retired.push(hostId);
  }
  return retired;
}

/** Records a certificate that was handed out. */
export async function recordCertificate(
  tx: Tx,
  platform: Platform,
  accountId: string,
  host: { id: string; name: string },
  certificate: IssuedCertificate,
): Promise<void> {
  await insertCertificate(tx, {
    accountId,
    hostId: host.id,
    serial: certificate.serial,
    at: platform.clock.now(),
    expiresAt: certificate.expiresAt,
  });
  await note(tx, platform.clock, {
    accountId,
    actor: { kind: 'agent', id: host.id, name: host.name },
    action: 'certificate.issued',
    target: `host:${host.id}`,
    facts: { serial: certificate.serial, expiresAt: certificate.expiresAt.toISOString() },
  });
}

/**
 * Gives a host that is let in a certificate for a new key. The older one stays good until it expires, should the answer get lost.
 * @returns PEM
 * @throws Refusal certificate_request_invalid, too_many_requests
 */
export async function renewCertificate(
  platform: Platform,
  authority: Authority,
  host: { accountId: string; hostId: string; hostName: string },
  certificateRequest: string,
): Promise<string> {
  const { accountId, hostId, hostName } = host;
  const since = new Date(platform.clock.now().getTime() - dayMs);
  return platform.database.as(accountId, async (tx) => {
    if ((await countCertificates(tx, accountId, hostId, since)) >= certificatesPerDayMax)
      throw new Refusal('too_many_requests', { retrySeconds: dayMs / 1000 });
    const certificate = await authority.signAgent(certificateRequest, accountId, hostId);
    await recordCertificate(tx, platform, accountId, { id: hostId, name: hostName }, certificate);
    return certificate.pem;
  });
}

function toHost(row: HostRow): Host {
  return {
    id: row.id,
    accountId: row.tenant_id,
    accountName: row.account_name,
    facts: row.facts as HostFacts,
    enrolledAt: row.enrolled_at.toISOString(),
    ...(row.last_seen_at ? { lastSeenAt: row.last_seen_at.toISOString() } : {}),
    liveness: livenessOf(row),
    clockOffsetMs: row.clock_offset_ms,
    policy: {
      id: row.policy_id,
      name: row.policy_name,
      assignedVersion: row.assigned_version,
      ...(row.applied_version === null ? {} : { appliedVersion: row.applied_version }),
      ...(row.policy_problem === null ? {} : { problem: row.policy_problem }),
    },
    modules: row.modules,
    spool: { pending: row.spool_pending, dropped: row.spool_dropped },
    certificateExpiresAt: row.certificate_expires_at.toISOString(),
    openAlertCount: row.open_alert_count,
  };
}

function livenessOf(row: HostRow): Host['liveness'] {
  if (row.retired_at) return { state: 'retired' };
  if (!row.silent_since) return { state: 'connected' };
  return {
    state: 'silent',
    cause: (row.silence_cause ?? 'no_contact') as SilenceCause,
    silentSince: row.silent_since.toISOString(),
  };
}
