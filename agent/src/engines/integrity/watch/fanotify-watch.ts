import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessActor } from '@sakimori/contract/detection';
import type { Clock } from '../../../clock.ts';
import type { Mount, Mounts } from '../../../file-system/mounts.ts';
import { type FanotifyEvent, mask, type Place, parseEvents } from './fanotify-events.ts';
import { FileSystems } from './file-systems.ts';
import type { Libc, SystemFault } from './libc.ts';
import { Who } from './who.ts';

const flag = { nonBlocking: 0x2, folderAndName: 0xc00 } as const;
/** `ignore` with its two companions is FAN_MARK_IGNORE_SURV: until it is taken away. */
const mark = { add: 0x1, fileSystem: 0x100, ignore: 0x440 } as const;
const wanted = mask.modify | mask.attrib | mask.closeWrite | mask.create | mask.delete | mask.onFolder;
const bufferBytes = 256 * 1024;
/** Who writes without end is read this often: the kernel joins what it does to the same name meanwhile. */
const steadyMs = 40;
/** A process that ends while we wait is gone from /proc; so after a quiet time the first event is read at once. */
const quietMs = 50;
/** How long the helper thread waits in the kernel. A process that ends without closing us waits for it, so it is short. */
const pollMs = 500;

export type WatchParts = {
  readonly clock: Clock;
  /** May a path that concerns us lie in this folder, or is it one? */
  readonly concerns: (folder: string) => boolean;
  /** @param folder `arrived`: a folder with all that is in it came here; `replaced`: a folder was made or taken away here */
  readonly onEvent: (path: string, actor: ProcessActor | undefined, folder?: 'arrived' | 'replaced') => void;
  readonly onOverflow: () => void;
  /** The table of mounts has changed. */
  readonly onMounts: () => void;
  readonly onFault: (error: Error) => void;
  /** The agent's own folders, which nobody watches: the kernel need not wake us for what we write there. */
  readonly ownFolders: readonly string[];
};

/**
 * Hears of every change on whole file systems by fanotify(7), with who made it. Needs CAP_SYS_ADMIN and CAP_DAC_READ_SEARCH and Linux 5.9.
 * There is no watch for each folder, so nothing is lost between a folder's making and its watching. What it does not tell: changes on the far side of
 * a network, and writes through a memory map.
 */
export class FanotifyWatch {
  /** Mount point → why its file system has no mark, an errno name. inotify stands in there. */
  readonly failures = new Map<string, string>();
  readonly #parts: WatchParts;
  readonly #libc: Libc;
  readonly #group: number;
  readonly #wake: number;
  readonly #mountTable: number;
  readonly #fileSystems: FileSystems;
  readonly #who: Who;
  /** Mount point → id of its file system. */
  readonly #marked = new Map<string, string>();
  readonly #markedDevices = new Set<string>();
  #mask = wanted | mask.rename;
  #mounts: Mounts;
  #lastReadMs = 0;
  #stopped = false;
  readonly #reading: Promise<void>;

  /** @throws SystemFault where the kernel or our rights do not allow it; `EPERM` for want of a capability, `ENOSYS` or `EINVAL` on an old kernel */
  constructor(libc: Libc, mounts: Mounts, parts: WatchParts) {
    this.#libc = libc;
    this.#parts = parts;
    this.#mounts = mounts;
    this.#group = libc.fanotifyInit(flag.nonBlocking | flag.folderAndName);
    this.#wake = libc.eventFd();
    this.#mountTable = openSync('/proc/self/mountinfo', 'r');
    this.#fileSystems = new FileSystems(libc, mounts);
    this.#who = new Who(parts.clock);
    try {
      this.refresh(mounts);
      const [fault] = this.failures.values();
      if (this.#marked.size === 0 && fault) throw Object.assign(new Error(`fanotify_mark: ${fault}`), { code: fault });
    } catch (error) {
      this.#closeAll();
      throw error;
    }
    for (const folder of parts.ownFolders) this.#ignore(folder);
    this.#reading = this.#read().catch((error: Error) => parts.onFault(error));
  }

  /** Does a mark lie on the file system of this path? */
  covers(path: string): boolean {
    const device = this.#mounts.of(path)?.device;
    return device !== undefined && this.#markedDevices.has(device);
  }

  get size(): number {
    return this.#markedDevices.size;
  }

  /** Marks the file systems of new mounts that concern us. A mark goes with its file system. */
  refresh(mounts: Mounts): void {
    this.#mounts = mounts;
    const entered = mounts.entered().filter(({ point }) => !mounts.isRemote(point) && this.#parts.concerns(point));
    const devices = new Set(entered.map(({ device }) => device));
    for (const point of [...this.#marked.keys()])
      if (!devices.has(mounts.at(point)?.device ?? '')) this.#marked.delete(point);
    this.failures.clear();
    this.#markedDevices.clear();
    for (const point of this.#marked.keys()) this.#markedDevices.add(mounts.at(point)!.device);
    for (const mount of entered) if (!this.#markedDevices.has(mount.device)) this.#markOne(mount);
    this.#fileSystems.refresh(mounts, this.#marked);
  }

  #markOne(mount: Mount): void {
    try {
      const id = this.#libc.fileSystemId(mount.point);
      this.#addMark(mount.point);
      this.#marked.set(mount.point, id);
      this.#markedDevices.add(mount.device);
    } catch (error) {
      this.failures.set(mount.point, (error as SystemFault).code ?? 'unknown');
    }
  }

  #addMark(point: string): void {
    try {
      this.#libc.fanotifyMark(this.#group, mark.add | mark.fileSystem, BigInt(this.#mask), point);
    } catch (error) {
      // FAN_RENAME is of Linux 5.17; before, a rename is two events.
      if ((error as SystemFault).code !== 'EINVAL' || (this.#mask & mask.rename) === 0) throw error;
      this.#mask = wanted | mask.movedFrom | mask.movedTo;
      this.#libc.fanotifyMark(this.#group, mark.add | mark.fileSystem, BigInt(this.#mask), point);
    }
  }

  /** Spares work only: an older kernel (before 6.0) tells us of our own writes, and nobody asks for them. */
  #ignore(folder: string): void {
    try {
      const bits = mask.modify | mask.attrib | mask.closeWrite | mask.create | mask.delete | mask.onChild;
      this.#libc.fanotifyMark(this.#group, mark.add | mark.ignore, BigInt(bits), folder);
    } catch {
      return;
    }
  }

  async #read(): Promise<void> {
    const buffer = Buffer.allocUnsafeSlow(bufferBytes);
    const fds = pollFds(this.#group, this.#wake, this.#mountTable);
    while (!this.#stopped) {
      await this.#libc.poll(fds, pollMs);
      if (this.#stopped) return;
      if (fds.readInt16LE(2 * 8 + 6) !== 0) this.#parts.onMounts();
      if (fds.readInt16LE(6) === 0) continue;
      const isSteady = this.#drain(buffer);
      if (isSteady) await new Promise<void>((resolve) => this.#parts.clock.after(steadyMs, resolve));
    }
  }

  /** @returns whether there is time until the next reading: nobody new has come up */
  #drain(buffer: Buffer): boolean {
    const nowMs = this.#parts.clock.monotonicMs();
    const wasQuiet = nowMs - this.#lastReadMs > quietMs;
    this.#lastReadMs = nowMs;
    const bytes = readSome(this.#group, buffer);
    let hasNewProcess = false;
    for (const event of parseEvents(buffer.subarray(0, bytes))) hasNewProcess = this.#take(event) || hasNewProcess;
    this.#fileSystems.release();
    return !hasNewProcess && !wasQuiet;
  }

  /** @returns whether it was made by a process that we had not seen a moment ago */
  #take(event: FanotifyEvent): boolean {
    if ((event.mask & mask.overflow) !== 0) {
      this.#fileSystems.forget();
      this.#parts.onOverflow();
      return false;
    }
    const isFolder = (event.mask & mask.onFolder) !== 0;
    const isMove = (event.mask & (mask.rename | mask.movedFrom | mask.movedTo)) !== 0;
    const before = event.from ? this.#concerned(event.from) : [];
    const paths = event.place ? this.#concerned(event.place) : [];
    if (before.length + paths.length === 0) return false;
    // All paths below have changed with it, also those that did not concern us before.
    if (isFolder && isMove) this.#fileSystems.forget();
    const isNew = !this.#who.knows(event.pid);
    const actor = this.#who.is(event.pid);
    for (const path of before) this.#parts.onEvent(path, actor, isFolder ? 'replaced' : undefined);
    for (const path of paths) this.#parts.onEvent(path, actor, isFolder ? folderWord(event) : undefined);
    return isNew;
  }

  #concerned(place: Place): string[] {
    return this.#fileSystems
      .pathsOf(place)
      .map((folder) => (place.name ? join(folder, place.name) : folder))
      .filter((path) => this.#parts.concerns(path));
  }

  async close(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    writeSync(this.#wake, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]));
    await this.#reading;
    this.#closeAll();
  }

  #closeAll(): void {
    for (const fd of [this.#group, this.#wake, this.#mountTable]) closeSync(fd);
  }
}

function folderWord({ mask: bits }: FanotifyEvent): 'arrived' | 'replaced' | undefined {
  if ((bits & (mask.rename | mask.movedTo)) !== 0) return 'arrived';
  return (bits & (mask.create | mask.delete | mask.movedFrom)) === 0 ? undefined : 'replaced';
}

const ready = { in: 0x1, priority: 0x2 } as const;

/** `struct pollfd` of each: the group and the wake-up have something to read; of the table of mounts a change is a condition of its own. */
function pollFds(group: number, wake: number, mountTable: number): Buffer {
  const fds = Buffer.alloc(3 * 8);
  for (const [index, [fd, events]] of [
    [group, ready.in],
    [wake, ready.in],
    [mountTable, ready.priority],
  ].entries()) {
    fds.writeInt32LE(fd!, index * 8);
    fds.writeInt16LE(events!, index * 8 + 4);
  }
  return fds;
}

function readSome(fd: number, buffer: Buffer): number {
  try {
    return readSync(fd, buffer, 0, buffer.length, null);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EAGAIN' || code === 'EINTR') return 0;
    throw error;
  }
}
