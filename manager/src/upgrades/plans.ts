import { type Actor, Refusal, type UpgradePlan, type UpgradeRing, type UpgradeSettings } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { checkAccount } from '../customers/index.ts';
import { type Software, SoftwareUnavailable } from '../deployment/index.ts';
import { announce, newId, type Platform, type Tx } from '../platform/index.ts';
import {
  changePlan,
  endHost,
  type HostRow,
  insertPlan,
  lockPlan,
  type PlanRow,
  selectCandidates,
  selectPlanHosts,
  selectPlans,
} from './store.ts';

const listMax = 50;

export type UpgradeParts = { readonly platform: Platform; readonly software: Pick<Software, 'current' | 'read'> };

/** @throws Refusal not_found, malformed for a build that is not here, wrong_state where another plan is not over or no host needs it */
export async function createPlan(
  { platform, software }: UpgradeParts,
  actor: Actor,
  accountId: string,
  wish: UpgradeSettings & { readonly build?: string | undefined; readonly reason: string },
): Promise<UpgradePlan> {
  const { build, reason, ...settings } = wish;
  await platform.database.for(actor, (tx) => checkAccount(tx, accountId));
  const target = build === undefined ? await newest(software) : software.read(build);
  if (!target) throw new Refusal('malformed', { detail: `body.build: this manager does not hand out ${build}` });
  const id = newId(platform.clock);
  await platform.database.as(accountId, async (tx) => {
    const candidates = await selectCandidates(tx, accountId, target.build);
    if (candidates.length === 0) throw new Refusal('wrong_state', { what: 'upgrade', state: 'nothing_to_do' });
    const rings = ringsOf(settings.rings, candidates.length);
    const hosts = candidates.map(({ id: hostId, version }, index) => ({
      ...{ host_id: hostId, from_version: version, ring: rings[index]! },
    }));
    const plan = { id, target, settings, created_at: platform.clock.now(), created_by: actor.name, reason };
    if (!(await insertPlan(tx, accountId, plan, hosts)))
      throw new Refusal('wrong_state', { what: 'upgrade', state: 'another_plan' });
    const facts = { build: target.build, hosts: hosts.length, reason };
    await note(tx, platform.clock, { accountId, actor, action: 'upgrade.planned', target: `upgrade:${id}`, facts });
    await announce(tx, { topic: 'installation', accountId });
  });
  return getPlan(platform, actor, id);
}

/**
 * What a plan would bring to another build now. Makes nothing.
 * @throws Refusal malformed for a build that is not here, wrong_state where no host needs it
 */
export async function planHosts(
  { platform, software }: UpgradeParts,
  accountId: string,
  build: string | undefined,
): Promise<{ build: string; hosts: { id: string; name: string; version: string }[] }> {
  const target = build === undefined ? await newest(software) : software.read(build);
  if (!target) throw new Refusal('malformed', { detail: `body.build: this manager does not hand out ${build}` });
  const hosts = await platform.database.as(accountId, (tx) => selectCandidates(tx, accountId, target.build));
  if (hosts.length === 0) throw new Refusal('wrong_state', { what: 'upgrade', state: 'nothing_to_do' });
  return { build: target.build, hosts };
}

async function newest(software: UpgradeParts['software']) {
  try {
    return await software.current();
  } catch (error) {
    if (error instanceof SoftwareUnavailable)
      throw new Refusal('software_unavailable', { detail: error.message }, { cause: error });
    throw error;
  }
}

/** The ring of each of so many hosts, in order. A share is of all hosts and at least one; the last ring takes what is left. */
export function ringsOf(rings: readonly UpgradeRing[], hosts: number): number[] {
  const placed: number[] = [];
  for (const [ring, { hosts: count, percent }] of rings.entries()) {
    const left = hosts - placed.length;
    const wanted = count ?? (percent === undefined ? left : Math.ceil((hosts * percent) / 100));
    const taken = ring === rings.length - 1 ? left : Math.min(left, wanted);
    placed.push(...Array.from({ length: taken }, () => ring));
  }
  return placed;
}

const ways = {
  start: { from: ['draft'], to: 'running' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  abort: { from: ['draft', 'running', 'paused'], to: 'aborted' },
} as const;

/** @throws Refusal not_found, wrong_state */
export async function changeState(
  platform: Platform,
  actor: Actor,
  id: string,
  deed: keyof typeof ways,
): Promise<UpgradePlan> {
  const { accountId, state } = await getPlan(platform, actor, id);
  const { from, to } = ways[deed];
  await platform.database.as(accountId, async (tx) => {
    await lockPlan(tx, id);
    const at = platform.clock.now();
    if (!(await changePlan(tx, accountId, id, { from, to, at })))
      throw new Refusal('wrong_state', { what: 'upgrade', state });
    if (deed === 'abort')
      for (const host of (await selectPlanHosts(tx, [id])).filter((one) => one.state === 'waiting'))
        await endHost(tx, accountId, id, { hostId: host.host_id, state: 'cancelled', code: 'aborted', at });
    await note(tx, platform.clock, {
      accountId,
      actor,
      action: 'upgrade.changed',
      target: `upgrade:${id}`,
      facts: { deed },
    });
    await announce(tx, { topic: 'installation', accountId });
  });
  return getPlan(platform, actor, id);
}

export async function listPlans(
  platform: Platform,
  actor: Actor,
  accountId: string | undefined,
): Promise<UpgradePlan[]> {
  return platform.database.for(actor, (tx) => read(tx, { accountId }));
}

export async function getPlan(platform: Platform, actor: Actor, id: string): Promise<UpgradePlan> {
  const [plan] = await platform.database.for(actor, (tx) => read(tx, { id }));
  if (!plan) throw new Refusal('not_found', { what: 'upgrade' });
  return plan;
}

async function read(tx: Tx, filter: { accountId?: string | undefined; id?: string }): Promise<UpgradePlan[]> {
  const rows = await selectPlans(tx, filter, listMax);
  const ids = rows.map(({ id }) => id);
  const hosts = Map.groupBy(await selectPlanHosts(tx, ids), ({ plan_id }) => plan_id);
  return rows.map((row) => toPlan(row, hosts.get(row.id) ?? []));
}

function toPlan(row: PlanRow, hosts: readonly HostRow[]): UpgradePlan {
  const count = (holds: (host: HostRow) => boolean) => hosts.filter(holds).length;
  const isOffline = (host: HostRow) => host.state === 'waiting' && !host.is_connected;
  return {
    ...{ id: row.id, accountId: row.tenant_id, accountName: row.account_name, state: row.state },
    ...{ build: row.target.build, settings: row.settings, ring: row.ring, reason: row.reason },
    ...{ createdAt: row.created_at.toISOString(), createdBy: row.created_by },
    ...(row.started_at ? { startedAt: row.started_at.toISOString() } : {}),
    ...(row.ended_at ? { endedAt: row.ended_at.toISOString() } : {}),
    counts: {
      waiting: count((host) => host.state === 'waiting' && host.is_connected),
      offline: count(isOffline),
      upgrading: count(({ state }) => state === 'upgrading'),
      done: count(({ state }) => state === 'done'),
      failed: count(({ state }) => state === 'failed'),
      rolledBack: count(({ state }) => state === 'rolled_back'),
      cancelled: count(({ state }) => state === 'cancelled'),
    },
    hosts: hosts.map((host) => ({
      ...{ hostId: host.host_id, hostName: host.host_name, ring: host.ring, state: host.state },
      ...{ isOffline: isOffline(host), fromVersion: host.from_version, nowVersion: host.now_version },
      ...(host.given_at ? { givenAt: host.given_at.toISOString() } : {}),
      ...(host.ended_at ? { endedAt: host.ended_at.toISOString() } : {}),
      ...(host.code === null ? {} : { code: host.code }),
      ...(host.detail === null ? {} : { detail: host.detail }),
    })),
  };
}
