import { type Detection, ownRule, type ProbeEvidence, type Severity, type SilenceCause } from '@sakimori/contract';
import { resolveAlert } from '../alerts/index.ts';
import { recordIn } from '../detections/index.ts';
import {
  clearSilent,
  type DueRow,
  markSilent,
  noteCause,
  type Recovered,
  selectDueSilences,
  setCause,
} from '../hosts/index.ts';
import { maintenanceBetween } from '../maintenance/index.ts';
import { announce, newId, type Platform, type Tx } from '../platform/index.ts';
import { settingsOf } from './checks.ts';
import { lookAt } from './look.ts';
import { isOwnFault } from './outage.ts';
import type { Prober } from './probe.ts';
import { type MutedRow, selectMuted, setMuted } from './store.ts';
import { isAlive } from './verdict.ts';

const rule = ownRule('liveness.silent', 'agent.silent');

/** A stop that was asked for is worth a look; one that nobody asked for is worth getting up. */
const severityOf = (cause: SilenceCause): Severity =>
  cause === 'stopped' || cause === 'host_shutdown' || cause === 'upgrading' ? 'medium' : 'high';

function silentDetection(
  platform: Platform,
  accountId: string,
  hostId: string,
  facts: NonNullable<Detection['facts']>,
  cause: SilenceCause,
): Detection {
  return {
    id: newId(platform.clock),
    accountId,
    hostId,
    occurredAt: platform.clock.now().toISOString(),
    module: 'system',
    kind: 'agent.silent',
    rule,
    severity: severityOf(cause),
    title: `The agent is not reachable (${cause})`,
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    facts,
  };
}

/**
 * Raises an alert for every host whose silence is due (S45). Where nothing says why, a look from outside is taken first; where the fault is the
 * manager's own, they wait. Each host stands in a transaction of its own: one that fails holds up no other.
 * @param prober left out: nobody looks
 */
export async function raiseDueSilences(platform: Platform, prober?: Prober): Promise<number> {
  const now = platform.clock.now();
  const due = await platform.database.asProvider((tx) => selectDueSilences(tx, now));
  const unexplained = due.filter((host) => host.silence_cause === 'no_contact');
  const isHeld = prober && unexplained.length > 0 && (await isOwnFault(platform, prober, unexplained));
  const looks = prober && !isHeld ? await lookAt(platform, prober, unexplained) : undefined;
  const raised = isHeld ? due.filter((host) => host.silence_cause !== 'no_contact') : due;
  for (const host of raised) {
    await raiseSilence(platform, host, now, looks?.get(host.id)).catch((error: Error) =>
      platform.log.error({ hostId: host.id, err: error.message }, 'a silence could not be raised; it is tried again'),
    );
  }
  return raised.length;
}

async function raiseSilence(
  platform: Platform,
  host: DueRow,
  now: Date,
  look: { readonly cause: SilenceCause; readonly evidence: readonly ProbeEvidence[] } | undefined,
): Promise<void> {
  const since = host.last_seen_at ?? host.enrolled_at;
  const cause = look?.cause ?? (host.silence_cause as SilenceCause);
  await platform.database.as(host.tenant_id, async (tx) => {
    if (!(await markSilent(tx, host.tenant_id, host.id, since, now))) return;
    if (cause !== host.silence_cause) await setCause(tx, host.tenant_id, host.id, cause);
    const facts = { cause, lastSeenAt: since.toISOString(), ...(look ? evidenceFacts(look.evidence) : {}) };
    const maintenance = await maintenanceOf(tx, host.tenant_id, host.id, now);
    if (maintenance) await setMuted(tx, host.tenant_id, host.id, maintenance);
    const detection = silentDetection(platform, host.tenant_id, host.id, facts, cause);
    // Inside maintenance it is an event and no alert.
    await recordIn(tx, platform, host.tenant_id, [
      maintenance ? { ...detection, severity: 'informational' } : detection,
    ]);
    await announce(tx, { topic: 'host', accountId: host.tenant_id, id: host.id });
  });
}

async function maintenanceOf(tx: Tx, accountId: string, hostId: string, now: Date): Promise<string | undefined> {
  const find = await maintenanceBetween(tx, accountId, now, now);
  return find({ hostId, module: 'system', occurredAt: now.toISOString() });
}

/** Maintenance is over and the host is silent still: now it is told (S47). @returns how many */
export async function raiseAfterMaintenance(platform: Platform): Promise<number> {
  const { database, clock } = platform;
  const now = clock.now();
  const rows = await database.asProvider((tx) => selectMuted(tx));
  let raised = 0;
  for (const row of rows) {
    const isRaised = await database.as(row.tenant_id, (tx) => raiseMuted(tx, platform, row, now));
    if (isRaised) raised += 1;
  }
  return raised;
}

async function raiseMuted(tx: Tx, platform: Platform, row: MutedRow, now: Date): Promise<boolean> {
  const { tenant_id: accountId, host_id: hostId } = row;
  if (await maintenanceOf(tx, accountId, hostId, now)) return false;
  await setMuted(tx, accountId, hostId, null);
  const cause = row.silence_cause as SilenceCause;
  const facts = { cause, lastSeenAt: row.silent_since.toISOString(), afterMaintenance: true };
  await recordIn(tx, platform, accountId, [silentDetection(platform, accountId, hostId, facts, cause)]);
  await announce(tx, { topic: 'host', accountId, id: hostId });
  return true;
}

/** How much of what was asked answered, for whoever reads the alert; the host's check keeps each knock. */
function evidenceFacts(evidence: readonly ProbeEvidence[]): Record<string, number> {
  const tried = evidence.filter(({ result }) => result !== 'not_tried');
  const [own, around] = [tried.filter(({ whose }) => whose === 'host'), tried.filter(({ whose }) => whose !== 'host')];
  return {
    ...(own.length > 0 ? { probed: own.length, probedAnswered: own.filter(isAlive).length } : {}),
    ...(around.length > 0 ? { around: around.length, aroundAnswered: around.filter(isAlive).length } : {}),
  };
}

/** A host tried and was not let in: that is why it is, or will be, silent. An alert that stands already is told too. */
export async function explainSilence(
  platform: Platform,
  accountId: string,
  hostId: string,
  cause: SilenceCause,
): Promise<void> {
  await platform.database.as(accountId, async (tx) => {
    const noted = await noteCause(tx, accountId, hostId, cause);
    if (!noted?.silent_since) return;
    const facts = { cause, lastSeenAt: noted.silent_since.toISOString() };
    await recordIn(tx, platform, accountId, [silentDetection(platform, accountId, hostId, facts, cause)]);
    await announce(tx, { topic: 'host', accountId, id: hostId });
  });
}

/** A silent host was heard again: its alert resolves itself and says how long the gap was. */
export async function recoverHost(platform: Platform, host: Recovered): Promise<void> {
  const { accountId, hostId } = host;
  await platform.database.as(accountId, async (tx) => {
    if (!(await clearSilent(tx, accountId, hostId))) return;
    await setMuted(tx, accountId, hostId, null);
    const now = platform.clock.now();
    const gapSeconds = Math.round((now.getTime() - host.silentSince.getTime()) / 1000);
    const { forgiveMinutes } = await settingsOf(tx, accountId);
    await resolveAlert(tx, platform, silentDetection(platform, accountId, hostId, {}, 'no_contact'), {
      gapSeconds,
      recoveredAt: now.toISOString(),
      temporary: gapSeconds <= forgiveMinutes * 60,
    });
    await announce(tx, { topic: 'host', accountId, id: hostId });
  });
}
