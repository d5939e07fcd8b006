import type { AlertEvent } from './alert-event.ts';

/** Alerts that came again: told once when the window ends, by their number. */
export type Repeat = {
  readonly sid: number;
  readonly isBlocked: boolean;
  readonly source: string;
  readonly destination: string;
  readonly destinationPort: number;
  readonly protocol: string;
  readonly mode: 'prevent' | 'detect';
  readonly beganAtMs: number;
  lastAtMs: number;
  /** Besides the first, which was told at once. */
  count: number;
};

const windowMs = 60_000;
/** What is written down with the place in the log has room for so many. */
const keysMax = 250;

/**
 * The first alert of a rule between two addresses is told at once, the others of the next minute are counted. Numbers add up: each alert is in exactly
 * one detection, also over a restart of the agent, since this is kept in the transaction that keeps the place in the log.
 */
export class Repeats {
  readonly #open: Map<string, Repeat>;

  constructor(kept?: string) {
    this.#open = new Map(kept ? (JSON.parse(kept) as [string, Repeat][]) : []);
  }

  /** @returns whether this alert is told now */
  isFirst(event: AlertEvent, mode: 'prevent' | 'detect'): boolean {
    const port = event.destination.port ?? 0;
    const ends = `${event.source.address} ${event.destination.address} ${port}`;
    const key = this.#keyFor(`${event.sid} ${event.isBlocked} ${ends}`, event);
    const known = this.#open.get(key);
    if (known) {
      known.count += 1;
      known.lastAtMs = event.atMs;
      return false;
    }
    this.#open.set(key, {
      ...{ sid: event.sid, isBlocked: event.isBlocked, protocol: event.protocol, mode },
      ...{ source: event.source.address, destination: event.destination.address, destinationPort: port },
      ...{ beganAtMs: event.atMs, lastAtMs: event.atMs, count: 0 },
    });
    return true;
  }

  /** Those whose window is over, or all; they are forgotten. */
  takeEnded(nowMs: number, all = false): Repeat[] {
    const ended = [...this.#open].filter(
      ([, one]) => all || nowMs - one.beganAtMs >= windowMs || one.beganAtMs > nowMs + windowMs,
    );
    for (const [key] of ended) this.#open.delete(key);
    return ended.map(([, one]) => one).filter(({ count }) => count > 0);
  }

  get size(): number {
    return this.#open.size;
  }

  text(): string | undefined {
    return this.#open.size > 0 ? JSON.stringify([...this.#open]) : undefined;
  }

  /** Where there are too many at once, those of one rule are counted together, whoever they come from. */
  #keyFor(key: string, { sid, isBlocked }: AlertEvent): string {
    return this.#open.has(key) || this.#open.size < keysMax ? key : `${sid} ${isBlocked} *`;
  }
}
