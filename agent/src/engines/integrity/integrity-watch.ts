import type { IntegrityPolicy } from '@sakimori/contract/policy';
import { errorText } from '../../log.ts';
import type { EngineHost } from '../engine.ts';
import type { Baseline } from './baseline.ts';
import type { FoundBy } from './changes.ts';
import { Examiner, type Outcome, type Suspect } from './examine.ts';
import { createLock } from './lock.ts';
import { readMounts } from './mounts.ts';
import type { RuleSet } from './rules.ts';
import { SuspectQueue } from './suspect-queue.ts';
import { examineRecorded, type WalkTools, walk } from './walk.ts';
import { WatchTree } from './watch-tree.ts';

/** From the first event of a path to the look at it. Together with the second look at what is gone at most 150 ms. */
const debounceMs = 80;
const secondLookMs = 50;
/** Where folders go without a watch, and after an overrun, scans stand in at this rate. */
const fallbackSeconds = 60;
const overrunScanMs = 2000;
/** Half of the kernel's default queue of 16,384 events: beyond that within one wait, some may have been lost. */
const eventsMaxPerWait = 8192;
const mountsAgeMsMax = 5000;

/** One integrity policy in force: first scan, real-time watch, later scans. */
export class IntegrityWatch {
  readonly examiner: Examiner;
  readonly tree: WatchTree;
  isBuilding = true;
  lastScanSeconds: number | undefined;
  scanFault: string | undefined;
  readonly #host: EngineHost;
  readonly #baseline: Baseline;
  readonly #policy: IntegrityPolicy;
  readonly #rules: RuleSet;
  /** Of the rules those that the watch serves; scans serve all. */
  readonly #rulesInRealTime: RuleSet;
  readonly #queue: SuspectQueue;
  readonly #lock = createLock();
  /** Paths that were gone at the first look. */
  readonly #secondLooks = new Set<string>();
  #stopped = false;
  #scanIsWanted = false;
  #scanning: Promise<void> | undefined;
  #cancelScan: (() => void) | undefined;
  #mountsReadMs = 0;
  #eventsInWait = 0;

  constructor(parts: {
    host: EngineHost;
    baseline: Baseline;
    policy: IntegrityPolicy;
    rules: RuleSet;
    known: RuleSet;
  }) {
    this.#host = parts.host;
    this.#baseline = parts.baseline;
    this.#policy = parts.policy;
    this.#rules = parts.rules;
    this.#rulesInRealTime = parts.rules.inRealTime();
    const { host, baseline, rules, known, policy } = parts;
    this.examiner = new Examiner({
      ...{ host, baseline, rules, mounts: readMounts(), hashBytesMax: policy.hashBytesMax },
      isKnownArea: (path) => !this.isBuilding || known.relate(path) === 'inside',
    });
    this.tree = new WatchTree((path) => this.#onEvent(path));
    this.#queue = new SuspectQueue(
      host.clock,
      (suspects) => this.#examineEvents(suspects),
      () => this.#scanSoon('the queue of changed paths ran over'),
    );
  }

  start(): void {
    this.#scanning = this.#scan();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelScan?.();
    this.tree.close();
    await this.#queue.stop();
    await this.#scanning;
  }

  /** Seconds between two scans, as it is now. */
  get scanEverySeconds(): number {
    const hasGaps = this.tree.failures.size > 0;
    return hasGaps ? Math.min(this.#policy.scanEverySeconds, fallbackSeconds) : this.#policy.scanEverySeconds;
  }

  #onEvent(path: string): void {
    if (this.#rulesInRealTime.relate(path) === 'none') return;
    this.#eventsInWait += 1;
    this.#queue.add(path, debounceMs);
  }

  async #examineEvents(suspects: Suspect[]): Promise<void> {
    if (this.#eventsInWait > eventsMaxPerWait) this.#scanSoon('the kernel may have dropped events');
    this.#eventsInWait = 0;
    try {
      const tools = this.#tools('watch', true);
      const outcome = await this.#examine(suspects, 'watch', true);
      await walk(outcome.folders, tools);
    } catch (error) {
      this.#host.log('error', `integrity: a change could not be examined: ${errorText(error)}`);
      this.#scanSoon('a change could not be examined');
    }
  }

  async #examine(suspects: readonly Suspect[], foundBy: FoundBy, patient: boolean): Promise<Outcome> {
    this.#refreshMounts();
    const secondLooks = suspects.filter(({ path }) => this.#secondLooks.delete(path));
    const firstLooks = suspects.filter((suspect) => !secondLooks.includes(suspect));
    const first = await this.#lock(() => this.examiner.examine(firstLooks, foundBy, patient));
    const second = await this.#lock(() => this.examiner.examine(secondLooks, foundBy, false));
    for (const { path, sinceMs } of first.awaited) {
      this.#secondLooks.add(path);
      this.#queue.add(path, secondLookMs, sinceMs);
    }
    for (const { path, sinceMs, restMs } of first.resting) this.#queue.add(path, restMs, sinceMs);
    this.tree.drop(new Set([...first.gone, ...second.gone].map(({ path }) => path)));
    return { ...first, folders: [...first.folders, ...second.folders] };
  }

  #tools(foundBy: FoundBy, patient: boolean): WalkTools {
    return {
      rules: this.#rules,
      baseline: this.#baseline,
      examine: (suspects) => this.#examine(suspects, foundBy, patient),
      watch: (folder, identity) => {
        const isWatched = this.#policy.realTime && this.#rulesInRealTime.leadsOn(folder);
        const isNew = isWatched ? this.tree.watch(folder, identity) : true;
        return foundBy === 'scan' || isNew;
      },
      onDenied: (folder) => this.examiner.denied.add(folder),
      isStopped: () => this.#stopped,
    };
  }

  /** Everything against the baseline. The first scan of a policy also sets the watches. */
  async #scan(): Promise<void> {
    const startMs = this.#host.clock.monotonicMs();
    try {
      this.#refreshMounts(true);
      this.examiner.denied.clear();
      this.examiner.skippedMounts.clear();
      const tools = this.#tools('scan', false);
      await walk(['/'], tools);
      await examineRecorded('/', tools);
      if (this.#stopped) return;
      this.isBuilding = false;
      this.scanFault = undefined;
      this.#baseline.setMeta('rules', JSON.stringify(this.#policy.rules));
      // Kept by the daemon, so that a baseline that is deleted while the agent is off is missed at the next start.
      await this.#host.report([], { baseline: 'complete' });
      this.lastScanSeconds = (this.#host.clock.monotonicMs() - startMs) / 1000;
    } catch (error) {
      this.scanFault = errorText(error);
      this.#host.log('error', `integrity: the scan could not be completed: ${this.scanFault}`);
    }
    const seconds = this.scanFault ? fallbackSeconds : this.scanEverySeconds;
    this.#scheduleScan(this.#scanIsWanted ? overrunScanMs : seconds * 1000);
    this.#scanIsWanted = false;
  }

  /**
   * A whole scan from now on. One that is under way is waited for first: it may have passed what changed since.
   * @returns false when the watch was stopped before the end. @throws Error when the scan failed
   */
  async scanNow(): Promise<boolean> {
    await this.#scanning;
    if (this.#stopped) return false;
    this.#cancelScan?.();
    this.#cancelScan = undefined;
    this.#scanning = this.#scan();
    await this.#scanning;
    if (this.scanFault !== undefined) throw new Error(this.scanFault);
    return !this.#stopped;
  }

  /** Waits for the end of the scan that is under way. @returns false when the watch was stopped before. @throws Error when the scan failed */
  async built(): Promise<boolean> {
    await this.#scanning;
    if (this.scanFault !== undefined) throw new Error(this.scanFault);
    return !this.isBuilding;
  }

  #scheduleScan(delayMs: number): void {
    if (this.#stopped) return;
    this.#cancelScan?.();
    this.#cancelScan = this.#host.clock.after(delayMs, () => {
      this.#cancelScan = undefined;
      this.#scanning = this.#scan();
    });
  }

  /** A scan out of turn; while one is running, another after it. */
  #scanSoon(why: string): void {
    this.#host.log('warn', `integrity: ${why}; a scan follows`);
    if (this.#cancelScan) this.#scheduleScan(overrunScanMs);
    else this.#scanIsWanted = true;
  }

  #refreshMounts(force = false): void {
    const nowMs = this.#host.clock.monotonicMs();
    if (!force && nowMs - this.#mountsReadMs < mountsAgeMsMax) return;
    this.#mountsReadMs = nowMs;
    this.examiner.mounts = readMounts();
  }
}
