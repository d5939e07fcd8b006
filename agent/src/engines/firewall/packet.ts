import { z } from 'zod';

/** A packet as the cases of `rules/firewall` describe it, and the frame that it is on the wire. Both for tests. */
const Mac = z.string().regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);
const Four = z.ipv4();
const Six = z.ipv6();
const Byte = z.number().int().min(0).max(255);
const Port = z.number().int().min(0).max(65_535);
const Ports = { source: Port.default(40_000), destination: Port.default(40_001) };
const Icmp = z.strictObject({ type: Byte, code: Byte.default(0) });
/** Place of this fragment in units of eight bytes; absent: the packet is whole. */
const Fragment = z.strictObject({ offset: z.number().int().min(0).max(8000), isLast: z.boolean() });

export const tcpFlagNames = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr'] as const;

export const Packet = z
  .strictObject({
    ethernet: z
      .strictObject({
        source: Mac.default('02:00:00:00:00:0a'),
        destination: Mac.default('02:00:00:00:00:0b'),
        /** The id of one 802.1Q tag. */
        vlan: z.number().int().min(0).max(4094).optional(),
        /** The EtherType of a frame that is neither ARP nor IP. */
        type: z.number().int().min(0x0600).max(0xffff).optional(),
      })
      .prefault({}),
    arp: z
      .strictObject({ operation: z.number().int().min(1).max(4).default(1), sender: Four, target: Four })
      .optional(),
    ipv4: z.strictObject({ source: Four, destination: Four, fragment: Fragment.optional() }).optional(),
    ipv6: z
      .strictObject({ source: Six, destination: Six, fragment: Fragment.optional(), hopByHop: z.boolean().optional() })
      .optional(),
    tcp: z.strictObject({ ...Ports, flags: z.array(z.enum(tcpFlagNames)).default(['syn']) }).optional(),
    udp: z.strictObject(Ports).optional(),
    icmp: Icmp.optional(),
    icmpv6: Icmp.optional(),
    /** Another protocol by IANA's number; where it has ports, they stand in `ports`. */
    protocol: Byte.optional(),
    ports: z.strictObject(Ports).optional(),
  })
  .refine(
    ({ ethernet, arp, ipv4, ipv6 }) => [ethernet.type, arp, ipv4, ipv6].filter((one) => one !== undefined).length === 1,
    'one of arp, ipv4, ipv6 and ethernet.type',
  )
  .refine(
    ({ ipv4, ipv6, tcp, udp, icmp, icmpv6, protocol }) =>
      [tcp, udp, icmp, icmpv6, protocol].filter((one) => one !== undefined).length === (ipv4 || ipv6 ? 1 : 0),
    'one protocol with IP, none without',
  );
export type Packet = z.infer<typeof Packet>;

/** IANA's number of the packet's protocol. */
export function protocolOf({ tcp, udp, icmp, icmpv6, protocol }: Packet): number {
  if (tcp) return 6;
  if (udp) return 17;
  if (icmp) return 1;
  return icmpv6 ? 58 : (protocol ?? 0);
}

/** The whole Ethernet frame. Checksums are zero: no firewall asks for them. */
export function encodeFrame(packet: Packet): Buffer {
  const { ethernet, arp, ipv4, ipv6 } = packet;
  const [type, body] = arp
    ? [0x0806, encodeArp(packet, arp)]
    : ipv4
      ? [0x0800, encodeFour(packet, ipv4)]
      : ipv6
        ? [0x86dd, encodeSix(packet, ipv6)]
        : [ethernet.type ?? 0, Buffer.alloc(46)];
  const tag = ethernet.vlan === undefined ? [] : [sixteen(0x8100, ethernet.vlan)];
  return Buffer.concat([macBytes(ethernet.destination), macBytes(ethernet.source), ...tag, sixteen(type), body]);
}

const macBytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(':', ''), 'hex');
const fourBytes = (address: string): Buffer => Buffer.from(address.split('.').map(Number));

function sixteen(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}

function sixBytes(address: string): Buffer {
  // URL's parser writes the address out in full or with one `::`, without an embedded IPv4 address.
  const host = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = host.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [first, last] = [groups(head), tail === undefined ? [] : groups(tail)];
  return sixteen(...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last);
}

function encodeArp({ ethernet }: Packet, { operation, sender, target }: NonNullable<Packet['arp']>): Buffer {
  return Buffer.concat([
    sixteen(1, 0x0800, 0x0604, operation),
    macBytes(ethernet.source),
    fourBytes(sender),
    Buffer.alloc(6),
    fourBytes(target),
  ]);
}

function encodeFour(packet: Packet, { source, destination, fragment }: NonNullable<Packet['ipv4']>): Buffer {
  const body = encodeTransport(packet);
  const place = fragment ? fragment.offset | (fragment.isLast ? 0 : 0x2000) : 0;
  const head = Buffer.concat([
    sixteen(0x4500, 20 + body.length, 1, place),
    Buffer.from([64, protocolOf(packet), 0, 0]),
    fourBytes(source),
    fourBytes(destination),
  ]);
  return Buffer.concat([head, body]);
}

function encodeSix(packet: Packet, ip: NonNullable<Packet['ipv6']>): Buffer {
  const { source, destination, fragment, hopByHop } = ip;
  let [next, body] = [protocolOf(packet), encodeTransport(packet)];
  if (fragment) {
    const place = (fragment.offset << 3) | (fragment.isLast ? 0 : 1);
    body = Buffer.concat([Buffer.from([next, 0]), sixteen(place, 0, 1), body]);
    next = 44;
  }
  if (hopByHop) {
    body = Buffer.concat([Buffer.from([next, 0, 1, 4, 0, 0, 0, 0]), body]);
    next = 0;
  }
  const head = Buffer.concat([
    sixteen(0x6000, 0, body.length),
    Buffer.from([next, 64]),
    sixBytes(source),
    sixBytes(destination),
  ]);
  return Buffer.concat([head, body]);
}

function encodeTransport({ tcp, udp, icmp, icmpv6, ports }: Packet): Buffer {
  if (tcp) {
    const bits = tcpFlagNames.reduce((sum, flag, index) => sum | (tcp.flags.includes(flag) ? 1 << index : 0), 0);
    return Buffer.concat([sixteen(tcp.source, tcp.destination, 0, 1, 0, 0, 0x5000 | bits, 1024, 0, 0)]);
  }
  if (udp) return Buffer.concat([sixteen(udp.source, udp.destination, 16, 0), Buffer.alloc(8)]);
  const control = icmp ?? icmpv6;
  if (control) return Buffer.concat([Buffer.from([control.type, control.code]), Buffer.alloc(30)]);
  return Buffer.concat([ports ? sixteen(ports.source, ports.destination) : Buffer.alloc(4), Buffer.alloc(28)]);
}
