import type { Tx } from '../platform/index.ts';
import { insertChecks } from './store.ts';

/** Hosts that a customer's own manager tells about have a check as others have: what is muted by maintenance is kept there (S43). */
export const watchRemoteHosts = (tx: Tx, accountId: string, hostIds: readonly string[], at: Date): Promise<void> =>
  insertChecks(tx, accountId, hostIds, at);
