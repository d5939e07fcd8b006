import {
  type Actor,
  type ContainmentAim,
  type ContainmentPreview,
  type ContainmentRequest,
  type NewContainmentRequest,
  type Playbook,
  Refusal,
} from '@sakimori/contract';
import { caseOfAlert, getCase } from '../cases/index.ts';
import { checkProposal } from '../containment/index.ts';
import { getHost, giveTasks } from '../hosts/index.ts';
import { newId, type Tx } from '../platform/index.ts';
import { consentAtOnce } from './consents.ts';
import { consentRule } from './gate.ts';
import { checkGuards } from './guards.ts';
import { previewOf } from './preview.ts';
import { type PlaybookParts, record, whoIs } from './record.ts';
import { insertRequest, isAlertOf, lockRequest, selectSetting } from './store.ts';
import { theRequest } from './view.ts';

type Aimed = {
  readonly accountId: string;
  readonly hostName: string;
  readonly playbook: Playbook;
};

/** @throws Refusal `not_found`, `wrong_state` where the host is retired, `malformed` */
async function aimAt(parts: PlaybookParts, actor: Actor, hostId: string, aim: ContainmentAim): Promise<Aimed> {
  const host = await getHost(parts.platform, actor, hostId);
  const playbook = parts.playbooks.get(aim.playbookId);
  if (host.liveness.state === 'retired') throw new Refusal('wrong_state', { what: 'host', state: 'retired' });
  if (!playbook.scopes.includes(aim.scope))
    throw new Refusal('malformed', { detail: `body.scope: this playbook is for ${playbook.scopes.join(', ')}` });
  if (!playbook.minutes && aim.minutes !== undefined)
    throw new Refusal('malformed', { detail: 'body.minutes: this playbook has no time limit' });
  return { accountId: host.accountId, hostName: host.facts.name, playbook };
}

const minutesOf = (playbook: Playbook, aim: ContainmentAim): number | undefined =>
  playbook.minutes && (aim.minutes ?? playbook.minutes.usual);

/** The case that it belongs to: the one that was named, or that of its alert. @throws Refusal `not_found` for a case that is not the account's */
async function caseOf(tx: Tx, { caseId, alertId }: NewContainmentRequest): Promise<string | undefined> {
  if (caseId) return (await getCase(tx, caseId, 'customer')).id;
  return alertId ? (await caseOfAlert(tx, alertId))?.id : undefined;
}

/** @throws Refusal as {@link propose} does */
export async function previewRequest(
  parts: PlaybookParts,
  actor: Actor,
  hostId: string,
  aim: ContainmentAim,
): Promise<ContainmentPreview> {
  const { accountId, hostName, playbook } = await aimAt(parts, actor, hostId, aim);
  return parts.platform.database.as(accountId, async (tx) => {
    const target = { accountId, hostId, hostName, source: aim.source, minutes: minutesOf(playbook, aim) };
    const source = await checkGuards(tx, parts.platform, playbook, target);
    return previewOf(tx, parts.platform, playbook, { ...target, source, scope: aim.scope });
  });
}

/**
 * Puts a playbook for a host on record. Nothing is done to the host; it is asked which connections are open. Where no consent is needed, or a standing one
 * covers it, that is on record too.
 * @throws Refusal `not_found`, `wrong_state`, `malformed`, `source_allowed`, `host_is_manager`
 */
export async function propose(
  parts: PlaybookParts,
  actor: Actor,
  hostId: string,
  given: NewContainmentRequest,
): Promise<ContainmentRequest> {
  const { platform } = parts;
  const { accountId, hostName, playbook } = await aimAt(parts, actor, hostId, given);
  return platform.database.as(accountId, async (tx) => {
    if (given.alertId && !(await isAlertOf(tx, accountId, given.alertId)))
      throw new Refusal('not_found', { what: 'alert' });
    const target = { accountId, hostId, hostName, source: given.source, minutes: minutesOf(playbook, given) };
    const source = await checkGuards(tx, platform, playbook, target);
    if (given.proposalId) await checkProposal(tx, { accountId, hostId, source, id: given.proposalId });
    const preview = await previewOf(tx, platform, playbook, { ...target, source, scope: given.scope });
    const { needsConsent } = await consentRule(tx, parts, accountId);
    const asksConnections = playbook.preview.includes('connections');
    const [task] = asksConnections
      ? await giveTasks(tx, platform, accountId, [hostId], 'list-connections', actor.name)
      : [];
    const id = newId(platform.clock);
    await insertRequest(tx, {
      ...{ tenant_id: accountId, id, host_id: hostId, playbook, scope: given.scope, source: source ?? null },
      ...{ minutes: target.minutes ?? null, reason: given.reason, alert_id: given.alertId ?? null },
      ...{ case_id: (await caseOf(tx, given)) ?? null, proposal_id: given.proposalId ?? null, preview },
      needs_consent: playbook.consent.needed && needsConsent,
      four_eyes: (await selectSetting(tx, accountId))?.fourEyes ?? false,
      ...{ created_at: platform.clock.now(), created_by: actor.name, created_by_id: actor.id },
      connections_task: task?.id ?? null,
    });
    const request = (await lockRequest(tx, accountId, id))!;
    await record(tx, parts, request, whoIs(actor), 'proposed', {
      ...{ playbook: playbook.id, version: playbook.version, host: hostName, reason: given.reason },
      ...(source ? { source } : {}),
      ...(target.minutes ? { minutes: target.minutes } : {}),
    });
    await consentAtOnce(tx, parts, request);
    return theRequest(tx, id);
  });
}
