import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.ts';

/** Longest piece of work between two turns of the event loop, so that engines and heartbeat go on meanwhile. */
const pieceMsMax = 8;

/** Gives a function to be called between small pieces of a long work: it lets everybody else have a turn when it is time. */
export function createPace(clock: Clock): () => Promise<void> {
  let sinceMs = clock.monotonicMs();
  return async () => {
    if (clock.monotonicMs() - sinceMs < pieceMsMax) return;
    await setImmediate();
    sinceMs = clock.monotonicMs();
  };
}

export type Pace = ReturnType<typeof createPace>;
