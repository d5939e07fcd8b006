import type {
  FirewallPolicyRule,
  FirewallSettings,
  firewallEvasions,
  firewallProbes,
  firewallSanityChecks,
} from '@sakimori/contract/policy-firewall';
import type { Endpoint, Surroundings } from '../../../surroundings/index.ts';

export type { Endpoint } from '../../../surroundings/index.ts';

/** What a packet in the log is about. The kernel hands the key back as the prefix of the logged packet, so it is short and plain. */
export type EventKey =
  | `rule.${number}`
  /** No allow rule lets it through. */
  | `policy.${Direction}`
  | `state.${'tcp' | 'udp' | 'icmp' | 'fragment' | 'congestion' | 'incomingMax' | 'outgoingMax' | 'halfOpenMax'}`
  /** More connections of a protocol than the policy lets there be. */
  | `state.${'tcp' | 'udp' | 'icmp'}Max`
  /** A new connection that is let through. */
  | `connection.${'tcp' | 'udp' | 'icmp'}`
  /** On an interface that isolation leaves unused. */
  | `isolated.${Direction}`
  | `evasion.${(typeof firewallEvasions)[number]}`
  | `sanity.${(typeof firewallSanityChecks)[number] | 'fragmentSize' | 'fragmentOffset' | 'tcpMss'}`
  | `probe.${(typeof firewallProbes)[number]}`
  /** From an address that is shut out because of a probe. */
  | 'blocked.source';
export type Direction = 'incoming' | 'outgoing';

/** How the event is told to a person. */
export type EventMeaning = {
  readonly key: EventKey;
  readonly rule: FirewallPolicyRule | undefined;
  /** Whether the packet was held up; in tap mode nothing is. */
  readonly isDenied: boolean;
  /** Somebody wants to hear of it at once. */
  readonly isAlert: boolean;
  /** The packet's bytes go with the event. */
  readonly withData: boolean;
};

/** What cannot be carried out on this host, by name. */
export type LeftOut =
  | { readonly kind: 'rule'; readonly name: string; readonly why: 'frame' | 'mac' }
  | { readonly kind: 'setting'; readonly name: string };

/** What the rules in force depend on besides the policy. */
export type Moment = {
  /** 0: Sunday from 0:00 to 1:00 by the host's local time; to 167. */
  readonly hourOfWeek: number;
  readonly interfaces: readonly string[];
  /** Connections that are older than the firewall are not refused for having no beginning. */
  readonly isSettling: boolean;
  /** Where the manager is reached: never ruled, and never shut out. */
  readonly manager: Endpoint | undefined;
  /** Addresses that are shut out, and for how many more seconds. */
  readonly blocked: ReadonlyMap<string, number>;
  readonly abilities: ReadonlySet<Ability>;
  readonly surroundings: Surroundings;
};

/** What not every kernel's nf_tables can do. */
export const abilities = ['packetLog', 'connectionLimit', 'timeouts', 'localAddress', 'routing'] as const;
export type Ability = (typeof abilities)[number];

export type Settings = FirewallSettings;
