import {
  type Actor,
  type Alert,
  type AlertDetail,
  type AlertFile,
  type AlertStep,
  type Detection,
  Refusal,
  severityId,
  severityOfId,
} from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { tellAlert } from '../notices/index.ts';
import { announce, defineJob, enqueue, isDuplicate, newId, type Platform, type Tx } from '../platform/index.ts';
import {
  type AlertRow,
  bumpAlerts,
  countOpen,
  findUnclosed,
  insertAlerts,
  insertSteps,
  lockAlert,
  mergeFacts,
  type Raised,
  selectAlerts,
  selectSteps,
  setState,
  takeNumbers,
  unmute,
} from './store.ts';

/** Detections below this severity are kept and counted, and raise no alert. */
export const alertSeverityMin = severityId('medium');

/** Alerts of an account opened: who works them by plan looks for them. */
export const alertsOpened = defineJob<{ accountId: string }>('alerts.opened');

/** What makes detections one alert: account, host, rule and subject. The account is always part of it. */
export function groupingKey(
  detection: Pick<Detection, 'accountId' | 'hostId' | 'module' | 'rule' | 'subject'>,
): string {
  return `${detection.accountId}|${detection.hostId}|${detection.module}|${detection.rule.id}|${detection.subject ?? ''}`;
}

/**
 * Opens or adds to the alerts of new detections, and writes their mails into the outbox: recorded, alerted and letter queued are one fact.
 * All detections are of one account. Detections below {@link alertSeverityMin} are passed over.
 * @param receivedAt when the detections were stored: the alert opens at that very moment, so that it spans them
 */
export async function raiseAlerts(
  tx: Tx,
  platform: Platform,
  accountId: string,
  detections: readonly Detection[],
  receivedAt: Date,
): Promise<void> {
  const groups = group(platform, detections);
  if (groups.length === 0) return;
  const bumped = await bumpAlerts(tx, accountId, groups);
  const standing = new Map(bumped.map((row) => [row.grouping_key, row.id]));
  const fresh = groups.filter((raised) => !standing.has(raised.key));
  if (fresh.length > 0) await openAlerts(tx, platform, accountId, fresh, detections, receivedAt);
  for (const alert of bumped.filter(({ is_muted }) => is_muted)) {
    const raised = groups.find(({ key }) => key === alert.grouping_key)!;
    if (raised.is_muted) continue;
    await unmute(tx, accountId, alert.id);
    await tellOpened(tx, platform, accountId, { id: alert.id, number: alert.number }, detections, raised, receivedAt);
  }
  const isNew = fresh.some(({ is_muted }) => !is_muted) || bumped.some(({ is_muted }) => is_muted);
  if (isNew) await enqueue(tx, alertsOpened, { accountId }, accountId);
  for (const id of [...standing.values()].slice(0, 20)) await announce(tx, { topic: 'alert', accountId, id });
}

function group(platform: Platform, detections: readonly Detection[]): Raised[] {
  const groups = new Map<string, Raised>();
  for (const detection of detections) {
    const severity = severityId(detection.severity);
    if (severity < alertSeverityMin) continue;
    const key = groupingKey(detection);
    const known = groups.get(key);
    if (known) {
      known.count += 1;
      known.severity = Math.max(known.severity, severity);
      known.is_muted &&= isMuted(detection);
      if (detection.occurredAt > known.last_at) known.last_at = detection.occurredAt;
    } else {
      groups.set(key, toRaised(newId(platform.clock), key, severity, detection));
    }
  }
  for (const raised of groups.values()) if (!raised.is_muted) delete raised.facts['maintenanceId'];
  // One order for all transactions, so that two of them never wait for each other.
  return [...groups.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

const isMuted = ({ facts }: Detection): boolean => facts?.['maintenanceId'] !== undefined;

function toRaised(id: string, key: string, severity: number, detection: Detection): Raised {
  return {
    id,
    key,
    host_id: detection.hostId,
    module: detection.module,
    kind: detection.kind,
    rule_id: detection.rule.id,
    rule_name: detection.rule.name,
    rule_name_ja: detection.rule.nameJa ?? null,
    severity,
    title: detection.title,
    subject: detection.subject ?? null,
    file: detection.file ? toFile(detection.file) : null,
    last_at: detection.occurredAt,
    count: 1,
    first_detection_id: detection.id,
    facts: { ...detection.facts },
    is_muted: isMuted(detection),
  };
}

function toFile({ path, previousPath, changed }: NonNullable<Detection['file']>): AlertFile {
  return { path, ...(previousPath ? { previousPath } : {}), changed };
}

async function openAlerts(
  tx: Tx,
  platform: Platform,
  accountId: string,
  fresh: readonly Raised[],
  detections: readonly Detection[],
  now: Date,
): Promise<void> {
  const last = await takeNumbers(tx, accountId, fresh.length);
  const numbered = fresh.map((raised, index) => ({ ...raised, number: last - fresh.length + 1 + index }));
  await insertAlerts(tx, accountId, numbered, now);
  await insertSteps(
    tx,
    accountId,
    numbered.map((raised) => ({
      alertId: raised.id,
      id: newId(platform.clock),
      at: now,
      kind: 'opened',
      by: 'system',
    })),
  );
  for (const raised of numbered) {
    if (raised.is_muted) {
      const facts = { maintenanceId: String(raised.facts['maintenanceId']) };
      const step = { alertId: raised.id, id: newId(platform.clock), at: now, by: 'system', facts } as const;
      await insertSteps(tx, accountId, [{ ...step, kind: 'in_maintenance' }]);
    } else {
      await tellOpened(tx, platform, accountId, raised, detections, raised, now);
    }
    await announce(tx, { topic: 'alert', accountId, id: raised.id });
  }
}

/** Writes the letters of an alert that opens, and the step that says to how many. */
async function tellOpened(
  tx: Tx,
  platform: Platform,
  accountId: string,
  alert: { readonly id: string; readonly number: number },
  detections: readonly Detection[],
  raised: Raised,
  now: Date,
): Promise<void> {
  const recipients = await tellAlert(tx, platform, {
    accountId,
    alertId: alert.id,
    alertNumber: alert.number,
    detection: detections.find(({ id }) => id === raised.first_detection_id)!,
    event: 'opened',
    facts: {},
  });
  const step =
    recipients > 0
      ? ({ kind: 'mailed', facts: { recipients } } as const)
      : ({ kind: 'mail_failed', facts: { reason: 'no_recipient' } } as const);
  await insertSteps(tx, accountId, [{ alertId: alert.id, id: newId(platform.clock), at: now, by: 'system', ...step }]);
}

/**
 * Closes the alert of a cause that went away by itself, and tells those who were told of it.
 * @returns false where no such alert stands
 */
export async function resolveAlert(
  tx: Tx,
  platform: Platform,
  detection: Detection,
  facts: Readonly<Record<string, string | number | boolean>>,
): Promise<boolean> {
  const { accountId } = detection;
  const alert = await findUnclosed(tx, accountId, groupingKey(detection));
  if (!alert) return false;
  const now = platform.clock.now();
  await setState(tx, accountId, alert.id, { state: 'closed', closing: 'resolved', closedAt: now });
  await mergeFacts(tx, accountId, alert.id, facts);
  await insertSteps(tx, accountId, [
    { alertId: alert.id, id: newId(platform.clock), at: now, kind: 'resolved', by: 'system', facts },
  ]);
  const [row] = await selectAlerts(tx, { alertId: alert.id, limit: 1 });
  await tellAlert(tx, platform, {
    accountId,
    alertId: alert.id,
    alertNumber: row!.number,
    detection,
    event: 'resolved',
    facts,
  });
  await announce(tx, { topic: 'alert', accountId, id: alert.id });
  return true;
}

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

export async function getAlert(tx: Tx, alertId: string): Promise<AlertDetail> {
  const [row] = await selectAlerts(tx, { alertId, limit: 1 });
  if (!row) throw new Refusal('not_found', { what: 'alert' });
  const steps = await selectSteps(tx, row.tenant_id, alertId);
  return {
    ...toAlert(row),
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
    return getAlert(tx, alertId);
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
  };
}
