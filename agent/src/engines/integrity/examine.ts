import { dirname } from 'node:path';
import type { Detection, ProcessActor } from '@sakimori/contract/detection';
import { toInstant } from '../../clock.ts';
import type { Mounts } from '../../file-system/mounts.ts';
import type { EngineHost } from '../engine.ts';
import { AccountNames } from './account-names.ts';
import type { Baseline, Step } from './baseline.ts';
import { type Change, draftOf, type FoundBy, judge } from './changes.ts';
import type { Entry } from './entry.ts';
import { bornMsOf, look, observe, type Sight } from './observe.ts';
import type { RuleSet } from './rules.ts';
import type { TextKeeper } from './text-diff/text-keeper.ts';

/** A path to look at, when the kernel first spoke of it (host clock, ms; without that, now), and who it said was at it. */
export type Suspect = { readonly path: string; readonly sinceMs?: number; readonly actor?: ProcessActor | undefined };

export type Outcome = {
  /** Folders that are there and may hold what concerns us: to be watched and walked. */
  readonly folders: readonly string[];
  /** Paths that are not there (any more). */
  readonly gone: readonly Suspect[];
  /** Those of them of which nothing was told yet, because `patient`: perhaps another name of theirs comes up in a moment. */
  readonly awaited: readonly Suspect[];
  /** Paths that were hashed a moment ago at some cost: to be looked at again after this rest. */
  readonly resting: readonly (Suspect & { readonly restMs: number })[];
};

/** Takes those that are to be told later, all in the outbox. @returns those that are to be told now */
export type KeepBack = (detections: readonly Detection[]) => readonly Detection[];

/** An object younger than this that was renamed over another is the temporary file of an atomic save. */
const temporaryMsMax = 60_000;
/** A file that is written all the time takes at most one part in ten of a processor: after hashing it rests nine times as long. */
const restFactor = 9;
const costlyMs = 20;

/**
 * Compares paths with the baseline, tells the differences, and brings the baseline up to date. One examination at a time: the engine holds a
 * lock around each.
 */
export class Examiner {
  mounts: Mounts;
  /** Paths we may not see, as far as met so far. */
  readonly denied = new Set<string>();
  readonly skippedMounts = new Set<string>();
  readonly #host: EngineHost;
  readonly #baseline: Baseline;
  readonly #rules: RuleSet;
  readonly #hashBytesMax: number;
  readonly #names = new AccountNames();
  readonly #isKnownArea: (path: string) => boolean;
  readonly #keepBack: KeepBack | undefined;
  readonly #texts: TextKeeper | undefined;
  readonly #restUntilMs = new Map<string, number>();
  #step = emptyStep();

  /**
   * @param isKnownArea was this path watched when the baseline was last completed? Where not, what is found is recorded without a word.
   */
  constructor(parts: {
    host: EngineHost;
    baseline: Baseline;
    rules: RuleSet;
    mounts: Mounts;
    hashBytesMax: number;
    isKnownArea: (path: string) => boolean;
    keepBack?: KeepBack | undefined;
    texts?: TextKeeper | undefined;
  }) {
    this.#host = parts.host;
    this.#baseline = parts.baseline;
    this.#rules = parts.rules;
    this.mounts = parts.mounts;
    this.#hashBytesMax = parts.hashBytesMax;
    this.#isKnownArea = parts.isKnownArea;
    this.#keepBack = parts.keepBack;
    this.#texts = parts.texts;
  }

  /** @param patient leave what is gone for a second look: an object that gets a new name is gone and there in two steps. */
  async examine(suspects: readonly Suspect[], foundBy: FoundBy, patient: boolean): Promise<Outcome> {
    const folders: string[] = [];
    const gone: Suspect[] = [];
    const resting: (Suspect & { restMs: number })[] = [];
    const realFolders = new Map<string, boolean>();
    for (const suspect of suspects) {
      const { path } = suspect;
      const relation = this.#rules.relate(path);
      if (relation === 'none' || this.#skips(path)) continue;
      const restMs = this.#restLeftMs(path);
      if (restMs > 0 && foundBy === 'watch') {
        resting.push({ ...suspect, restMs });
        continue;
      }
      const sight = this.#isBehindLink(path, realFolders) ? missing : look(path);
      this.#noteDenied(path, sight.state === 'denied');
      if (sight.state === 'denied') continue;
      const isFolder = sight.state === 'present' && sight.type === 'directory';
      const present = relation === 'inside' ? await this.#examinePresent(suspect, sight, foundBy) : isFolder;
      if (isFolder && present && this.#rules.leadsOn(path)) folders.push(path);
      if (!present) gone.push(suspect);
    }
    const known = gone.filter(({ path }) => this.#baseline.pathsBelow(path, '', 1).length > 0);
    if (!patient) for (const suspect of known) await this.#recordGone(suspect, foundBy);
    await this.#finishStep();
    return { folders, gone, awaited: patient ? known : [], resting };
  }

  /**
   * Has a watched folder above this path become a symbolic link? Then what the kernel would show us there is another place.
   * (A link above the watched area is the operator's: `/var/run` in an include is as good as `/run`.)
   */
  #isBehindLink(path: string, realFolders: Map<string, boolean>): boolean {
    const folder = dirname(path);
    if (this.#rules.relate(folder) !== 'inside') return false;
    const known = realFolders.get(folder);
    if (known !== undefined) return !known;
    const sight = look(folder);
    const isReal =
      sight.state !== 'present' || (sight.type === 'directory' && !this.#isBehindLink(folder, realFolders));
    realFolders.set(folder, isReal);
    return !isReal;
  }

  #skips(path: string): boolean {
    const mount = this.mounts.skipping(path);
    if (mount && this.mounts.remote.includes(mount)) this.skippedMounts.add(mount);
    return mount !== undefined;
  }

  #noteDenied(path: string, isDenied: boolean): void {
    if (!isDenied) this.denied.delete(path);
    // Bounded: an example and an order of magnitude are what a person needs.
    else if (this.denied.size < 100_000) this.denied.add(path);
  }

  /** @returns false when the path is not there (any more). */
  async #examinePresent(suspect: Suspect, sight: Sight, foundBy: FoundBy): Promise<boolean> {
    const { path } = suspect;
    const before = this.#baseline.get(path);
    if (sight.state !== 'present') return false;
    // Pipes, sockets and devices come and go with their programs: of interest only where something else was.
    if (sight.type === 'other' && !before) return true;
    const startMs = this.#host.clock.monotonicMs();
    const seen = await observe(path, sight, this.#rules.needsContent(path) ? this.#hashBytesMax : undefined);
    this.#noteCost(path, startMs);
    if (!seen) return false;
    const after = before ? keepKnownContent(before, seen) : seen;
    if (!before) await this.#recordNew(suspect, after, foundBy);
    else if (isSame(before, after)) {
      this.#texts?.note(after);
      if (!isSeenSame(before, after)) this.#step.put.push(after);
    } else await this.#recordModified(suspect, before, after, foundBy);
    return true;
  }

  #noteCost(path: string, startMs: number): void {
    const nowMs = this.#host.clock.monotonicMs();
    if (nowMs - startMs < costlyMs) return;
    for (const [other, untilMs] of this.#restUntilMs) if (untilMs < nowMs) this.#restUntilMs.delete(other);
    this.#restUntilMs.set(path, nowMs + (nowMs - startMs) * restFactor);
  }

  #restLeftMs(path: string): number {
    return (this.#restUntilMs.get(path) ?? 0) - this.#host.clock.monotonicMs();
  }

  async #recordNew(suspect: Suspect, after: Entry, foundBy: FoundBy): Promise<void> {
    this.#texts?.note(after);
    const before = this.#vanishedTwin(after);
    if (before) {
      const isFolder = after.type === 'directory';
      const pathsBelow = isFolder ? this.#countBelow(before.path) : 0;
      const told = this.#tell({ kind: 'renamed', before, after, pathsBelow }, suspect, foundBy);
      if (told || this.#rules.relate(before.path) !== 'inside') {
        // What lies below keeps its entries, so that only what differs from then is told.
        if (isFolder) this.#step.move.push({ from: before.path, to: after.path });
        else this.#step.remove.push(before.path);
        this.#step.put.push(after);
        if (isFolder) await this.#finishStep();
        return;
      }
    }
    this.#step.put.push(after);
    if (this.#isKnownArea(after.path)) this.#tell({ kind: 'created', after }, suspect, foundBy);
  }

  async #recordModified(suspect: Suspect, before: Entry, after: Entry, foundBy: FoundBy): Promise<void> {
    const temporary = before.identity === after.identity ? undefined : this.#vanishedTwin(after);
    const isSave = temporary !== undefined && this.#host.clock.nowMs() - bornMsOf(after) < temporaryMsMax;
    const previous = isSave ? { previousPath: temporary.path } : {};
    const diff = this.#texts?.compare(before, after);
    const change: Change = { kind: 'modified', before, after, ...previous, ...(diff && { diff }) };
    const told = this.#tell(change, suspect, foundBy);
    if (told && isSave) this.#step.remove.push(temporary.path);
    this.#step.put.push(after);
    if (before.type === 'directory' && after.type !== 'directory') {
      await this.#recordGone(suspect, foundBy, after.path);
    }
  }

  /** The entry that was this very object under a name that no longer exists. */
  #vanishedTwin(entry: Entry): Entry | undefined {
    return this.#baseline
      .twins(entry)
      .find(
        (twin) =>
          twin.type === entry.type &&
          !this.#step.remove.includes(twin.path) &&
          !this.mounts.skipping(twin.path) &&
          look(twin.path).state === 'missing',
      );
  }

  /** Tells that the path and all below it are gone; `except` stays. */
  async #recordGone(suspect: Suspect, foundBy: FoundBy, except?: string): Promise<void> {
    let after = '';
    for (;;) {
      const paths = this.#baseline.pathsBelow(suspect.path, after, stepMax);
      for (const path of paths) {
        const before = this.#baseline.get(path);
        if (!before || path === except || this.#step.remove.includes(path) || this.#skips(path)) continue;
        this.#texts?.forget(path);
        this.#tell({ kind: 'deleted', before }, suspect, foundBy);
        this.#step.remove.push(path);
      }
      const last = paths.at(-1);
      if (last === undefined) return;
      after = last;
      await this.#finishStep();
    }
  }

  #countBelow(path: string): number {
    let count = 0;
    for (let after = ''; ; ) {
      const paths = this.#baseline.pathsBelow(path, after, 10_000);
      count += paths.filter((below) => below !== path).length;
      const last = paths.at(-1);
      if (last === undefined) return count;
      after = last;
    }
  }

  #tell(change: Change, suspect: Suspect, foundBy: FoundBy): boolean {
    const judgement = judge(change, this.#rules);
    if (!judgement) return false;
    const occurredAt = toInstant(suspect.sinceMs ?? this.#host.clock.nowMs());
    const how = { names: this.#names, foundBy, occurredAt, actor: suspect.actor };
    const draft = draftOf(change, judgement, how);
    this.#step.detections.push(this.#host.seal(draft));
    return true;
  }

  /** Baseline first (with the detections in its outbox), then the daemon: a crash between the two repeats nothing and loses nothing. */
  async #finishStep(): Promise<void> {
    const step = this.#step;
    this.#step = emptyStep();
    if (step.put.length + step.remove.length + step.move.length + step.detections.length === 0) return;
    this.#baseline.write(step);
    const told = this.#keepBack?.(step.detections) ?? step.detections;
    if (told.length === 0) return;
    await this.#host.report(told);
    this.#baseline.noteDelivered(told.map(({ id }) => id));
  }
}

const stepMax = 500;
const missing: Sight = { state: 'missing' };

function emptyStep() {
  return { put: [], remove: [], move: [], detections: [] } as { -readonly [Key in keyof Step]: Step[Key][number][] };
}

/** A content that we may no longer read is remembered, so that its change is found once we may again. */
function keepKnownContent(before: Entry, after: Entry): Entry {
  const isUntouched = before.sizeBytes === after.sizeBytes && before.modifiedMs === after.modifiedMs;
  if (after.unhashed !== 'unreadable' || before.type !== 'file' || !isUntouched) return after;
  return { ...after, sha256: before.sha256 };
}

/** Nothing of what is told differs. What a scan compares besides (`seen`) has no say in that. */
const isSame = (a: Entry, b: Entry): boolean =>
  Object.entries(a).every(([name, value]) => name === 'seen' || b[name as keyof Entry] === value);

const isSeenSame = ({ seen }: Entry, { seen: other }: Entry): boolean =>
  seen !== undefined && other !== undefined && Buffer.compare(seen, other) === 0;
