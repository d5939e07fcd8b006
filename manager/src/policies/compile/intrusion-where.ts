import { NetworkFault, readItems } from '@sakimori/contract/network-address';
import { mergePortRanges, type PortRange, parsePortRange } from '@sakimori/contract/network-port';
import { IntrusionFault } from './intrusion-fault.ts';

/** An `ApplicationType` of the Workload Security API, as it holds for a policy or computer. */
export type ApplicationTypeObject = {
  readonly ID?: number;
  readonly name?: string;
  readonly direction?: string;
  readonly protocol?: string;
  readonly portType?: string;
  readonly portMultiple?: readonly string[];
  readonly portListID?: number;
};
export type PortListObject = { readonly name?: string; readonly items?: readonly string[] };

/** Ranges of one rule: a longer list of ports would not leave room for the rule itself. */
const rangesMax = 300;

/**
 * Ports of an application type in Suricata's way: `any` or `[80,8080:8090]`.
 * @param owner begins the sentence of a fault
 * @throws IntrusionFault where a port is none, where there is none or too many, or where the list does not exist
 */
export function portsOf(
  type: ApplicationTypeObject,
  lists: ReadonlyMap<number, PortListObject>,
  owner: string,
): string {
  if (type.protocol === 'icmp') return 'any';
  const ranges = rangesOf(type, lists, `${owner}: the application type "${type.name ?? type.ID ?? ''}"`);
  return ranges === undefined ? 'any' : `[${ranges.map(formatRange).join(',')}]`;
}

function rangesOf(
  type: ApplicationTypeObject,
  lists: ReadonlyMap<number, PortListObject>,
  owner: string,
): PortRange[] | undefined {
  switch (type.portType ?? 'any') {
    case 'any':
      return undefined;
    case 'multiple':
      return parse(type.portMultiple ?? [], owner, 'among its ports');
    case 'port-list': {
      const list = lists.get(type.portListID ?? 0);
      if (!list)
        throw new IntrusionFault(`${owner} names the port list ${type.portListID ?? 0}, which does not exist.`);
      return parse(list.items ?? [], owner, `in its port list "${list.name ?? type.portListID}"`);
    }
    default:
      throw new IntrusionFault(`${owner} has the portType ${JSON.stringify(type.portType)}, which does not exist.`);
  }
}

function parse(items: readonly string[], owner: string, where: string): PortRange[] {
  const ranges = readRanges(items, owner, where);
  if (ranges.length === 0) throw new IntrusionFault(`${owner} has no ports ${where}, so its rules would never look.`);
  if (ranges.length > rangesMax)
    throw new IntrusionFault(`${owner} has ${ranges.length} ranges of ports, and a rule takes ${rangesMax}.`);
  return ranges;
}

function readRanges(items: readonly string[], owner: string, where: string): PortRange[] {
  try {
    return mergePortRanges(readItems(items).map(parsePortRange));
  } catch (error) {
    throw error instanceof NetworkFault ? new IntrusionFault(`${owner}: ${where} ${error.message}`) : error;
  }
}

const formatRange = ([from, to]: PortRange): string => (from === to ? `${from}` : `${from}:${to}`);

/** A header of Suricata without its action, and the `flow` that goes with it. */
export type Where = { readonly header: string; readonly flow: string };

const anyConnection: readonly Where[] = [{ header: 'tcp any any -> any any', flow: 'flow:established; ' }];

/**
 * Where a pattern is looked for: in both directions of the connections that the application type means. What the host is asked (incoming) and what it
 * asks (outgoing) differ by the side on which its ports are. Without an application type: every TCP connection.
 */
export function wheresOf(type: ApplicationTypeObject | undefined, ports: string): readonly Where[] {
  if (!type) return anyConnection;
  const [client, server] = type.direction === 'outgoing' ? ['$HOME_NET', 'any'] : ['any', '$HOME_NET'];
  if (type.protocol === 'icmp') return [{ header: `icmp ${client} any -> ${server} any`, flow: '' }];
  const protocols = type.protocol === 'tcp-udp' ? ['tcp', 'udp'] : [type.protocol === 'udp' ? 'udp' : 'tcp'];
  return protocols.flatMap((protocol) => {
    const state = protocol === 'tcp' ? 'established,' : '';
    return [
      { header: `${protocol} ${client} any -> ${server} ${ports}`, flow: `flow:${state}to_server; ` },
      { header: `${protocol} ${server} ${ports} -> ${client} any`, flow: `flow:${state}to_client; ` },
    ];
  });
}
