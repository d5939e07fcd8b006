import {
  type Actor,
  gatewayKinds,
  type NewOnCallPlan,
  type OnCall,
  type OnCallPlan,
  Refusal,
  turnOf,
  usualOnCallPlan,
} from '@sakimori/contract';
import type { z } from 'zod';
import { type Staff, staffOf, staffWho } from '../access/index.ts';
import { note } from '../audit/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import { insertPlan, type PlanRow, selectPlan } from './store.ts';
import { selectLatestTrials } from './trial-store.ts';

const purpose = 'oncall.channel';
/** Where a channel leads: its address and, for PagerDuty, its key. */
export type ChannelSecret = { readonly url: string; readonly key?: string | undefined };

export const planInForce = async (tx: Tx): Promise<Pick<PlanRow, 'version' | 'document' | 'sealed'>> =>
  (await selectPlan(tx)) ?? { version: 0, document: usualOnCallPlan, sealed: {} };

export const secretOf = ({ vault }: Platform, sealed: string): ChannelSecret =>
  JSON.parse(vault.open(purpose, sealed)) as ChannelSecret;

/** Everybody who can be called: people of the provider that may work cases. */
export const callable = (tx: Tx): Promise<Staff[]> => staffWho(tx, 'case.answer');

export const gatewaysOf = (plan: OnCallPlan): OnCallPlan['channels'] =>
  plan.channels.filter(({ kind }) => gatewayKinds.includes(kind));

/** What the last trial of each gateway showed; while one runs, the state before is not lost sight of. */
export async function gatewayStates(tx: Tx, plan: OnCallPlan): Promise<OnCall['gateways']> {
  const latest = new Map((await selectLatestTrials(tx)).map((row) => [row.channel, row]));
  return gatewaysOf(plan).map(({ id: channel }) => {
    const row = latest.get(channel);
    if (!row) return { channel, state: 'untried' };
    const state = row.done_at === null ? 'trying' : row.state === 'failed' ? 'quiet' : 'working';
    return { channel, state, at: row.at.toISOString(), ...(row.problem ? { problem: row.problem } : {}) };
  });
}

export async function readPlan(tx: Tx, { clock }: Platform): Promise<OnCall> {
  const row = await selectPlan(tx);
  const plan = row?.document ?? usualOnCallPlan;
  const names = new Map((await callable(tx)).map(({ id, name }) => [id, name]));
  return {
    ...plan,
    version: row?.version ?? 0,
    ...(row ? { changedAt: row.changed_at.toISOString(), changedBy: row.changed_by } : {}),
    gateways: await gatewayStates(tx, plan),
    turns: plan.rotations.map((rotation) => {
      const { personId, until, nextId } = turnOf(rotation, clock.now());
      const [name, nextName] = [personId, nextId].map((id) => names.get(id) ?? id);
      return { rotation: rotation.id, personId, name: name!, until: until.toISOString(), nextName: nextName! };
    }),
  };
}

/** Stores a new version. @throws Refusal `changed_meanwhile`, `malformed` */
export function setPlan(
  platform: Platform,
  actor: Actor,
  given: z.output<typeof NewOnCallPlan>,
  version: number,
): Promise<OnCall> {
  return platform.database.for(actor, async (tx) => {
    const known = await planInForce(tx);
    if (known.version !== version) throw new Refusal('version_conflict', { what: 'oncall' });
    const people = new Set((await callable(tx)).map(({ id }) => id));
    check(given, people);
    const sealed: Record<string, string> = {};
    for (const { id, url, key, kind } of given.channels) {
      const address = url ?? (kind === 'pagerduty' && key ? 'https://events.pagerduty.com/v2/enqueue' : undefined);
      if (address !== undefined) sealed[id] = platform.vault.seal(purpose, JSON.stringify({ url: address, key }));
      else if (known.sealed[id] !== undefined) sealed[id] = known.sealed[id];
      else throw fault(`channels: ${id} needs its url${kind === 'pagerduty' ? ' or key' : ''}`);
    }
    const document: OnCallPlan = {
      ...given,
      channels: given.channels.map(({ id, name, kind, to }) => ({ id, name, kind, ...(to ? { to } : {}) })),
    };
    const next = { version: version + 1, document, sealed, changed_at: platform.clock.now(), changed_by: actor.name };
    await insertPlan(tx, next);
    const facts = { version: next.version, levels: document.levels.length, rotations: document.rotations.length };
    await note(tx, platform.clock, { actor, action: 'oncall.changed', target: `oncall:${next.version}`, facts });
    return readPlan(tx, platform);
  });
}

const fault = (detail: string) => new Refusal('malformed', { detail: `body.plan.${detail}` });

/** Everything that is named must be there, and every level must reach somebody. */
function check(plan: z.output<typeof NewOnCallPlan>, people: ReadonlySet<string>): void {
  for (const list of [plan.rotations, plan.channels]) {
    const ids = list.map(({ id }) => id);
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) throw fault(`${twice}: stands twice`);
  }
  for (const { id, kind, to } of plan.channels)
    if (gatewayKinds.includes(kind) !== (to !== undefined))
      throw fault(
        `channels: ${id} ${to === undefined ? 'needs the number that it calls (to)' : 'calls no number (to)'}`,
      );
  for (const { id, members, overrides } of plan.rotations)
    for (const member of [...members, ...overrides.map(({ personId }) => personId)])
      if (!people.has(member)) throw fault(`rotations: ${id} names ${member}, who is nobody that can be called`);
  plan.levels.forEach((level, index) => {
    for (const id of level.rotations)
      if (!plan.rotations.some((one) => one.id === id)) throw fault(`levels.${index}: there is no rotation ${id}`);
    for (const id of level.channels)
      if (!plan.channels.some((one) => one.id === id)) throw fault(`levels.${index}: there is no channel ${id}`);
    if (level.rotations.length + level.roles.length + level.channels.length === 0)
      throw fault(`levels.${index}: it calls nobody; name a rotation, a role or a channel`);
  });
  if (!plan.levels.some(({ hours }) => hours === 'always'))
    throw fault('levels: one must be called always, or there are hours at which nobody is');
}

/** Whom a level calls at a moment. */
export async function peopleOf(
  tx: Tx,
  plan: OnCallPlan,
  level: OnCallPlan['levels'][number],
  at: Date,
): Promise<Staff[]> {
  const onTurn = plan.rotations
    .filter(({ id }) => level.rotations.includes(id))
    .map((rotation) => turnOf(rotation, at).personId);
  const all = await callable(tx);
  const byRole = level.roles.length > 0 ? await staffOf(tx, level.roles) : [];
  const found = [...all.filter(({ id }) => onTurn.includes(id)), ...byRole];
  return [...new Map(found.map((person) => [person.id, person])).values()];
}
