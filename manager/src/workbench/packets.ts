import { isIPv6 } from 'node:net';

/** Packets of connections that are made up, as a pcap file (raw IP, microseconds), for an engine that reads files. */
export type Ends = {
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
  readonly serverPort: number;
};
type Side = 'client' | 'server';
export type Saying = { readonly by: Side; readonly bytes: Buffer };

const flag = { fin: 1, syn: 2, push: 8, ack: 16 } as const;
const segmentBytesMax = 1400;

export class PacketWriter {
  readonly #parts: Buffer[] = [];
  #atUs = 0;

  constructor() {
    const head = Buffer.alloc(24);
    head.writeUInt32LE(0xa1b2c3d4, 0);
    head.writeUInt16LE(2, 4);
    head.writeUInt16LE(4, 6);
    head.writeUInt32LE(262_144, 16);
    head.writeUInt32LE(101, 20); // LINKTYPE_RAW
    this.#parts.push(head);
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** A connection over TCP that is opened, spoken on and closed. */
  tcp(ends: Ends, atMs: number, sayings: readonly Saying[]): void {
    this.#begin(atMs);
    const next: Record<Side, number> = { client: 1_000_000, server: 2_000_000 };
    const send = (by: Side, flags: number, data: Buffer = Buffer.alloc(0)): void => {
      const other: Side = by === 'client' ? 'server' : 'client';
      const head = Buffer.alloc(20);
      const ports = by === 'client' ? [ends.clientPort, ends.serverPort] : [ends.serverPort, ends.clientPort];
      head.writeUInt16BE(ports[0]!, 0);
      head.writeUInt16BE(ports[1]!, 2);
      head.writeUInt32BE(next[by], 4);
      head.writeUInt32BE(flags === flag.syn ? 0 : next[other], 8);
      head.writeUInt8(5 << 4, 12);
      head.writeUInt8(flags, 13);
      head.writeUInt16BE(64_240, 14);
      this.#packet(ends, by, 6, Buffer.concat([head, data]), 16);
      next[by] += data.length + (flags & (flag.syn | flag.fin) ? 1 : 0);
    };
    send('client', flag.syn);
    send('server', flag.syn | flag.ack);
    send('client', flag.ack);
    for (const { by, bytes } of sayings)
      for (let at = 0; at < bytes.length; at += segmentBytesMax) {
        send(by, flag.push | flag.ack, bytes.subarray(at, at + segmentBytesMax));
        send(by === 'client' ? 'server' : 'client', flag.ack);
      }
    send('client', flag.fin | flag.ack);
    send('server', flag.fin | flag.ack);
    send('client', flag.ack);
  }

  udp(ends: Ends, atMs: number, sayings: readonly Saying[]): void {
    this.#begin(atMs);
    for (const { by, bytes } of sayings) {
      const head = Buffer.alloc(8);
      const ports = by === 'client' ? [ends.clientPort, ends.serverPort] : [ends.serverPort, ends.clientPort];
      head.writeUInt16BE(ports[0]!, 0);
      head.writeUInt16BE(ports[1]!, 2);
      head.writeUInt16BE(8 + bytes.length, 4);
      this.#packet(ends, by, 17, Buffer.concat([head, bytes]), 6);
    }
  }

  /** Packets of a file follow one another. */
  #begin(atMs: number): void {
    this.#atUs = Math.max(this.#atUs + 1000, atMs * 1000);
  }

  #packet({ client, server }: Ends, by: Side, protocol: number, payload: Buffer, checksumAt: number): void {
    const [source, target] = (by === 'client' ? [client, server] : [server, client]).map(addressBytes);
    const length = Buffer.alloc(4);
    length.writeUInt16BE(payload.length, 2);
    const pseudo = [source!, target!, length, Buffer.from([0, 0, 0, protocol])];
    payload.writeUInt16BE(checksum(Buffer.concat([...pseudo, payload])) || 0xffff, checksumAt);
    const head = isIPv6(client) ? headOfSix(protocol, payload.length) : headOfFour(protocol, payload.length);
    source!.copy(head, isIPv6(client) ? 8 : 12);
    target!.copy(head, isIPv6(client) ? 24 : 16);
    if (!isIPv6(client)) head.writeUInt16BE(checksum(head), 10);
    const record = Buffer.alloc(16);
    record.writeUInt32LE(Math.floor(this.#atUs / 1_000_000), 0);
    record.writeUInt32LE(this.#atUs % 1_000_000, 4);
    record.writeUInt32LE(head.length + payload.length, 8);
    record.writeUInt32LE(head.length + payload.length, 12);
    this.#parts.push(record, head, payload);
    this.#atUs += 1;
  }
}

function headOfFour(protocol: number, length: number): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt8(0x45, 0);
  head.writeUInt16BE(20 + length, 2);
  head.writeUInt16BE(0x4000, 6);
  head.writeUInt8(64, 8);
  head.writeUInt8(protocol, 9);
  return head;
}

function headOfSix(protocol: number, length: number): Buffer {
  const head = Buffer.alloc(40);
  head.writeUInt8(0x60, 0);
  head.writeUInt16BE(length, 4);
  head.writeUInt8(protocol, 6);
  head.writeUInt8(64, 7);
  return head;
}

/** IPv6 in hexadecimal words alone. */
function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const [front = '', back] = address.split('::');
  const words = (text: string) => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)));
  const [before, after] = [words(front), words(back ?? '')];
  const all = back === undefined ? before : [...before, ...Array(8 - before.length - after.length).fill(0), ...after];
  const bytes = Buffer.alloc(16);
  for (const [index, word] of all.entries()) bytes.writeUInt16BE(word, index * 2);
  return bytes;
}

/** The internet checksum (RFC 1071). */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
