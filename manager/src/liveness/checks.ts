import { type Actor, type LivenessCheck, type LivenessSettings, type ManagerOutage, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { checkAccount } from '../customers/index.ts';
import { getHost, setPatience } from '../hosts/index.ts';
import { announce, type Platform, type Tx } from '../platform/index.ts';
import { probeHostNow } from './look.ts';
import { mayProbe, type Prober } from './probe.ts';
import { type SettingsRow, selectCheck, selectOutages, selectSettings, upsertSettings } from './store.ts';

/** Where an account has set nothing. */
export const settingsDefault: LivenessSettings = {
  probes: true,
  referencePoints: [],
  forgiveMinutes: 15,
  noticeHours: 0,
};
const outagesShown = 100;

/** @throws Refusal `not_found` where there is no such host, or its service has ended and with it its check */
export async function getCheck(platform: Platform, actor: Actor, hostId: string): Promise<LivenessCheck> {
  const { config, database } = platform;
  return database.for(actor, async (tx) => {
    const row = await selectCheck(tx, hostId);
    if (!row) throw new Refusal('not_found', { what: 'host' });
    const settings = await settingsOf(tx, row.tenant_id);
    return {
      hostId,
      createdAt: row.created_at.toISOString(),
      heartbeatSeconds: Math.min(config.SAKIMORI_HEARTBEAT_SECONDS, Math.ceil(config.SAKIMORI_SILENCE_SECONDS / 2)),
      silenceSeconds: row.silence_seconds ?? config.SAKIMORI_SILENCE_SECONDS,
      endedSeconds: row.ended_seconds ?? config.SAKIMORI_ENDED_SECONDS,
      probes: settings.probes,
      ...(row.probed_at ? { probedAt: row.probed_at.toISOString() } : {}),
      evidence: row.evidence,
      ...(row.muted_by ? { maintenanceId: row.muted_by } : {}),
    };
  });
}

/** @throws Refusal `not_found`, `wrong_state` where the host is silent: then its last evidence must stand */
export async function probeHost(
  platform: Platform,
  prober: Prober,
  actor: Actor,
  hostId: string,
): Promise<LivenessCheck> {
  const host = await getHost(platform, actor, hostId);
  if (host.liveness.state !== 'connected')
    throw new Refusal('wrong_state', { what: 'host', state: host.liveness.state });
  await probeHostNow(platform, prober, host.accountId, hostId);
  await platform.database.as(host.accountId, async (tx) => {
    const entry = { accountId: host.accountId, actor, action: 'liveness.probed', target: `host:${hostId}` } as const;
    await note(tx, platform.clock, entry);
    await announce(tx, { topic: 'host', accountId: host.accountId, id: hostId });
  });
  return getCheck(platform, actor, hostId);
}

const toSettings = (row: SettingsRow): LivenessSettings => ({
  ...(row.silence_seconds === null ? {} : { silenceSeconds: row.silence_seconds }),
  ...(row.ended_seconds === null ? {} : { endedSeconds: row.ended_seconds }),
  probes: row.probes,
  referencePoints: row.reference_points,
  forgiveMinutes: row.forgive_minutes,
  noticeHours: row.notice_hours,
});

export async function settingsOf(tx: Tx, accountId: string): Promise<LivenessSettings> {
  const row = await selectSettings(tx, accountId);
  return row ? toSettings(row) : settingsDefault;
}

export async function getSettings(platform: Platform, actor: Actor, accountId: string) {
  const { config, database } = platform;
  return database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    return {
      ...(await settingsOf(tx, accountId)),
      silenceSecondsDefault: config.SAKIMORI_SILENCE_SECONDS,
      endedSecondsDefault: config.SAKIMORI_ENDED_SECONDS,
    };
  });
}

/** @throws Refusal `patience_too_short`, `probe_point_refused`, `not_found` */
export async function setSettings(
  platform: Platform,
  actor: Actor,
  accountId: string,
  settings: LivenessSettings,
): Promise<LivenessSettings> {
  const { clock, config, database } = platform;
  const least = config.SAKIMORI_SILENCE_SECONDS;
  if (settings.silenceSeconds !== undefined && settings.silenceSeconds < least)
    throw new Refusal('patience_too_short', { least });
  for (const point of settings.referencePoints)
    if (!mayProbe(point)) throw new Refusal('probe_point_refused', { address: point.address });
  const silenceSeconds = settings.silenceSeconds ?? null;
  const endedSeconds = settings.endedSeconds ?? null;
  return database.asProvider(async (tx) => {
    await checkAccount(tx, accountId);
    const row: SettingsRow = {
      ...{ tenant_id: accountId, silence_seconds: silenceSeconds, ended_seconds: endedSeconds },
      ...{ probes: settings.probes, reference_points: settings.referencePoints },
      ...{ forgive_minutes: settings.forgiveMinutes, notice_hours: settings.noticeHours },
    };
    await upsertSettings(tx, row, clock.now(), actor.name);
    await setPatience(tx, accountId, { silenceSeconds, endedSeconds });
    const entry = { accountId, actor, action: 'liveness.set', target: `account:${accountId}` } as const;
    await note(tx, clock, { ...entry, facts: settings });
    await announce(tx, { topic: 'host', accountId });
    return settings;
  });
}

export async function listOutages(platform: Platform): Promise<ManagerOutage[]> {
  const rows = await platform.database.asProvider((tx) => selectOutages(tx, outagesShown));
  return rows.map((row) => ({
    id: row.id,
    beganAt: row.began_at.toISOString(),
    ...(row.ended_at ? { endedAt: row.ended_at.toISOString() } : {}),
    reason: row.reason,
    hostCount: row.host_count,
  }));
}
