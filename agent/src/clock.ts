/**
 * The agent's only source of time. Domain code takes a `Clock`; nothing else in the agent asks the machine for the time, so a week
 * offline is a test of milliseconds.
 */
export interface Clock {
  /** Wall clock of the host, milliseconds since 1970-01-01T00:00Z. May jump when the host's clock is set. */
  nowMs(): number;
  /** Milliseconds from an arbitrary point, never going back: for durations. */
  monotonicMs(): number;
  /** Calls `run` once after `delayMs`. The returned function cancels it. A waiting call never keeps the process alive. */
  after(delayMs: number, run: () => void): () => void;
}

/** RFC 3339 in UTC with milliseconds, the `Instant` of the contract. */
export const toInstant = (epochMs: number): string => new Date(epochMs).toISOString();

/** Milliseconds since the epoch of an RFC 3339 text; `NaN` where it is none. */
export const toEpochMs = (instant: string): number => Date.parse(instant);

/** Longest delay that Node's timers take; a longer one would fire at once. */
const delayMsMax = 2_147_483_647;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), delayMsMax));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that stands until it is told to go on. */
export interface ManualClock extends Clock {
  /** Goes on by `ms` and runs, in order of time, what was due on the way. */
  advance(ms: number): void;
}

export function manualClock(startMs: number): ManualClock {
  let now = startMs;
  let waiting: { dueMs: number; run: () => void }[] = [];
  const dueBefore = (endMs: number) =>
    waiting.filter((entry) => entry.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  return {
    nowMs: () => now,
    monotonicMs: () => now - startMs,
    after(delayMs, run) {
      const entry = { dueMs: now + Math.max(0, delayMs), run };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    advance(ms) {
      const endMs = now + ms;
      for (let next = dueBefore(endMs); next; next = dueBefore(endMs)) {
        const due = next;
        waiting = waiting.filter((other) => other !== due);
        now = Math.max(now, due.dueMs);
        due.run();
      }
      now = endMs;
    },
  };
}
