import { Refusal } from '@sakimori/contract';
import { type Desk, serviceToday } from '../customers/index.ts';
import type { ContainmentGate } from '../hosts/index.ts';
import type { Tx } from '../platform/index.ts';
import { endRunning } from './lift.ts';
import { selectHostName, selectSetting } from './store.ts';

/** Whether anything may be done to an account's hosts without a consent on record, and the clause that says so (S73). */
export async function consentRule(
  tx: Tx,
  { platform, editions }: Desk,
  accountId: string,
): Promise<{ readonly needsConsent: boolean; readonly clause?: string }> {
  const { edition, plan } = await serviceToday(tx, platform, editions, accountId);
  const { handling, clause } = edition.response[plan];
  if (handling === 'soc') return { needsConsent: true, clause };
  return { needsConsent: (await selectSetting(tx, accountId))?.alwaysConsent ?? false };
}

/**
 * The ways past the playbooks: tasks that a person gives a host directly, and proposals that are accepted. Where a consent is demanded they are shut, for
 * there the playbooks are the one way; a lift is always open, and ends what runs.
 */
export const containmentGate =
  (desk: Desk): ContainmentGate =>
  async (tx, { accountId, hostId, kind, actor, reason, source }) => {
    if (kind === 'release' || kind === 'unblock-source')
      return endRunning(tx, desk, { accountId, hostIds: [hostId], kind, source, who: actor, reason });
    const { needsConsent } = await consentRule(tx, desk, accountId);
    if (needsConsent) throw new Refusal('consent_needed', { host: await selectHostName(tx, accountId, hostId) });
  };
