import type { Actor } from '@sakimori/contract';
import type { Desk } from '../customers/index.ts';

/** What the rules about cases need. */
export type CaseDesk = Desk;

/** Who looks. A customer sees what was written for them, a partner SOC the case without the other parties. */
export type View = 'provider' | 'soc' | 'customer';
export const viewOf = ({ accountId, socId }: Actor): View =>
  accountId !== undefined ? 'customer' : socId !== undefined ? 'soc' : 'provider';
