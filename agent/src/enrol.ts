import { agentPaths, EnrolmentTokenContent, EnrolReply } from '@sakimori/contract/agent-protocol';
import type { PreflightRecord } from '@sakimori/contract/preflight';
import { newKeyAndRequest } from './certificate-request.ts';
import { gatherFacts } from './facts.ts';
import type { Identity } from './identity.ts';
import { fetchPinnedAuthority, splitAddress, Transport } from './transport.ts';

/** What is not a token, in words; never quotes it. */
export class TokenFault extends Error {}

/** Reads the token's text: base64url of JSON (`EnrolmentTokenContent`). @throws TokenFault */
export function parseToken(text: string): EnrolmentTokenContent {
  const trimmed = text.trim();
  if (trimmed === '') throw new TokenFault('the token is empty');
  try {
    const token = EnrolmentTokenContent.parse(JSON.parse(Buffer.from(trimmed, 'base64url').toString('utf8')));
    splitAddress(token.agents);
    return { ...token, ca: token.ca.toLowerCase() };
  } catch {
    throw new TokenFault('this is not an enrolment token; copy it whole, as it was shown when it was issued');
  }
}

/**
 * Enrols this host: makes a key here, and has it certified by the manager that the token names. The secret is sent only over a
 * connection whose authority has the fingerprint in the token.
 * @throws ManagerRefusal (`token_unknown`, `token_used`, `token_expired` …), or the error of the network
 */
export async function enrol(token: EnrolmentTokenContent, preflight?: PreflightRecord): Promise<Identity> {
  const ca = await fetchPinnedAuthority(token.agents, token.ca);
  const { key, certificateRequest } = newKeyAndRequest();
  const transport = new Transport({ agents: token.agents, ca });
  try {
    const request = {
      secret: token.secret,
      accountId: token.account,
      certificateRequest,
      facts: gatherFacts(),
      preflight,
    };
    const reply = EnrolReply.parse(await transport.call('POST', agentPaths.enrol, request, { timeoutMs: 30_000 }));
    const { hostId, accountId, certificate } = reply;
    // The pinned certificate, not the one in the reply, is what we trust from now on.
    return { hostId, accountId, agents: token.agents, ca, certificate, key };
  } finally {
    transport.close();
  }
}
