import type { FirewallMatch } from '@sakimori/contract/policy-firewall';
import fc from 'fast-check';
import { Packet, tcpFlagNames } from './packet.ts';

/** Rules and packets from one small world, so that they meet often, at the edges too. For tests. */
const { array, boolean, constant, constantFrom, oneof, record, uniqueArray } = fc;

const addresses4 = ['10.0.0.1', '10.0.0.200', '10.1.2.3', '192.0.2.7', '255.255.255.255', '0.0.0.0'];
const addresses6 = ['fe80::1', 'fe80::ffff:1', '2001:db8::5', '2001:db8::9', 'ff02::1', '::'];
const ranges4 = ['10.0.0.1', '10.0.0.0/8', '10.0.0.100-10.1.0.0', '192.0.2.0/25', '255.255.255.255', '0.0.0.0/0'];
const ranges6 = ['fe80::/10', '2001:db8::5-2001:db8::8', '2001:db8::9', 'ff00::/8', '::/0', '::-1fff::'];
const macs = ['02:00:00:00:00:0a', '02:00:00:00:00:0b', 'ff:ff:ff:ff:ff:ff', '00:00:5e:00:01:01'];
const ports = [0, 22, 53, 1023, 1024, 65_535];
const portRanges: readonly (readonly [number, number])[] = [
  [22, 22],
  [53, 60],
  [0, 1023],
  [1000, 65_535],
  [0, 65_535],
  [65_535, 65_535],
];
const frameTypes = [0x0800, 0x86dd, 0x0806, 0x88cc, 0x8035];
const protocols = [0, 1, 2, 6, 17, 47, 58, 77, 132, 255];
const icmpTypes = [0, 3, 8, 128, 255];
const icmpCodes = [0, 4, 255];

const is = <T>(...items: readonly T[]) => ({ not: false, items: [...items] });
/** There as often as the share says, of ten. */
const maybe = <T>(one: fc.Arbitrary<T>, ofTen: number) =>
  oneof({ weight: 10 - ofTen, arbitrary: constant(undefined) }, { weight: ofTen, arbitrary: one });
const condition = <T>(items: readonly T[]) =>
  record({
    not: boolean(),
    items: oneof({ weight: 9, arbitrary: array(constantFrom(...items), { minLength: 1, maxLength: 3 }) }, constant([])),
  });

const end = record({
  addresses: maybe(condition([...ranges4, ...ranges6]), 4),
  macs: maybe(condition(macs), 3),
  ports: maybe(condition(portRanges), 3),
});
const whatever = record({ protocol: maybe(condition(protocols), 5) });
const withFlags = record({
  protocol: constantFrom(is(6), is(6, 17), { not: true, items: [17] }),
  tcpFlags: record({ not: boolean(), items: uniqueArray(constantFrom('syn', 'ack', 'fin'), { maxLength: 2 }) }),
});
const withIcmp = record({
  protocol: constantFrom(is(1), is(58)),
  icmp: record({ not: boolean(), type: constantFrom(...icmpTypes), code: maybe(constantFrom(...icmpCodes), 5) }),
});

export const anyRule: fc.Arbitrary<FirewallMatch> = record({
  frame: maybe(condition(frameTypes), 3),
  source: end,
  destination: end,
  what: oneof(whatever, withFlags, withIcmp),
}).map(({ what, ...rest }) => ({ ...rest, ...what }) as FirewallMatch);

const bothPorts = { source: constantFrom(...ports), destination: constantFrom(...ports) };
const control = record({ type: constantFrom(...icmpTypes), code: constantFrom(...icmpCodes) });
const flags = uniqueArray(constantFrom(...tcpFlagNames), { maxLength: 3 });
const payload = oneof(
  record({ tcp: record({ ...bothPorts, flags }) }),
  record({ udp: record(bothPorts) }),
  record({ icmp: control }),
  record({ icmpv6: control }),
  record({ protocol: constantFrom(2, 47, 77, 255) }),
  record({ protocol: constant(132), ports: record(bothPorts) }),
);
const ethernet = record({
  source: constantFrom(...macs),
  destination: constantFrom(...macs),
  vlan: maybe(constantFrom(0, 5), 2),
});
const fragment = maybe(record({ offset: constantFrom(0, 1, 185), isLast: boolean() }), 2);
const four = record({ source: constantFrom(...addresses4), destination: constantFrom(...addresses4), fragment });
const six = record({
  source: constantFrom(...addresses6),
  destination: constantFrom(...addresses6),
  fragment,
  hopByHop: boolean(),
});
const arp = record({ sender: constantFrom(...addresses4), target: constantFrom(...addresses4) });

export const anyPacket: fc.Arbitrary<Packet> = oneof(
  { weight: 4, arbitrary: record({ ethernet, ipv4: four, payload }) },
  { weight: 4, arbitrary: record({ ethernet, ipv6: six, payload }) },
  { weight: 1, arbitrary: record({ ethernet, arp, payload: constant({}) }) },
  { weight: 1, arbitrary: record({ ethernet, type: constantFrom(0x88cc, 0x8035), payload: constant({}) }) },
).map(({ payload, ...parts }) => {
  const { type, ethernet, ...rest } = { type: undefined, ...parts };
  return Packet.parse(JSON.parse(JSON.stringify({ ethernet: { ...ethernet, type }, ...rest, ...payload })));
});
