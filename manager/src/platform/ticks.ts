import { sql } from './database.ts';
import type { Platform, Tick } from './room.ts';
import { Turns } from './turns.ts';

/**
 * A tick holds one connection for its lock and takes another for its work. Those of one interval come due at the same moment; all at once they would hold
 * every connection of the pool and wait for a second one that nobody gives back.
 */
const atOnceMax = 4;

export type Ticks = {
  /** Runs each of them once and waits: whoever moves a clock by hand makes happen what is due then. Throws what a tick throws. */
  runAll(): Promise<void>;
  stop(): Promise<void>;
};

/** Runs ticks until stopped. An advisory lock keeps two manager processes from running the same tick at once. */
export function startTicks(platform: Platform, ticks: readonly Tick[]): Ticks {
  let stopped = false;
  const running = new Set<Promise<void>>();
  const turns = new Turns(atOnceMax, ticks.length);
  const timers = ticks.map((tick) => {
    let busy = false;
    return setInterval(() => {
      if (busy || stopped) return;
      busy = true;
      const turn = turns
        .run('ticks', async () => {
          if (!stopped) await runAlone(platform, tick);
        })
        .catch((error: Error) =>
          platform.log.warn(
            { tick: tick.name, err: error.message, cause: String(error.cause ?? '') },
            'a tick failed; it runs again at its next turn',
          ),
        )
        .finally(() => {
          busy = false;
          running.delete(turn);
        });
      running.add(turn);
    }, tick.everyMs);
  });
  return {
    async runAll() {
      for (const tick of ticks) await tick.run();
    },
    async stop() {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running);
    },
  };
}

async function runAlone(platform: Platform, tick: Tick): Promise<void> {
  await platform.database.asProvider(async (tx) => {
    const { locked } = await tx.one(
      sql<{ locked: boolean }>`select pg_try_advisory_xact_lock(hashtext(${`tick:${tick.name}`})) as locked`,
    );
    if (locked) await tick.run();
  });
}
