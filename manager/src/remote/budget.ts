import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../platform/index.ts';
import { RemoteFault } from './fault.ts';
import { blockBudget, takeToken } from './store.ts';

/** Waits as the system does; a test whose clock is moved by hand moves it. */
export type Wait = (ms: number) => Promise<unknown>;

/** Whoever works in the background leaves this part of a full bucket to people. */
const keptForPeople = 0.3;
/** A call that a person waits for waits no longer for its turn. */
const patienceMs = 20_000;

/**
 * The budget of one key: a bucket that fills evenly, kept in the database, so that all processes of the manager draw from one. What the tenant itself
 * says (429) empties it until the time that it names.
 */
export class Budget {
  readonly #platform: Platform;
  readonly #wait: Wait;
  constructor(platform: Platform, wait: Wait = (ms) => sleep(ms)) {
    this.#platform = platform;
    this.#wait = wait;
  }

  get perMinute(): number {
    return this.#platform.config.SAKIMORI_REMOTE_REQUESTS_PER_MINUTE;
  }

  /** @throws RemoteFault 429 where the turn does not come in time */
  async take(accountId: string, isBackground: boolean): Promise<void> {
    const { clock, database } = this.#platform;
    let leftMs = patienceMs * (isBackground ? 3 : 1);
    for (;;) {
      const now = clock.now();
      const waitMs = await database.asProvider((tx) =>
        takeToken(tx, accountId, {
          ...{ now, perMinute: this.perMinute },
          least: isBackground ? Math.ceil(this.perMinute * keptForPeople) : 1,
        }),
      );
      if (waitMs === 0) return;
      if (waitMs > leftMs)
        throw new RemoteFault(
          429,
          `The calls of this key are used up for now. Please try again in ${Math.ceil(waitMs / 1000)} seconds.`,
        );
      leftMs -= waitMs;
      await this.#wait(waitMs);
    }
  }

  /** The tenant said that it was asked too often. @returns how long it is left alone, ms */
  async block(accountId: string, told: string | undefined, tries: number): Promise<number> {
    const { clock, database } = this.#platform;
    const ms = toldMs(told, clock.now()) ?? Math.min(60_000, 2000 * 2 ** tries);
    await database.asProvider((tx) => blockBudget(tx, accountId, new Date(clock.now().getTime() + ms), clock.now()));
    return ms;
  }
}

const toldMaxMs = 10 * 60_000;

/** `Retry-After`: seconds or a date. What is longer than ten minutes is not believed. */
export function toldMs(told: string | undefined, now: Date): number | undefined {
  if (told === undefined) return undefined;
  const ms = /^\d{1,6}$/.test(told.trim()) ? Number(told) * 1000 : Date.parse(told) - now.getTime();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 1000), toldMaxMs);
}
