/** Liveness (死活監視, S45): silence becomes an alert with the cause that can be known; a return resolves it. */
import { postponeSilences, type SightingWriter } from '../hosts/index.ts';
import type { Platform, Room } from '../platform/index.ts';
import { raiseDueSilences } from './liveness.ts';

export { raiseDueSilences, recoverHost } from './liveness.ts';

/** How often due silences are looked for. */
const everyMs = 1000;

export const livenessRoom = (platform: Platform, sightings: SightingWriter): Room => ({
  name: 'liveness',
  ticks: [
    {
      name: 'liveness.due',
      everyMs,
      run: async () => {
        // What agents said last must be in the table before anybody is called silent.
        await sightings.flush();
        await raiseDueSilences(platform);
      },
    },
  ],
  start: async () => {
    // While the manager was away it could hear nobody: that is no silence of the agents.
    const earliest = new Date(platform.clock.now().getTime() + platform.config.SAKIMORI_SILENCE_SECONDS * 1000);
    await platform.database.asProvider((tx) => postponeSilences(tx, earliest));
    return undefined;
  },
});
