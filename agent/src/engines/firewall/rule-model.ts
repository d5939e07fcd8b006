import { BlockList, isIPv4 } from 'node:net';
import type { FirewallEnd, FirewallMatch, FirewallPolicyRule } from '@sakimori/contract/policy-firewall';
import { type Packet, protocolOf } from './packet.ts';

/**
 * What a firewall rule means, told once more and as plainly as can be, for one packet at a time: the other opinion that the test holds the compiler
 * and the kernel against. It shares no code with the compiler.
 */
export function isMeant(rule: FirewallMatch, packet: Packet): boolean {
  const ip = packet.ipv4 ?? packet.ipv6;
  const isLaterFragment = (ip?.fragment?.offset ?? 0) > 0;
  const protocol = ip ? protocolOf(packet) : undefined;
  const ports = isLaterFragment ? undefined : (packet.tcp ?? packet.udp ?? packet.ports);
  if (!holds(rule.frame, frameTypeOf(packet), (item, type) => item === type)) return false;
  if (!holds(rule.protocol, protocol, (item, number) => item === number)) return false;
  if (!isEndMeant(rule.source, packet.ethernet.source, ip?.source, ports?.source)) return false;
  if (!isEndMeant(rule.destination, packet.ethernet.destination, ip?.destination, ports?.destination)) return false;
  return isFlagMeant(rule, packet, isLaterFragment) && isIcmpMeant(rule, packet, isLaterFragment);
}

/** A field that the packet does not have meets nothing, a condition that is not there is met by everything. */
function holds<I, V>(
  condition: { readonly not: boolean; readonly items: readonly I[] } | undefined,
  value: V | undefined,
  isIt: (item: I, value: V) => boolean,
): boolean {
  if (!condition) return true;
  if (value === undefined) return false;
  return condition.items.some((item) => isIt(item, value)) !== condition.not;
}

function frameTypeOf({ ethernet, arp, ipv4, ipv6 }: Packet): number | undefined {
  if (arp) return 0x0806;
  if (ipv4) return 0x0800;
  return ipv6 ? 0x86dd : ethernet.type;
}

const isEndMeant = (end: FirewallEnd, mac: string, address: string | undefined, port: number | undefined): boolean =>
  holds(end.macs, mac, (item, value) => item === value) &&
  holds(end.addresses, address, isWithin) &&
  holds(end.ports, port, ([from, to], value) => value >= from && value <= to);

function isWithin(item: string, address: string): boolean {
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const first = item.split(/[-/]/)[0] ?? '';
  if (isIPv4(first) !== isIPv4(address)) return false;
  const list = new BlockList();
  if (item.includes('-')) list.addRange(first, item.split('-')[1] ?? '', family);
  else if (item.includes('/')) list.addSubnet(first, Number(item.split('/')[1]), family);
  else list.addAddress(first, family);
  return list.check(address, family);
}

function isFlagMeant({ tcpFlags }: FirewallMatch, { tcp }: Packet, isLaterFragment: boolean): boolean {
  if (!tcpFlags || !tcp) return true;
  if (isLaterFragment) return false;
  const six = tcp.flags.filter((flag) => flag !== 'ece' && flag !== 'cwr');
  const isExact =
    new Set(six).size === new Set(tcpFlags.items).size && six.every((flag) => tcpFlags.items.includes(flag));
  return isExact !== tcpFlags.not;
}

function isIcmpMeant({ icmp: rule }: FirewallMatch, { icmp, icmpv6 }: Packet, isLaterFragment: boolean): boolean {
  if (!rule) return true;
  const control = icmp ?? icmpv6;
  if (!control || isLaterFragment) return false;
  const isSame = control.type === rule.type && (rule.code === undefined || control.code === rule.code);
  return isSame !== rule.not;
}

/**
 * What a set of rules of one direction makes of a packet of IP, asked rule after rule. It knows nothing of connections.
 * @returns whether the packet passes
 */
export function doesPass(rules: readonly FirewallPolicyRule[], packet: Packet): boolean {
  const meaning = rules.filter((rule) => isMeant(rule, packet));
  for (const priority of [4, 3, 2, 1, 0]) {
    const here = meaning.filter((rule) => rule.priority === priority).map(({ action }) => action);
    if (here.includes('bypass') || here.includes('force-allow')) return true;
    if (here.includes('deny')) return false;
    if (here.includes('allow')) return true;
  }
  return packet.icmpv6 !== undefined || !rules.some(({ action }) => action === 'allow');
}
