import {
  type Actor,
  type AddedSource,
  type NewSource,
  type QuarantinedRecord,
  type QuarantinedSender,
  Refusal,
  type ReleasedRecords,
  type Source,
  type SourceChange,
  sourcesMax,
} from '@sakimori/contract';
import type { z } from 'zod';
import { type AuditNote, note } from '../audit/index.ts';
import { checkAccount } from '../customers/index.ts';
import { announce, isDuplicate, newId, newSecret, type Platform, sha256, type Tx } from '../platform/index.ts';
import { readNetwork, type Sender } from './bindings.ts';
import type { Intake } from './intake.ts';
import { removeHeld, removeSender, type SenderRow, selectHeld, selectSenders } from './quarantine-store.ts';
import { insertSource, type SourceRow, selectRival, selectSources, setRemoved, updateSource } from './store.ts';
import { isZone } from './times.ts';

/** What the rules about sources need. */
export type SourcesDesk = { readonly platform: Platform; readonly intake: Intake };

const topic = /^arn:aws(?:-[a-z]+)*:sns:[a-z0-9-]{1,40}:\d{12}:[A-Za-z0-9_.-]{1,256}$/;
const folder = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
const invalid = (reason: string): Refusal => new Refusal('source_value_invalid', { reason });

/** The value as it is compared. @throws Refusal `source_value_invalid` */
function readValue({ kind, value, isRaw }: z.infer<typeof NewSource>): string {
  if (isRaw && kind !== 'sns') throw invalid('raw delivery: sns only');
  if (kind === 'address') {
    const network = readNetwork(value);
    if (!network) throw invalid(`network: ${value.slice(0, 60)}`);
    return network.value;
  }
  if (kind === 'sns' && !topic.test(value)) throw invalid(`topic: ${value.slice(0, 60)}`);
  if (kind === 'folder' && !folder.test(value)) throw invalid(`folder: ${value.slice(0, 60)}`);
  return value.toWellFormed();
}

function checkZone(zone: string): void {
  if (!isZone(zone)) throw invalid(`zone: ${zone.slice(0, 60)}`);
}

export function toSource(row: SourceRow): Source {
  const heard = row.last_heard_at?.toISOString();
  return {
    ...{ id: row.id, accountId: row.tenant_id, accountName: row.account_name, name: row.name, kind: row.kind },
    ...{ value: row.value, zone: row.zone, isRaw: row.raw_hash !== null },
    ...(row.trend_tenant === null ? {} : { trendTenant: row.trend_tenant }),
    ...(row.silent_minutes === null ? {} : { silentMinutes: row.silent_minutes }),
    state: row.removed_at ? 'removed' : row.silent_since ? 'silent' : heard ? 'heard' : 'waiting',
    ...{ createdAt: row.created_at.toISOString(), createdBy: row.created_by },
    ...(row.removed_at ? { removedAt: row.removed_at.toISOString() } : {}),
    ...(heard ? { lastHeardAt: heard } : {}),
    ...(row.silent_since ? { silentSince: row.silent_since.toISOString() } : {}),
    counts: {
      ...{ records: row.record_count, stored: row.stored_count, duplicate: row.duplicate_count },
      ...{ application: row.application_count, device: row.device_count, held: row.held_count },
    },
  };
}

export const listSources = async (platform: Platform, actor: Actor, accountId: string | undefined): Promise<Source[]> =>
  (await platform.database.for(actor, (tx) => selectSources(tx, { accountId }))).map(toSource);

async function find(tx: Tx, sourceId: string): Promise<SourceRow> {
  const [row] = await selectSources(tx, { sourceId });
  if (!row) throw new Refusal('not_found', { what: 'source' });
  return row;
}

async function refuseRival(
  tx: Tx,
  of: { kind: string; value: string; trendTenant: string | null; exceptId?: string },
): Promise<void> {
  const rival = await selectRival(tx, of);
  if (rival) throw new Refusal('source_taken', { name: rival.name });
}

/** Two who bind the same sender at the same moment: the second is told as if it had come later. */
const orTaken = (name: string) => (error: unknown) => {
  throw isDuplicate(error) ? new Refusal('source_taken', { name }) : error;
};

async function record(
  tx: Tx,
  { platform, intake }: SourcesDesk,
  actor: Actor,
  action: AuditNote['action'],
  row: Pick<SourceRow, 'id' | 'tenant_id'>,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const accountId = row.tenant_id;
  await note(tx, platform.clock, { accountId, actor, action, target: `source:${row.id}`, facts });
  await announce(tx, { topic: 'source', accountId });
  intake.bindings.forget();
}

/** @throws Refusal `not_found`, `source_value_invalid`, `source_taken`, `limit_reached` */
export async function addSource(
  desk: SourcesDesk,
  actor: Actor,
  accountId: string,
  given: z.infer<typeof NewSource>,
): Promise<z.infer<typeof AddedSource>> {
  const value = readValue(given);
  checkZone(given.zone);
  const { clock, database } = desk.platform;
  const password = given.isRaw ? newSecret() : undefined;
  const source = await database
    .for(actor, async (tx) => {
      await checkAccount(tx, accountId);
      const standing = (await selectSources(tx, { accountId })).filter(({ removed_at: at }) => at === null);
      if (standing.length >= sourcesMax) throw new Refusal('limit_reached', { what: 'source', max: sourcesMax });
      const trendTenant = given.trendTenant ?? null;
      await refuseRival(tx, { kind: given.kind, value, trendTenant });
      const row = {
        ...{ id: newId(clock), tenant_id: accountId, name: given.name.toWellFormed(), kind: given.kind, value },
        ...{ trend_tenant: trendTenant, zone: given.zone, silent_minutes: given.silentMinutes ?? null },
        ...{ raw_hash: password ? sha256(password) : null, created_at: clock.now(), created_by: actor.name },
      };
      await insertSource(tx, row);
      await record(tx, desk, actor, 'source.added', row, { name: row.name, kind: row.kind, value, trendTenant });
      return toSource(await find(tx, row.id));
    })
    .catch(orTaken(given.name));
  desk.intake.bindings.forget();
  return password ? { ...source, rawPassword: password } : source;
}

/** @throws Refusal `not_found`, `wrong_state`, `source_value_invalid`, `source_taken` */
export async function changeSource(
  desk: SourcesDesk,
  actor: Actor,
  sourceId: string,
  change: z.infer<typeof SourceChange>,
): Promise<Source> {
  if (change.zone !== undefined) checkZone(change.zone);
  const source = await desk.platform.database
    .for(actor, async (tx) => {
      const row = await find(tx, sourceId);
      if (row.removed_at) throw new Refusal('wrong_state', { what: 'source', state: 'removed' });
      const next = {
        ...{
          tenant_id: row.tenant_id,
          id: row.id,
          name: change.name?.toWellFormed() ?? row.name,
          zone: change.zone ?? row.zone,
        },
        trend_tenant: change.trendTenant === undefined ? row.trend_tenant : change.trendTenant,
        silent_minutes: change.silentMinutes === undefined ? row.silent_minutes : change.silentMinutes,
      };
      await refuseRival(tx, { ...row, trendTenant: next.trend_tenant, exceptId: row.id });
      await updateSource(tx, next);
      await record(tx, desk, actor, 'source.changed', row, change);
      return toSource(await find(tx, row.id));
    })
    .catch(orTaken(change.name ?? sourceId));
  desk.intake.bindings.forget();
  return source;
}

/** @throws Refusal `not_found`, `wrong_state`, `source_taken` */
export async function setSourceRemoved(
  desk: SourcesDesk,
  actor: Actor,
  sourceId: string,
  isRemoved: boolean,
): Promise<Source> {
  const { clock, database } = desk.platform;
  const source = await database
    .for(actor, async (tx) => {
      const row = await find(tx, sourceId);
      if ((row.removed_at !== null) === isRemoved)
        throw new Refusal('wrong_state', { what: 'source', state: isRemoved ? 'removed' : 'active' });
      if (!isRemoved) await refuseRival(tx, { ...row, trendTenant: row.trend_tenant, exceptId: row.id });
      await setRemoved(tx, row.tenant_id, row.id, isRemoved ? clock.now() : null);
      await record(tx, desk, actor, isRemoved ? 'source.removed' : 'source.restored', row, { name: row.name });
      return toSource(await find(tx, row.id));
    })
    .catch(orTaken(sourceId));
  desk.intake.bindings.forget();
  return source;
}

function toSender(row: SenderRow): QuarantinedSender {
  return {
    ...{ id: row.id, transport: row.transport, address: row.address, reason: row.reason },
    ...(row.identity ? { identity: row.identity } : {}),
    ...(row.source_id ? { sourceId: row.source_id } : {}),
    ...(row.source_name ? { sourceName: row.source_name } : {}),
    ...(row.account_name ? { accountName: row.account_name } : {}),
    ...(row.named ? { named: row.named } : {}),
    ...{ recordCount: row.record_count, keptCount: row.kept_count },
    ...{ firstAt: row.first_at.toISOString(), lastAt: row.last_at.toISOString() },
  };
}

export async function listQuarantine({ platform, intake }: SourcesDesk): Promise<QuarantinedSender[]> {
  await intake.quarantine.flush();
  return (await platform.database.asProvider((tx) => selectSenders(tx))).map(toSender);
}

/** What is shown of a record; the whole of it is released. */
const shownMax = 4096;

export async function listQuarantinedRecords(
  { platform }: SourcesDesk,
  senderId: string,
): Promise<QuarantinedRecord[]> {
  const rows = await platform.database.asProvider(async (tx) => {
    if ((await selectSenders(tx, senderId)).length === 0) throw new Refusal('not_found', { what: 'sender' });
    return selectHeld(tx, senderId);
  });
  return rows.map(({ id, at, raw }) => ({
    ...{ id, at: at.toISOString(), bytes: raw.length },
    text: raw.toString('utf8').slice(0, shownMax).toWellFormed(),
  }));
}

/**
 * Takes what is kept of a sender as if it had come by this source. What was recorded leaves the quarantine; sent again, it is known.
 * @throws Refusal `not_found`, `wrong_state`
 */
export async function releaseQuarantine(
  { platform, intake }: SourcesDesk,
  actor: Actor,
  senderId: string,
  sourceId: string,
): Promise<ReleasedRecords> {
  const { sender, held, source } = await platform.database.asProvider(async (tx) => {
    const [row] = await selectSenders(tx, senderId);
    if (!row) throw new Refusal('not_found', { what: 'sender' });
    const bound = await find(tx, sourceId);
    if (bound.removed_at) throw new Refusal('wrong_state', { what: 'source', state: 'removed' });
    return { sender: row, held: await selectHeld(tx, senderId), source: bound };
  });
  const from: Sender = { transport: sender.transport, address: sender.address, identity: sender.identity };
  const done = { released: 0, stored: 0, duplicate: 0, unreadable: 0 };
  const gone: string[] = [];
  for (const { id, raw } of held) {
    const { parsed, stored, duplicate } = await intake.takeDocument(from, raw.toString('utf8'), source);
    if (parsed.events.length === 0) {
      done.unreadable += 1;
      continue;
    }
    gone.push(id);
    done.released += 1;
    done.stored += stored;
    done.duplicate += duplicate;
  }
  await platform.database.asProvider(async (tx) => {
    await removeHeld(tx, gone);
    if (gone.length === held.length) await removeSender(tx, senderId);
    await note(tx, platform.clock, {
      ...{ accountId: source.tenant_id, actor, action: 'source.released', target: `source:${sourceId}` },
      facts: { address: sender.address, reason: sender.reason, ...done },
    });
    await announce(tx, { topic: 'source' });
  });
  await intake.quarantine.forget();
  return done;
}

/** @throws Refusal `not_found` */
export async function discardQuarantine(
  { platform, intake }: SourcesDesk,
  actor: Actor,
  senderId: string,
): Promise<void> {
  await intake.quarantine.flush();
  await platform.database.asProvider(async (tx) => {
    const [row] = await selectSenders(tx, senderId);
    if (!row || !(await removeSender(tx, senderId))) throw new Refusal('not_found', { what: 'sender' });
    const facts = { address: row.address, reason: row.reason, records: row.record_count };
    await note(tx, platform.clock, { actor, action: 'source.discarded', target: `sender:${senderId}`, facts });
    await announce(tx, { topic: 'source' });
  });
  await intake.quarantine.forget();
}
