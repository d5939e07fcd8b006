/** What a firewall tells of a packet, read from its first bytes. What is not there, or is cut off, is absent; nothing of it is believed. */
export type SeenPacket = {
  readonly source: string;
  readonly destination: string;
  /** IANA's number; of IPv6 the one behind the extension headers. */
  readonly protocol: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly tcpFlags?: string;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly bytes: number;
};

const flagNames = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr'];
const [icmp, tcp, udp, icmpv6] = [1, 6, 17, 58];
const withPorts = [tcp, udp, 33, 132, 136];
const names: Readonly<Record<number, string>> = {
  1: 'icmp',
  2: 'igmp',
  6: 'tcp',
  17: 'udp',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'icmpv6',
  132: 'sctp',
};

export const protocolName = (protocol: number): string => names[protocol] ?? String(protocol);

/** @returns undefined where it is no IP */
export function decodePacket(payload: Buffer): SeenPacket | undefined {
  const version = (payload[0] ?? 0) >> 4;
  if (version === 4 && payload.length >= 20) return decodeFour(payload);
  return version === 6 && payload.length >= 40 ? decodeSix(payload) : undefined;
}

function decodeFour(payload: Buffer): SeenPacket {
  const headBytes = (payload.readUInt8(0) & 15) * 4;
  const isLaterFragment = (payload.readUInt16BE(6) & 0x1fff) > 0;
  const protocol = payload.readUInt8(9);
  return {
    source: [...payload.subarray(12, 16)].join('.'),
    destination: [...payload.subarray(16, 20)].join('.'),
    protocol,
    bytes: payload.readUInt16BE(2),
    ...(isLaterFragment ? {} : decodeTransport(protocol, payload.subarray(headBytes))),
  };
}

const [hopByHop, routing, fragment, destinationOptions] = [0, 43, 44, 60];
const extensionsMax = 8;

function decodeSix(payload: Buffer): SeenPacket {
  let [protocol, at, isLaterFragment] = [payload.readUInt8(6), 40, false];
  for (let turn = 0; turn < extensionsMax && payload.length >= at + 8; turn += 1) {
    if (protocol === fragment) {
      isLaterFragment ||= payload.readUInt16BE(at + 2) >> 3 > 0;
      [protocol, at] = [payload.readUInt8(at), at + 8];
    } else if ([hopByHop, routing, destinationOptions].includes(protocol))
      [protocol, at] = [payload.readUInt8(at), at + (payload.readUInt8(at + 1) + 1) * 8];
    else break;
  }
  return {
    source: sixText(payload.subarray(8, 24)),
    destination: sixText(payload.subarray(24, 40)),
    protocol,
    bytes: 40 + payload.readUInt16BE(4),
    ...(isLaterFragment ? {} : decodeTransport(protocol, payload.subarray(at))),
  };
}

function decodeTransport(protocol: number, bytes: Buffer): Partial<SeenPacket> {
  if (withPorts.includes(protocol) && bytes.length >= 4) {
    const ports = { sourcePort: bytes.readUInt16BE(0), destinationPort: bytes.readUInt16BE(2) };
    if (protocol !== tcp || bytes.length < 14) return ports;
    const bits = bytes.readUInt8(13);
    return { ...ports, tcpFlags: flagNames.filter((_, index) => bits & (1 << index)).join(' ') };
  }
  if ((protocol === icmp || protocol === icmpv6) && bytes.length >= 2)
    return { icmpType: bytes.readUInt8(0), icmpCode: bytes.readUInt8(1) };
  return {};
}

/** As RFC 5952 writes an address. */
function sixText(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
