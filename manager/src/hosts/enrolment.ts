import { type Actor, type EnrolmentToken, type EnrolReply, type HostFacts, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { checkAccount } from '../customers/index.ts';
import { announce, newId, newSecret, type Platform, sha256, type Tx } from '../platform/index.ts';
import type { Authority } from './authority.ts';
import { recordCertificate } from './hosts.ts';
import {
  insertHost,
  insertToken,
  lockToken,
  markTokenUsed,
  revokeToken,
  selectTokens,
  type TokenRow,
} from './store.ts';

/** Where agents knock, as tokens tell them: `host:port`. Known once the door is open. */
export type AgentsAddress = () => string;

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
  const id = newId(platform.clock);
  const at = platform.clock.now();
  const expiresAt = new Date(at.getTime() + validHours * 3_600_000);
  await platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    await insertToken(tx, { accountId, id, secretHash: sha256(secret), at, expiresAt });
    await note(tx, platform.clock, {
      accountId,
      actor,
      action: 'token.issued',
      target: `token:${id}`,
      facts: { expiresAt: expiresAt.toISOString() },
    });
  });
  const token = Buffer.from(JSON.stringify({ agents: agentsAddress(), ca: authority.fingerprint, secret })).toString(
    'base64url',
  );
  return { id, accountId, createdAt: at.toISOString(), expiresAt: expiresAt.toISOString(), token };
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

/** What rooms further right do in the transaction that lets a host in. */
export type OnEnrol = {
  /** The policy that the host begins with. */
  readonly policyFor: (tx: Tx, accountId: string) => Promise<string>;
  readonly enrolled: (
    tx: Tx,
    host: { readonly accountId: string; readonly hostId: string; readonly facts: HostFacts; readonly tokenId: string },
  ) => Promise<void>;
};

/**
 * Lets a host in: the token decides the account, once. The host's key stays on the host.
 * @throws Refusal token_unknown, token_used, token_expired, certificate_request_invalid
 */
export async function enrolHost(
  platform: Platform,
  authority: Authority,
  request: { secret: string; certificateRequest: string; facts: HostFacts },
  onEnrol: OnEnrol,
): Promise<EnrolReply> {
  const at = platform.clock.now();
  const hostId = newId(platform.clock);
  return platform.database.asProvider(async (tx) => {
    const token = await lockToken(tx, sha256(request.secret));
    if (!token || token.revoked_at) throw new Refusal('token_unknown');
    if (token.used_at) throw new Refusal('token_used');
    if (token.expires_at <= at) throw new Refusal('token_expired');
    const accountId = token.tenant_id;
    const certificate = await authority.signAgent(request.certificateRequest, accountId, hostId);
    const silenceDueAt = new Date(at.getTime() + platform.config.SAKIMORI_SILENCE_SECONDS * 1000);
    await insertHost(tx, {
      accountId,
      hostId,
      facts: request.facts,
      policyId: await onEnrol.policyFor(tx, accountId),
      at,
      silenceDueAt,
    });
    await markTokenUsed(tx, token.id, hostId, at);
    const host = { id: hostId, name: request.facts.name };
    await note(tx, platform.clock, {
      accountId,
      actor: { kind: 'agent', ...host },
      action: 'host.enrolled',
      target: `host:${hostId}`,
      facts: { tokenId: token.id, name: host.name },
    });
    await recordCertificate(tx, platform, accountId, host, certificate);
    await onEnrol.enrolled(tx, { accountId, hostId, facts: request.facts, tokenId: token.id });
    await announce(tx, { topic: 'host', accountId, id: hostId });
    return { hostId, accountId, certificate: certificate.pem, ca: authority.pem };
  });
}

function toToken(row: TokenRow): EnrolmentToken {
  return {
    id: row.id,
    accountId: row.tenant_id,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    ...(row.used_at ? { usedAt: row.used_at.toISOString() } : {}),
    ...(row.used_by_host_id ? { usedByHostId: row.used_by_host_id } : {}),
    ...(row.revoked_at ? { revokedAt: row.revoked_at.toISOString() } : {}),
  };
}
