import { type Actor, Refusal, routes } from '@sakimori/contract';
import { checkAccount } from '../customers/index.ts';
import { type BoundRoute, serve } from '../platform/index.ts';
import type { OwnOperations } from '../workloadapi/index.ts';
import { ownCapabilities, remoteCapabilities } from './capabilities.ts';
import { compareShadow } from './compare.ts';
import { policyNames, toComputer } from './computer.ts';
import { RemoteFault } from './fault.ts';
import { reportMigration } from './migration.ts';
import { toPolicy } from './policy.ts';
import {
  attachRemote,
  changeRemote,
  detachRemote,
  listRemotes,
  type RemoteDesk,
  shown,
  testRemote,
} from './remotes.ts';
import { selectComputers, selectSnapshot, selectTenant } from './store.ts';
import { noteFailure, runSync } from './sync.ts';
import { toTask } from './tasks.ts';

export const remoteRoutes = (remote: RemoteDesk, own: () => OwnOperations): BoundRoute[] => {
  const { platform } = remote;
  const { database } = platform;
  return [
    serve(routes.listRemotes, async ({ query }, { actor }) => ({
      items: await listRemotes(platform, actor, query.accountId),
    })),
    serve(routes.attachRemote, ({ params, body }, { actor }) => attachRemote(remote, actor, params.accountId, body)),
    serve(routes.changeRemote, ({ params, body }, { actor }) => changeRemote(remote, actor, params.accountId, body)),
    serve(routes.detachRemote, async ({ params }, { actor }) => {
      await detachRemote(remote, actor, params.accountId);
      return undefined;
    }),
    serve(routes.testRemote, ({ params }, { actor }) => testRemote(remote, actor, params.accountId)),
    serve(routes.syncRemote, ({ params }, { actor }) => syncNow(remote, actor, params.accountId)),
    serve(routes.listRemoteComputers, ({ params: { accountId } }, { actor }) =>
      database.for(actor, async (tx) => {
        await checkAccount(tx, accountId);
        const names = await policyNames(tx, accountId);
        const rows = await selectComputers(tx, accountId);
        const fetchedMs = Math.max(...rows.map(({ fetched_at: at }) => at.getTime()));
        return {
          ...(rows.length > 0 ? { fetchedAt: new Date(fetchedMs).toISOString() } : {}),
          items: rows.map((row) => toComputer(row, names)),
        };
      }),
    ),
    serve(routes.listRemotePolicies, ({ params: { accountId } }, { actor }) =>
      database.for(actor, async (tx) => {
        await checkAccount(tx, accountId);
        const found = await selectSnapshot(tx, accountId, 'policies');
        return {
          ...(found ? { fetchedAt: found.fetched_at.toISOString() } : {}),
          items: (found?.body ?? []).map(toPolicy),
        };
      }),
    ),
    serve(routes.listRemoteTasks, ({ params: { accountId } }, { actor }) =>
      database.for(actor, async (tx) => {
        await checkAccount(tx, accountId);
        const found = await selectSnapshot(tx, accountId, 'tasks');
        return {
          ...(found ? { fetchedAt: found.fetched_at.toISOString() } : {}),
          items: (found?.body ?? []).map((task) => toTask(task, platform.clock.now())),
        };
      }),
    ),
    serve(routes.listCapabilities, ({ params: { accountId } }, { actor }) =>
      database.for(actor, async (tx) => {
        await checkAccount(tx, accountId);
        const row = await selectTenant(tx, accountId);
        return row?.mode === 'ruling'
          ? { kind: 'remote' as const, items: remoteCapabilities(row) }
          : { kind: 'own' as const, items: ownCapabilities() };
      }),
    ),
    serve(routes.compareShadow, ({ params: { accountId }, query }, { actor }) =>
      database.for(actor, async (tx) => {
        await checkAccount(tx, accountId);
        return compareShadow(tx, platform, accountId, query);
      }),
    ),
    serve(routes.reportMigration, async ({ params: { accountId }, query: { direction } }, { actor }) => {
      await database.for(actor, (tx) => checkAccount(tx, accountId));
      return orRefused(reportMigration(remote, own(), { accountId, actor, direction }));
    }),
  ];
};

/** @throws Refusal `remote_failed` with the fault's sentence */
async function orRefused<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof RemoteFault)) throw error;
    throw new Refusal('remote_failed', { detail: error.message }, { cause: error });
  }
}

/** @throws Refusal `not_found`, `remote_failed` */
async function syncNow(remote: RemoteDesk, actor: Actor, accountId: string) {
  const { database } = remote.platform;
  await database.for(actor, (tx) => checkAccount(tx, accountId));
  try {
    await runSync(remote, accountId);
  } catch (error) {
    if (!(error instanceof RemoteFault)) throw error;
    await noteFailure(remote, accountId, error);
    throw new Refusal('remote_failed', { detail: error.message }, { cause: error });
  }
  return database.for(actor, (tx) => shown(tx, remote.platform, accountId));
}
