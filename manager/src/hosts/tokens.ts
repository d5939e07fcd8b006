import { randomUUID } from 'node:crypto';
import { type Actor, type EnrolmentToken, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { checkAccount } from '../customers/index.ts';
import { newId, newSecret, type Platform, sha256, type Tx } from '../platform/index.ts';
import type { Authority } from './authority.ts';
import {
  countOpenDeployments,
  type DeploymentPurpose,
  insertToken,
  revokeToken,
  selectTokens,
  type TokenRow,
} from './store.ts';

/** Where agents knock, as tokens tell them: `host:port`. Known once the door is open. */
export type AgentsAddress = () => string;

/** Hosts that one deployment script may let in at most. */
export const deploymentHostsMax = 1000;
/** Scripts of an account that are good at the same time. */
const openDeploymentsMax = 1000;
const hourMs = 3_600_000;

export async function listTokens(platform: Platform, actor: Actor, accountId: string): Promise<EnrolmentToken[]> {
  const rows = await platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    return selectTokens(tx, accountId);
  });
  return rows.map(toToken);
}

/** Issues a one-time token. Its text leaves once, here; we keep a hash. */
export async function issueToken(
  platform: Platform,
  authority: Authority,
  agentsAddress: AgentsAddress,
  actor: Actor,
  accountId: string,
  validHours: number,
): Promise<EnrolmentToken & { token: string }> {
  const secret = newSecret();
  const issued = await platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    return insertIssued(tx, platform, { accountId, actor, secret, validHours, usesMax: 1, purpose: null });
  });
  return { ...issued, token: writeToken(authority, agentsAddress, secret) };
}

/** A token as an agent takes it: where to knock, whom to trust there, and the secret. */
export const writeToken = (authority: Authority, agentsAddress: AgentsAddress, secret: string): string =>
  Buffer.from(JSON.stringify({ agents: agentsAddress(), ca: authority.fingerprint, secret })).toString('base64url');

export type DeploymentIssue = {
  readonly accountId: string;
  readonly actor: Pick<Actor, 'kind' | 'id' | 'name'>;
  readonly validHours: number;
  /** 1 to `deploymentHostsMax`. */
  readonly hostsMax: number;
  readonly purpose: DeploymentPurpose;
};

/**
 * Issues the token of a deployment script: good for several hosts, each of which begins with what the purpose says. The secret leaves once, here:
 * 36 characters with 122 random bits, because readers of such scripts cut it out by its length.
 * @throws Refusal limit_reached
 */
export async function issueDeploymentToken(
  tx: Tx,
  platform: Platform,
  issue: DeploymentIssue,
): Promise<EnrolmentToken & { secret: string }> {
  const { hostsMax: usesMax, ...rest } = issue;
  if ((await countOpenDeployments(tx, issue.accountId, platform.clock.now())) >= openDeploymentsMax)
    throw new Refusal('limit_reached', { what: 'token', max: openDeploymentsMax });
  const secret = randomUUID();
  return { ...(await insertIssued(tx, platform, { ...rest, usesMax, secret })), secret };
}

async function insertIssued(
  tx: Tx,
  platform: Platform,
  issue: Omit<DeploymentIssue, 'hostsMax' | 'purpose'> & {
    readonly secret: string;
    readonly usesMax: number;
    readonly purpose: DeploymentPurpose | null;
  },
): Promise<EnrolmentToken> {
  const { accountId, actor, usesMax, purpose } = issue;
  const id = newId(platform.clock);
  const at = platform.clock.now();
  const expiresAt = new Date(at.getTime() + issue.validHours * hourMs);
  await insertToken(tx, { ...{ accountId, id, at, expiresAt, usesMax, purpose }, secretHash: sha256(issue.secret) });
  await note(tx, platform.clock, {
    ...{ accountId, actor, action: 'token.issued', target: `token:${id}` },
    facts: { expiresAt: expiresAt.toISOString(), ...(purpose ? { kind: 'deployment', usesMax, ...purpose } : {}) },
  });
  return toToken({
    ...{ tenant_id: accountId, id, created_at: at, expires_at: expiresAt, uses_max: usesMax, used_count: 0 },
    ...{ used_at: null, used_by_host_id: null, revoked_at: null, purpose },
  });
}

export async function withdrawToken(
  platform: Platform,
  actor: Actor,
  accountId: string,
  tokenId: string,
): Promise<void> {
  await platform.database.for(actor, async (tx) => {
    const row = await revokeToken(tx, accountId, tokenId, platform.clock.now());
    if (!row) {
      const known = (await selectTokens(tx, accountId)).some((token) => token.id === tokenId);
      throw known
        ? new Refusal('wrong_state', { what: 'token', state: 'used' })
        : new Refusal('not_found', { what: 'token' });
    }
    await note(tx, platform.clock, { accountId, actor, action: 'token.revoked', target: `token:${tokenId}` });
  });
}

function toToken(row: TokenRow): EnrolmentToken {
  return {
    id: row.id,
    accountId: row.tenant_id,
    kind: row.purpose ? 'deployment' : 'host',
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    usesMax: row.uses_max,
    usedCount: row.used_count,
    ...(row.used_at ? { usedAt: row.used_at.toISOString() } : {}),
    ...(row.used_by_host_id ? { usedByHostId: row.used_by_host_id } : {}),
    ...(row.revoked_at ? { revokedAt: row.revoked_at.toISOString() } : {}),
    ...row.purpose,
  };
}
