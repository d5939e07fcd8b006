import { getSystemErrorName } from 'node:util';
import { encodePath } from '../../../file-system/path-bytes.ts';

/**
 * The system calls that Node has no name for, by the foreign-function package koffi. Its binary comes with the agent for x64 and arm64, glibc
 * and musl; where it is missing or does not load, {@link loadLibc} says why and the agent works without.
 */
export type Libc = {
  /** fanotify_init(2). @returns a file descriptor. @throws SystemFault */
  fanotifyInit(flags: number): number;
  /** fanotify_mark(2) of an absolute path. @throws SystemFault */
  fanotifyMark(group: number, flags: number, mask: bigint, path: string): void;
  /** open_by_handle_at(2) with `O_PATH`. @param handle a `struct file_handle`. @returns a descriptor, or undefined where the object is gone */
  openByHandle(mount: number, handle: Buffer): number | undefined;
  /** `f_fsid` of statfs(2) in hexadecimal, as fanotify's events carry it. @throws SystemFault */
  fileSystemId(path: string): string;
  /** eventfd(2), not blocking. @throws SystemFault */
  eventFd(): number;
  /** poll(2) in a helper thread, so that the event loop stays free. @param fds `struct pollfd`s, which get the answer. @returns how many are ready */
  poll(fds: Buffer, timeoutMs: number): Promise<number>;
};

/** A system call that failed, with the kernel's name of the error. */
export class SystemFault extends Error {
  readonly code: string;

  constructor(call: string, errno: number) {
    const code = getSystemErrorName(-errno);
    super(`${call}: ${code}`);
    this.name = 'SystemFault';
    this.code = code;
  }
}

const openPath = 0o10000000;
const closeOnExec = 0o2000000;
const statfsBytes = 256;
/** Where `f_fsid` stands in the 64-bit `struct statfs` of x64 and arm64, after seven fields of eight bytes. */
const fsidAt = 56;

/** @throws Error where the binary is not there or does not fit this system */
export async function loadLibc(): Promise<Libc> {
  const { default: koffi } = await import('koffi');
  // The program itself has the C library, be it glibc or musl.
  const library = koffi.load(null);
  const init = library.func('int fanotify_init(unsigned int, unsigned int)');
  const mark = library.func('int fanotify_mark(int, unsigned int, uint64_t, int, const void *)');
  const byHandle = library.func('int open_by_handle_at(int, void *, int)');
  const statfs = library.func('int statfs(const void *, void *)');
  const eventfd = library.func('int eventfd(unsigned int, int)');
  const poll = library.func('int poll(void *, unsigned long, int)');
  const checked = (call: string, result: number): number => {
    if (result < 0) throw new SystemFault(call, koffi.errno());
    return result;
  };
  return {
    fanotifyInit: (flags) => checked('fanotify_init', init(flags, closeOnExec)),
    fanotifyMark: (group, flags, mask, path) =>
      void checked('fanotify_mark', mark(group, flags, mask, -1, terminated(path))),
    openByHandle(mount, handle) {
      const fd: number = byHandle(mount, handle, openPath | closeOnExec);
      return fd < 0 ? undefined : fd;
    },
    fileSystemId(path) {
      const answer = Buffer.alloc(statfsBytes);
      checked('statfs', statfs(terminated(path), answer));
      return answer.toString('hex', fsidAt, fsidAt + 8);
    },
    eventFd: () => checked('eventfd', eventfd(0, closeOnExec | 0o4000)),
    poll: (fds, timeoutMs) =>
      new Promise((resolve, reject) => {
        poll.async(fds, fds.length / 8, timeoutMs, (error: Error | null, ready: number) =>
          error ? reject(error) : resolve(ready),
        );
      }),
  };
}

const terminated = (path: string): Buffer => Buffer.concat([Buffer.from(encodePath(path) as string), Buffer.of(0)]);
