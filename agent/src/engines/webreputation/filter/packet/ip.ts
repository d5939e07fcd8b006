/** The head of one packet of IP, read without trust: lengths that lie make it no packet. Offsets are into the packet's bytes. */
export type IpPacket = {
  readonly version: 4 | 6;
  /** In network order, 4 or 16 bytes; views of the packet. */
  readonly source: Buffer;
  readonly destination: Buffer;
  /** IANA's number of what it carries, behind extension headers. */
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Buffer;
  /** Of TCP alone. */
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
};

export const [tcpProtocol, udpProtocol] = [6, 17];
export const tcpFlags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;
const extensionHeadersMax = 8;
const [hopByHop, routing, fragment, authentication, destinationOptions] = [0, 43, 44, 51, 60];

/** @returns undefined for what is neither TCP nor UDP, for later fragments, and for what is cut off or broken */
export function readPacket(bytes: Buffer): IpPacket | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 4) return readFour(bytes);
  return version === 6 ? readSix(bytes) : undefined;
}

function readFour(bytes: Buffer): IpPacket | undefined {
  const headBytes = (bytes[0]! & 15) * 4;
  if (bytes.length < 20 || headBytes < 20) return undefined;
  const total = bytes.readUInt16BE(2);
  // Zero where the kernel has not cut a large piece into packets yet.
  const end = total === 0 ? bytes.length : Math.min(total, bytes.length);
  if (end < headBytes || (bytes.readUInt16BE(6) & 0x1fff) !== 0) return undefined;
  const addresses = { source: bytes.subarray(12, 16), destination: bytes.subarray(16, 20) };
  return readTransport({ version: 4, ...addresses }, bytes[9]!, bytes.subarray(headBytes, end));
}

function readSix(bytes: Buffer): IpPacket | undefined {
  if (bytes.length < 40) return undefined;
  const length = bytes.readUInt16BE(4);
  const end = length === 0 ? bytes.length : Math.min(40 + length, bytes.length);
  let [next, at] = [bytes[6]!, 40];
  for (let headers = 0; headers < extensionHeadersMax; headers += 1) {
    if (at + 8 > end) return undefined;
    if (next === fragment) {
      if ((bytes.readUInt16BE(at + 2) & 0xfff8) !== 0) return undefined;
      [next, at] = [bytes[at]!, at + 8];
    } else if (next === hopByHop || next === routing || next === destinationOptions)
      [next, at] = [bytes[at]!, at + 8 + bytes[at + 1]! * 8];
    else if (next === authentication) [next, at] = [bytes[at]!, at + 8 + bytes[at + 1]! * 4];
    else {
      const addresses = { source: bytes.subarray(8, 24), destination: bytes.subarray(24, 40) };
      return readTransport({ version: 6, ...addresses }, next, bytes.subarray(at, end));
    }
  }
  return undefined;
}

function readTransport(
  ip: Pick<IpPacket, 'version' | 'source' | 'destination'>,
  protocol: number,
  bytes: Buffer,
): IpPacket | undefined {
  const ports = () => ({ sourcePort: bytes.readUInt16BE(0), destinationPort: bytes.readUInt16BE(2) });
  if (protocol === udpProtocol && bytes.length >= 8) {
    const length = bytes.readUInt16BE(4);
    if (length !== 0 && length < 8) return undefined;
    const payload = bytes.subarray(8, length === 0 ? bytes.length : Math.min(length, bytes.length));
    return { ...ip, protocol, ...ports(), payload, sequence: 0, acknowledgement: 0, flags: 0 };
  }
  if (protocol !== tcpProtocol || bytes.length < 20) return undefined;
  const headBytes = (bytes[12]! >> 4) * 4;
  if (headBytes < 20 || headBytes > bytes.length) return undefined;
  return {
    ...{ ...ip, protocol, ...ports(), payload: bytes.subarray(headBytes) },
    sequence: bytes.readUInt32BE(4),
    acknowledgement: bytes.readUInt32BE(8),
    flags: bytes[13]!,
  };
}

/** `192.0.2.1`, `2001:db8::1`. */
export function addressOf(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16)).join(':');
  return URL.parse(`http://[${groups}]`)?.hostname.slice(1, -1) ?? groups;
}
