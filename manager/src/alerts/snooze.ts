import { type Actor, type AlertDetail, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { announce, newId, type Platform, type Tick } from '../platform/index.ts';
import { getAlert } from './alerts.ts';
import { insertSteps, lockAlert, selectWaking, setSnooze } from './store.ts';

/** Nothing is put aside for longer: what nobody wants to hear of is an override of its definition. */
const daysMax = 90;
const atOnce = 500;

/**
 * Puts an alert aside until a time, for a reason that everybody can read. It stands on and counts on; it mails no end, and comes back by the clock
 * or where it becomes worse.
 * @throws Refusal `not_found`, `wrong_state`, `malformed` (a time that is past, or too far)
 */
export function snoozeAlert(
  platform: Platform,
  actor: Actor,
  alertId: string,
  { until, reason }: { readonly until: string; readonly reason: string },
): Promise<AlertDetail> {
  const { clock, database } = platform;
  const now = clock.now();
  const at = new Date(until);
  if (at <= now) throw new Refusal('malformed', { detail: 'body.until: must lie in the future' });
  if (at.getTime() > now.getTime() + daysMax * 86_400_000)
    throw new Refusal('malformed', { detail: `body.until: at most ${daysMax} days from now` });
  return database.for(actor, async (tx) => {
    const alert = await lockAlert(tx, alertId);
    if (!alert) throw new Refusal('not_found', { what: 'alert' });
    if (alert.state === 'closed') throw new Refusal('wrong_state', { what: 'alert', state: alert.state });
    const { tenant_id: accountId } = alert;
    await setSnooze(tx, accountId, alertId, { until: at, reason });
    const facts = { until: at.toISOString() };
    const step = { alertId, id: newId(clock), at: now, kind: 'snoozed', by: actor.name, note: reason, facts } as const;
    await insertSteps(tx, accountId, [step]);
    const target = `alert:${alertId}`;
    await note(tx, clock, { accountId, actor, action: 'alert.snoozed', target, facts: { ...facts, reason } });
    await announce(tx, { topic: 'alert', accountId, id: alertId });
    return getAlert(tx, platform, alertId);
  });
}

/** Takes it up again before its time. @throws Refusal `not_found`, `wrong_state` where it is not put aside */
export function wakeAlert(platform: Platform, actor: Actor, alertId: string): Promise<AlertDetail> {
  const { clock, database } = platform;
  return database.for(actor, async (tx) => {
    const alert = await lockAlert(tx, alertId);
    if (!alert) throw new Refusal('not_found', { what: 'alert' });
    if (!alert.snoozed_until) throw new Refusal('wrong_state', { what: 'alert', state: alert.state });
    const { tenant_id: accountId } = alert;
    await setSnooze(tx, accountId, alertId, null);
    const step = { alertId, id: newId(clock), at: clock.now(), kind: 'woken', by: actor.name } as const;
    await insertSteps(tx, accountId, [step]);
    await note(tx, clock, { accountId, actor, action: 'alert.woken', target: `alert:${alertId}` });
    await announce(tx, { topic: 'alert', accountId, id: alertId });
    return getAlert(tx, platform, alertId);
  });
}

/** What was put aside until now is there again. */
export const wakeDue = (platform: Platform): Tick => ({
  name: 'alerts.wake',
  everyMs: 2000,
  run: async () => {
    const { clock, database } = platform;
    const due = await database.asProvider((tx) => selectWaking(tx, clock.now(), atOnce));
    for (const { tenant_id: accountId, id: alertId } of due)
      await database.as(accountId, async (tx) => {
        const alert = await lockAlert(tx, alertId);
        // Somebody may have taken it up, or put it aside for longer, meanwhile.
        if (!alert?.snoozed_until || alert.snoozed_until > clock.now()) return;
        await setSnooze(tx, accountId, alertId, null);
        const facts = { reason: 'time' };
        const step = { alertId, id: newId(clock), at: clock.now(), kind: 'woken', by: 'system', facts } as const;
        await insertSteps(tx, accountId, [step]);
        await announce(tx, { topic: 'alert', accountId, id: alertId });
      });
  },
});
