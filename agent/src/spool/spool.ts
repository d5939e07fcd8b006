import type { Detection } from '@sakimori/contract/detection';
import { ownRule } from '@sakimori/contract/rule-names';
import { type Clock, toInstant } from '../clock.ts';
import type { DetectionDraft } from '../engines/engine.ts';
import { errorText, type Log } from '../log.ts';
import { newId } from '../new-id.ts';
import { DropReport } from './drop-report.ts';
import { MemoryRing } from './memory-ring.ts';
import { salvageSpool } from './salvage.ts';
import { isDamage, isTaken, isUnwritable, type Lost, type Memory, SpoolFile, type SpoolRow } from './spool-file.ts';

/** Detections on their way. Until `commit` or `rollback` no other lease is given and none of them is dropped. */
export type Lease = { readonly rows: readonly SpoolRow[]; readonly from: 'disk' | 'memory' };

export type SpoolOptions = {
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Makes a system event of the spool's own a detection of this host. `id` replaces the one it would get. */
  readonly seal: (draft: DetectionDraft, id?: string) => Detection;
  /** Bytes of detections kept on disk. */
  readonly bytesMax?: number;
  /** Bytes of detections kept in memory while the disk takes no writes. */
  readonly ringBytesMax?: number;
  /** A bound of the file, for tests of a full disk. */
  readonly pagesMax?: number;
};

/** Another process works with this spool. */
export class SpoolTaken extends Error {}

/** What is reported within this time is one transaction and one fsync. */
const groupMs = 50;
const retryFirstMs = 2000;
const retryMsMax = 60_000;
/** Room made beyond what is needed, so that a full spool need not make room for every single detection. */
const slackBytes = 64 * 1024;

type Waiting = { detections: readonly Detection[]; memory: Memory | undefined; done: () => void };

/**
 * Keeps detections until the manager has committed them. On disk they outlive `kill -9` and a power cut. A full disk turns it to a bounded
 * ring in memory until there is room again; a damaged file is put aside and what can be read of it is kept. What had to be dropped is
 * counted and told.
 */
export class Spool {
  /** Called when there is something new to send. */
  onAppend: () => void = () => {};
  readonly #options: SpoolOptions;
  readonly #ring: MemoryRing;
  readonly #memory = new Map<string, Map<string, string>>();
  /** What the disk did not take yet. */
  #unsaved: Memory[] = [];
  #undeleted: string[] = [];
  #file: SpoolFile | undefined;
  #storage: 'disk' | 'memory' = 'disk';
  #totals = { count: 0, bytes: 0 };
  #dropped = 0;
  #dropReport: DropReport | undefined;
  /** Rows up to this one are on their way or committed. */
  #cursor = 0;
  #isLoaded = false;
  #lease: Lease | undefined;
  #queue: Waiting[] = [];
  #cancelFlush: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #retryMs = retryFirstMs;
  #lastFlushMs = Number.NEGATIVE_INFINITY;

  /** @throws SpoolTaken when another process has it */
  constructor(options: SpoolOptions) {
    this.#options = options;
    this.#ring = new MemoryRing(options.ringBytesMax ?? 8 * 1024 * 1024);
    try {
      this.#open();
    } catch (error) {
      this.#giveUpDisk(error);
    }
  }

  get pending(): number {
    return (
      this.#totals.count + this.#ring.count + this.#queue.reduce((sum, { detections }) => sum + detections.length, 0)
    );
  }

  /** Detections given up for want of room, ever. */
  get dropped(): number {
    return this.#dropped;
  }

  get storage(): 'disk' | 'memory' {
    return this.#storage;
  }

  recall(owner: string, key: string): string | undefined {
    return this.#memory.get(owner)?.get(key);
  }

  recallKeys(owner: string): string[] {
    return [...(this.#memory.get(owner)?.keys() ?? [])];
  }

  /** Resolves when the detections are safe (see class). Order is kept. */
  append(detections: readonly Detection[], memory?: Memory): Promise<void> {
    if (memory) this.#remember(memory);
    return new Promise((done) => {
      this.#queue.push({ detections, memory, done });
      this.#cancelFlush ??= this.#options.clock.after(
        Math.max(0, groupMs - (this.#options.clock.monotonicMs() - this.#lastFlushMs)),
        () => this.#flush(),
      );
    });
  }

  /** The oldest detections that wait, or `undefined` when there are none or others are on their way. */
  lease(countMax: number, bytesMax: number): Lease | undefined {
    if (this.#lease) return undefined;
    const rows = this.#attempt(() => this.#file?.next(this.#cursor, countMax, bytesMax)) ?? [];
    if (rows.length > 0) this.#lease = { rows, from: 'disk' };
    else if (this.#ring.count > 0) this.#lease = { rows: this.#ring.next(countMax, bytesMax), from: 'memory' };
    if (!this.#lease) return undefined;
    if (rows.length > 0) this.#cursor = rows.at(-1)!.seq;
    // The account of what was dropped is on its way: what is dropped from now on needs a new one.
    if (this.#lease.rows.some(({ id }) => id === this.#dropReport?.id)) this.#dropReport = undefined;
    return this.#lease;
  }

  /** The manager has these: they are deleted. What a power cut brings back is sent again, and the manager knows it by its id: no wait for the disk. */
  commit(lease: Lease): void {
    this.#endLease(lease);
    const ids = lease.rows.map(({ id }) => id);
    if (lease.from === 'memory') this.#ring.delete(new Set(ids));
    else this.#undeleted.push(...ids);
    if (this.#undeleted.length === 0 || this.#storage === 'memory') return;
    this.#attempt(() => {
      this.#file?.transact(() => this.#deleteCommitted(), 'normal');
      this.#undeleted = [];
      if (this.#totals.count === 0) this.#file?.shrink();
    });
  }

  /** They did not arrive: they come first in the next lease. */
  rollback(lease: Lease): void {
    this.#endLease(lease);
    if (lease.from === 'disk') this.#cursor = Math.min(this.#cursor, lease.rows[0]!.seq - 1);
  }

  /**
   * Puts the file back when someone has deleted or replaced it under us. @returns true when that was so
   */
  restoreIfMoved(): boolean {
    if (this.#storage === 'memory' || !this.#file || this.#file.isInPlace()) return false;
    this.#attempt(() => {
      this.#file!.copyToPlace();
      this.#reopen();
    });
    return true;
  }

  close(): void {
    this.#flush();
    this.#cancelFlush?.();
    this.#cancelRetry?.();
    if (this.#storage === 'memory') this.#retryDisk();
    this.#cancelRetry?.();
    this.#file?.close();
    this.#file = undefined;
  }

  #endLease(lease: Lease): void {
    if (this.#lease !== lease) throw new Error('this lease is not the one given last');
    this.#lease = undefined;
  }

  #remember({ owner, values }: Memory): void {
    const kept = this.#memory.get(owner) ?? new Map<string, string>();
    this.#memory.set(owner, kept);
    for (const [key, value] of Object.entries(values)) value === undefined ? kept.delete(key) : kept.set(key, value);
  }

  #open(): void {
    const { path, pagesMax, clock } = this.#options;
    try {
      this.#file = new SpoolFile(path, pagesMax);
    } catch (error) {
      if (isTaken(error)) throw new SpoolTaken(`another agent works with ${path}`);
      if (!isDamage(error)) throw error;
      const { movedTo, detections, memory } = salvageSpool(path, toInstant(clock.nowMs()));
      this.#file = new SpoolFile(path, pagesMax);
      this.#options.log('error', 'the spool was damaged', { movedTo, salvaged: detections.length });
      for (const { owner, key, value } of memory) this.#queueFront([], { owner, values: { [key]: value } });
      this.#queueFront([...detections, this.#options.seal(damagedDraft(movedTo, detections.length, errorText(error)))]);
    }
    if (!this.#isLoaded) this.#load(this.#file);
    // Later it is memory that knows best; a new file gets all of it.
    else this.#unsaved = [...this.#memory].map(([owner, kept]) => ({ owner, values: Object.fromEntries(kept) }));
    this.#totals = this.#file.totals();
    this.#cursor = 0;
    this.#flush();
  }

  #load(file: SpoolFile): void {
    this.#isLoaded = true;
    for (const { owner, key, value } of file.recallAll()) {
      if (this.recall(owner, key) === undefined) this.#remember({ owner, values: { [key]: value } });
    }
    this.#dropped += Number(this.recall('spool', 'dropped') ?? 0);
  }

  #queueFront(detections: readonly Detection[], memory?: Memory): void {
    if (memory) this.#remember(memory);
    this.#queue.unshift({ detections, memory, done: () => {} });
  }

  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    const group = this.#queue;
    if (group.length === 0) return;
    this.#queue = [];
    this.#lastFlushMs = this.#options.clock.monotonicMs();
    const detections = group.flatMap((waiting) => waiting.detections);
    const memory = group.flatMap((waiting) => waiting.memory ?? []);
    if (!this.#tryWrite(detections, memory) && !this.#tryWrite(detections, memory)) this.#hold(detections, memory);
    for (const { done } of group) done();
    this.onAppend();
  }

  /** A damaged file is replaced by the first try, so that the second may succeed. */
  #tryWrite(detections: readonly Detection[], memory: readonly Memory[]): boolean {
    if (this.#storage === 'memory') return false;
    return this.#attempt(() => this.#write(detections, [...this.#unsaved, ...memory])) ?? false;
  }

  /** One transaction: the detections, what engines keep, and room for them. */
  #write(detections: readonly Detection[], memory: readonly Memory[]): true {
    const file = this.#file!;
    const totals = { ...this.#totals };
    const dropped = this.#dropped;
    try {
      file.transact(() => {
        for (const detection of detections) this.#count(file.insert(detection));
        for (const kept of memory) file.keep(kept);
        const over = this.#totals.bytes - (this.#options.bytesMax ?? 256 * 1024 * 1024);
        if (over <= 0) return;
        const lost = file.drop(this.#cursor, over + slackBytes, this.#dropReport?.id);
        for (const { bytes } of lost) this.#count(-bytes);
        this.#tellDropped(lost, 'full', (report) => {
          const gained = file.replace(report);
          this.#totals.bytes += gained.bytes;
          this.#totals.count += gained.count;
          const kept = { owner: 'spool', values: { dropped: String(this.#dropped) } };
          this.#remember(kept);
          file.keep(kept);
        });
      });
    } catch (error) {
      this.#totals = totals;
      this.#dropped = dropped;
      throw error;
    }
    this.#unsaved = [];
    return true;
  }

  #count(bytes: number): void {
    this.#totals.bytes += bytes;
    this.#totals.count += Math.sign(bytes);
  }

  #hold(detections: readonly Detection[], memory: readonly Memory[]): void {
    for (const detection of detections) this.#ring.put(detection);
    this.#unsaved.push(...memory);
    const leased = new Set(this.#lease?.from === 'memory' ? this.#lease.rows.map(({ id }) => id) : []);
    this.#tellDropped(this.#ring.shed(this.#dropReport?.id, leased), 'memory', (report) => this.#ring.put(report));
  }

  #tellDropped(lost: readonly Lost[], cause: 'full' | 'memory', put: (report: Detection) => void): void {
    if (lost.length === 0) return;
    this.#dropped += lost.length;
    this.#dropReport ??= new DropReport(newId(this.#options.clock.nowMs()));
    this.#dropReport.add(lost);
    put(this.#options.seal(this.#dropReport.toDraft(cause), this.#dropReport.id));
  }

  #deleteCommitted(): void {
    const freed = this.#file!.delete(this.#undeleted);
    this.#totals = { count: this.#totals.count - freed.count, bytes: this.#totals.bytes - freed.bytes };
  }

  /** Does something with the file. What goes wrong with it is dealt with here; `undefined` says that it did. */
  #attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!isDamage(error)) this.#giveUpDisk(error);
      else this.#reopen();
      return undefined;
    }
  }

  #reopen(): void {
    this.#file?.close();
    this.#file = undefined;
    try {
      this.#open();
    } catch (error) {
      this.#giveUpDisk(error);
    }
  }

  /** From now on in memory, until a later try succeeds. */
  #giveUpDisk(error: unknown): void {
    if (error instanceof SpoolTaken) throw error;
    if (this.#storage === 'disk') {
      this.#storage = 'memory';
      this.#options.log('error', 'the spool cannot be written; detections wait in memory', { error: errorText(error) });
      this.#hold([this.#options.seal(diskFullDraft(this.#options.path, errorText(error), isUnwritable(error)))], []);
    }
    this.#cancelRetry?.();
    this.#cancelRetry = this.#options.clock.after(this.#retryMs, () => this.#retryDisk());
    this.#retryMs = Math.min(this.#retryMs * 2, retryMsMax);
  }

  #retryDisk(): void {
    this.#cancelRetry = undefined;
    this.#attempt(() => {
      if (!this.#file) this.#open();
      // What is on its way from the ring is settled first.
      const leased = this.#lease?.from === 'memory' ? this.#lease.rows.map(({ id }) => id) : [];
      const waiting = this.#ring.detections.filter(({ id }) => !leased.includes(id));
      this.#file!.transact(() => this.#deleteCommitted());
      this.#undeleted = [];
      this.#write(waiting, this.#unsaved);
      this.#ring.delete(new Set(waiting.map(({ id }) => id)));
      this.#storage = 'disk';
      this.#retryMs = retryFirstMs;
      this.#options.log('info', 'the spool is on disk again', { moved: waiting.length });
    });
  }
}

const systemEvent = { mode: 'detect', action: 'observed', actionResult: 'none' } as const;

function damagedDraft(movedTo: string, salvaged: number, cause: string): DetectionDraft {
  return {
    ...systemEvent,
    kind: 'spool.damaged',
    rule: ownRule('spool.damaged', 'spool.damaged'),
    severity: 'high',
    title: `The spool file was damaged; ${salvaged} waiting detections could be read from it`,
    facts: { salvaged, movedTo: movedTo.slice(0, 1000), cause: cause.slice(0, 1000) },
  };
}

function diskFullDraft(path: string, cause: string, isKnown: boolean): DetectionDraft {
  return {
    ...systemEvent,
    kind: 'disk.full',
    rule: ownRule('disk.full', 'disk.full'),
    severity: 'high',
    title: 'The disk of the agent takes no writes; detections wait in memory',
    facts: { path: path.slice(0, 1000), cause: cause.slice(0, 1000), ...(isKnown ? {} : { unexpected: true }) },
  };
}
