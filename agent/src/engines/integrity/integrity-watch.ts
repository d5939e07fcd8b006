import type { IntegrityPolicy } from '@sakimori/contract/policy';
import { CpuShare } from '../../cpu-share.ts';
import { type Mounts, readMounts } from '../../file-system/mounts.ts';
import { giveBackMemory } from '../../give-back-memory.ts';
import { createLock } from '../../lock.ts';
import { errorText } from '../../log.ts';
import type { EngineHost } from '../engine.ts';
import type { Baseline } from './baseline.ts';
import type { FoundBy } from './changes.ts';
import { packageRuns, textKeeper } from './companions.ts';
import { cpuPercentOf } from './cpu-percent.ts';
import { Examiner, type Outcome, type Suspect } from './examine.ts';
import { FullReads } from './full-reads.ts';
import type { PackageRuns } from './packages/package-runs.ts';
import type { RuleSet } from './rules.ts';
import { Sieve } from './sieve.ts';
import { SuspectQueue } from './suspect-queue.ts';
import type { TextKeeper } from './text-diff/text-keeper.ts';
import { examineRecorded, type WalkTools, walk } from './walk.ts';
import { MountNotices } from './watch/mount-notices.ts';
import { type FolderWord, type Hint, RealTime } from './watch/real-time.ts';

/** From the first event of a path to the look at it. Together with the second look at what is gone at most 150 ms. */
const debounceMs = 80;
const busyDebounceMs = 300;
const busyHintsASecond = 50;
/** With the light profile. */
const lightDebounceMs = 500;
const secondLookMs = 50;
/** Where folders go without a watch, and after an overrun, scans stand in at this rate. */
const fallbackSeconds = 60;
const overrunScanMs = 2000;
const mountsAgeMsMax = 5000;
/** Folders of which the kernel spoke, kept beside the queue of paths; beyond it a scan takes over. */
const folderWordsMax = 10_000;

/** One integrity policy in force: first scan, real-time watch, later scans. */
export class IntegrityWatch {
  readonly examiner: Examiner;
  readonly realTime: RealTime;
  /** How often the kernel had to drop events since the policy came into force. */
  overruns = 0;
  /** Events were lost and the scan that makes up for them is not over. */
  isCatchingUp = false;
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
  #isScanning = false;
  #scanning: Promise<void> | undefined;
  #cancelScan: (() => void) | undefined;
  readonly #mountNotices: MountNotices;
  readonly #packages: PackageRuns | undefined;
  readonly #texts: TextKeeper | undefined;
  #mountsReadMs = 0;
  #rateSinceMs = 0;
  #hintsInSecond = 0;
  #isBusy = false;
  readonly #folderWords = new Map<string, FolderWord>();
  readonly #fullReads: FullReads;

  constructor(parts: {
    host: EngineHost;
    baseline: Baseline;
    policy: IntegrityPolicy;
    rules: RuleSet;
    known: RuleSet;
    ownFolders: readonly string[];
    hostRoot: string;
  }) {
    this.#host = parts.host;
    this.#baseline = parts.baseline;
    this.#policy = parts.policy;
    this.#rules = parts.rules;
    this.#rulesInRealTime = parts.rules.inRealTime();
    this.#fullReads = new FullReads(parts.baseline, parts.host.clock);
    const { host, baseline, rules, known, policy } = parts;
    this.#packages = packageRuns(parts, () => this.#isScanning);
    this.#texts = textKeeper(parts);
    this.examiner = new Examiner({
      texts: this.#texts,
      keepBack: this.#packages && ((detections) => this.#packages!.hold(detections)),
      ...{
        host,
        baseline,
        rules,
        mounts: readMounts(undefined, policy.includeMounts),
        hashBytesMax: policy.hashBytesMax,
      },
      isKnownArea: (path) => !this.isBuilding || known.relate(path) === 'inside',
    });
    this.#mountNotices = new MountNotices(host, (point) => concerns(rules, point));
    this.realTime = new RealTime({
      clock: host.clock,
      concerns: (path) => concerns(this.#rulesInRealTime, path),
      onHint: (hint) => this.#onHint(hint),
      onLost: (certain) => this.#onLost(certain),
      onMounts: () => this.#refreshMounts(true),
      onFault: (error) => this.#onRealTimeFault(error),
      ownFolders: parts.ownFolders,
    });
    this.#queue = new SuspectQueue(
      host.clock,
      (suspects) => this.#examineEvents(suspects),
      () => this.#scanSoon('the queue of changed paths ran over'),
    );
  }

  start(): void {
    this.#scanning = this.#begin();
  }

  async #begin(): Promise<void> {
    this.#tellMounts();
    await this.#packages?.start().catch((error: unknown) => this.#packagesFailed(error));
    if (this.#policy.realTime) await this.realTime.open(this.examiner.mounts);
    if (!this.#stopped) await this.#scan();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelScan?.();
    await this.#queue.stop();
    await this.#scanning;
    await this.realTime.close();
    this.#texts?.close();
    await this.#packages?.stop().catch((error: unknown) => this.#packagesFailed(error));
  }

  #packagesFailed(error: unknown): void {
    this.#host.log('error', `integrity: the package database could not be read: ${errorText(error)}`);
  }

  /** Seconds between two scans, as it is now. */
  get scanEverySeconds(): number {
    const hasGaps = this.realTime.tree.failures.size > 0;
    return hasGaps ? Math.min(this.#policy.scanEverySeconds, fallbackSeconds) : this.#policy.scanEverySeconds;
  }

  #onHint({ path, actor, folder }: Hint): void {
    if (this.#rulesInRealTime.relate(path) === 'none') return;
    if (folder && this.#folderWords.get(path) !== 'arrived') this.#folderWords.set(path, folder);
    if (this.#folderWords.size > folderWordsMax) {
      this.#folderWords.clear();
      this.#scanSoon('more folders changed than are kept one by one');
    }
    if (this.#policy.profile === 'light') this.#queue.add({ path, actor }, lightDebounceMs);
    else this.#queue.add({ path, actor }, this.#waitMs(), debounceMs);
  }

  /** Where changes come all the time, more of them are one look and one write to the disk. */
  #waitMs(): number {
    const nowMs = this.#host.clock.monotonicMs();
    if (nowMs - this.#rateSinceMs > 1000) {
      this.#isBusy = this.#hintsInSecond > busyHintsASecond;
      this.#hintsInSecond = 0;
      this.#rateSinceMs = nowMs;
    }
    this.#hintsInSecond += 1;
    return this.#isBusy ? busyDebounceMs : debounceMs;
  }

  #onLost(certain: boolean): void {
    this.overruns += 1;
    if (this.isCatchingUp) return;
    this.isCatchingUp = true;
    this.#scanSoon(certain ? 'the kernel dropped events' : 'the kernel may have dropped events');
  }

  /** What fanotify covered has no watches: a scan sets those of inotify. */
  #onRealTimeFault(error: Error): void {
    this.#host.log('error', `integrity: fanotify ended: ${errorText(error)}`);
    this.#scanSoon('inotify takes the place of fanotify');
  }

  async #examineEvents(suspects: Suspect[]): Promise<void> {
    try {
      const outcome = await this.#examine(suspects, 'watch', true);
      await this.#examineFolders(suspects, outcome.folders);
    } catch (error) {
      this.#host.log('error', `integrity: a change could not be examined: ${errorText(error)}`);
      this.#scanSoon('a change could not be examined');
    }
  }

  /**
   * A folder that came here brought what is in it, of which there are no events. Where another folder stands under the same name, what
   * the one before held is gone.
   */
  async #examineFolders(suspects: readonly Suspect[], folders: readonly string[]): Promise<void> {
    const words = new Map<string, FolderWord>();
    for (const { path } of suspects) {
      const word = this.#folderWords.get(path);
      if (word) words.set(path, word);
      this.#folderWords.delete(path);
    }
    const tools = this.#tools('watch', true);
    await walk(
      folders.filter((folder) => !this.realTime.covers(folder) || words.get(folder) === 'arrived'),
      tools,
    );
    for (const folder of folders) if (words.has(folder)) await examineRecorded(folder, tools);
  }

  async #examine(suspects: readonly Suspect[], foundBy: FoundBy, patient: boolean): Promise<Outcome> {
    this.#refreshMounts();
    const secondLooks = suspects.filter(({ path }) => this.#secondLooks.delete(path));
    const firstLooks = suspects.filter((suspect) => !secondLooks.includes(suspect));
    const first = await this.#lock(() => this.examiner.examine(firstLooks, foundBy, patient));
    const second = await this.#lock(() => this.examiner.examine(secondLooks, foundBy, false));
    for (const suspect of first.awaited) {
      this.#secondLooks.add(suspect.path);
      this.#queue.add(suspect, secondLookMs);
    }
    for (const { restMs, ...suspect } of first.resting) this.#queue.add(suspect, restMs);
    this.realTime.tree.drop(new Set([...first.gone, ...second.gone].map(({ path }) => path)));
    return { ...first, folders: [...first.folders, ...second.folders] };
  }

  #tools(foundBy: FoundBy, patient: boolean): WalkTools {
    const share = new CpuShare(this.#host.clock, cpuPercentOf(this.#policy));
    return {
      rules: this.#rules,
      baseline: this.#baseline,
      examine: (suspects) => this.#examine(suspects, foundBy, patient),
      watch: (folder, identity) => {
        const isWatched = this.#policy.realTime && this.#rulesInRealTime.leadsOn(folder);
        const needsWatch = isWatched && !this.realTime.covers(folder) && !this.#isFar(folder);
        const isNew = needsWatch ? this.realTime.tree.watch(folder, identity) : true;
        return foundBy === 'scan' || isNew;
      },
      onDenied: (folder) => this.examiner.denied.add(folder),
      skips: (path) => this.examiner.mounts.skipping(path) !== undefined,
      rest: () => share.rest(),
      isStopped: () => this.#stopped,
    };
  }

  /** A network or FUSE mount that the policy includes: its changes are made elsewhere, so no kernel event tells of them. */
  #isFar(folder: string): boolean {
    const mount = this.examiner.mounts.of(folder);
    return mount !== undefined && this.examiner.mounts.isRemote(mount.point);
  }

  #sieve(): Sieve {
    return new Sieve({
      ...{ baseline: this.#baseline, rules: this.#rules, hashBytesMax: this.#policy.hashBytesMax },
      nowMs: () => this.#host.clock.nowMs(),
      wantsText: this.#texts && ((path, sha256) => this.#texts!.lacks(path, sha256)),
    });
  }

  /** Everything against the baseline. The first scan of a policy also sets the watches. */
  async #scan(): Promise<void> {
    this.#isScanning = true;
    await this.#scanAll().finally(() => (this.#isScanning = false));
    giveBackMemory();
  }

  async #scanAll(): Promise<void> {
    const startMs = this.#host.clock.monotonicMs();
    try {
      this.#refreshMounts(true);
      this.examiner.denied.clear();
      this.examiner.skippedMounts.clear();
      const readsAll = this.#fullReads.isDue();
      const sieve = readsAll ? undefined : this.#sieve();
      const tools = { ...this.#tools('scan', false), sieve };
      await walk(['/'], tools);
      await examineRecorded('/', tools);
      if (this.#stopped) return;
      if (readsAll) this.#fullReads.note();
      this.isBuilding = false;
      this.scanFault = undefined;
      if (!this.#scanIsWanted) this.isCatchingUp = false;
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
    const before = this.examiner.mounts;
    const mounts = readMounts(undefined, this.#policy.includeMounts);
    if (mounts.table === before.table) return;
    this.examiner.mounts = mounts;
    this.realTime.refresh(mounts);
    this.#tellMounts();
    if (!this.isBuilding) void this.#examineMounted(before, mounts);
  }

  #tellMounts(): void {
    this.#mountNotices
      .update(this.examiner.mounts)
      .catch((error: unknown) => this.#host.log('error', `integrity: mounts could not be told: ${errorText(error)}`));
  }

  /** Where another file system is seen now than before, everything is another, and no event says so. */
  async #examineMounted(before: Mounts, now: Mounts): Promise<void> {
    const points = now.changedSince(before).filter((point) => concerns(this.#rules, point));
    if (points.length === 0) return;
    this.#host.log('info', 'integrity: the mounts have changed in the watched area', { count: points.length });
    try {
      const tools = this.#tools('scan', false);
      await this.#examine(
        points.map((path) => ({ path })),
        'scan',
        false,
      );
      await walk(points, tools);
      for (const point of points) await examineRecorded(point, tools);
    } catch (error) {
      this.#host.log('error', `integrity: a new mount could not be examined: ${errorText(error)}`);
      this.#scanSoon('a new mount could not be examined');
    }
  }
}

const concerns = (rules: RuleSet, path: string): boolean => rules.relate(path) !== 'none' || rules.leadsOn(path);
