import { readFileSync } from 'node:fs';
import type { Heartbeat } from '@sakimori/contract/agent-protocol';
import { Id, Instant } from '@sakimori/contract/primitives';
import { z } from 'zod';
import { type Clock, toInstant } from './clock.ts';
import { errorText, type Log } from './log.ts';
import { newId } from './new-id.ts';
import { writeFileAtomically } from './write-file.ts';

/** What a run leaves on disk about itself, so that the next one can tell how it ended. */
const Marker = z.object({
  runId: Id,
  bootId: z.string(),
  startedAt: Instant,
  lastAliveAt: Instant,
  endedOrderly: z.boolean(),
});
type Marker = z.infer<typeof Marker>;

const aliveEveryMs = 10_000;

/** This run of the agent: its id, and the marker that it keeps fresh. */
export class Run {
  readonly id: string;
  readonly startedAt: string;
  readonly previous: Heartbeat['previousRun'];
  readonly #path: string;
  readonly #bootId: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #cancel: (() => void) | undefined;
  #hasFailed = false;

  constructor(parts: { path: string; bootId: string; clock: Clock; log: Log }) {
    this.#path = parts.path;
    this.#bootId = parts.bootId;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.id = newId(parts.clock.nowMs());
    this.startedAt = toInstant(parts.clock.nowMs());
    this.previous = howItEnded(readMarker(parts.path), parts.bootId);
    this.#mark(false);
  }

  /** Seconds between the last sign of life and this start; `undefined` at the first start. */
  get gapSeconds(): number | undefined {
    if (!this.previous.lastAliveAt) return undefined;
    return Math.max(0, Math.round((Date.parse(this.startedAt) - Date.parse(this.previous.lastAliveAt)) / 1000));
  }

  endOrderly(): void {
    this.#cancel?.();
    this.#mark(true, false);
  }

  #mark(endedOrderly: boolean, goesOn = true): void {
    const { id: runId, startedAt } = this;
    const marker: Marker = {
      ...{ runId, startedAt, endedOrderly },
      bootId: this.#bootId,
      lastAliveAt: toInstant(this.#clock.nowMs()),
    };
    try {
      writeFileAtomically(this.#path, `${JSON.stringify(marker)}\n`);
      this.#hasFailed = false;
    } catch (error) {
      // A full disk must not stop the agent; the gap will then be told too long, never too short.
      if (!this.#hasFailed) this.#log('warn', `the mark of life cannot be written: ${errorText(error)}`);
      this.#hasFailed = true;
    }
    if (goesOn) this.#cancel = this.#clock.after(aliveEveryMs, () => this.#mark(false));
  }
}

function howItEnded(marker: Marker | undefined, bootId: string): Heartbeat['previousRun'] {
  if (!marker) return { ended: 'first' };
  const { lastAliveAt } = marker;
  if (marker.endedOrderly) return { ended: 'orderly', lastAliveAt };
  return { ended: marker.bootId === bootId ? 'killed' : 'rebooted', lastAliveAt };
}

function readMarker(path: string): Marker | undefined {
  try {
    return Marker.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
