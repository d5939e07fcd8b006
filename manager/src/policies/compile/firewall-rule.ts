import { formatAddressRange, maskAddress, readItems } from '@sakimori/contract/network-address';
import { type FirewallEnd, type FirewallMatch, FirewallPolicyRule } from '@sakimori/contract/policy-firewall';
import {
  asFault,
  type ContextObject,
  FirewallFault,
  type FirewallObjects,
  type ListReader,
  toAddresses,
  toMacs,
  toPorts,
} from './firewall-objects.ts';

type Side = 'source' | 'destination';
type EndProperties<S extends Side> = Partial<
  Record<`${S}IP${'Type' | 'Value' | 'Mask' | 'RangeFrom' | 'RangeTo'}`, string> &
    Record<`${S}${'MAC' | 'Port'}Type` | `${S}MACValue`, string> &
    Record<`${S}${'IP' | 'MAC' | 'Port'}Multiple`, readonly string[]> &
    Record<`${S}${'IP' | 'MAC' | 'Port'}ListID`, number> &
    Record<`${S}${'IP' | 'MAC' | 'Port'}Not`, boolean>
>;

/** A `FirewallRule` of the Workload Security API, as it holds for a policy or computer; `_nameJa` stands beside the name of a shipped one. */
export type FirewallRuleObject = Readonly<
  EndProperties<'source'> &
    EndProperties<'destination'> & {
      ID: number;
      name?: string;
      _nameJa?: string;
      action?: string;
      priority?: string;
      direction?: string;
      frameType?: string;
      frameNumber?: number;
      frameNot?: boolean;
      protocol?: string;
      protocolNumber?: number;
      protocolNot?: boolean;
      anyFlags?: boolean;
      tcpflags?: readonly string[];
      TCPNot?: boolean;
      ICMPType?: number;
      ICMPCode?: number;
      ICMPNot?: boolean;
      logDisabled?: boolean;
      includePacketData?: boolean;
      alertEnabled?: boolean;
      scheduleID?: number;
      contextID?: number;
    }
>;

const [ipv4, ipv6] = [0x0800, 0x86dd];
const frameTypes: Readonly<Record<string, readonly number[]>> = {
  ip: [ipv4, ipv6],
  ipv4: [ipv4],
  ipv6: [ipv6],
  arp: [0x0806],
  revarp: [0x8035],
};
/** IANA's numbers; `nd` is Sun ND, as in the sockets of Windows, and not neighbour discovery. */
const protocols: Readonly<Record<string, readonly number[]>> = {
  icmp: [1],
  igmp: [2],
  ggp: [3],
  tcp: [6],
  pup: [12],
  udp: [17],
  'tcp-udp': [6, 17],
  idp: [22],
  icmpv6: [58],
  nd: [77],
  raw: [255],
};
/** Protocols that have ports where TCP has them: TCP, UDP, DCCP, SCTP, UDP-Lite. */
const withPorts: readonly number[] = [6, 17, 33, 132, 136];

/**
 * One rule with everything that it names written out.
 * @throws FirewallFault where it names what does not exist, where an address or port is none, and where its conditions contradict each other
 */
export function compileFirewallRule(
  rule: FirewallRuleObject,
  objects: FirewallObjects,
  lists: ListReader,
): FirewallPolicyRule {
  const owner = `The firewall rule "${rule.name ?? ''}" (${rule.ID})`;
  const match = { ...compileWhat(rule, owner), ...compileEnds(rule, owner, lists) };
  throwContradictions(match, owner);
  const name = rule.name?.trim() || `${rule.ID}`;
  const action = rule.action ?? 'allow';
  const isLogged = action === 'deny' || action === 'log-only';
  const compiled = FirewallPolicyRule.safeParse({
    ...match,
    id: rule.ID,
    name: { ja: (rule._nameJa?.trim() || name).slice(0, 300), en: name.slice(0, 300) },
    action,
    priority: priorityOf(action, rule.priority),
    direction: rule.direction ?? 'incoming',
    log: isLogged && rule.logDisabled !== true,
    includePacketData: rule.includePacketData ?? false,
    alert: isLogged && rule.alertEnabled === true,
    ...compileWhen(rule, owner, objects),
  });
  if (compiled.success) return compiled.data;
  const [issue] = compiled.error.issues;
  throw new FirewallFault(`${owner}: ${issue?.path.join('.')} cannot be used. ${issue?.message}`);
}

/** An allow rule is always asked last and a log-only rule first, whatever priority was sent with it. */
function priorityOf(action: string, priority: string | undefined): number {
  if (action === 'allow') return 0;
  return action === 'log-only' ? 4 : Number(priority ?? 0);
}

function compileWhat(
  rule: FirewallRuleObject,
  owner: string,
): Pick<FirewallMatch, 'frame' | 'protocol' | 'tcpFlags' | 'icmp'> {
  const frame = rule.frameType === 'other' ? [rule.frameNumber ?? ipv4] : frameTypes[rule.frameType ?? 'any'];
  const protocol = rule.protocol === 'other' ? [rule.protocolNumber ?? -1] : protocols[rule.protocol ?? 'any'];
  throwIfNotAny(rule.frameNot, frame, owner, 'frame');
  throwIfNotAny(rule.protocolNot, protocol, owner, 'protocol');
  const flags = rule.tcpflags ?? [];
  // Clients leave `anyFlags` away; then flags that are named are meant.
  const hasAnyFlags = rule.anyFlags ?? (flags.length === 0 && rule.ICMPType === undefined);
  const asksFlags = !hasAnyFlags && rule.protocolNot !== true;
  const isIcmp = rule.protocol === 'icmp' || rule.protocol === 'icmpv6';
  return {
    ...(frame ? { frame: { not: rule.frameNot ?? false, items: [...frame] } } : {}),
    ...(protocol ? { protocol: { not: rule.protocolNot ?? false, items: [...protocol] } } : {}),
    ...(asksFlags && protocol?.includes(6)
      ? {
          tcpFlags: { not: rule.TCPNot ?? false, items: [...flags] as NonNullable<FirewallMatch['tcpFlags']>['items'] },
        }
      : {}),
    ...(asksFlags && isIcmp && rule.ICMPType !== undefined
      ? {
          icmp: {
            not: rule.ICMPNot ?? false,
            type: rule.ICMPType,
            ...(rule.ICMPCode === undefined ? {} : { code: rule.ICMPCode }),
          },
        }
      : {}),
  };
}

function throwIfNotAny(
  not: boolean | undefined,
  items: readonly unknown[] | undefined,
  owner: string,
  what: string,
): void {
  if (not && items === undefined) throw new FirewallFault(`${owner} means every ${what} and not: that is none.`);
}

const compileEnds = (rule: FirewallRuleObject, owner: string, lists: ListReader): Pick<FirewallMatch, Side> => ({
  source: compileEnd(rule, 'source', owner, lists),
  destination: compileEnd(rule, 'destination', owner, lists),
});

function compileEnd(rule: FirewallRuleObject, side: Side, owner: string, lists: ListReader): FirewallEnd {
  const addresses = addressesOf(rule, side, owner, lists);
  const macs = macsOf(rule, side, owner, lists);
  const ports = portsOf(rule, side, owner, lists);
  throwIfNotAny(rule[`${side}IPNot`], addresses, owner, `${side} address`);
  throwIfNotAny(rule[`${side}MACNot`], macs, owner, `${side} MAC address`);
  throwIfNotAny(rule[`${side}PortNot`], ports, owner, `${side} port`);
  return {
    ...(addresses ? { addresses: { not: rule[`${side}IPNot`] ?? false, items: [...addresses] } } : {}),
    ...(macs ? { macs: { not: rule[`${side}MACNot`] ?? false, items: [...macs] } } : {}),
    ...(ports ? { ports: { not: rule[`${side}PortNot`] ?? false, items: ports.map(([from, to]) => [from, to]) } } : {}),
  };
}

function addressesOf(
  rule: FirewallRuleObject,
  side: Side,
  owner: string,
  lists: ListReader,
): readonly string[] | undefined {
  const value = rule[`${side}IPValue`] ?? '';
  const among = `${owner}: among its ${side} addresses `;
  switch (rule[`${side}IPType`]) {
    case 'single':
      return asFault(among, () => [formatAddressRange(maskAddress(value))]);
    case 'masked-ip':
      return asFault(among, () => [formatAddressRange(maskAddress(value, rule[`${side}IPMask`] ?? ''))]);
    case 'range':
      return asFault(among, () =>
        toAddresses([`${rule[`${side}IPRangeFrom`] ?? ''}-${rule[`${side}IPRangeTo`] ?? ''}`]),
      );
    case 'multiple':
      return asFault(among, () => toAddresses(readItems(rule[`${side}IPMultiple`] ?? [])));
    case 'ip-list':
      return lists.addresses(rule[`${side}IPListID`] ?? 0, owner);
    default:
      return undefined;
  }
}

function macsOf(rule: FirewallRuleObject, side: Side, owner: string, lists: ListReader): readonly string[] | undefined {
  const among = `${owner}: among its ${side} MAC addresses `;
  switch (rule[`${side}MACType`]) {
    case 'single':
      return asFault(among, () => toMacs([rule[`${side}MACValue`] ?? '']));
    case 'multiple':
      return asFault(among, () => toMacs(readItems(rule[`${side}MACMultiple`] ?? [])));
    case 'mac-list':
      return lists.macs(rule[`${side}MACListID`] ?? 0, owner);
    default:
      return undefined;
  }
}

function portsOf(rule: FirewallRuleObject, side: Side, owner: string, lists: ListReader) {
  switch (rule[`${side}PortType`]) {
    case 'multiple':
      return asFault(`${owner}: among its ${side} ports `, () => toPorts(readItems(rule[`${side}PortMultiple`] ?? [])));
    case 'port-list':
      return lists.ports(rule[`${side}PortListID`] ?? 0, owner);
    default:
      return undefined;
  }
}

/** A condition on what no packet of the rule has would leave a deny rule without effect and nobody the wiser. */
function throwContradictions({ frame, protocol, source, destination }: FirewallMatch, owner: string): void {
  const asksPorts = source.ports !== undefined || destination.ports !== undefined;
  const asksIp =
    asksPorts || protocol !== undefined || source.addresses !== undefined || destination.addresses !== undefined;
  const admitsIp = !frame || [ipv4, ipv6].some((type) => frame.items.includes(type) !== frame.not);
  if (asksIp && !admitsIp)
    throw new FirewallFault(`${owner} asks for IP addresses, protocols or ports of frames that are not IP.`);
  if (asksPorts && protocol && !withPorts.some((number) => protocol.items.includes(number) !== protocol.not))
    throw new FirewallFault(`${owner} asks for ports of a protocol that has none.`);
}

function compileWhen(
  rule: FirewallRuleObject,
  owner: string,
  objects: FirewallObjects,
): Pick<FirewallPolicyRule, 'hoursOfWeek' | 'context'> {
  const { scheduleID = 0, contextID = 0 } = rule;
  const schedule = objects.schedules.get(scheduleID);
  const context = objects.contexts.get(contextID);
  if (scheduleID !== 0 && !schedule)
    throw new FirewallFault(`${owner} names the schedule ${scheduleID}, which does not exist.`);
  if (contextID !== 0 && !context)
    throw new FirewallFault(`${owner} names the context ${contextID}, which does not exist.`);
  const hours = schedule?.hoursOfWeek ?? [];
  if (schedule && hours.length !== 168)
    throw new FirewallFault(
      `${owner}: its schedule "${schedule.name ?? scheduleID}" has ${hours.length} hours; a week has 168.`,
    );
  return {
    ...(hours.includes(false) ? { hoursOfWeek: [...hours] } : {}),
    ...(context ? { context: compileContext(context, contextID) } : {}),
  };
}

const compileContext = (context: ContextObject, id: number): NonNullable<FirewallPolicyRule['context']> => ({
  name: (context.name?.trim() || `${id}`).slice(0, 300),
  localConnection: context.localConnectionsEnabled ?? false,
  remoteConnection: context.remoteConnectionsEnabled ?? false,
  noConnection: context.noConnectionEnabled ?? false,
  noInternet: context.noInternetEnabled ?? false,
  restrictedInterfaces: context.restrictedInterfacesEnabled ?? false,
});
