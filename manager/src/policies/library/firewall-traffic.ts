import type { FirewallCondition, FirewallTraffic } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type ConfigurationView, namedObject } from '../../configuration/index.ts';

/** Items of a list that are told; its name tells the rest. */
const itemsMax = 200;

/** Which packets a rule for the firewall means, for reading. What agents get of it is compiled elsewhere. */
export function describeTraffic(view: ConfigurationView, rule: ApiObject): FirewallTraffic {
  return {
    direction: rule['direction'] === 'outgoing' ? 'outgoing' : 'incoming',
    frame: numbered(rule, 'frameType', 'frameNumber', rule['frameNot']),
    protocol: numbered(rule, 'protocol', 'protocolNumber', rule['protocolNot']),
    priority: String(rule['priority'] ?? '0'),
    ...flagsOf(rule),
    ...icmpOf(rule),
    source: side(view, rule, 'source'),
    destination: side(view, rule, 'destination'),
  };
}

/** `tcp`, `not tcp`, or the number where the word is `other`. */
function numbered(rule: ApiObject, word: string, number: string, not: unknown): string {
  const value = String(rule[word] ?? 'any');
  const told = value === 'other' ? String(rule[number] ?? 'other') : value;
  return not === true && value !== 'any' ? `not ${told}` : told;
}

/** Of TCP alone. */
function flagsOf(rule: ApiObject): Pick<FirewallTraffic, 'tcpFlags'> {
  if (rule['anyFlags'] !== false) return {};
  return {
    tcpFlags: { not: rule['TCPNot'] === true, items: ((rule['tcpflags'] as unknown[] | undefined) ?? []).map(String) },
  };
}

function icmpOf(rule: ApiObject): Pick<FirewallTraffic, 'icmp'> {
  const [type, code] = [rule['ICMPType'], rule['ICMPCode']];
  if (type === undefined) return {};
  const what = code === undefined ? String(type) : `${String(type)}/${String(code)}`;
  return { icmp: { not: rule['ICMPNot'] === true, items: [what] } };
}

function side(view: ConfigurationView, rule: ApiObject, end: 'source' | 'destination'): FirewallTraffic['source'] {
  const addresses = condition(view, rule, `${end}IP`, 'IpList');
  const macs = condition(view, rule, `${end}MAC`, 'MacList');
  const ports = condition(view, rule, `${end}Port`, 'PortList');
  return { ...(addresses ? { addresses } : {}), ...(macs ? { macs } : {}), ...(ports ? { ports } : {}) };
}

function condition(
  view: ConfigurationView,
  rule: ApiObject,
  field: string,
  listKind: string,
): FirewallCondition | undefined {
  const not = rule[`${field}Not`] === true;
  const told = (items: readonly unknown[]) => items.slice(0, itemsMax).map((item) => String(item ?? '').slice(0, 300));
  switch (rule[`${field}Type`] ?? 'any') {
    case 'any':
      return undefined;
    case 'masked-ip':
      return { not, items: told([`${rule[`${field}Value`]}/${rule[`${field}Mask`]}`]) };
    case 'range':
      return { not, items: told([`${rule[`${field}RangeFrom`]}-${rule[`${field}RangeTo`]}`]) };
    case 'multiple':
      return { not, items: told((rule[`${field}Multiple`] as unknown[] | undefined) ?? []) };
    case 'single':
      return { not, items: told([rule[`${field}Value`]]) };
    default: {
      const list = view.get(listKind, Number(rule[`${field}ListID`] ?? 0));
      const items = told((list?.['items'] as unknown[] | undefined) ?? []);
      return { not, ...(list ? { list: namedObject(list) } : {}), items };
    }
  }
}
