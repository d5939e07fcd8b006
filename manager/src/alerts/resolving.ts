import { type AlertDefinition, type Detection, severityOfId } from '@sakimori/contract';
import { tellAlerts } from '../notices/index.ts';
import { announce, newId, type Platform, type Tick, type Tx } from '../platform/index.ts';
import { definitionsOf, guidanceOf } from './definitions.ts';
import { groupingKey } from './grouping.ts';
import { dropPendingBefore } from './raising-store.ts';
import {
  type EndingRow,
  findRecovered,
  findUnclosed,
  insertSteps,
  lockEnding,
  mergeFacts,
  selectAlerts,
  selectQuiet,
  selectSettled,
  setSettles,
  setState,
} from './store.ts';

type Facts = Readonly<Record<string, string | number | boolean>>;

/**
 * Closes the alert of a cause that went away by itself, and tells those who were told of it. One that flaps waits until it was well for long enough.
 * @returns false where no such alert stands, or it is to settle first
 */
export async function resolveAlert(tx: Tx, platform: Platform, detection: Detection, facts: Facts): Promise<boolean> {
  const definition = definitionsOf(platform).of(detection.kind);
  const alert = await findUnclosed(tx, detection.accountId, groupingKey(detection, definition));
  return alert ? endOrSettle(tx, platform, detection.accountId, alert, definition, facts) : false;
}

async function endOrSettle(
  tx: Tx,
  platform: Platform,
  accountId: string,
  alert: EndingRow,
  definition: AlertDefinition,
  facts: Facts,
): Promise<boolean> {
  if (alert.flapping_since && definition.flap) {
    const at = new Date(platform.clock.now().getTime() + definition.flap.settleMinutes * 60_000);
    if (!alert.settles_at) await setSettles(tx, accountId, alert.id, at);
    await mergeFacts(tx, accountId, alert.id, facts);
    return false;
  }
  await endAlert(tx, platform, accountId, alert.id, facts, { isTold: definition.mails });
  return true;
}

async function endAlert(
  tx: Tx,
  platform: Platform,
  accountId: string,
  alertId: string,
  facts: Facts,
  { isTold }: { readonly isTold: boolean },
): Promise<void> {
  const now = platform.clock.now();
  const [row] = await selectAlerts(tx, { accountId, alertId, limit: 1 });
  await setState(tx, accountId, alertId, { state: 'closed', closing: 'resolved', closedAt: now });
  await mergeFacts(tx, accountId, alertId, facts);
  const step = { alertId, id: newId(platform.clock), at: now, kind: 'resolved', by: 'system', facts } as const;
  await insertSteps(tx, accountId, [step]);
  if (row && isTold && !row.snoozed_until) {
    const { kind, module, rule_id: id, rule_name: name, rule_name_ja: nameJa, severity: _, ...rest } = row;
    const definition = definitionsOf(platform).of(kind);
    const detection = {
      ...{ id: rest.first_detection_id, accountId, hostId: rest.host_id, occurredAt: rest.opened_at.toISOString() },
      ...{ module, kind, rule: { id, name, ...(nameJa ? { nameJa } : {}) }, title: rest.title },
      ...{ severity: severityOfId(row.severity), mode: 'detect', action: 'observed', actionResult: 'none' },
      ...(rest.subject ? { subject: rest.subject } : {}),
    } as Detection;
    await tellAlerts(tx, platform, accountId, [
      {
        ...{ accountId, alertId, alertNumber: row.number, detection, event: 'resolved', facts },
        guidance: guidanceOf(definition, undefined),
      },
    ]);
  }
  await announce(tx, { topic: 'alert', accountId, id: alertId });
}

/** Among what was just recorded, signs that something else is over end its alerts. */
export async function endRecovered(
  tx: Tx,
  platform: Platform,
  accountId: string,
  detections: readonly Detection[],
): Promise<void> {
  const definitions = definitionsOf(platform);
  for (const sign of detections)
    for (const definition of definitions.endedBy(sign.kind)) {
      const asked = { definitionId: definition.id, hostId: sign.hostId, subject: sign.subject ?? null };
      const over = await findRecovered(tx, accountId, { ...asked, at: sign.occurredAt });
      for (const alert of over)
        await endOrSettle(tx, platform, accountId, alert, definition, { recoveredBy: sign.kind });
    }
}

const atOnce = 200;

/** By the clock: alerts that flapped and were well for long enough, and those of which nothing more came. Each in its own transaction. */
export const resolveDue = (platform: Platform): Tick => ({
  name: 'alerts.resolve',
  everyMs: 5000,
  run: async () => {
    const { clock, database, log } = platform;
    const now = clock.now();
    const before = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
    const quiet = definitionsOf(platform).all.flatMap(({ id, resolve }) =>
      resolve.by === 'quiet' ? [{ id, since: before(resolve.minutes), minutes: resolve.minutes }] : [],
    );
    const due = await database.asProvider(async (tx) => {
      await dropPendingBefore(tx, before(10_080));
      const found = (await selectSettled(tx, now, atOnce)).map((row) => ({ ...row, facts: {}, settledBy: now }));
      const silent = [];
      for (const { id, since, minutes } of quiet)
        for (const row of await selectQuiet(tx, id, since, atOnce))
          silent.push({ ...row, facts: { quietMinutes: minutes }, quietSince: since });
      return [...found, ...silent];
    });
    for (const { tenant_id: accountId, id, facts, ...asOf } of due)
      await database
        .as(accountId, async (tx) => {
          // Somebody may have closed it meanwhile, or it came again.
          if (!(await lockEnding(tx, accountId, id, asOf))) return;
          // Who was told that something stands still is told that it is over; an attack that nobody goes on with is not over, only quiet.
          await endAlert(tx, platform, accountId, id, facts, { isTold: 'settledBy' in asOf });
        })
        .catch((error: Error) => log.error({ alertId: id, err: error.message }, 'an alert could not be resolved yet'));
  },
});
