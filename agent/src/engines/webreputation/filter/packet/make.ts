import { type IpPacket, tcpFlags, tcpProtocol, udpProtocol } from './ip.ts';

/** Packets of our own, with their checksums: answers in the name of the other end, and ends of connections. */
type Ends = Pick<IpPacket, 'version' | 'source' | 'destination' | 'sourcePort' | 'destinationPort'>;

/** From where a packet went, to where it came from. */
export const backwards = (packet: Ends): Ends => ({
  version: packet.version,
  ...{ source: packet.destination, destination: packet.source },
  ...{ sourcePort: packet.destinationPort, destinationPort: packet.sourcePort },
});

export function makeUdp(ends: Ends, payload: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(ends.sourcePort, 0);
  head.writeUInt16BE(ends.destinationPort, 2);
  head.writeUInt16BE(8 + payload.length, 4);
  return withIp(ends, udpProtocol, Buffer.concat([head, payload]), 6);
}

export function makeTcp(
  ends: Ends,
  { sequence, acknowledgement, flags }: Pick<IpPacket, 'sequence' | 'acknowledgement' | 'flags'>,
  payload: Buffer = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(ends.sourcePort, 0);
  head.writeUInt16BE(ends.destinationPort, 2);
  head.writeUInt32BE(sequence >>> 0, 4);
  head.writeUInt32BE(acknowledgement >>> 0, 8);
  head[12] = 5 << 4;
  head[13] = flags;
  head.writeUInt16BE(flags & tcpFlags.rst ? 0 : 65_535, 14);
  return withIp(ends, tcpProtocol, Buffer.concat([head, payload]), 16);
}

function withIp({ version, source, destination }: Ends, protocol: number, body: Buffer, checksumAt: number): Buffer {
  const pseudo = Buffer.alloc(version === 4 ? 4 : 8);
  if (version === 4) {
    pseudo[1] = protocol;
    pseudo.writeUInt16BE(body.length, 2);
  } else {
    pseudo.writeUInt32BE(body.length, 0);
    pseudo[7] = protocol;
  }
  const sum = checksumOf(source, destination, pseudo, body);
  // Of UDP zero would mean that there is none.
  body.writeUInt16BE(sum === 0 && protocol === udpProtocol ? 0xffff : sum, checksumAt);
  const head = Buffer.alloc(version === 4 ? 20 : 40);
  if (version === 4) {
    head[0] = 0x45;
    head.writeUInt16BE(20 + body.length, 2);
    head[8] = 64;
    head[9] = protocol;
    source.copy(head, 12);
    destination.copy(head, 16);
    head.writeUInt16BE(checksumOf(head), 10);
  } else {
    head[0] = 0x60;
    head.writeUInt16BE(body.length, 4);
    head[6] = protocol;
    head[7] = 64;
    source.copy(head, 8);
    destination.copy(head, 24);
  }
  return Buffer.concat([head, body]);
}

/** Of all parts but the last the length is even. */
export function checksumOf(...parts: readonly Buffer[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at + 1 < part.length; at += 2) sum += (part[at]! << 8) | part[at + 1]!;
    if (part.length % 2 === 1) sum += part[part.length - 1]! << 8;
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
