import { type EnrolReply, type HostFacts, type PreflightRecord, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { announce, newId, type Platform, sha256, type Tx } from '../platform/index.ts';
import type { Authority } from './authority.ts';
import { recordCertificate } from './hosts.ts';
import { type DeploymentPurpose, insertHost, lockToken, markTokenUsed, type TokenRow } from './store.ts';

/** What rooms further right do in the transaction that lets a host in. */
export type OnEnrol = {
  /** Refuses a server that may not be activated: what it needs by its contract is missing (S18). */
  readonly checkActivation?: ((tx: Tx, accountId: string, name: string) => Promise<void>) | undefined;
  /** The policy that the host begins with. */
  readonly policyFor: (tx: Tx, accountId: string) => Promise<string>;
  readonly enrolled: (
    tx: Tx,
    host: {
      readonly accountId: string;
      readonly hostId: string;
      readonly facts: HostFacts;
      readonly tokenId: string;
      /** What the deployment script said; empty for a token that was handed out by hand. */
      readonly purpose: DeploymentPurpose;
      readonly preflight: PreflightRecord | undefined;
    },
  ) => Promise<void>;
};

/** @throws Refusal token_unknown, token_used, token_exhausted, token_expired */
function checkToken(token: TokenRow | undefined, accountId: string | undefined, at: Date): TokenRow {
  if (!token || token.revoked_at) throw new Refusal('token_unknown');
  // A script whose account and token do not belong together was tampered with or put together wrongly.
  if (accountId !== undefined && accountId !== token.tenant_id) throw new Refusal('token_unknown');
  if (token.used_count >= token.uses_max)
    throw token.purpose ? new Refusal('token_exhausted', { max: token.uses_max }) : new Refusal('token_used');
  if (token.expires_at <= at) throw new Refusal('token_expired');
  return token;
}

/**
 * Lets a host in: the token decides the account, as often as it may. The host's key stays on the host.
 * @throws Refusal token_unknown, token_used, token_exhausted, token_expired, certificate_request_invalid, prerequisite_missing
 */
export async function enrolHost(
  platform: Platform,
  authority: Authority,
  request: {
    secret: string;
    accountId?: string | undefined;
    certificateRequest: string;
    facts: HostFacts;
    preflight?: PreflightRecord | undefined;
  },
  onEnrol: OnEnrol,
): Promise<EnrolReply> {
  const at = platform.clock.now();
  const hostId = newId(platform.clock);
  return platform.database.asProvider(async (tx) => {
    const token = checkToken(await lockToken(tx, sha256(request.secret)), request.accountId, at);
    const accountId = token.tenant_id;
    await onEnrol.checkActivation?.(tx, accountId, request.facts.name);
    const certificate = await authority.signAgent(request.certificateRequest, accountId, hostId);
    const silenceDueAt = new Date(at.getTime() + platform.config.SAKIMORI_SILENCE_SECONDS * 1000);
    const { preflight } = request;
    await insertHost(tx, {
      accountId,
      hostId,
      facts: request.facts,
      preflight,
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
    if (preflight?.overrideReason !== undefined)
      await note(tx, platform.clock, {
        accountId,
        actor: { kind: 'agent', ...host },
        action: 'host.preflight_overridden',
        target: `host:${hostId}`,
        facts: {
          reason: preflight.overrideReason,
          failed: preflight.findings.flatMap(({ level, code }) => (level === 'fail' ? [code] : [])).join(', '),
        },
      });
    await recordCertificate(tx, platform, accountId, host, certificate);
    const purpose = token.purpose ?? {};
    await onEnrol.enrolled(tx, { accountId, hostId, facts: request.facts, tokenId: token.id, purpose, preflight });
    await announce(tx, { topic: 'host', accountId, id: hostId });
    return { hostId, accountId, certificate: certificate.pem, ca: authority.pem };
  });
}
