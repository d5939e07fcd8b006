/**
 * Remote tenants (decision 0049): the customer's own tenant of Trend Micro's rules the hosts, and is reached by its public API. `remotes` attaching and
 * keys · `client`, `budget`, `answer` a call and what is believed of its answer · `operations` the backend's side · `sync`, `hosts` computers as hosts
 * · `capabilities` what it cannot do.
 */
import type { RemoteComputer } from '@sakimori/contract';
import { handleJob, type Room, type Tx } from '../platform/index.ts';
import type { OwnOperations } from '../workloadapi/index.ts';
import { listComputers } from './computer.ts';
import type { RemoteDesk } from './remotes.ts';
import { remoteRoutes } from './routes.ts';
import { selectMode } from './store.ts';
import { syncOrNote, syncTenant, syncTick } from './sync.ts';

export { RemoteOperations } from './operations.ts';
export { RemoteDesk } from './remotes.ts';
export { hostsOfComputers } from './store.ts';

/** Computers of the tenant that rules an account's hosts, none that is gone; undefined where our own manager rules. */
export async function ruledComputers(tx: Tx, accountId: string): Promise<RemoteComputer[] | undefined> {
  if ((await selectMode(tx, accountId)) !== 'ruling') return undefined;
  return listComputers(tx, accountId, ({ liveness }) => liveness !== 'gone');
}

/** @param own the operations of this manager itself, for what is compared with it */
export const remoteRoom = (remote: RemoteDesk, own: () => OwnOperations): Room => ({
  name: 'remote',
  routes: remoteRoutes(remote, own),
  jobs: [handleJob(syncTenant, ({ accountId }) => syncOrNote(remote, accountId), { isSlow: true })],
  ticks: [syncTick(remote)],
});
