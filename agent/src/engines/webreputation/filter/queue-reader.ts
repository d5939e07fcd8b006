import { setImmediate as nextTurn } from 'node:timers/promises';
import { encodeRequest, errorNumberOf } from '../../../netlink/messages.ts';
import { NetlinkFault, netlinkFamilies, openRawNetlink, type RawNetlink } from '../../../netlink/netlink-socket.ts';

/** A packet that the kernel holds until it has our word (`linux/netfilter/nfnetlink_queue.h`). */
export type HeldPacket = {
  readonly id: number;
  /** From the header of IP on. The buffer is used again. */
  readonly bytes: Buffer;
  /** Of the process that sends it, where the kernel knows. */
  readonly uid: number | undefined;
};

export type QueueReader = {
  /** Let it on, or drop it. Each packet once. */
  decide(id: number, isDropped: boolean): void;
  /** Reads until it is closed. */
  run(onPacket: (packet: HeldPacket) => void): Promise<void>;
  readonly overruns: number;
  close(): void;
};

const [packetMessage, verdictMessage, configMessage] = [0x300, 0x301, 0x302];
const [configCommand, configCopy, configLength, configMask, configFlags] = [1, 2, 3, 4, 5];
const [bind, copyPacket] = [1, 2];
/** A full queue lets packets on; large pieces come whole; the sender's user comes along. */
const [failOpen, wholePieces, withUser] = [1, 4, 8];
const [headAttribute, payloadAttribute, uidAttribute] = [1, 10, 16];
const [drop, accept] = [0, 1];
const waitingMax = 4096;
const datagramBytes = 72 * 1024;
/** In one turn; then the parent's words and the timers are heard. */
const packetsPerTurn = 200;
/** So long it waits for the next packet where one came just now: the way over a thread costs more than most packets take. */
const lingerMs = 1;
const lingersMax = 4;
const idleMs = 1000;

/** @throws NetlinkFault (`EBUSY`, `EPERM`: another program reads the queue, or no right), or Error where koffi does not load */
export async function openQueue(queue: number): Promise<QueueReader> {
  const socket = await openRawNetlink(netlinkFamilies.netfilter);
  try {
    const flags = failOpen | wholePieces | withUser;
    ask(socket, queue, configCommand, Buffer.of(bind, 0, 0, 0));
    ask(socket, queue, configCopy, Buffer.of(0, 0, 0xff, 0xff, copyPacket));
    ask(socket, queue, configLength, word(waitingMax));
    askFlags(socket, queue, flags);
  } catch (error) {
    socket.close();
    throw error;
  }
  return reader(socket, queue);
}

function ask(socket: RawNetlink, queue: number, attribute: number, value: Buffer): void {
  send(socket, encodeRequest(configMessage, queue, [[attribute, value]]));
}

/** Older kernels know fewer flags; a queue that drops when it is full is better than none. */
function askFlags(socket: RawNetlink, queue: number, flags: number): void {
  try {
    send(
      socket,
      encodeRequest(configMessage, queue, [
        [configMask, word(flags)],
        [configFlags, word(flags)],
      ]),
    );
  } catch (error) {
    if (!(error instanceof NetlinkFault)) throw error;
    const least = flags & ~withUser;
    send(
      socket,
      encodeRequest(configMessage, queue, [
        [configMask, word(least)],
        [configFlags, word(least)],
      ]),
    );
  }
}

/** Waits for the kernel's answer. Packets that come before it are let on. */
function send(socket: RawNetlink, message: Buffer): void {
  const into = Buffer.alloc(datagramBytes);
  socket.send(message);
  for (let turn = 0; turn < 1000; turn += 1) {
    if (!socket.wait(2000)) break;
    const bytes = socket.receive(into);
    if (typeof bytes !== 'number') continue;
    const errno = errorNumberOf(into.subarray(0, bytes));
    if (errno === 0) return;
    if (errno !== undefined) throw new NetlinkFault('the queue', errno);
    const held = readHeld(into, bytes);
    if (held) socket.send(verdict(into.readUInt16BE(18), held.id, false));
  }
  throw new NetlinkFault('the queue', -1);
}

function reader(socket: RawNetlink, queue: number): QueueReader {
  const into = Buffer.alloc(datagramBytes);
  const message = verdict(queue, 0, false);
  let [isOpen, overruns] = [true, 0];
  /** @returns how many came */
  const drain = (onPacket: (packet: HeldPacket) => void): number => {
    for (let count = 0; count < packetsPerTurn; count += 1) {
      const bytes = socket.receive(into);
      if (bytes === 'empty') return count;
      if (bytes === 'overrun') overruns += 1;
      else {
        const held = readHeld(into, bytes);
        if (held) onPacket(held);
      }
    }
    return packetsPerTurn;
  };
  return {
    get overruns() {
      return overruns;
    },
    decide(id, isDropped) {
      message.writeUInt32BE(isDropped ? drop : accept, 24);
      message.writeUInt32BE(id, 28);
      try {
        if (isOpen) socket.send(message);
      } catch (error) {
        // ENOENT: the kernel has let it go already, when a device went away for instance.
        if (!(error instanceof NetlinkFault)) throw error;
      }
    },
    async run(onPacket) {
      while (isOpen) {
        if (!(await socket.waitAside(idleMs))) continue;
        for (let lingers = 0; isOpen && lingers < lingersMax; ) {
          const count = drain(onPacket);
          if (count === packetsPerTurn) await nextTurn();
          else if (!socket.wait(lingerMs)) lingers += 1;
          else if (++lingers % lingersMax === 0) {
            lingers = 0;
            await nextTurn();
          }
        }
      }
    },
    close() {
      isOpen = false;
      socket.close();
    },
  };
}

/** One message of the kernel with one packet. */
export function readHeld(datagram: Buffer, bytes: number): HeldPacket | undefined {
  if (bytes < 20 || datagram.readUInt16LE(4) !== packetMessage) return undefined;
  const end = Math.min(bytes, datagram.readUInt32LE(0));
  let [id, uid]: [number | undefined, number | undefined] = [undefined, undefined];
  let payload: Buffer | undefined;
  for (let at = 20; at + 4 <= end; ) {
    const length = datagram.readUInt16LE(at);
    if (length < 4 || at + length > end) break;
    const type = datagram.readUInt16LE(at + 2) & 0x3fff;
    if (type === headAttribute && length >= 8) id = datagram.readUInt32BE(at + 4);
    else if (type === uidAttribute && length >= 8) uid = datagram.readUInt32BE(at + 4);
    else if (type === payloadAttribute) payload = datagram.subarray(at + 4, at + length);
    at += (length + 3) & ~3;
  }
  return id === undefined ? undefined : { id, uid, bytes: payload ?? Buffer.alloc(0) };
}

/** Head, number of the queue, and one attribute with the word and the packet's number. Wants no answer. */
function verdict(queue: number, id: number, isDropped: boolean): Buffer {
  const message = Buffer.alloc(32);
  message.writeUInt32LE(32, 0);
  message.writeUInt16LE(verdictMessage, 4);
  message.writeUInt16LE(1, 6);
  message.writeUInt16BE(queue, 18);
  message.writeUInt16LE(12, 20);
  message.writeUInt16LE(2, 22);
  message.writeUInt32BE(isDropped ? drop : accept, 24);
  message.writeUInt32BE(id, 28);
  return message;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
