import type { LogJournal, LogSource } from '@sakimori/contract/log-source';
import { cursorKey, hasJournal, Journal, type JournalOptions, type JournalStanding } from './journal.ts';
import { Delivery, type SourceHost } from './line-batch.ts';
import { filesMax, type Unreadable } from './log-files.ts';
import { LogFollower } from './log-follower.ts';
import { readSourcePath, type SourcePath } from './source-paths.ts';
import { isSystemLog } from './system-logs.ts';

export type { JournalOptions } from './journal.ts';
export type { LineBatch, SourceHost } from './line-batch.ts';

/** What the sources know of themselves. */
export interface SourcesStanding {
  readonly followed: number;
  readonly unreadable: readonly Unreadable[];
  /** Files that are not followed because there are too many. */
  readonly leftOut: number;
  readonly limit: number;
  /** Whether folders or names were too many to be looked at. */
  readonly isCutShort: boolean;
  /** Lines that were longer than is looked at. */
  readonly cut: number;
  readonly holeBytes: number;
  /** Absent where the journal is not to be read, or there is none. */
  readonly journal: JournalStanding | undefined;
}

/** What a policy says of sources, understood. */
export interface WantedSources {
  readonly paths: readonly SourcePath[];
  readonly journal: LogJournal;
}

/** Whether the journal is wanted now is asked this often. */
const lookMs = 1000;

/** All that lines come from: the files that a policy names, and the journal of systemd. */
export class LogSources {
  readonly #host: SourceHost;
  readonly #delivery: Delivery;
  readonly #files: LogFollower;
  readonly #options: JournalOptions;
  #journal: Journal | undefined;
  #wanted: LogJournal = 'never';
  #cancelLook: (() => void) | undefined;
  #switching: Promise<void> | undefined;
  #isStopped = false;

  constructor(host: SourceHost, options: JournalOptions = {}) {
    this.#host = host;
    this.#options = options;
    this.#delivery = new Delivery(host);
    this.#files = new LogFollower(host, this.#delivery, (path, by) => this.#isInJournal(path, by));
  }

  /** @throws Error with a sentence, for a source that cannot be followed; nothing has changed then */
  static read(policy: {
    readonly sources: readonly LogSource[];
    readonly journal?: LogJournal | undefined;
  }): WantedSources {
    return { paths: policy.sources.map(readSourcePath), journal: policy.journal ?? 'never' };
  }

  get standing(): SourcesStanding {
    const { followedCount, unreadable, leftOut, isCutShort, cut, holeBytes } = this.#files;
    const journal = this.#journal?.standing;
    return { followed: followedCount, unreadable, leftOut, limit: filesMax, isCutShort, cut, holeBytes, journal };
  }

  /** Follows these from now on. Resolves when everything that exists has its place. */
  async follow({ paths, journal }: WantedSources): Promise<void> {
    this.#cancelLook?.();
    await this.#switching;
    this.#wanted = journal;
    await this.#files.follow(paths);
    await this.#switchJournal();
    await this.#delivery.settle();
    this.#look();
  }

  /** Ends following; what is under way is finished first. May be called twice. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelLook?.();
    await this.#switching;
    await Promise.all([this.#files.stop(), this.#journal?.stop()]);
    await this.#delivery.settle();
  }

  #look(): void {
    if (this.#wanted === 'never' && !this.#journal) return;
    this.#cancelLook = this.#host.clock.after(lookMs, () => {
      this.#switching = this.#switchJournal().finally(() => {
        this.#switching = undefined;
        if (!this.#isStopped) this.#look();
      });
    });
  }

  /** What a file of syslog holds when it comes was read in the journal, or will be: up to this moment. */
  #isInJournal(path: string, { source }: SourcePath): boolean {
    if (this.#wanted !== 'without-files' || !isSystemLog(path, source.format)) return false;
    if (this.#host.recall(cursorKey) === undefined || !hasJournal(this.#options)) return false;
    this.#journal ??= new Journal(this.#host, this.#delivery, this.#options);
    this.#journal.endAt(this.#host.clock.nowMs());
    return true;
  }

  /** The journal is read where it is wanted and there. Where files of syslog have come, they take over from it. */
  async #switchJournal(): Promise<void> {
    const isWanted =
      this.#wanted === 'always' || (this.#wanted === 'without-files' && this.#files.systemLogCount === 0);
    const journal = this.#journal;
    if (isWanted) {
      if (journal || !hasJournal(this.#options)) return;
      this.#journal = new Journal(this.#host, this.#delivery, this.#options);
      await this.#journal.start();
      return;
    }
    this.#journal = undefined;
    if (this.#wanted === 'without-files') await journal?.handOver();
    else if (journal) await journal.forget();
    else if (this.#host.recall(cursorKey) !== undefined)
      await new Journal(this.#host, this.#delivery, this.#options).forget();
  }
}
