import {
  type Actor,
  allowFacts,
  type BlockAcceptance,
  type BlockEnd,
  type BlockProposal,
  type HostTaskEntry,
  type HostTaskFacts,
  type NewBlock,
  Refusal,
  type SourceBlocking,
  usualSourceBlocking,
} from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { getAccount } from '../customers/index.ts';
import { type ContainmentGate, getHost, giveTasks, giveTaskTo, openGate } from '../hosts/index.ts';
import { announce, type Platform, type Tx } from '../platform/index.ts';
import { checkAllowList, checkSource } from './allow-list.ts';
import {
  decideProposal,
  type ProposalFilter,
  type ProposalRow,
  selectProposals,
  selectServing,
  selectSetting,
  upsertSetting,
} from './store.ts';

const shownMax = 200;

export const settingOf = async (tx: Tx, accountId: string): Promise<SourceBlocking> =>
  (await selectSetting(tx, accountId)) ?? usualSourceBlocking;

/** @throws Refusal not_found */
export function getSetting(platform: Platform, actor: Actor, accountId: string): Promise<SourceBlocking> {
  return platform.database.for(actor, async (tx) => {
    await getAccount(tx, accountId);
    return settingOf(tx, accountId);
  });
}

/** @throws Refusal not_found, malformed */
export async function putSetting(
  platform: Platform,
  actor: Actor,
  accountId: string,
  given: SourceBlocking,
): Promise<SourceBlocking> {
  const setting = { ...given, allow: checkAllowList(given.allow) };
  await platform.database.for(actor, (tx) => getAccount(tx, accountId));
  return platform.database.as(accountId, async (tx) => {
    await upsertSetting(tx, accountId, setting, platform.clock.now(), actor.name);
    const { allow, proposals } = setting;
    await note(tx, platform.clock, {
      ...{ accountId, actor, action: 'containment.configured', target: `account:${accountId}` },
      facts: { allow: allow.join(', '), ...proposals, modules: proposals.modules.join(', ') },
    });
    await announce(tx, { topic: 'account', accountId });
    return setting;
  });
}

/** @throws Refusal not_found, malformed, source_allowed, wrong_state, too_many_requests */
export async function blockSource(
  platform: Platform,
  actor: Actor,
  hostId: string,
  { source, minutes, reason }: NewBlock,
  gate: ContainmentGate = openGate,
): Promise<HostTaskEntry> {
  const { accountId } = await getHost(platform, actor, hostId);
  return platform.database.as(accountId, async (tx) => {
    const { allow } = await settingOf(tx, accountId);
    const { text } = await checkSource(platform.config, source, allow);
    await gate(tx, { accountId, hostId, kind: 'block-source', actor, reason, source: text });
    return giveTaskTo(tx, platform, actor, {
      ...{ accountId, hostId, kind: 'block-source', facts: blockFacts(actor, text, minutes, reason, allow) },
      audit: { action: 'host.task_given', facts: { kind: 'block-source', source: text, minutes, reason } },
    });
  });
}

/** What the host is told; it guards the list itself too. */
export const blockFacts = (
  actor: Pick<Actor, 'name'>,
  source: string,
  minutes: number,
  reason: string,
  allow: readonly string[],
): HostTaskFacts => ({ ...{ source, minutes, by: actor.name, reason }, ...allowFacts(allow) });

/** @throws Refusal not_found, malformed, wrong_state, too_many_requests */
export async function unblockSource(
  platform: Platform,
  actor: Actor,
  hostId: string,
  { source, reason }: BlockEnd,
  gate: ContainmentGate = openGate,
): Promise<HostTaskEntry> {
  const { accountId } = await getHost(platform, actor, hostId);
  return platform.database.as(accountId, async (tx) => {
    await gate(tx, { accountId, hostId, kind: 'unblock-source', actor, reason, source });
    return giveTaskTo(tx, platform, actor, {
      ...{ accountId, hostId, kind: 'unblock-source', facts: { source, by: actor.name, reason } },
      audit: { action: 'host.task_given', facts: { kind: 'unblock-source', source, reason } },
    });
  });
}

export async function listProposals(
  platform: Platform,
  actor: Actor,
  filter: ProposalFilter,
): Promise<BlockProposal[]> {
  return (await platform.database.for(actor, (tx) => selectProposals(tx, filter, shownMax))).map(toProposal);
}

/**
 * A person's yes: the host, or every host of the account, is given the task. Where the customer's consent is demanded first (S73) the gate says no, and a
 * playbook takes the proposal up.
 * @throws Refusal not_found, wrong_state, source_allowed, consent_needed
 */
export async function acceptProposal(
  platform: Platform,
  actor: Actor,
  id: string,
  { scope, minutes, reason }: BlockAcceptance,
  gate: ContainmentGate = openGate,
): Promise<BlockProposal> {
  const row = await findProposal(platform, actor, id);
  const accountId = row.tenant_id;
  return platform.database.as(accountId, async (tx) => {
    const { allow } = await settingOf(tx, accountId);
    const { text } = await checkSource(platform.config, row.source, allow);
    await gate(tx, { accountId, hostId: row.host_id, kind: 'block-source', actor, reason, source: text });
    const at = platform.clock.now();
    const decision = { state: 'accepted', at, by: actor.name, reason, minutes, scope } as const;
    if (!(await decideProposal(tx, accountId, id, decision))) throw settled(row);
    const hosts = scope === 'host' ? [row.host_id] : await selectServing(tx, accountId);
    const facts = blockFacts(actor, text, minutes, reason, allow);
    const given = await giveTasks(tx, platform, accountId, hosts, 'block-source', actor.name, facts);
    await note(tx, platform.clock, {
      ...{ accountId, actor, action: 'containment.accepted', target: `host:${row.host_id}` },
      facts: { source: text, scope, minutes, reason, hosts: given.length, proposal: id },
    });
    await announce(tx, { topic: 'alert', accountId });
    await announce(tx, { topic: 'host', accountId });
    return theProposal(tx, id);
  });
}

/** The open proposal of this account, host and source that somebody names. @throws Refusal `not_found` */
export async function checkProposal(
  tx: Tx,
  { accountId, hostId, source, id }: { accountId: string; hostId: string; source: string | undefined; id: string },
): Promise<void> {
  const [row] = await selectProposals(tx, { id, accountId, hostId, state: 'open' }, 1);
  if (row?.source !== source) throw new Refusal('not_found', { what: 'proposal' });
}

/** A playbook blocked the source: the proposal is settled with it, in the same transaction. One that somebody settled before stays as it is. */
export async function settleProposal(
  tx: Tx,
  platform: Platform,
  actor: Pick<Actor, 'name'>,
  proposal: { readonly accountId: string; readonly id: string },
  { scope, minutes, reason }: BlockAcceptance,
): Promise<void> {
  const at = platform.clock.now();
  const decision = { state: 'accepted', at, by: actor.name, reason, minutes, scope } as const;
  if (await decideProposal(tx, proposal.accountId, proposal.id, decision))
    await announce(tx, { topic: 'alert', accountId: proposal.accountId });
}

/** @throws Refusal not_found, wrong_state */
export async function declineProposal(
  platform: Platform,
  actor: Actor,
  id: string,
  reason: string,
): Promise<BlockProposal> {
  const row = await findProposal(platform, actor, id);
  const accountId = row.tenant_id;
  return platform.database.as(accountId, async (tx) => {
    const decision = { state: 'declined', at: platform.clock.now(), by: actor.name, reason } as const;
    if (!(await decideProposal(tx, accountId, id, decision))) throw settled(row);
    await note(tx, platform.clock, {
      ...{ accountId, actor, action: 'containment.declined', target: `host:${row.host_id}` },
      facts: { source: row.source, reason, proposal: id },
    });
    await announce(tx, { topic: 'alert', accountId });
    return theProposal(tx, id);
  });
}

const settled = ({ state }: ProposalRow): Refusal =>
  new Refusal('wrong_state', { what: 'proposal', state: state === 'declined' ? 'dismissed' : 'accepted' });

async function findProposal(platform: Platform, actor: Actor, id: string): Promise<ProposalRow> {
  const [row] = await platform.database.for(actor, (tx) => selectProposals(tx, { id }, 1));
  if (!row) throw new Refusal('not_found', { what: 'proposal' });
  return row;
}

async function theProposal(tx: Tx, id: string): Promise<BlockProposal> {
  const [row] = await selectProposals(tx, { id }, 1);
  return toProposal(row!);
}

const toProposal = (row: ProposalRow): BlockProposal => ({
  ...{ id: row.id, accountId: row.tenant_id, accountName: row.account_name },
  ...{ hostId: row.host_id, hostName: row.host_name, source: row.source, state: row.state },
  ...{ createdAt: row.created_at.toISOString(), detectionCount: row.detection_count, evidence: row.evidence },
  ...{ firstAt: row.first_at.toISOString(), lastAt: row.last_at.toISOString() },
  ...(row.decided_at ? { decidedAt: row.decided_at.toISOString(), decidedBy: row.decided_by ?? '' } : {}),
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.minutes === null ? {} : { minutes: row.minutes }),
  ...(row.scope === null ? {} : { scope: row.scope }),
});
