import {
  type Actor,
  type ContainmentRequest,
  type HostTaskFacts,
  type PlaybookDeed,
  Refusal,
} from '@sakimori/contract';
import { blockFacts, selectServing, settingOf, settleProposal } from '../containment/index.ts';
import { giveTasks, lockHosts } from '../hosts/index.ts';
import { newId, type Tx } from '../platform/index.ts';
import { placeOf, withRequest, wrongState } from './consents.ts';
import { checkGuards } from './guards.ts';
import { deedsOf, endRunning, timedOf } from './lift.ts';
import { type PlaybookParts, record, whoIs } from './record.ts';
import { standsStill } from './standing.ts';
import { insertTasks, markStarted, type RequestRow, selectConsents, selectRunning } from './store.ts';
import { theRequest } from './view.ts';

/**
 * Carries out what the customer consented to. Everything is asked once more at this moment: the consent, who runs it, the guards, and whether the same runs
 * already.
 * @throws Refusal `not_found`, `consent_needed`, `wrong_state`, `four_eyes_needed`, `name_not_confirmed`, `source_allowed`, `host_is_manager`
 */
export function runRequest(
  parts: PlaybookParts,
  actor: Actor,
  id: string,
  confirmation: string | undefined,
): Promise<ContainmentRequest> {
  const { platform } = parts;
  return withRequest(platform, actor, id, async (tx, request) => {
    const { tenant_id: accountId, host_id: hostId, host_name: hostName, playbook } = request;
    await checkConsent(tx, parts, request, actor);
    if (deedsOf(request).includes('stop-host') && confirmation !== hostName)
      throw new Refusal('name_not_confirmed', { name: hostName });
    await checkGuards(tx, platform, playbook, {
      ...{ accountId, hostId, hostName, source: request.source ?? undefined, minutes: request.minutes ?? undefined },
    });
    const serving = await selectServing(tx, accountId);
    const hosts = request.scope === 'account' ? serving : serving.filter((one) => one === hostId);
    if (hosts.length === 0) throw new Refusal('wrong_state', { what: 'host', state: 'retired' });
    await lockHosts(tx, hosts);
    await checkAlone(tx, request);
    const now = platform.clock.now();
    for (const { do: deed, dns } of playbook.steps) {
      const facts = await factsOf(tx, parts, request, actor, deed, dns ?? false);
      const given = await giveTasks(tx, platform, accountId, hosts, deed, actor.name, facts);
      await insertTasks(tx, placeOf(request), deed, given);
      if (deed === 'release' || deed === 'unblock-source')
        await endRunning(tx, parts, {
          ...{ accountId, hostIds: hosts, kind: deed, source: request.source ?? undefined, who: actor },
          ...{ reason: request.reason, except: id },
        });
    }
    const until = request.minutes === null ? null : new Date(now.getTime() + request.minutes * 60_000);
    await markStarted(tx, placeOf(request), { at: now, by: actor.name, until });
    await record(tx, parts, request, whoIs(actor), 'started', {
      ...{ playbook: playbook.id, host: hostName, hosts: hosts.length },
      ...(request.source ? { source: request.source } : {}),
      ...(until ? { until: until.toISOString() } : {}),
    });
    if (request.proposal_id)
      await settleProposal(
        tx,
        platform,
        actor,
        { accountId, id: request.proposal_id },
        { scope: request.scope, minutes: request.minutes ?? 1, reason: request.reason },
      );
    return theRequest(tx, id);
  });
}

/** @throws Refusal `consent_needed`, `wrong_state`, `four_eyes_needed` */
async function checkConsent(tx: Tx, parts: PlaybookParts, request: RequestRow, actor: Actor): Promise<void> {
  const { platform } = parts;
  const needed = () => new Refusal('consent_needed', { host: request.host_name });
  if (['proposed', 'asked', 'declined', 'expired'].includes(request.state)) throw needed();
  if (request.state !== 'consented') throw wrongState(request);
  const consent = (await selectConsents(tx, [request.id])).find(({ id }) => id === request.consent_id);
  if (consent?.answer !== 'yes' || !request.consent_until || request.consent_until <= platform.clock.now())
    throw needed();
  if (consent.standing_id && !(await standsStill(tx, platform, request.tenant_id, consent.standing_id))) throw needed();
  const isOneOfTwo = actor.id === request.created_by_id || actor.id === consent.recorded_by_id;
  if (request.four_eyes && isOneOfTwo) throw new Refusal('four_eyes_needed', { name: actor.name });
}

/** Two of the same at once would end at the wrong one's time. @throws Refusal `wrong_state` */
async function checkAlone(tx: Tx, request: RequestRow): Promise<void> {
  const timed = timedOf(request);
  const running = (await selectRunning(tx, request.tenant_id)).find(
    (other) =>
      timedOf(other).some((deed) => timed.includes(deed)) &&
      other.source === request.source &&
      (other.host_id === request.host_id || other.scope === 'account' || request.scope === 'account'),
  );
  if (running) throw wrongState(running);
}

async function factsOf(
  tx: Tx,
  { platform }: PlaybookParts,
  request: RequestRow,
  actor: Actor,
  deed: PlaybookDeed,
  dns: boolean,
): Promise<HostTaskFacts | undefined> {
  const { reason, source, minutes } = request;
  const by = { by: actor.name, reason };
  if (deed === 'isolate') return { ...by, minutes: minutes!, dns };
  if (deed === 'stop-host') return { ...by, request: newId(platform.clock) };
  if (deed === 'release') return by;
  if (deed === 'unblock-source') return { ...by, source: source! };
  if (deed === 'block-source')
    return blockFacts(actor, source!, minutes!, reason, (await settingOf(tx, request.tenant_id)).allow);
  return undefined;
}
