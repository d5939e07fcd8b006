import type { Found, FoundFile } from './find-files.ts';
import { FollowedFile, type Manner, type Start } from './followed-file.ts';
import type { PackedFile } from './packed-file.ts';
import { logOf, type Position } from './position.ts';
import {
  findHolder,
  findLater,
  type Holder,
  newestOf,
  packingMs,
  type Question,
  type Read,
  type Since,
} from './predecessors.ts';
import { isBecomeOf } from './rotation-names.ts';
import type { SourcePath } from './source-paths.ts';

/** A file that has been rotated away is read on for this long: its writer may not know of it yet. */
const retirementMs = 60_000;
/** Open logs. Each is a descriptor; what was written to longest ago is left out first. */
export const filesMax = 1000;

/** A file that some source names and that cannot be opened. */
export interface Unreadable {
  readonly path: string;
  /** `EACCES` and the like; `SYMLINK` for a link that is not followed, `PACKED` for a rotated file that cannot be unpacked. */
  readonly code: string;
}

/** A log that lies where it lay, and holds what it held, was not rotated. */
const isInPlace = ({ position, holder }: Read): boolean =>
  holder.kind === 'in place' && logOf(position) === position.path;

/**
 * The open logs, known by inode, so that a rename is no new file. Knows nothing of time, watching or reporting.
 *
 * Rotation by rename: the old file is read on until it has been quiet under no source for a minute; the new one is read from its beginning.
 * Rotation by copy and truncation: the unread rest is taken from the copy, then the file anew from its beginning. What was rotated away and packed while
 * nobody looked is unpacked and read from where its reading ended.
 */
export class LogFiles {
  readonly #files = new Map<string, FollowedFile>();
  readonly #byPath = new Map<string, FollowedFile>();
  #packed: PackedFile[] = [];
  /** Files read to their end in this run: key and birth, since an inode is given away again. */
  readonly #done = new Set<string>();
  #unreadable: Unreadable[] = [];
  readonly #unpackable: Unreadable[] = [];
  readonly #nowMs: () => number;
  /** Questions whose answer is being packed. */
  #unsettled: { readonly question: Question; readonly dueMs: number }[] = [];
  #leftOut = 0;
  /** Set once the files are known that were there at the start: from then on packers may be at work. */
  #isStarted = false;

  /** @param nowMs the wall clock, for comparison with the times of files */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get all(): readonly FollowedFile[] {
    return [...this.#files.values()];
  }

  get packed(): readonly PackedFile[] {
    return this.#packed;
  }

  get unreadable(): readonly Unreadable[] {
    return [...this.#unreadable, ...this.#unpackable];
  }

  /** Files that are not followed because there are too many. */
  get leftOut(): number {
    return this.#leftOut;
  }

  at(path: string): FollowedFile | undefined {
    return this.#byPath.get(path);
  }

  /**
   * Takes up the files where an earlier run of the agent left them, wherever they lie now, and what was rotated away after them.
   * @param positions the one read longest ago first
   * @returns those of which neither the file nor a copy was found
   */
  async restore(
    positions: readonly { readonly position: Position; readonly by: SourcePath }[],
    nowMs: number,
  ): Promise<Position[]> {
    const lost: Position[] = [];
    const found: (Read & { readonly by: SourcePath })[] = [];
    for (const { position, by } of positions) {
      const holder = await findHolder(position, by.manner);
      if (holder.kind === 'packed') this.#packed.push(holder.file);
      else if (holder.kind !== 'nowhere') this.#keep(holder.file);
      else if (position.offset > 0) lost.push(position);
      if (holder.kind === 'file') holder.file.retiringSinceMs = nowMs;
      found.push({ position, holder, by });
    }
    // Only behind all that is known of a log may something lie that is not.
    for (const read of Map.groupBy(found, ({ position }) => logOf(position)).values())
      if (!read.some(isInPlace)) await this.#openLater(read, read[0]!.by.manner, nowMs);
    return lost;
  }

  /**
   * Compares the open files with what the sources name now.
   * @param startOf where a file begins that was not followed before
   * @returns whether all places should be kept at once, since what was read before lies elsewhere now
   */
  async update(found: Found, nowMs: number, startOf: (path: string, by: SourcePath) => Start['at']): Promise<boolean> {
    this.#unreadable = found.refusedLinks.map((path) => ({ path, code: 'SYMLINK' }));
    const named = new Set(found.files.map((file) => file.key));
    let isRenewed = false;
    for (const file of this.all) {
      if (named.has(file.key) || file.retiringSinceMs !== undefined) continue;
      // Copied, truncated and renamed before anybody looked: first what was lost by the truncation.
      if (!file.isCopy && file.isReplaced) {
        await this.renew(file, nowMs);
        isRenewed = true;
      }
      await this.#retire(file, nowMs);
    }
    for (const { path, key, by } of found.files) {
      const file = this.#files.get(key);
      if (!file) continue;
      if (file.retiringSinceMs !== undefined) file.isDirty = true;
      file.rename(path);
      file.manner = by.manner;
      file.retiringSinceMs = undefined;
    }
    this.#openFound(
      found.files.filter(({ key }) => !this.#files.has(key)),
      startOf,
    );
    this.#byPath.clear();
    for (const file of this.all) if (file.retiringSinceMs === undefined) this.#byPath.set(file.path, file);
    this.#isStarted = true;
    return isRenewed;
  }

  /** Files that were begun after this one and rotated away before anybody looked come behind it. */
  async #retire(file: FollowedFile, nowMs: number): Promise<void> {
    file.retiringSinceMs = nowMs;
    // What became of a log by rotation had its successors then.
    if (file.path !== file.log) return;
    await this.#openLater([{ position: file.position, holder: { kind: 'file', file } }], file.manner, nowMs);
  }

  async #openLater(read: readonly Read[], manner: Manner, nowMs: number): Promise<void> {
    const since = newestOf(read);
    const [first] = read;
    if (!since || !first) return;
    const log = logOf(first.position);
    await this.#ask({ log, manner, since, known: read.map(({ position }) => position) }, nowMs);
  }

  async #ask(question: Question, nowMs: number): Promise<void> {
    const files = this.all.filter(({ log, isCopy }) => log === question.log && !isCopy);
    const known = [...question.known, ...[...files, ...this.#packed].map(({ position }) => position)];
    const wallMs = this.#isStarted ? this.#nowMs() : undefined;
    const later = await findLater({ ...question, known }, (key, bornMs) => this.#isKnown(key, bornMs), wallMs);
    this.#unpackable.push(...later.unreadable.map((path) => ({ path, code: 'PACKED' })));
    this.#packed.push(...later.packed);
    for (const file of later.files) {
      this.#keep(file);
      file.retiringSinceMs = nowMs;
    }
    if (later.isUnsettled) this.#unsettled.push({ question, dueMs: nowMs + packingMs * 1.2 });
  }

  /** What is still to be asked, for a run after this one: by log the time after which files are later. */
  get openQuestions(): ReadonlyMap<string, Since> {
    const oldest = new Map<string, Since>();
    for (const { question } of this.#unsettled) {
      const { log, since } = question;
      const known = oldest.get(log);
      if (!known || since.modifiedMs < known.modifiedMs) oldest.set(log, since);
    }
    return oldest;
  }

  /** Asks what an earlier run had still to ask. */
  async askAgain(log: string, since: Since, by: SourcePath, nowMs: number): Promise<void> {
    await this.#ask({ log, manner: by.manner, since, known: [] }, nowMs);
  }

  /** Whether a packer that was at work should have finished by now. */
  isUnsettled(nowMs: number): boolean {
    return this.#unsettled.some(({ dueMs }) => dueMs <= nowMs);
  }

  /** Asks again after what was being packed. */
  async settle(nowMs: number): Promise<void> {
    const due = this.#unsettled.filter(({ dueMs }) => dueMs <= nowMs);
    this.#unsettled = this.#unsettled.filter(({ dueMs }) => dueMs > nowMs);
    for (const { question } of due) await this.#ask(question, nowMs);
  }

  /**
   * A blank file holds something now: what came before that and was rotated away in the meantime.
   * @param blank its position while it was blank
   * @returns the files found; they may be read after it, but their places must be kept first
   */
  async openBefore(blank: Position, file: FollowedFile, nowMs: number): Promise<(FollowedFile | PackedFile)[]> {
    const before = new Set<FollowedFile | PackedFile>([...this.all, ...this.#packed]);
    await this.#openLater([{ position: blank, holder: { kind: 'nowhere' } }], file.manner, nowMs);
    return [...this.all, ...this.#packed].filter((other) => !before.has(other));
  }

  #isKnown(key: string, bornMs: number): boolean {
    return this.#files.has(key) || this.#done.has(`${key} ${bornMs}`) || this.#packed.some((file) => file.key === key);
  }

  #openFound(fresh: readonly FoundFile[], startOf: (path: string, by: SourcePath) => Start['at']): void {
    const room = Math.max(0, filesMax - this.#files.size);
    const newest = fresh.length > room ? fresh.toSorted((one, other) => other.modifiedMs - one.modifiedMs) : fresh;
    this.#leftOut = Math.max(0, fresh.length - room);
    for (const { path, by } of newest.slice(0, room)) {
      const file = this.#open(path, startOf(path, by), by);
      if (!file) continue;
      const original = this.all.find((other) => other.path === other.log && isBecomeOf(path, other.log));
      if (original) file.takeForCopyOf(original, this.#isStarted);
      this.#keep(file);
    }
  }

  #open(path: string, at: Start['at'], by: SourcePath): FollowedFile | undefined {
    try {
      return new FollowedFile(path, { at: at === 'end' ? 'end' : 'beginning' }, by.manner);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
      if (code !== 'ENOENT') this.#unreadable.push({ path, code });
      return undefined;
    }
  }

  #keep(file: FollowedFile): void {
    this.#files.get(file.key)?.close();
    this.#files.set(file.key, file);
  }

  /**
   * A file that was truncated or rewritten begins anew; what was unread is looked for in a copy beside it, and in copies that were made after that one.
   * @returns the files whose places have changed besides
   */
  async renew(file: FollowedFile, nowMs: number): Promise<(FollowedFile | PackedFile)[]> {
    const { position } = file;
    const copies = this.all.filter((other) => other.isCopy && isBecomeOf(other.path, file.log));
    const holder = await this.#holderAmong(copies, file, nowMs);
    const found: (FollowedFile | PackedFile)[] = [];
    if (holder.kind !== 'nowhere') {
      found.push(holder.file);
      const before = new Set(this.all);
      for (const copy of copies) {
        if (!copy.isCopy || copy.writtenMs <= holder.file.writtenMs || copy.holds(position)) continue;
        copy.isCopy = false;
        found.push(copy);
      }
      await this.#openLater([{ position, holder }], file.manner, nowMs);
      found.push(...this.all.filter((other) => !before.has(other)));
    }
    file.restart();
    // The copies hold the older lines: they are read first.
    this.#files.delete(file.key);
    this.#files.set(file.key, file);
    return found;
  }

  async #holderAmong(copies: readonly FollowedFile[], file: FollowedFile, nowMs: number): Promise<Holder> {
    const { position } = file;
    const copy = copies.find((other) => other.resume(position));
    if (copy) {
      copy.isCopy = false;
      return { kind: 'file', file: copy };
    }
    const holder = await findHolder(position, file.manner, file.key);
    if (holder.kind === 'packed') this.#packed.push(holder.file);
    if (holder.kind !== 'file') return holder;
    if (this.#files.has(holder.file.key)) {
      holder.file.close();
      return { kind: 'nowhere' };
    }
    holder.file.retiringSinceMs = nowMs;
    this.#keep(holder.file);
    return holder;
  }

  /** Lets go of the files that still lie where `before` named them, though no source names them now: their source was taken away. */
  release(before: readonly SourcePath[], keyOf: (path: string) => string | undefined): void {
    for (const file of this.all) {
      const wasNamed = before.some((one) => one.matches(file.path));
      if (file.retiringSinceMs !== undefined && wasNamed && keyOf(file.path) === file.key) this.forget(file);
    }
  }

  /** Says that a file cannot be read, until the sources are looked at the next time. */
  fail(file: FollowedFile, code: string): void {
    this.#unreadable = [...this.#unreadable.filter(({ path }) => path !== file.path), { path: file.path, code }];
  }

  /** Whether no source names the file any more and it has had its time. */
  isOver(file: FollowedFile, nowMs: number): boolean {
    if (file.retiringSinceMs === undefined) return false;
    return nowMs - Math.max(file.retiringSinceMs, file.grewMs) > retirementMs;
  }

  forget(file: FollowedFile): void {
    this.#done.add(`${file.key} ${file.bornMs}`);
    this.#files.delete(file.key);
    if (this.#byPath.get(file.path) === file) this.#byPath.delete(file.path);
    file.close();
  }

  /** Packed files that are read. Before, a restart would have to know that they were. */
  forgetPacked(): readonly PackedFile[] {
    const over = this.#packed;
    this.#packed = [];
    for (const file of over) {
      this.#done.add(`${file.key} ${file.position.bornMs}`);
      file.close();
    }
    return over;
  }

  closeAll(): void {
    for (const file of this.all) this.forget(file);
    this.forgetPacked();
  }
}
