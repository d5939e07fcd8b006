import type { Actor, AuditAction } from '@sakimori/contract';
import { announce, type Clock, newId, type Tx } from '../platform/index.ts';
import { insertEntry } from './store.ts';

/** Stands for the provider itself, where something was done to no account. */
export const providerTenant = '00000000-0000-0000-0000-000000000000';

export type AuditNote = {
  /** Account it was done to; left out for the provider's own affairs. */
  readonly accountId?: string | undefined;
  readonly actor: Pick<Actor, 'id' | 'name'> & { readonly kind: Actor['kind'] | 'agent' };
  /** Dotted verb: `alert.acknowledged`. One without a phrase does not compile. */
  readonly action: AuditAction;
  /** `alert:<id>`, `host:<id>` … */
  readonly target: string;
  readonly facts?: Readonly<Record<string, unknown>>;
};

/** Writes an entry in the transaction of the deed: both stand or neither. Facts must hold no secrets. */
export async function note(tx: Tx, clock: Clock, entry: AuditNote): Promise<void> {
  const tenantId = entry.accountId ?? providerTenant;
  await insertEntry(tx, { ...entry, tenantId, id: newId(clock), at: clock.now(), facts: entry.facts ?? {} });
  await announce(tx, { topic: 'audit', ...(entry.accountId ? { accountId: entry.accountId } : {}) });
}
