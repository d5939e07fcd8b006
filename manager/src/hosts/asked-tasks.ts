import {
  type Actor,
  type AskedTask,
  type AuditAction,
  type HostStop,
  type HostTaskEntry,
  type HostTaskFacts,
  type HostTaskKind,
  hostTasksMax,
  Refusal,
} from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { announce, newId, type Platform, type Tx } from '../platform/index.ts';
import { getHost } from './hosts.ts';
import { countOpenTasks, selectTask, selectTasks, type TaskRow } from './task-store.ts';
import { giveTasks } from './tasks.ts';

/** Asked before a person's task that cuts a host off, stops it or blocks a source, or ends that, is given: a room further right knows whether the customer consented (S73). */
export type ContainmentGate = (
  tx: Tx,
  deed: {
    readonly accountId: string;
    readonly hostId: string;
    readonly kind: 'isolate' | 'release' | 'stop-host' | 'block-source' | 'unblock-source';
    readonly actor: Actor;
    readonly reason: string;
    readonly source?: string;
  },
) => Promise<void>;
export const openGate: ContainmentGate = async () => undefined;

const shownMax = 100;
/** Whoever has asked a host for as many things as one heartbeat brings should wait for its answers. */
const openMax = hostTasksMax;
const retrySeconds = 600;

/**
 * What a host was asked, newest first.
 * @throws Refusal not_found
 */
export async function listTasks(platform: Platform, actor: Actor, hostId: string): Promise<HostTaskEntry[]> {
  const { accountId } = await getHost(platform, actor, hostId);
  const rows = await platform.database.as(accountId, (tx) => selectTasks(tx, accountId, hostId, shownMax));
  return rows.map(toEntry);
}

/**
 * Asks a host for something once, in a person's name: the audit has who and why, pages are told, and the host itself hears it too where it
 * makes a new baseline, so that its detection says the same.
 * @returns the task; one of the same content that still waits stands for a new one
 * @throws Refusal not_found, wrong_state where the host is retired, too_many_requests
 */
export async function askHost(
  platform: Platform,
  actor: Actor,
  hostId: string,
  { kind, reason, ...more }: AskedTask,
  gate: ContainmentGate = openGate,
): Promise<HostTaskEntry> {
  const { accountId } = await getHost(platform, actor, hostId);
  const facts = reason === undefined ? undefined : { by: actor.name, reason, ...more };
  const told = { kind, ...(reason === undefined ? {} : { reason }), ...more };
  return platform.database.as(accountId, async (tx) => {
    if (kind === 'isolate' || kind === 'release')
      await gate(tx, { accountId, hostId, kind, actor, reason: reason ?? '' });
    return giveTaskTo(tx, platform, actor, {
      ...{ accountId, hostId, kind, facts },
      audit: { action: 'host.task_given', facts: told },
    });
  });
}

export type TaskGift = {
  readonly accountId: string;
  readonly hostId: string;
  readonly kind: HostTaskKind;
  /** What the host is told. */
  readonly facts?: HostTaskFacts | undefined;
  /** How the audit calls it. */
  readonly audit: { readonly action: AuditAction; readonly facts: Readonly<Record<string, unknown>> };
};

/** Gives a host of this account a task in a person's name, within a transaction. @throws Refusal wrong_state, too_many_requests */
export async function giveTaskTo(tx: Tx, platform: Platform, actor: Actor, gift: TaskGift): Promise<HostTaskEntry> {
  const { accountId, hostId, kind, facts, audit } = gift;
  const [given] = await giveTasks(tx, platform, accountId, [hostId], kind, actor.name, facts);
  if (!given) throw new Refusal('wrong_state', { what: 'host', state: 'retired' });
  if ((await countOpenTasks(tx, accountId, hostId)) > openMax) throw new Refusal('too_many_requests', { retrySeconds });
  await note(tx, platform.clock, {
    ...{ accountId, actor, action: audit.action, target: `host:${hostId}` },
    facts: { ...audit.facts, task: given.id },
  });
  await announce(tx, { topic: 'host', accountId, id: hostId });
  return toEntry(await selectTask(tx, accountId, given.id));
}

/**
 * Has a host powered off (S74). What reaches the host carries the number of the request, so that it goes down for it once, whatever it hears after it has
 * come up again.
 * @throws Refusal as {@link askHost} does, and name_not_confirmed
 */
export async function stopHost(
  platform: Platform,
  actor: Actor,
  hostId: string,
  { reason, confirmation }: HostStop,
  gate: ContainmentGate = openGate,
): Promise<HostTaskEntry> {
  const { accountId, facts } = await getHost(platform, actor, hostId);
  if (confirmation !== facts.name) throw new Refusal('name_not_confirmed', { name: facts.name });
  const told = { by: actor.name, reason, request: newId(platform.clock) };
  return platform.database.as(accountId, async (tx) => {
    await gate(tx, { accountId, hostId, kind: 'stop-host', actor, reason });
    return giveTaskTo(tx, platform, actor, {
      ...{ accountId, hostId, kind: 'stop-host', facts: told },
      audit: { action: 'host.task_given', facts: { kind: 'stop-host', reason } },
    });
  });
}

const toEntry = (row: TaskRow): HostTaskEntry => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.sent_at ? { sentAt: row.sent_at.toISOString() } : {}),
  ...(row.done_at ? { doneAt: row.done_at.toISOString() } : {}),
  ...(row.detail === null ? {} : { detail: row.detail }),
});
