import { dirname } from 'node:path';
import type { Detection } from '@sakimori/contract/detection';
import type { InstalledPackage } from '@sakimori/contract/host-inventory';
import { createLock } from '../../../lock.ts';
import { errorText } from '../../../log.ts';
import type { EngineHost } from '../../engine.ts';
import type { Baseline } from '../baseline.ts';
import { type Evidence, explain, type Moved } from './explain.ts';
import { type Explained, groupDraft } from './group-draft.ts';
import type { PackagedFile, PackageSource } from './package-source.ts';
import { PathIndex } from './path-index.ts';

const tickMs = 500;
/** While a run goes on, its records change all the time, and each look at them costs. */
const busyTickMs = 4000;
/** After the last change of a run, and after its lock is free. */
const settleMs = 1500;
/** A change that no package explains is told after this at the latest, however long the run. */
const unexplainedMsMax = 60_000;
const groupMsMax = 10 * 60_000;
/** Beyond this the explained ones are told as one group and a new one begins. */
const heldMax = 20_000;
const metaKey = 'packages';

type Held = { readonly detection: Detection; readonly sinceMs: number };
type Versions = ReadonlyMap<string, InstalledPackage>;

/**
 * Changes that happen while the package tools run are kept back for a moment. What the packages explain becomes one detection for the run; what they do not is told
 * as it is. Meanwhile all of it lies in the baseline's outbox: a crash tells each change by itself.
 */
export class PackageRuns {
  readonly #host: EngineHost;
  readonly #baseline: Baseline;
  readonly #source: PackageSource;
  readonly #isWatched: (path: string) => boolean;
  readonly #leadsOn: (folder: string) => boolean;
  readonly #isScanning: () => boolean;
  readonly #lock = createLock();
  #held: Held[] = [];
  #explained: Explained[] = [];
  #firstMs = 0;
  #lastMs = 0;
  readonly #index = new PathIndex();
  #versions: Versions | undefined;
  #stamp: string;
  /** Stamp for which the evidence was gathered. */
  #evidence: { readonly stamp: string; readonly installed: Versions; readonly value: Evidence } | undefined;
  /** What moved in the run whose changes are about to be told. */
  #groupOf: Evidence['moved'] = new Map();
  #cancelTick: (() => void) | undefined;
  #isBusy = false;
  #isStopped = false;

  constructor(parts: {
    host: EngineHost;
    baseline: Baseline;
    source: PackageSource;
    isWatched: (path: string) => boolean;
    /** May a watched path lie below this folder? */
    leadsOn: (folder: string) => boolean;
    /** While a scan goes on, more of the same run may be found. */
    isScanning: () => boolean;
  }) {
    this.#host = parts.host;
    this.#baseline = parts.baseline;
    this.#source = parts.source;
    this.#isWatched = parts.isWatched;
    this.#leadsOn = parts.leadsOn;
    this.#isScanning = parts.isScanning;
    const kept = parts.baseline.getMeta(metaKey);
    const known =
      kept === undefined ? undefined : (JSON.parse(kept) as { stamp: string; versions: [string, InstalledPackage][] });
    this.#versions = known && new Map(known.versions);
    this.#stamp = known?.stamp ?? parts.source.stamp();
  }

  /** Learns what is installed, where the baseline does not know it yet, and which paths belong to it. */
  start(): Promise<void> {
    return this.#lock(async () => {
      const stamp = this.#source.stamp();
      if (!this.#versions) this.#remember(stamp, await this.#source.installed());
      await this.#buildIndex();
    });
  }

  /** Takes those that may belong to a run of the package tools. @returns those that are to be told now */
  hold(detections: readonly Detection[]): readonly Detection[] {
    if (this.#isStopped || !this.#mayExplain()) return detections;
    const nowMs = this.#host.clock.monotonicMs();
    if (this.#held.length + this.#explained.length === 0) this.#firstMs = nowMs;
    this.#lastMs = nowMs;
    const ofFiles = detections.filter(({ file }) => file !== undefined);
    for (const detection of ofFiles) this.#held.push({ detection, sinceMs: nowMs });
    this.#tick();
    return detections.filter(({ file }) => file === undefined);
  }

  /** Tells all that is kept back. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTick?.();
    await this.#lock(() => this.#work(true));
  }

  #mayExplain(): boolean {
    return this.#source.stamp() !== this.#stamp;
  }

  #tick(): void {
    if (this.#isStopped || this.#cancelTick || this.#held.length + this.#explained.length === 0) return;
    this.#cancelTick = this.#host.clock.after(this.#isBusy ? busyTickMs : tickMs, () => {
      this.#cancelTick = undefined;
      void this.#lock(() => this.#work(false))
        .catch((error: unknown) => this.#giveUp(error))
        .finally(() => this.#tick());
    });
  }

  /** Whatever goes wrong with packages, the changes themselves are told. */
  async #giveUp(error: unknown): Promise<void> {
    this.#host.log('error', `integrity: the package database could not be read: ${errorText(error)}`);
    await this.#tell(this.#held.splice(0).map(({ detection }) => detection));
    this.#stamp = this.#source.stamp();
  }

  async #work(isEnd: boolean): Promise<void> {
    const nowMs = this.#host.clock.monotonicMs();
    const isQuiet = nowMs - this.#lastMs >= settleMs && !this.#isScanning();
    this.#isBusy = this.#source.isBusy();
    const isOver = isEnd || (isQuiet && !this.#isBusy);
    if (this.#held.length + this.#explained.length === 0) return;
    await this.#sort(nowMs, isOver);
    const isDue = nowMs - this.#firstMs > groupMsMax || this.#explained.length > heldMax;
    if (isOver && this.#held.length === 0) await this.#beginAnew();
    if (isOver || isDue) await this.#tellGroup();
  }

  /** Those that are explained now join the group; of the others those that have waited long enough are told. */
  async #sort(nowMs: number, isOver: boolean): Promise<void> {
    const evidence = await this.#gather();
    const told: Detection[] = [];
    const rest: Held[] = [];
    for (const held of this.#held.splice(0)) {
      const why = explain(held.detection, evidence);
      if (why) this.#explained.push({ detection: held.detection, why });
      else if (isOver || nowMs - held.sinceMs > unexplainedMsMax) told.push(held.detection);
      else rest.push(held);
    }
    this.#held = [...rest, ...this.#held];
    await this.#tell(told);
  }

  async #gather(): Promise<Evidence> {
    const stamp = this.#source.stamp();
    if (this.#evidence?.stamp === stamp) return this.#evidence.value;
    const installed = await this.#source.installed();
    const moved = movedBetween(this.#versions ?? new Map(), installed);
    const files = new Map<string, PackagedFile>();
    if (moved.size > 0)
      for await (const [path, file] of this.#source.files(new Set(moved.keys())))
        if (this.#isWatched(path) && (file.digest || !files.has(path))) files.set(path, file);
    const value = { source: this.#source, moved, files, before: this.#index };
    this.#evidence = { stamp, installed, value };
    return value;
  }

  async #tellGroup(): Promise<void> {
    const explained = this.#explained.splice(0);
    this.#firstMs = this.#host.clock.monotonicMs();
    if (explained.length === 0) return;
    const moved = this.#evidence?.value.moved ?? this.#groupOf;
    const group = this.#host.seal(groupDraft(this.#source.tool, explained, moved));
    // In one step: a crash tells either each change or the group, and neither twice.
    this.#baseline.noteDelivered(explained.map(({ detection }) => detection.id));
    this.#baseline.write({ put: [], remove: [], move: [], detections: [group] });
    await this.#tell([group]);
  }

  async #tell(detections: readonly Detection[]): Promise<void> {
    if (detections.length === 0) return;
    await this.#host.report(detections);
    this.#baseline.noteDelivered(detections.map(({ id }) => id));
  }

  /** The run is over: what the evidence says is what the next run begins with, even if that has begun meanwhile. */
  async #beginAnew(): Promise<void> {
    const evidence = this.#evidence;
    if (!evidence || evidence.stamp === this.#stamp) return;
    this.#remember(evidence.stamp, evidence.installed);
    await this.#buildIndex();
    this.#groupOf = evidence.value.moved;
    this.#evidence = undefined;
  }

  #remember(stamp: string, versions: Versions): void {
    this.#versions = versions;
    this.#stamp = stamp;
    this.#baseline.setMeta(metaKey, JSON.stringify({ stamp, versions: [...versions] }));
  }

  async #buildIndex(): Promise<void> {
    await this.#index.build(this.#watchedFiles());
  }

  async *#watchedFiles(): AsyncGenerator<readonly [string, string]> {
    const folders = new Map<string, boolean>();
    for await (const [path, file] of this.#source.files()) {
      const folder = dirname(path);
      const isOfUse = folders.get(folder) ?? this.#leadsOn(folder);
      folders.set(folder, isOfUse);
      if (isOfUse && this.#isWatched(path)) yield [path, file.package];
    }
  }
}

function movedBetween(before: Versions, after: Versions): Map<string, Moved> {
  const moved = new Map<string, Moved>();
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(key), after.get(key)];
    if (was?.version !== is?.version) moved.set(key, { key, before: was, after: is });
  }
  return moved;
}
