import {
  type Actor,
  type ContainmentRequest,
  type HostTaskFacts,
  type PlaybookDeed,
  Refusal,
  timedDeeds,
} from '@sakimori/contract';
import type { Desk } from '../customers/index.ts';
import { cancelTasks, giveTasks } from '../hosts/index.ts';
import type { Tx } from '../platform/index.ts';
import { placeOf, withRequest, wrongState } from './consents.ts';
import { type EventKind, type PlaybookParts, record, type Who, whoIs } from './record.ts';
import { insertTasks, markEnded, type RequestRow, selectRunning, selectTasks } from './store.ts';
import { theRequest } from './view.ts';

/** What takes a deed back, exactly: the host keeps what it needs for it. */
const liftOf: Partial<Record<PlaybookDeed, 'release' | 'unblock-source'>> = {
  isolate: 'release',
  'block-source': 'unblock-source',
};
export const deedsOf = ({ playbook }: Pick<RequestRow, 'playbook'>): PlaybookDeed[] =>
  playbook.steps.map((step) => step.do);
export const timedOf = (request: Pick<RequestRow, 'playbook'>): PlaybookDeed[] =>
  deedsOf(request).filter((deed) => timedDeeds.includes(deed));

/** Ends what runs before its time. @throws Refusal `not_found`, `wrong_state` where it does not run, or there is nothing to lift */
export function liftRequest(
  parts: PlaybookParts,
  actor: Actor,
  id: string,
  reason: string,
): Promise<ContainmentRequest> {
  return withRequest(parts.platform, actor, id, async (tx, request) => {
    if (request.state !== 'running') throw wrongState(request);
    if (timedOf(request).length === 0)
      throw new Refusal('wrong_state', { what: 'containment', state: 'containment-nothingToLift' });
    await giveLifts(tx, parts, request, actor.name, reason);
    await endRequest(tx, parts, request, { what: 'lifted', who: whoIs(actor), reason });
    return theRequest(tx, id);
  });
}

/** Takes back what hosts were not given yet, and has the others lift it. */
export async function giveLifts(
  tx: Tx,
  { platform }: Desk,
  request: RequestRow,
  by: string,
  reason: string,
  only?: PlaybookDeed,
): Promise<void> {
  const accountId = request.tenant_id;
  const tasks = await selectTasks(tx, [request.id]);
  await cancelTasks(
    tx,
    platform,
    accountId,
    tasks.map(({ task_id }) => task_id),
    'It was lifted before the host heard of it.',
  );
  for (const deed of timedOf(request)) {
    const lift = liftOf[deed];
    if (!lift || (only && deed !== only)) continue;
    const hostIds = [...new Set(tasks.filter((task) => task.deed === deed).map(({ host_id }) => host_id))];
    const facts: HostTaskFacts = { by, reason, ...(deed === 'block-source' ? { source: request.source! } : {}) };
    const given = await giveTasks(tx, platform, accountId, hostIds, lift, by, facts);
    await insertTasks(tx, placeOf(request), lift, given);
  }
}

export async function endRequest(
  tx: Tx,
  parts: Pick<PlaybookParts, 'platform'>,
  request: RequestRow,
  given: {
    readonly what: EventKind & ('lifted' | 'ended' | 'failed' | 'expired');
    readonly who: Who;
    readonly reason: string;
  },
): Promise<void> {
  const { what, who, reason } = given;
  const state = what === 'failed' || what === 'expired' ? what : 'ended';
  await markEnded(tx, placeOf(request), { state, at: parts.platform.clock.now(), by: who.name, reason });
  await record(tx, parts, request, who, what, { reason });
}

/** Somebody lifts by another way what runs by a playbook: it has ended with that. What runs on further hosts, or does more, goes on. */
export async function endRunning(
  tx: Tx,
  desk: Desk,
  given: {
    readonly accountId: string;
    readonly hostIds: readonly string[];
    readonly kind: 'release' | 'unblock-source';
    readonly source?: string | undefined;
    readonly who: Actor;
    readonly reason: string;
    /** The request that does it. */
    readonly except?: string;
  },
): Promise<void> {
  const { accountId, hostIds, kind, source, who, reason } = given;
  for (const request of await selectRunning(tx, accountId)) {
    const [deed, ...more] = timedOf(request);
    if (!deed || more.length > 0 || liftOf[deed] !== kind || request.id === given.except) continue;
    const hosts =
      request.scope === 'account'
        ? (await selectTasks(tx, [request.id])).map((task) => task.host_id)
        : [request.host_id];
    if (!hosts.every((hostId) => hostIds.includes(hostId))) continue;
    if (deed === 'block-source' && request.source !== source) continue;
    await endRequest(tx, desk, request, { what: 'lifted', who: whoIs(who), reason });
  }
}
