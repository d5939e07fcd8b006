import {
  formatAddressRange,
  mergeAddressRanges,
  NetworkFault,
  parseAddressRange,
  readItems,
} from '@sakimori/contract/network-address';
import { mergePortRanges, type PortRange, parseMac, parsePortRange } from '@sakimori/contract/network-port';
import { firewallRangesMax } from '@sakimori/contract/policy-firewall';

/** Objects of the Workload Security API that firewall rules refer to, by their IDs, as its models say; every property may be absent. */
export type ListObject = { readonly name?: string; readonly items?: readonly string[] };
export type FirewallObjects = {
  readonly ipLists: ReadonlyMap<number, ListObject>;
  readonly macLists: ReadonlyMap<number, ListObject>;
  readonly portLists: ReadonlyMap<number, ListObject>;
  readonly schedules: ReadonlyMap<number, ScheduleObject>;
  readonly contexts: ReadonlyMap<number, ContextObject>;
  readonly statefulConfigurations: ReadonlyMap<number, StatefulObject>;
  readonly interfaceTypes: ReadonlyMap<number, { readonly name?: string; readonly matches?: readonly string[] }>;
  /** Of the one computer that is compiled for, where it is one. */
  readonly interfaces: ReadonlyMap<number, { readonly name?: string }>;
};
export type ScheduleObject = { readonly name?: string; readonly hoursOfWeek?: readonly boolean[] };
export type ContextObject = {
  readonly name?: string;
  readonly localConnectionsEnabled?: boolean;
  readonly remoteConnectionsEnabled?: boolean;
  readonly noConnectionEnabled?: boolean;
  readonly noInternetEnabled?: boolean;
  readonly restrictedInterfacesEnabled?: boolean;
};
export type StatefulObject = {
  readonly name?: string;
  readonly denyFragmentedPacketsEnabled?: boolean;
  readonly denyPacketsContainingCwrOrEceEnabled?: boolean;
  readonly maxIncomingConnections?: number;
  readonly maxOutgoingConnections?: number;
  readonly maxHalfOpenConnections?: number;
  readonly tcpstatefulInspectionEnabled?: boolean;
  readonly tcpstatefulLoggingEnabled?: boolean;
  readonly udpstatefulInspectionEnabled?: boolean;
  readonly udpstatefulLoggingEnabled?: boolean;
  readonly icmpstatefulInspectionEnabled?: boolean;
  readonly icmpstatefulLoggingEnabled?: boolean;
};

/** What is wrong with a firewall's objects or settings: a sentence that names the object. */
export class FirewallFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FirewallFault';
  }
}

/** Reads the lists of an account, each at most once for all the rules that name it. */
export class ListReader {
  readonly #objects: FirewallObjects;
  readonly #addresses = new Map<number, readonly string[]>();
  readonly #macs = new Map<number, readonly string[]>();
  readonly #ports = new Map<number, readonly PortRange[]>();

  constructor(objects: FirewallObjects) {
    this.#objects = objects;
  }

  /** @param owner begins the sentence of a fault: `The firewall rule "Web" (4030)` @throws FirewallFault */
  addresses(id: number, owner: string): readonly string[] {
    return this.#read(id, owner, 'IP list', this.#objects.ipLists, this.#addresses, toAddresses);
  }

  macs(id: number, owner: string): readonly string[] {
    return this.#read(id, owner, 'MAC list', this.#objects.macLists, this.#macs, toMacs);
  }

  ports(id: number, owner: string): readonly PortRange[] {
    return this.#read(id, owner, 'port list', this.#objects.portLists, this.#ports, toPorts);
  }

  #read<T>(
    id: number,
    owner: string,
    kind: string,
    lists: ReadonlyMap<number, ListObject>,
    known: Map<number, readonly T[]>,
    parse: (items: readonly string[]) => readonly T[],
  ): readonly T[] {
    const list = lists.get(id);
    if (!list) throw new FirewallFault(`${owner} names the ${kind} ${id}, which does not exist.`);
    const read =
      known.get(id) ??
      asFault(`${owner}: in the ${kind} "${list.name ?? id}" `, () => parse(readItems(list.items ?? [])));
    known.set(id, read);
    return read;
  }
}

class TooManyFault extends Error {}

/** Runs a parser; its fault becomes a sentence that begins with `before`. @throws FirewallFault */
export function asFault<T>(before: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const isOurs = error instanceof NetworkFault || error instanceof TooManyFault;
    throw isOurs ? new FirewallFault(`${before}${error.message}`) : error;
  }
}

export const toAddresses = (items: readonly string[]): readonly string[] =>
  bounded(mergeAddressRanges(items.map(parseAddressRange))).map(formatAddressRange);
export const toPorts = (items: readonly string[]): readonly PortRange[] =>
  bounded(mergePortRanges(items.map(parsePortRange)));
export const toMacs = (items: readonly string[]): readonly string[] =>
  bounded([...new Set(items.map(parseMac))].sort());

function bounded<T>(items: readonly T[]): readonly T[] {
  const { condition: max } = firewallRangesMax;
  if (items.length > max) throw new TooManyFault(`are ${items.length} entries, and a firewall rule takes ${max}.`);
  return items;
}
