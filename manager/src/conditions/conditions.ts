import { type AlertDefinition, type Detection, dayInJapan, type NamedKind, ownRule } from '@sakimori/contract';
import { allOverrides, definitionsOf, resolveAlert } from '../alerts/index.ts';
import { recordIn } from '../detections/index.ts';
import { maintenanceBetween } from '../maintenance/index.ts';
import { newId, type Platform, type Tx } from '../platform/index.ts';
import {
  deleteHolding,
  type HoldingRow,
  insertHolding,
  markRaised,
  type SeenRow,
  selectAmiss,
  selectHolding,
} from './store.ts';

/** Detections that wait on an agent beyond this are no short burst; its spool takes many more. */
const pendingMax = 10_000;
/** Certificates are renewed long before this. */
const certificateDays = 7;
/** The reminders of licenses begin earlier, for the provider's people; this is when it is an alert. */
const licenseDays = 30;

const keyOf = ({ tenant_id, host_id, definition_id, subject }: SeenRow | HoldingRow): string =>
  JSON.stringify([tenant_id, host_id, definition_id, subject]);

/** One look: what is new begins to hold, what held long enough is raised, what holds no more ends its alert. */
export async function watchConditions(platform: Platform): Promise<void> {
  const { clock, database, log } = platform;
  const now = clock.now();
  const bounds = { now, today: dayInJapan(now), pendingMax, certificateDays, licenseDays };
  const { amiss, holding, overrides } = await database.asProvider(async (tx) => ({
    amiss: await selectAmiss(tx, bounds),
    holding: await selectHolding(tx),
    overrides: await allOverrides(tx),
  }));
  const seen = new Map(amiss.map((row) => [keyOf(row), row]));
  const known = new Map(holding.map((row) => [keyOf(row), row]));
  // Of a host that is silent nothing new is known: neither does a condition begin, nor end.
  const begun = [...seen].filter(([key, row]) => !known.has(key) && !row.is_silent).map(([, row]) => row);
  if (begun.length > 0) await database.asProvider((tx) => insertHolding(tx, begun, now));
  for (const row of begun) known.set(keyOf(row), { ...row, since: now, raised_at: null });
  const holdMinutesOf = ({ tenant_id, definition_id }: HoldingRow): number =>
    overrides.get(`${tenant_id} ${definition_id}`)?.holdMinutes ??
    definitionsOf(platform).get(definition_id).holdMinutes ??
    0;
  for (const [key, row] of known) {
    const current = seen.get(key);
    const isOver = !current && !row.is_silent;
    const isDue = current && !row.raised_at && now.getTime() >= row.since.getTime() + holdMinutesOf(row) * 60_000;
    if (!isOver && !isDue) continue;
    // Each in a transaction of its own: one that fails holds up no other.
    await database
      .as(row.tenant_id, (tx) => (current ? raise(tx, platform, current, now) : end(tx, platform, row, now)))
      .catch((error: Error) =>
        log.error({ hostId: row.host_id, condition: row.definition_id, err: error.message }, 'a condition waits'),
      );
  }
}

async function raise(tx: Tx, platform: Platform, row: SeenRow, now: Date): Promise<void> {
  const { tenant_id: accountId, host_id: hostId } = row;
  const find = await maintenanceBetween(tx, accountId, now, now);
  // Announced work explains it; it is told where it holds on after that (S47).
  if (find({ hostId, module: 'system', occurredAt: now.toISOString() })) return;
  if (!(await markRaised(tx, row, now))) return;
  await recordIn(tx, platform, accountId, [conditionDetection(platform, row, now, row.facts)]);
}

async function end(tx: Tx, platform: Platform, row: HoldingRow, now: Date): Promise<void> {
  if (!(await deleteHolding(tx, row)) || !row.raised_at) return;
  const heldSeconds = Math.round((now.getTime() - row.since.getTime()) / 1000);
  await resolveAlert(tx, platform, conditionDetection(platform, row, now), { heldSeconds });
}

function conditionDetection(
  platform: Platform,
  row: Pick<SeenRow, 'tenant_id' | 'host_id' | 'definition_id' | 'subject'>,
  now: Date,
  facts: SeenRow['facts'] = {},
): Detection {
  const definition: AlertDefinition = definitionsOf(platform).get(row.definition_id);
  const kind = row.definition_id as NamedKind;
  const short = Object.entries(facts).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.slice(0, 1000) : value,
  ]);
  return {
    ...{ id: newId(platform.clock), accountId: row.tenant_id, hostId: row.host_id, occurredAt: now.toISOString() },
    ...{ module: 'system', kind, rule: ownRule(`conditions.${row.definition_id}`, kind) },
    ...{ severity: definition.severity ?? 'medium', title: definition.name.en },
    ...{ mode: 'detect', action: 'observed', actionResult: 'none' },
    ...(row.subject ? { subject: row.subject.slice(0, 500) } : {}),
    facts: Object.fromEntries(short),
  };
}
