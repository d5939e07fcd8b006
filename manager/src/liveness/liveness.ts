import { type Detection, ownRule, type Severity, type SilenceCause } from '@sakimori/contract';
import { resolveAlert } from '../alerts/index.ts';
import { recordIn } from '../detections/index.ts';
import { clearSilent, type DueRow, markSilent, noteCause, type Recovered, selectDueSilences } from '../hosts/index.ts';
import { announce, newId, type Platform } from '../platform/index.ts';

const rule = ownRule('liveness.silent', 'agent.silent');

/** A stop that was asked for is worth a look; one that nobody asked for is worth getting up. */
const severityOf = (cause: SilenceCause): Severity =>
  cause === 'stopped' || cause === 'host_shutdown' ? 'medium' : 'high';

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

/** Raises an alert for every host whose silence is due (S45). Each host stands in a transaction of its own: one that fails holds up no other. */
export async function raiseDueSilences(platform: Platform): Promise<number> {
  const now = platform.clock.now();
  const due = await platform.database.asProvider((tx) => selectDueSilences(tx, now));
  for (const host of due) {
    await raiseSilence(platform, host, now).catch((error: Error) =>
      platform.log.error({ hostId: host.id, err: error.message }, 'a silence could not be raised; it is tried again'),
    );
  }
  return due.length;
}

async function raiseSilence(platform: Platform, host: DueRow, now: Date): Promise<void> {
  const since = host.last_seen_at ?? host.enrolled_at;
  const cause = host.silence_cause as SilenceCause;
  await platform.database.as(host.tenant_id, async (tx) => {
    if (!(await markSilent(tx, host.tenant_id, host.id, since, now))) return;
    const facts = { cause, lastSeenAt: since.toISOString() };
    await recordIn(tx, platform, host.tenant_id, [silentDetection(platform, host.tenant_id, host.id, facts, cause)]);
    await announce(tx, { topic: 'host', accountId: host.tenant_id, id: host.id });
  });
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
    const now = platform.clock.now();
    const gapSeconds = Math.round((now.getTime() - host.silentSince.getTime()) / 1000);
    await resolveAlert(tx, platform, silentDetection(platform, accountId, hostId, {}, 'no_contact'), {
      gapSeconds,
      recoveredAt: now.toISOString(),
    });
    await announce(tx, { topic: 'host', accountId, id: hostId });
  });
}
