import {
  type Actor,
  type IntrusionMode,
  type IntrusionSwitch,
  intrusionSwitchDaysMax,
  type NewIntrusionSwitch,
  Refusal,
} from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { note } from '../../audit/index.ts';
import {
  type ComputerRow,
  type ConfigurationEdit,
  type ConfigurationView,
  type Layer,
  type Scope,
  scopeOf,
  selectComputers,
  updateComputer,
  withConfiguration,
} from '../../configuration/index.ts';
import { announce, type Platform, sql, type Tick, type Tx } from '../../platform/index.ts';
import { type ChangeBy, changeConfiguration } from '../change.ts';

/**
 * The switch of one computer between prevent and detect (S56). It stands as what the computer itself sets for the state of the module, where the API shows
 * it too, with what was set before beside it. Whoever sets another state there in the meantime has the last word.
 */
type StoredSwitch = IntrusionSwitch & { readonly before: string | null };

const key = '_intrusionSwitch';
const dayMs = 86_400_000;
const system = { kind: 'system', id: 'system', name: 'Sakimori' } as const;

/** @throws Refusal not_found */
export function getIntrusionMode(platform: Platform, actor: Actor, hostId: string): Promise<IntrusionMode> {
  return ofHost(platform, actor, hostId, async (tx, accountId, view) => {
    const computer = await findComputer(tx, accountId, hostId);
    return modeOf(view, computer);
  });
}

/**
 * Switches, or changes the switch that stands. The host follows in the same transaction, no other one does.
 * @throws Refusal not_found; malformed for a time that cannot be; wrong_state where the module is off
 */
export async function switchIntrusionMode(
  platform: Platform,
  actor: Actor,
  hostId: string,
  wanted: NewIntrusionSwitch,
): Promise<IntrusionMode> {
  const now = platform.clock.now();
  checkTime(wanted.until, now);
  const accountId = await accountOf(platform, actor, hostId);
  const { mode, reason, until } = wanted;
  await changeConfiguration(platform, { accountId, actor, reason }, async (edit) => {
    const computer = await findComputer(edit.tx, accountId, hostId);
    const { state } = modeOf(edit, computer);
    if (state === 'off') throw new Refusal('wrong_state', { what: 'intrusion_prevention', state: 'off' });
    const stored = { mode, reason, until, createdAt: now.toISOString(), createdBy: actor.name };
    const standing = ownSwitch(computer.overrides);
    const before = standing ? standing.before : ownState(computer.overrides);
    await write(edit, computer, withSwitch(computer.overrides, { ...stored, before }));
    await tell(edit, platform, { accountId, actor, reason }, hostId, 'intrusion.mode_switched', {
      from: state,
      mode,
      until,
    });
  });
  return getIntrusionMode(platform, actor, hostId);
}

/** @throws Refusal not_found, also where nothing is switched */
export async function endIntrusionSwitch(
  platform: Platform,
  actor: Actor,
  hostId: string,
  reason: string,
): Promise<IntrusionMode> {
  const accountId = await accountOf(platform, actor, hostId);
  await changeConfiguration(platform, { accountId, actor, reason }, async (edit) => {
    const computer = await findComputer(edit.tx, accountId, hostId);
    if (!ownSwitch(computer.overrides)) throw new Refusal('not_found', { what: 'intrusion_switch' });
    await end(edit, platform, { accountId, actor, reason }, computer);
  });
  return getIntrusionMode(platform, actor, hostId);
}

/** Ends what has had its time. */
export const keepSwitches = (platform: Platform): Tick => ({
  name: 'policies.switches',
  everyMs: 15_000,
  run: () => endSwitches(platform),
});

export async function endSwitches(platform: Platform): Promise<void> {
  const accounts = await platform.database.asProvider((tx) =>
    tx.rows(sql<{ tenant_id: string }>`
      select distinct tenant_id from configuration_computer
      where overrides ? ${key} and (overrides->${key}->>'until')::timestamptz <= ${platform.clock.now()}`),
  );
  const reason = 'the time of the switch is over';
  for (const { tenant_id: accountId } of accounts)
    await changeConfiguration(platform, { accountId, actor: system, reason }, async (edit) => {
      const isOver = ({ overrides }: ComputerRow) =>
        Date.parse(ownSwitch(overrides)!.until) <= platform.clock.now().getTime();
      for (const computer of (await selectComputers(edit.tx, accountId, sql`and c.overrides ? ${key}`)).filter(isOver))
        await end(edit, platform, { accountId, actor: system, reason }, computer);
    });
}

/** What holds on a host, for whoever counts by its rules. */
export async function intrusionScope(
  platform: Platform,
  actor: Actor,
  hostId: string,
): Promise<{ readonly accountId: string; readonly scope: Scope; readonly mode: IntrusionMode }> {
  return ofHost(platform, actor, hostId, async (tx, accountId, view) => {
    const computer = await findComputer(tx, accountId, hostId);
    return { accountId, scope: scopeFor(view, computer), mode: modeOf(view, computer) };
  });
}

function checkTime(until: string, now: Date): void {
  const ms = Date.parse(until) - now.getTime();
  if (!(ms > 0)) throw new Refusal('malformed', { detail: 'body.until: it must be in the future' });
  if (ms > intrusionSwitchDaysMax * dayMs)
    throw new Refusal('malformed', { detail: `body.until: a switch lasts at most ${intrusionSwitchDaysMax} days` });
}

async function end(edit: ConfigurationEdit, platform: Platform, by: ChangeBy, computer: ComputerRow): Promise<void> {
  const { mode, until, createdBy } = ownSwitch(computer.overrides)!;
  const after = withoutSwitch(computer.overrides);
  await write(edit, computer, after);
  const { state } = modeOf(edit, { ...computer, overrides: after });
  if (computer.host_id)
    await tell(edit, platform, by, computer.host_id, 'intrusion.mode_returned', {
      from: mode,
      mode: state,
      until,
      createdBy,
    });
}

async function write(edit: ConfigurationEdit, computer: ComputerRow, overrides: Layer): Promise<void> {
  const isEmpty = Object.keys(overrides).length === 0;
  await updateComputer(edit.tx, edit.accountId, { ...computer, overrides: isEmpty ? null : overrides });
  edit.noteComputer(computer.id, 'modified');
}

async function tell(
  edit: ConfigurationEdit,
  platform: Platform,
  by: ChangeBy,
  hostId: string,
  action: 'intrusion.mode_switched' | 'intrusion.mode_returned',
  facts: Readonly<Record<string, string>>,
): Promise<void> {
  const { accountId, actor, reason } = by;
  await note(edit.tx, platform.clock, {
    accountId,
    actor,
    action,
    target: `host:${hostId}`,
    facts: { ...facts, reason },
  });
  await announce(edit.tx, { topic: 'host', accountId, id: hostId });
}

const ownSwitch = (layer: Layer | null): StoredSwitch | undefined => layer?.[key] as StoredSwitch | undefined;
const ownState = (layer: Layer | null): string | null =>
  ((layer?.['intrusionPrevention'] as ApiObject | undefined)?.['state'] as string | undefined) ?? null;

function withSwitch(layer: Layer | null, stored: StoredSwitch): Layer {
  return { ...withState(layer ?? {}, stored.mode), [key]: stored };
}

/** The state of before, unless somebody has set another one since. */
function withoutSwitch(layer: Layer | null): Layer {
  const { [key]: stored, ...rest } = layer ?? {};
  const { mode, before } = stored as StoredSwitch;
  return ownState(rest) === mode ? withState(rest, before) : rest;
}

function withState(layer: Layer, state: string | null): Layer {
  const { intrusionPrevention, ...rest } = layer;
  const { state: _, ...others } = (intrusionPrevention ?? {}) as ApiObject;
  const module = state === null ? others : { ...others, state };
  return Object.keys(module).length > 0 ? { ...rest, intrusionPrevention: module } : rest;
}

const scopeFor = (view: ConfigurationView, { policy_id, overrides }: ComputerRow): Scope =>
  scopeOf(view, policy_id ?? undefined, overrides ?? undefined);

const stateOf = (view: ConfigurationView, computer: ComputerRow): IntrusionMode['state'] =>
  scopeFor(view, computer).module('intrusionPrevention')['state'] as IntrusionMode['state'];

function modeOf(view: ConfigurationView, computer: ComputerRow): IntrusionMode {
  const stored = ownSwitch(computer.overrides);
  const state = stateOf(view, computer);
  const plain = stored ? stateOf(view, { ...computer, overrides: withoutSwitch(computer.overrides) }) : state;
  const { before: _, ...shown } = stored ?? { before: null };
  return {
    ...{ hostId: computer.host_id!, state, stateWithoutSwitch: plain },
    ...(stored ? { switch: shown as IntrusionSwitch } : {}),
  };
}

async function accountOf(platform: Platform, actor: Actor, hostId: string): Promise<string> {
  const row = await platform.database.for(actor, (tx) =>
    tx.first(sql<{ tenant_id: string }>`select tenant_id from configuration_computer where host_id = ${hostId}`),
  );
  if (!row) throw new Refusal('not_found', { what: 'host' });
  return row.tenant_id;
}

async function ofHost<T>(
  platform: Platform,
  actor: Actor,
  hostId: string,
  work: (tx: Tx, accountId: string, view: ConfigurationView) => Promise<T>,
): Promise<T> {
  const accountId = await accountOf(platform, actor, hostId);
  return withConfiguration(platform, actor, accountId, (tx, view) => work(tx, accountId, view));
}

async function findComputer(tx: Tx, accountId: string, hostId: string): Promise<ComputerRow> {
  const [computer] = await selectComputers(tx, accountId, sql`and c.host_id = ${hostId}`);
  if (!computer) throw new Refusal('not_found', { what: 'host' });
  return computer;
}
