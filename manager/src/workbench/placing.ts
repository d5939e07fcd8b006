import {
  type Actor,
  type PlacedTarget,
  Refusal,
  type RuleDraftDetail,
  type RuleDraftText,
  type RulePromotion,
  type RuleStaging,
  type RuleStep,
  type RuleTarget,
} from '@sakimori/contract';
import type { z } from 'zod';
import type { Backend } from '../backends/index.ts';
import { newId, type Tx } from '../platform/index.ts';
import { isSigma } from '../policies/index.ts';
import { checkDraft, type Drafted, demandSound } from './check.ts';
import {
  type Bench,
  checkRequest,
  checkVersion,
  draftedOf,
  getDraft,
  keyOf,
  record,
  stateOf,
  takeDraft,
  thing,
} from './drafts.ts';
import { ruleObject } from './rule-object.ts';
import { RulePlaces } from './rule-places.ts';
import { type DraftRow, insertStep, type Placing, selectDraft, setPlacing, wasTriedOnStored } from './store.ts';
import { requestOf } from './trials.ts';

/** @throws Refusal `not_found`, `rule_not_placed` */
export async function listTargets(bench: Bench, actor: Actor, id: string): Promise<RuleTarget[]> {
  const row = await bench.platform.database.for(actor, (tx) => selectDraft(tx, id));
  if (!row) throw new Refusal('not_found', thing);
  const backend = await bench.backends.of(row.tenant_id);
  const places = new RulePlaces(backend, { actor, reason: `rule draft ${row.number}` }, row.module);
  return places.within((all) => all.targets());
}

/**
 * Puts the newest version in force in detect mode, after somebody saw what it would have hit (S97).
 * @throws Refusal `not_found`, `version_conflict`, `wrong_state`, `rule_faulty`, `rule_not_tried`, `rule_not_asked`, `rule_not_placed`,
 *   `rule_not_portable`, and what {@link checkRequest} refuses
 */
export async function stageDraft(
  bench: Bench,
  actor: Actor,
  id: string,
  given: z.output<typeof RuleStaging>,
): Promise<RuleDraftDetail> {
  await bench.platform.database.for(actor, async (tx) => {
    const row = await takeDraft(tx, id);
    checkVersion(row, given.version);
    if (row.state === 'withdrawn') throw new Refusal('wrong_state', { ...thing, state: stateOf(row) });
    const request = {
      ticketId: given.ticketId ?? row.ticket_id ?? undefined,
      quoteId: given.quoteId ?? row.quote_id ?? undefined,
    };
    await checkRequest(tx, bench, row.tenant_id, request);
    if (request.ticketId === undefined && request.quoteId === undefined) throw new Refusal('rule_not_asked');
    const drafted = await draftedOf(tx, row, row.version);
    demandSound(await checkDraft(bench.platform, row.tenant_id, drafted));
    if (!(await wasTriedOnStored(tx, keyOf(row), row.version)))
      throw new Refusal('rule_not_tried', { version: row.version });
    const placed = await place(bench, actor, row, drafted, given);
    await keep(tx, bench, actor, row, 'staged', given.reason, {
      ...{ state: 'staged', placedVersion: row.version, ...placed },
      ...{ ticketId: request.ticketId ?? null, quoteId: request.quoteId ?? null },
    });
  });
  return getDraft(bench, actor, id);
}

async function place(
  bench: Bench,
  actor: Actor,
  row: DraftRow,
  { draft }: Drafted,
  given: { readonly reason: string; readonly targets: readonly Pick<PlacedTarget, 'kind' | 'id'>[] },
): Promise<Pick<Placing, 'ruleId' | 'targets'>> {
  const backend = await bench.backends.of(row.tenant_id);
  checkPortable(backend, draft);
  const places = new RulePlaces(backend, { actor, reason: given.reason }, row.module);
  return places.within(async () => {
    const targets = chosenOf(await places.targets(), given.targets);
    const object = ruleObject(draft, 'trial');
    const ruleId = row.rule_id ?? (await places.create(object));
    if (row.rule_id !== null) await places.modify(ruleId, object);
    await move(places, ruleId, row.targets, targets);
    return { ruleId, targets };
  });
}

/** A tenant of the customer's knows OSSEC's XML and its own XML for integrity monitoring, and neither Suricata nor Sigma. */
function checkPortable({ kind }: Backend, { module, text }: RuleDraftText): void {
  if (kind === 'own') return;
  if (module === 'intrusionPrevention') throw new Refusal('rule_not_portable', { language: 'Suricata' });
  if (module === 'logInspection' && isSigma(text)) throw new Refusal('rule_not_portable', { language: 'Sigma' });
}

/** @throws Refusal `not_found` for a target that is none of the account's */
function chosenOf(all: readonly RuleTarget[], chosen: readonly Pick<PlacedTarget, 'kind' | 'id'>[]): PlacedTarget[] {
  const byKey = new Map(all.map(({ kind, id, name }) => [`${kind}:${id}`, { kind, id, name }]));
  return [...new Set(chosen.map(({ kind, id }) => `${kind}:${id}`))].map((key) => {
    const target = byKey.get(key);
    if (!target) throw new Refusal('not_found', { what: 'ruleTarget' });
    return target;
  });
}

async function move(
  places: RulePlaces,
  ruleId: number,
  before: readonly PlacedTarget[],
  after: readonly PlacedTarget[],
): Promise<void> {
  const isIn = (list: readonly PlacedTarget[], { kind, id }: PlacedTarget) =>
    list.some((one) => one.kind === kind && one.id === id);
  for (const target of after.filter((one) => !isIn(before, one))) await places.assign(ruleId, target);
  for (const target of before.filter((one) => !isIn(after, one))) await places.unassign(ruleId, target);
}

/**
 * Puts the staged version in force as it is written.
 * @throws Refusal `not_found`, `version_conflict`, `wrong_state`, `rule_not_placed`, and what {@link checkRequest} refuses
 */
export async function promoteDraft(
  bench: Bench,
  actor: Actor,
  id: string,
  given: z.output<typeof RulePromotion>,
): Promise<RuleDraftDetail> {
  await bench.platform.database.for(actor, async (tx) => {
    const row = await takeDraft(tx, id);
    const { rule_id: ruleId, placed_version: version } = row;
    if (row.state !== 'staged' || ruleId === null || version === null)
      throw new Refusal('wrong_state', { ...thing, state: stateOf(row) });
    // What was seen in detect mode is what comes into force: a version that was written since is staged first.
    if (version !== given.version) throw new Refusal('version_conflict', { current: version });
    await checkRequest(tx, bench, row.tenant_id, requestOf(row));
    const { draft } = await draftedOf(tx, row, version);
    const places = new RulePlaces(await bench.backends.of(row.tenant_id), { actor, reason: given.reason }, row.module);
    const targets = await places.within(async () => {
      const chosen = given.targets?.length ? chosenOf(await places.targets(), given.targets) : row.targets;
      await places.modify(ruleId, ruleObject(draft, 'full'));
      await move(places, ruleId, row.targets, chosen);
      return chosen;
    });
    await keep(tx, bench, actor, row, 'promoted', given.reason, {
      ...{ state: 'live', placedVersion: version, ruleId, targets, ticketId: row.ticket_id, quoteId: row.quote_id },
    });
  });
  return getDraft(bench, actor, id);
}

/** @throws Refusal `not_found`, `wrong_state`, `rule_not_placed` */
export async function withdrawDraft(bench: Bench, actor: Actor, id: string, reason: string): Promise<RuleDraftDetail> {
  await bench.platform.database.for(actor, async (tx) => {
    const row = await takeDraft(tx, id);
    if (row.state === 'withdrawn') throw new Refusal('wrong_state', { ...thing, state: stateOf(row) });
    const { rule_id: ruleId } = row;
    if (ruleId !== null) {
      const places = new RulePlaces(await bench.backends.of(row.tenant_id), { actor, reason }, row.module);
      await places.within(async () => {
        for (const target of row.targets) await places.unassign(ruleId, target);
        await places.remove(ruleId);
      });
    }
    await keep(tx, bench, actor, row, 'withdrawn', reason, {
      ...{ state: 'withdrawn', placedVersion: null, ruleId: null, targets: [] },
      ...{ ticketId: row.ticket_id, quoteId: row.quote_id },
    });
  });
  return getDraft(bench, actor, id);
}

async function keep(
  tx: Tx,
  bench: Bench,
  actor: Actor,
  row: DraftRow,
  step: RuleStep['step'],
  reason: string,
  placing: Omit<Placing, 'at' | 'by'>,
): Promise<void> {
  const { clock } = bench.platform;
  const at = clock.now();
  const version = placing.placedVersion ?? row.placed_version ?? row.version;
  const names = (placing.targets.length > 0 ? placing.targets : row.targets).map(({ name }) => name);
  await setPlacing(tx, keyOf(row), { ...placing, at, by: actor.name });
  await insertStep(tx, keyOf(row), { id: newId(clock), step, version, at, by: actor.name, reason, targets: names });
  await record(tx, bench, actor, `ruleDraft.${step}`, keyOf(row), {
    ...{ name: row.name, version, reason, targets: names.slice(0, 20).join(', ') },
    ...(placing.ruleId === null ? {} : { ruleId: placing.ruleId }),
  });
}
