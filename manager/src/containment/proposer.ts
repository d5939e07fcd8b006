import { allowedBy, type Detection, readBlockSource } from '@sakimori/contract';
import { announce, newId, type Platform } from '../platform/index.ts';
import { managerAddresses } from './allow-list.ts';
import { settingOf } from './containment.ts';
import { countBySource, insertProposal, selectSettled } from './store.ts';

const dayMs = 24 * 3_600_000;
/** Sources that wait to be looked at; under a flood of made-up ones the others are looked at when they come again. */
const waitingMax = 10_000;
/** Kinds that tell of a block, and not of an attack. */
const ownKinds: readonly string[] = ['firewall.source_blocked', 'firewall.source_unblocked', 'firewall.blocked'];

/**
 * Makes proposals (S75): whenever detections with a source have been stored, counts what that source did on that host within the account's window. What was
 * taken in by a process that ends before it looks is found again with the source's next detection.
 */
export class Proposer {
  readonly #platform: Platform;
  readonly #waiting = new Map<
    string,
    { readonly accountId: string; readonly hostId: string; readonly sources: Set<string> }
  >();
  #work: Promise<void> | undefined;
  #count = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Hears of detections of one account that are committed. Returns at once. */
  heard(accountId: string, detections: readonly Detection[]): void {
    for (const { hostId, source, kind } of detections) {
      if (!source || ownKinds.includes(kind) || this.#count >= waitingMax) continue;
      const key = `${accountId}|${hostId}`;
      const entry = this.#waiting.get(key) ?? { accountId, hostId, sources: new Set<string>() };
      this.#waiting.set(key, entry);
      if (entry.sources.has(source.address)) continue;
      entry.sources.add(source.address);
      this.#count += 1;
    }
    if (this.#waiting.size > 0) this.#work ??= this.#run();
  }

  /** Resolves when nothing waits any more. */
  async settle(): Promise<void> {
    while (this.#work) await this.#work;
  }

  async #run(): Promise<void> {
    try {
      for (let next = this.#take(); next; next = this.#take()) {
        await this.#consider(next.accountId, next.hostId, [...next.sources]).catch((error: Error) =>
          this.#platform.log.warn({ hostId: next?.hostId, err: error.message }, 'no proposal could be made'),
        );
      }
    } finally {
      this.#work = undefined;
    }
  }

  #take() {
    const [first] = this.#waiting;
    if (!first) return undefined;
    this.#waiting.delete(first[0]);
    this.#count -= first[1].sources.size;
    return first[1];
  }

  async #consider(accountId: string, hostId: string, sources: readonly string[]): Promise<void> {
    const { database, clock, config } = this.#platform;
    const now = clock.now();
    const guarded = await managerAddresses(config);
    await database.as(accountId, async (tx) => {
      const { allow, proposals } = await settingOf(tx, accountId);
      if (!proposals.on) return;
      const able = sources.filter((source) => isBlockable(source, [...guarded, ...allow]));
      if (able.length === 0) return;
      const settled = await selectSettled(tx, accountId, hostId, able, now, new Date(now.getTime() - dayMs));
      const open = able.filter((source) => !settled.has(source));
      if (open.length === 0) return;
      const since = new Date(now.getTime() - proposals.windowMinutes * 60_000);
      const found = await countBySource(tx, accountId, hostId, open, proposals.modules, since, proposals.count);
      let isAny = false;
      for (const { source, count, first_at, last_at, evidence } of found)
        isAny =
          (await insertProposal(tx, accountId, {
            ...{ id: newId(clock), host_id: hostId, source, created_at: now },
            ...{ detection_count: count, first_at, last_at, evidence },
          })) || isAny;
      if (isAny) await announce(tx, { topic: 'alert', accountId });
    });
  }
}

function isBlockable(source: string, guarded: readonly string[]): boolean {
  try {
    return allowedBy(readBlockSource(source).range, guarded) === undefined;
  } catch {
    return false;
  }
}
