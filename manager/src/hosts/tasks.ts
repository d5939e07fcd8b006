import {
  type HostTask,
  type HostTaskFacts,
  type HostTaskKind,
  type HostTaskResult,
  stopHostMinutes,
} from '@sakimori/contract';
import { announce, newId, type Platform, type Tick, type Tx } from '../platform/index.ts';
import { announceHosts } from './announce-hosts.ts';
import {
  cancelWaiting,
  dropTasks,
  type EndedTask,
  endTasks,
  expireTasks,
  type GivenTask,
  insertTasks,
  selectInService,
  selectStanding,
  takeOpenTasks,
} from './task-store.ts';

const hourMs = 3_600_000;
/** A host that does not answer for so long has not done it. */
const lifeMs = 24 * hourMs;
/** Likewise for what is meant for now. */
const promptLifeMs = stopHostMinutes * 60_000;
/** How long ended tasks are kept beside the newest of their kind. */
const keptMs = 90 * 24 * hourMs;
const factTextMax = 300;

/**
 * Asks hosts to do something once. A connected host is told within a second of the commit, one that is away with its next heartbeat; after
 * 24 hours without an answer the task has failed. Hosts of other accounts and retired ones are passed over.
 * @param by name of whoever asks, as people read it
 * @param facts what the host should know; long texts are cut
 * @returns the task of each host; a waiting one of the same content stands for a new one, and the newest where too many are open
 */
export async function giveTasks(
  tx: Tx,
  platform: Platform,
  accountId: string,
  hostIds: readonly string[],
  kind: HostTaskKind,
  by: string,
  facts?: HostTaskFacts,
): Promise<GivenTask[]> {
  const task = { accountId, kind, facts: facts && cut(facts), at: platform.clock.now(), by };
  const inService = await selectInService(tx, accountId, hostIds);
  const standing = await selectStanding(tx, task, inService);
  const served = new Set(standing.map(({ hostId }) => hostId));
  const others = inService.filter((hostId) => !served.has(hostId));
  const given = others.map((hostId) => ({ id: newId(platform.clock), hostId }));
  await insertTasks(tx, task, given);
  await announceHosts(tx, 'task', others);
  return [...standing, ...given];
}

/** Takes back what hosts were not given yet. What was sent already goes on. */
export const cancelTasks = (
  tx: Tx,
  platform: Platform,
  accountId: string,
  ids: readonly string[],
  detail: string,
): Promise<number> => cancelWaiting(tx, accountId, ids, platform.clock.now(), detail);

/** What these hosts still have to do, of whichever accounts. From now on it counts as sent. */
export function takeTasks(platform: Platform, hostIds: readonly string[]): Promise<Map<string, HostTask[]>> {
  const at = platform.clock.now();
  return platform.database.asProvider(async (tx) => {
    const { byHost, accounts } = await takeOpenTasks(
      tx,
      hostIds,
      at,
      new Date(at.getTime() - lifeMs),
      new Date(at.getTime() - promptLifeMs),
    );
    await announceChange(tx, accounts);
    return byHost;
  });
}

/** Notes what a host says of its tasks. Ids that are no open tasks of this very host change nothing. */
export function recordTaskResults(
  platform: Platform,
  host: { readonly accountId: string; readonly hostId: string },
  results: readonly HostTaskResult[],
): Promise<EndedTask[]> {
  return platform.database.as(host.accountId, async (tx) => {
    const ended = await endTasks(tx, host, results, platform.clock.now());
    if (ended.length > 0) await announce(tx, { topic: 'host', accountId: host.accountId, id: host.hostId });
    return ended;
  });
}

/** Ends tasks that nobody answered, and forgets old ones. */
export const keepTasks = (platform: Platform): Tick => ({
  name: 'hosts.tasks',
  everyMs: 60_000,
  run: async () => {
    const now = platform.clock.now();
    const before = (ms: number) => new Date(now.getTime() - ms);
    await platform.database.asProvider(async (tx) => {
      await announceChange(tx, await expireTasks(tx, before(lifeMs), now, 'The host did not answer within 24 hours.'));
      const late = `The host did not answer within ${stopHostMinutes} minutes, and does not hear of it any more.`;
      await announceChange(tx, await expireTasks(tx, before(promptLifeMs), now, late, true));
      await dropTasks(tx, before(keptMs));
    });
  },
});

/** Tells pages once an account, of however many hosts. */
async function announceChange(tx: Tx, accounts: Iterable<string>): Promise<void> {
  await announce(tx, ...[...accounts].map((accountId) => ({ topic: 'host', accountId }) as const));
}

const cut = (facts: HostTaskFacts): HostTaskFacts =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, factTextMax).toWellFormed() : value,
    ]),
  );
