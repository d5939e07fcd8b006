import { type Actor, Refusal, type RouteInput, type RouteReply, type routes } from '@sakimori/contract';
import { addressText, canonicalAddress } from '@sakimori/contract/web-reputation/address';
import { levelThatBlocks, WebJudge } from '@sakimori/contract/web-reputation/judge';
import { providerTenant } from '../audit/index.ts';
import { getAccount } from '../customers/index.ts';
import { getHost } from '../hosts/index.ts';
import type { Platform } from '../platform/index.ts';
import { newestPolicy } from '../policies/index.ts';
import type { WebTables } from './tables.ts';

const noLists = { allowed: { domains: [], urls: [] }, blocked: { domains: [], urls: [], keywords: [] } };

/** What becomes of an address, by the code that hosts judge with. @throws Refusal not_found, malformed */
export async function tryAddress(
  platform: Platform,
  tables: WebTables,
  actor: Actor,
  asked: RouteInput<typeof routes.tryWebAddress>['body'],
): Promise<RouteReply<typeof routes.tryWebAddress>> {
  const address = canonicalAddress(asked.address);
  if (!address) throw new Refusal('malformed', { detail: 'this is no address of the web' });
  const host = asked.hostId === undefined ? undefined : await getHost(platform, actor, asked.hostId);
  const accountId = host?.accountId ?? asked.accountId ?? actor.accountId;
  if (accountId) await platform.database.for(actor, (tx) => getAccount(tx, accountId));
  const policy = host && accountId ? await webPolicyOf(platform, accountId, host.policy.id) : undefined;
  const used = { securityLevel: asked.securityLevel, blockUntested: false, ...noLists, ...policy };
  const found = await Promise.all([tables.table(providerTenant), accountId ? tables.table(accountId) : undefined]);
  const verdict = new WebJudge(
    used,
    found.filter((table) => table !== undefined),
  ).judge(address);
  const blockedFrom = verdict.score === undefined ? undefined : levelThatBlocks(verdict.score);
  return {
    ...verdict,
    address: addressText(address),
    securityLevel: used.securityLevel,
    ...(blockedFrom ? { blockedFrom } : {}),
  };
}

/** Of a host whose module is off nothing is blocked; then the level that was asked for counts. */
async function webPolicyOf(platform: Platform, accountId: string, policyId: string) {
  const { webreputation } = (await newestPolicy(platform, accountId, policyId)).document.modules;
  return webreputation.state === 'on' && 'ports' in webreputation ? webreputation : undefined;
}
