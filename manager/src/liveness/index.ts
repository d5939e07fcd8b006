/**
 * Liveness (死活監視, S45): silence becomes an alert with the cause that can be known, by a look from outside where nothing else
 * tells; a return resolves it.
 */
import { postponeSilences, type SightingWriter } from '../hosts/index.ts';
import type { Platform, Room } from '../platform/index.ts';
import { raiseAfterMaintenance, raiseDueSilences } from './liveness.ts';
import { probeLiving } from './look.ts';
import { endOwnFault } from './outage.ts';
import { type Prober, SystemProber } from './probe.ts';
import { livenessRoutes } from './routes.ts';

export { settingsOf } from './checks.ts';
export { explainSilence, raiseAfterMaintenance, raiseDueSilences, recoverHost } from './liveness.ts';
export { type Knock, type Prober, SystemProber } from './probe.ts';
export { watchRemoteHosts } from './watch.ts';

/** How often due silences are looked for. */
const everyMs = 1000;

/** How often some of the hosts whose last probe is old are probed. */
const probeEveryMs = 10_000;

/** A look that comes this late found the manager stopped or the database away in between. */
const lateMs = 10_000;

export function livenessRoom(platform: Platform, sightings: SightingWriter, prober: Prober = new SystemProber()): Room {
  let lookedAt = platform.clock.now();
  /** While the manager was away it could hear nobody: that is no silence of the agents. */
  const postpone = async () => {
    const earliest = new Date(platform.clock.now().getTime() + platform.config.SAKIMORI_SILENCE_SECONDS * 1000);
    await platform.database.asProvider((tx) => postponeSilences(tx, earliest));
  };
  const look = async () => {
    // What agents said last must be in the table before anybody is called silent.
    await sightings.flush();
    const now = platform.clock.now();
    if (now.getTime() - lookedAt.getTime() > lateMs) await postpone();
    await endOwnFault(platform);
    await raiseDueSilences(platform, prober);
    await raiseAfterMaintenance(platform);
    // A look from outside takes seconds; they are none in which the manager was away.
    lookedAt = platform.clock.now();
  };
  return {
    name: 'liveness',
    routes: livenessRoutes(platform, prober),
    ticks: [
      { name: 'liveness.due', everyMs, run: look },
      { name: 'liveness.probe', everyMs: probeEveryMs, run: async () => void (await probeLiving(platform, prober)) },
    ],
    start: async () => {
      await postpone();
      return undefined;
    },
  };
}
