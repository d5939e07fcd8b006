import { type Actor, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import type { Tx } from '../platform/index.ts';
import type { Doer } from './deeds.ts';
import type { CaseDesk } from './desk.ts';
import { coveredAccounts, coverOfCase } from './soc-store.ts';

/**
 * Work on one case by whoever may: the provider as itself, a customer as its account, a partner SOC as the account of the case where it covers that. A SOC
 * that answers for another account is refused as if there were no such case, and the audit keeps it (S72).
 * @throws Refusal `not_found`
 */
export async function within<T>(
  { platform }: CaseDesk,
  actor: Actor,
  caseId: string,
  work: (tx: Tx, doer: Doer) => Promise<T>,
): Promise<T> {
  const { database, clock } = platform;
  if (actor.socId === undefined) return database.for(actor, (tx) => work(tx, { actor }));
  const found = await database.asProvider(async (tx) => {
    const cover = await coverOfCase(tx, caseId);
    if (cover?.soc_id === actor.socId) return cover;
    if (cover) {
      const facts = { account: cover.tenant_id, soc: actor.socId };
      await note(tx, clock, { actor, action: 'soc.refused', target: `case:${caseId}`, facts });
    }
    return undefined;
  });
  if (!found) throw new Refusal('not_found', { what: 'case' });
  return database.as(found.tenant_id, (tx) => work(tx, { actor, soc: found.name! }));
}

/** Asks each account that a caller may see, as that account where it is not the provider: rows of another one cannot come along. */
export async function gather<T>(
  { platform }: CaseDesk,
  actor: Actor,
  ask: (tx: Tx) => Promise<T[]>,
  accountId?: string,
): Promise<T[]> {
  const { database } = platform;
  const { socId } = actor;
  if (socId === undefined) return database.for(actor, ask);
  const covered = await database.asProvider((tx) => coveredAccounts(tx, socId));
  const found: T[] = [];
  for (const id of covered.filter((one) => accountId === undefined || one === accountId))
    found.push(...(await database.as(id, ask)));
  return found;
}
