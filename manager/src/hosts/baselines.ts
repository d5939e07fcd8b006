import type { Actor, BaselineVersion } from '@sakimori/contract';
import type { Platform } from '../platform/index.ts';
import { selectBaselines } from './baseline-store.ts';
import { getHost } from './hosts.ts';

const shownMax = 100;

/** Versions of a host's integrity baseline, newest first. @throws Refusal not_found */
export async function listBaselines(platform: Platform, actor: Actor, hostId: string): Promise<BaselineVersion[]> {
  const { accountId } = await getHost(platform, actor, hostId);
  return platform.database.as(accountId, (tx) => selectBaselines(tx, accountId, hostId, shownMax));
}
