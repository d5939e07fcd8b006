/** Liveness (死活監視, S45): silence becomes an alert with the cause that can be known; a return resolves it. */
import { postponeSilences, type SightingWriter } from '../hosts/index.ts';
import type { Platform, Room } from '../platform/index.ts';
import { raiseDueSilences } from './liveness.ts';

export { explainSilence, raiseDueSilences, recoverHost } from './liveness.ts';

/** How often due silences are looked for. */
const everyMs = 1000;

/** A look that comes this late found the manager stopped or the database away in between. */
const lateMs = 10_000;

export function livenessRoom(platform: Platform, sightings: SightingWriter): Room {
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
    lookedAt = now;
    await raiseDueSilences(platform);
  };
  return {
    name: 'liveness',
    ticks: [{ name: 'liveness.due', everyMs, run: look }],
    start: async () => {
      await postpone();
      return undefined;
    },
  };
}
