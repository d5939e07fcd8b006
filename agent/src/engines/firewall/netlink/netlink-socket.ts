import { getSystemErrorName } from 'node:util';

/**
 * A socket of the kernel's network filter (`netlink(7)`, family 12), which Node has no name for, by the foreign-function package koffi. It is read
 * without waiting, twenty times a second: that costs less than a thread that waits, and the event loop stays free.
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

const [afNetlink, sockRaw, closeOnExec, netfilter] = [16, 3, 0o2000000, 12];
const [solSocket, receiveBuffer, receiveBufferForce] = [1, 8, 33];
const [solNetlink, addMembership] = [270, 1];
const dontWait = 0x40;
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
    close: library.func('int close(int)'),
    errno: () => koffi.errno(),
  };
}

/**
 * @param groups multicast groups of the network filter that are listened to
 * @throws NetlinkFault, or Error where koffi's binary is not there or does not fit this system
 */
export async function openNetlink(groups: readonly number[], listener: NetlinkListener): Promise<NetlinkSocket> {
  const calls = await loadCalls();
  const checked = (call: string, result: number): number => {
    if (result < 0) throw new NetlinkFault(call, calls.errno());
    return result;
  };
  const fd = checked('socket', calls.socket(afNetlink, sockRaw | closeOnExec, netfilter));
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
  return listen(fd, calls, listener);
}

function listen(fd: number, calls: Calls, listener: NetlinkListener): NetlinkSocket {
  const buffer = Buffer.alloc(datagramBytesMax);
  let isOpen = true;
  const read = () => {
    for (let turn = 0; isOpen && turn < datagramsMax; turn += 1) {
      const bytes = calls.recv(fd, buffer, buffer.length, dontWait);
      if (bytes >= 0) listener.onDatagram(buffer.subarray(0, bytes));
      else if (!isWorthAnotherTry(calls.errno(), listener)) return;
    }
  };
  // The system's own time: this is input, not a rule of the domain.
  const timer = setInterval(read, pollMs);
  timer.unref();
  return {
    send(message) {
      if (calls.send(fd, message, message.length, 0) < 0) throw new NetlinkFault('send', calls.errno());
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      clearInterval(timer);
      calls.close(fd);
    },
  };
}

function isWorthAnotherTry(errno: number, listener: NetlinkListener): boolean {
  if (errno === errnoNoBuffers) listener.onOverrun();
  return errno === errnoNoBuffers || errno === errnoInterrupted;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
