import { type Actor, type Alert, type AlertDetail, type AlertStep, Refusal, severityOfId } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { announce, isDuplicate, newId, type Platform, type Tx } from '../platform/index.ts';
import { definitionsOf, guidanceOf } from './definitions.ts';
import { type AlertRow, countOpen, insertSteps, lockAlert, selectAlerts, selectSteps, setState } from './store.ts';

/** Notes on the alert that one of its mails will not arrive, so that whoever works it sees that somebody was not told. */
export async function noteUndelivered(
  tx: Tx,
  platform: Platform,
  mail: {
    readonly accountId: string;
    readonly alertId: string | undefined;
    readonly recipient: string;
    readonly reason: string;
  },
): Promise<void> {
  const { accountId, alertId, recipient, reason } = mail;
  if (!alertId) return;
  const step = {
    alertId,
    id: newId(platform.clock),
    at: platform.clock.now(),
    kind: 'mail_failed',
    by: 'system',
    facts: { recipient, reason },
  } as const;
  await insertSteps(tx, accountId, [step]);
  await announce(tx, { topic: 'alert', accountId, id: alertId });
}

export async function getAlert(tx: Tx, platform: Platform, alertId: string): Promise<AlertDetail> {
  const [row] = await selectAlerts(tx, { alertId, limit: 1 });
  if (!row) throw new Refusal('not_found', { what: 'alert' });
  const steps = await selectSteps(tx, row.tenant_id, alertId);
  const definition = definitionsOf(platform).of(row.kind);
  return {
    ...toAlert(row),
    guidance: guidanceOf(definition, row.facts['cause']),
    steps: steps.map((step) => ({
      id: step.id,
      at: step.at.toISOString(),
      kind: step.kind,
      by: step.by_name,
      ...(step.note ? { note: step.note } : {}),
      ...(step.facts ? { facts: step.facts } : {}),
    })),
  };
}

export type OpenAlerts = {
  readonly count: number;
  /** Most severe first. */
  readonly bySeverity: readonly { readonly severity: Alert['severity']; readonly count: number }[];
  /** The newest. */
  readonly alerts: readonly Alert[];
};

/** What of an account is not closed: counts of all, and the newest few. */
export async function unclosedAlerts(tx: Tx, accountId: string, limit: number): Promise<OpenAlerts> {
  const counts = await countOpen(tx, accountId);
  const rows = await selectAlerts(tx, { accountId, state: 'unclosed', limit });
  return {
    count: counts.reduce((sum, row) => sum + row.count, 0),
    bySeverity: counts.map(({ severity, count }) => ({ severity: severityOfId(severity), count })),
    alerts: rows.slice(0, limit).map(toAlert),
  };
}

export type Triage = {
  readonly kind: Extract<AlertStep['kind'], 'acknowledged' | 'noted' | 'closed' | 'reopened'>;
  readonly from: readonly AlertRow['state'][];
  readonly to?: AlertRow['state'];
  readonly closing?: string;
  readonly note?: string | undefined;
};

/** One step of triage by a person: the state moves, the step is appended, the audit knows, in one transaction. */
export const triage = (platform: Platform, actor: Actor, alertId: string, step: Triage): Promise<AlertDetail> =>
  platform.database.for(actor, async (tx) => {
    await triageIn(tx, platform, actor, alertId, step);
    return getAlert(tx, platform, alertId);
  });

/** The same as part of a larger deed. @throws Refusal `not_found`, `wrong_state` */
export async function triageIn(tx: Tx, platform: Platform, actor: Actor, alertId: string, step: Triage): Promise<void> {
  const alert = await lockAlert(tx, alertId);
  if (!alert) throw new Refusal('not_found', { what: 'alert' });
  if (!step.from.includes(alert.state)) throw new Refusal('wrong_state', { what: 'alert', state: alert.state });
  const now = platform.clock.now();
  const accountId = alert.tenant_id;
  if (step.to) {
    await setState(tx, accountId, alertId, {
      state: step.to,
      closing: step.closing ?? null,
      closedAt: step.to === 'closed' ? now : null,
    }).catch((error: unknown) => {
      // A newer alert of the same cause stands already; two open ones of one cause must not be.
      throw isDuplicate(error) ? new Refusal('wrong_state', { what: 'alert', state: 'superseded' }) : error;
    });
  }
  const facts = step.closing ? { closing: step.closing } : undefined;
  await insertSteps(tx, accountId, [
    { alertId, id: newId(platform.clock), at: now, kind: step.kind, by: actor.name, note: step.note, facts },
  ]);
  await note(tx, platform.clock, {
    accountId,
    actor,
    action: `alert.${step.kind}`,
    target: `alert:${alertId}`,
    facts: { ...facts, ...(step.note ? { note: step.note } : {}) },
  });
  await announce(tx, { topic: 'alert', accountId, id: alertId });
}

/** Alerts by their ids, in no order. */
export const alertsOf = async (tx: Tx, alertIds: readonly string[]): Promise<Alert[]> =>
  (await selectAlerts(tx, { alertIds, limit: alertIds.length })).map(toAlert);

export function toAlert(row: AlertRow): Alert {
  return {
    id: row.id,
    number: row.number,
    accountId: row.tenant_id,
    accountName: row.account_name,
    hostId: row.host_id,
    hostName: row.host_name,
    module: row.module as Alert['module'],
    kind: row.kind,
    ruleId: row.rule_id,
    ruleName: row.rule_name,
    ...(row.rule_name_ja ? { ruleNameJa: row.rule_name_ja } : {}),
    severity: severityOfId(row.severity),
    title: row.title,
    ...(row.subject ? { subject: row.subject } : {}),
    ...(row.file ? { file: row.file } : {}),
    state: row.state,
    ...(row.closing ? { closing: row.closing as NonNullable<Alert['closing']> } : {}),
    openedAt: row.opened_at.toISOString(),
    lastDetectedAt: row.last_detected_at.toISOString(),
    ...(row.closed_at ? { closedAt: row.closed_at.toISOString() } : {}),
    detectionCount: row.detection_count,
    firstDetectionId: row.first_detection_id,
    facts: row.facts,
    ...(row.definition_id ? { definitionId: row.definition_id } : {}),
    attack: row.attack,
    ...(row.snoozed_until ? { snoozedUntil: row.snoozed_until.toISOString() } : {}),
    ...(row.snooze_reason ? { snoozeReason: row.snooze_reason } : {}),
    ...(row.flapping_since ? { flappingSince: row.flapping_since.toISOString() } : {}),
  };
}
