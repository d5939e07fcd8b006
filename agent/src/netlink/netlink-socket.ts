import { getSystemErrorName } from 'node:util';

/**
 * Sockets of the kernel's own address family (`netlink(7)`), which Node has no name for, by the foreign-function package koffi. Two ways to read them:
 * {@link openNetlink} looks twenty times a second without waiting, which costs less than a thread that waits and keeps the event loop free; {@link openRawNetlink} leaves
 * the reading to who cannot wait so long.
 */
export type NetlinkSocket = {
  /** @throws NetlinkFault where the kernel refuses a request of ours */
  send(message: Buffer): void;
  close(): void;
};

export type NetlinkListener = {
  /** One datagram, which may hold several messages. The buffer is used again for the next. */
  readonly onDatagram: (datagram: Buffer) => void;
  /** The kernel had more to say than there was room for; some of it is lost. */
  readonly onOverrun: () => void;
};

/** The kernel's or the C library's refusal, by its name: `EPERM`, `EBUSY`. */
export class NetlinkFault extends Error {
  readonly code: string;

  constructor(call: string, errno: number) {
    const code = errno > 0 ? getSystemErrorName(-errno) : 'EUNKNOWN';
    super(`${call}: ${code}`);
    this.name = 'NetlinkFault';
    this.code = code;
  }
}

const [afNetlink, sockRaw, closeOnExec] = [16, 3, 0o2000000];
/** Families that are spoken here: questions about sockets, and the network filter. */
export const netlinkFamilies = { socketDiagnosis: 4, netfilter: 12 } as const;
const [solSocket, receiveBuffer, receiveBufferForce] = [1, 8, 33];
const [solNetlink, addMembership] = [270, 1];
const dontWait = 0x40;
const pollIn = 1;
const [errnoNoBuffers, errnoInterrupted] = [105, 4];
const bufferBytes = 8 * 1024 * 1024;
const datagramBytesMax = 256 * 1024;
const pollMs = 50;
/** In one turn; the rest waits for the next, so that a flood cannot hold the event loop. */
const datagramsMax = 2000;

type Calls = {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly bind: (fd: number, address: Buffer, bytes: number) => number;
  readonly setsockopt: (fd: number, level: number, name: number, value: Buffer, bytes: number) => number;
  readonly send: (fd: number, message: Buffer, bytes: number, flags: number) => number;
  readonly recv: (fd: number, into: Buffer, bytes: number, flags: number) => number;
  readonly poll: {
    (what: Buffer, count: number, timeoutMs: number): number;
    readonly async: (...args: unknown[]) => void;
  };
  readonly close: (fd: number) => number;
  readonly errno: () => number;
};

async function loadCalls(): Promise<Calls> {
  const { default: koffi } = await import('koffi');
  // The program itself has the C library, be it glibc or musl.
  const library = koffi.load(null);
  return {
    socket: library.func('int socket(int, int, int)'),
    bind: library.func('int bind(int, void *, unsigned int)'),
    setsockopt: library.func('int setsockopt(int, int, int, void *, unsigned int)'),
    send: library.func('long send(int, void *, size_t, int)'),
    recv: library.func('long recv(int, _Out_ void *, size_t, int)'),
    poll: library.func('int poll(void *, unsigned long, int)'),
    close: library.func('int close(int)'),
    errno: () => koffi.errno(),
  };
}

/** A socket that is read when its owner says so. */
export type RawNetlink = NetlinkSocket & {
  /** @returns one datagram in `into`, or why there is none: `overrun`: the kernel had more to say than there was room for */
  receive(into: Buffer): number | 'empty' | 'overrun';
  /** Waits here, with all else. @returns whether there is something to read */
  wait(timeoutMs: number): boolean;
  /** Waits in a thread. */
  waitAside(timeoutMs: number): Promise<boolean>;
};

/**
 * @param groups multicast groups that are listened to
 * @throws NetlinkFault, or Error where koffi's binary is not there or does not fit this system
 */
export async function openRawNetlink(family: number, groups: readonly number[] = []): Promise<RawNetlink> {
  const calls = await loadCalls();
  const checked = (call: string, result: number): number => {
    if (result < 0) throw new NetlinkFault(call, calls.errno());
    return result;
  };
  const fd = checked('socket', calls.socket(afNetlink, sockRaw | closeOnExec, family));
  try {
    const address = Buffer.alloc(12);
    address.writeUInt16LE(afNetlink, 0);
    checked('bind', calls.bind(fd, address, address.length));
    // As root beyond the system's limit; otherwise as far as it goes.
    const forced = calls.setsockopt(fd, solSocket, receiveBufferForce, word(bufferBytes), 4);
    if (forced < 0) calls.setsockopt(fd, solSocket, receiveBuffer, word(bufferBytes), 4);
    for (const group of groups) checked('setsockopt', calls.setsockopt(fd, solNetlink, addMembership, word(group), 4));
  } catch (error) {
    calls.close(fd);
    throw error;
  }
  return rawSocket(fd, calls);
}

function rawSocket(fd: number, calls: Calls): RawNetlink {
  let isOpen = true;
  const asked = Buffer.alloc(8);
  asked.writeInt32LE(fd, 0);
  asked.writeInt16LE(pollIn, 4);
  return {
    send(message) {
      if (calls.send(fd, message, message.length, 0) < 0) throw new NetlinkFault('send', calls.errno());
    },
    receive(into) {
      for (;;) {
        if (!isOpen) return 'empty';
        const bytes = calls.recv(fd, into, into.length, dontWait);
        if (bytes >= 0) return bytes;
        const errno = calls.errno();
        if (errno === errnoNoBuffers) return 'overrun';
        if (errno !== errnoInterrupted) return 'empty';
      }
    },
    wait: (timeoutMs) => isOpen && calls.poll(asked, 1, timeoutMs) > 0,
    waitAside: (timeoutMs) =>
      new Promise((resolve) => {
        if (!isOpen) return resolve(false);
        calls.poll.async(Buffer.from(asked), 1, timeoutMs, (_: unknown, count: number) => resolve(count > 0));
      }),
    close() {
      if (!isOpen) return;
      isOpen = false;
      calls.close(fd);
    },
  };
}

/**
 * @param groups multicast groups of the network filter that are listened to
 * @throws as {@link openRawNetlink}
 */
export async function openNetlink(groups: readonly number[], listener: NetlinkListener): Promise<NetlinkSocket> {
  const socket = await openRawNetlink(netlinkFamilies.netfilter, groups);
  const buffer = Buffer.alloc(datagramBytesMax);
  const read = () => {
    for (let turn = 0; turn < datagramsMax; turn += 1) {
      const bytes = socket.receive(buffer);
      if (bytes === 'empty') return;
      if (bytes === 'overrun') listener.onOverrun();
      else listener.onDatagram(buffer.subarray(0, bytes));
    }
  };
  // The system's own time: this is input, not a rule of the domain.
  const timer = setInterval(read, pollMs);
  timer.unref();
  return {
    send: (message) => socket.send(message),
    close() {
      clearInterval(timer);
      socket.close();
    },
  };
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
