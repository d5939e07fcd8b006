import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { BoundRoute } from './http.ts';
import type { JobHandler } from './jobs.ts';
import type { Live } from './live.ts';
import type { Log } from './log.ts';
import type { Vault } from './vault.ts';

/** What every room is given. */
export type Platform = {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  readonly live: Live;
  readonly vault: Vault;
};

/** Something to look after at intervals. It asks the injected clock what is due; only one manager process runs it at a time. */
export type Tick = { readonly name: string; readonly everyMs: number; readonly run: () => Promise<void> };

/** What a room brings to the manager. `rooms.ts` lists them in order. */
export type Room = {
  readonly name: string;
  readonly routes?: readonly BoundRoute[];
  readonly jobs?: readonly JobHandler[];
  readonly ticks?: readonly Tick[];
  /** Called once before the doors open; what it returns is called at the stop. */
  readonly start?: () => Promise<(() => Promise<void>) | undefined>;
};
