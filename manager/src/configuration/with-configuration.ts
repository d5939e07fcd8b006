import type { Actor } from '@sakimori/contract';
import { checkAccount } from '../customers/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import { type AccountConfiguration, readConfiguration } from './account-configuration.ts';

/** Works as an account, with its configuration, once it is known to be the actor's to see. @throws Refusal `not_found` */
export async function withConfiguration<T>(
  platform: Pick<Platform, 'database'>,
  actor: Actor,
  accountId: string,
  work: (tx: Tx, view: AccountConfiguration) => Promise<T>,
): Promise<T> {
  await platform.database.for(actor, (tx) => checkAccount(tx, accountId));
  return platform.database.as(accountId, async (tx) => work(tx, await readConfiguration(tx, accountId)));
}
