import { type ApiObject, collectionOf } from '@sakimori/contract/workload-security/index';
import { system } from '../audit/index.ts';
import type { Desk } from '../customers/index.ts';
import { recoverHost } from '../liveness/index.ts';
import { announce, defineJob, enqueue, type Tick } from '../platform/index.ts';
import { raiseMissedRun, raiseWork, settleWork } from '../work/index.ts';
import { operationOf, type RemoteClient } from './client.ts';
import { keptOf } from './computer.ts';
import { RemoteFault } from './fault.ts';
import { putHosts } from './hosts.ts';
import { policiesOf } from './policy.ts';
import { type RemoteDesk, testRemote } from './remotes.ts';
import { noteSynced, putSnapshot, selectSnapshot, selectTenant, takeDue } from './store.ts';
import { type MissedRun, missedRuns, tasksOf } from './tasks.ts';

export const syncTenant = defineJob<{ accountId: string }>('remote.sync');

const pageSize = 500;
const computersMax = 10_000;
const policiesMax = 5000;
const tasksMax = 5000;

/**
 * Everything that a search finds, page by page in the order of IDs. A tenant that answers with other ones than were asked for would have us turn in
 * circles, and is a fault.
 * @throws RemoteFault
 */
export async function fetchAll(
  client: Pick<RemoteClient, 'call'>,
  operationId: string,
  query: Readonly<Record<string, string | readonly string[]>>,
  max: number,
): Promise<ApiObject[]> {
  const { property } = collectionOf(operationOf(operationId).returns!);
  const found: ApiObject[] = [];
  let last = 0;
  for (;;) {
    const body = {
      ...{ maxItems: pageSize, sortByObjectID: true },
      searchCriteria: [{ idTest: 'greater-than', idValue: last }],
    };
    const answer = await client.call(operationId, { query, body });
    const items = answer[property] as ApiObject[];
    for (const item of items) {
      const id = item['ID'] as number;
      if (id <= last || items.length > pageSize)
        throw new RemoteFault(
          502,
          'The tenant answered with other objects than were asked for. Nothing of it was used.',
        );
      last = id;
      found.push(item);
    }
    if (found.length > max) throw new RemoteFault(502, `The tenant has more than ${max} objects (${property}).`);
    if (items.length < pageSize) return found;
  }
}

/**
 * Fetches computers, policies and scheduled tasks of a tenant: computers become hosts, their status liveness, their versions what drift is seen by;
 * tasks that did not run in time become work.
 * @throws RemoteFault where the tenant did not answer as it should; nothing is changed then
 */
export async function runSync(remote: RemoteDesk, accountId: string): Promise<void> {
  const { platform } = remote;
  const { row, client } = await remote.client(accountId, true);
  const expand = ['computerStatus', 'securityUpdates', 'allSecurityModules', 'ec2VirtualMachineSummary'];
  const computers = await fetchAll(client, 'searchComputers', { expand }, computersMax);
  const effective = await fetchAll(client, 'searchPolicies', {}, policiesMax);
  const own = await fetchAll(client, 'searchPolicies', { overrides: 'true' }, policiesMax);
  const tasks = await fetchTasks(client);
  const { clock, database } = platform;
  let missed: readonly MissedRun[] = [];
  const recovered = await database.as(accountId, async (tx) => {
    await putSnapshot(tx, accountId, 'policies', policiesOf(effective, own), clock.now());
    if (tasks) {
      missed = missedRuns(await selectSnapshot(tx, accountId, 'tasks'), tasks, clock.now());
      await putSnapshot(tx, accountId, 'tasks', tasks, clock.now());
    }
    const told = computers.map((computer) => ({ number: computer['ID'] as number, kept: keptOf(computer) }));
    return putHosts(tx, platform, row, told);
  });
  for (const host of recovered) await recoverHost(platform, host);
  await database.asProvider(async (tx) => {
    await noteSynced(tx, accountId, clock.now());
    for (const run of missed) await raiseMissedRun(tx, remote.desk, { ...run, accountId, hosts: 0 });
    await settleWork(tx, remote.desk, {
      ...{ accountId, key: workKey(accountId), evidence: 'The tenant answers again.' },
    });
    await announce(tx, { topic: 'remote', accountId });
    await announce(tx, { topic: 'host', accountId });
  });
  // What the key may is known as soon as the tenant answers, whether somebody has asked for a test or not.
  if (!row.test) await testRemote(remote, { ...system, role: 'provider-admin' }, accountId);
}

/** @returns nothing where the key may not read them: the rest of the tenant is of use without */
async function fetchTasks(client: RemoteClient): Promise<ApiObject[] | undefined> {
  try {
    return tasksOf(await fetchAll(client, 'searchScheduledTasks', {}, tasksMax));
  } catch (error) {
    if (error instanceof RemoteFault && !error.isOfTenant && [403, 404].includes(error.status)) return undefined;
    throw error;
  }
}

const workKey = (accountId: string): string => `remote:${accountId}:failing`;
/** So long a tenant may be away before somebody has to look. */
const patienceMs = 15 * 60_000;

/** What a job does: a tenant that fails is noted, and becomes work when it has failed for a while. It never fails itself: the next turn comes. */
export async function syncOrNote(remote: RemoteDesk, accountId: string): Promise<void> {
  try {
    if (await remote.row(accountId)) await runSync(remote, accountId);
  } catch (error) {
    if (!(error instanceof RemoteFault)) throw error;
    await noteFailure(remote, accountId, error);
  }
}

export async function noteFailure(remote: RemoteDesk, accountId: string, fault: RemoteFault): Promise<void> {
  const { clock, database } = remote.platform;
  // A key whose calls are used up for now says nothing of its tenant.
  if (fault.status === 429) return;
  await remote.noteOutcome(accountId, new RemoteFault(502, fault.message, { problem: fault.problem }));
  await database.asProvider(async (tx) => {
    const row = await selectTenant(tx, accountId);
    if (!row?.failing_since || clock.now().getTime() - row.failing_since.getTime() < patienceMs) return;
    const minutes = Math.round((clock.now().getTime() - row.failing_since.getTime()) / 60_000);
    await raiseWork(tx, remote.desk satisfies Desk, {
      ...{ accountId, kind: 'remoteFailing', key: workKey(accountId), target: `remote:${accountId}` },
      facts: { name: row.name, minutes, problem: fault.message.slice(0, 300) },
      dueAt: new Date(clock.now().getTime() + 3_600_000),
    });
    await announce(tx, { topic: 'remote', accountId });
  });
}

/** Submits what is due, each tenant to a job of its own: a slow one holds up no other. */
export const syncTick = ({ platform }: RemoteDesk): Tick => ({
  name: 'remote.due',
  everyMs: 15_000,
  run: async () => {
    const now = platform.clock.now();
    const next = new Date(now.getTime() + platform.config.SAKIMORI_REMOTE_SYNC_MINUTES * 60_000);
    await platform.database.asProvider(async (tx) => {
      for (const { tenant_id: accountId } of await takeDue(tx, now, next, 50))
        await enqueue(tx, syncTenant, { accountId }, accountId);
    });
  },
});
