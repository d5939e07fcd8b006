import type { HostInventory, ProbeEvidence, ProbePoint, SilenceCause } from '@sakimori/contract';
import { mayProbe } from './probe.ts';

const [addressesMax, portsMax] = [4, 2];
/** Bridges of containers and virtual machines: their addresses are the same on many hosts and lead nowhere from outside. */
const innerInterface = /^(?:lo|docker|br-|veth|virbr|cni|flannel|cali|podman|lxc|tun|tap|dummy)/;
const loopback = /^(?:127\.|::1$)/;
/** Where the services say nothing: a closed port's refusal is as good as an answer. */
const portDefault = 22;

/** Where a host may be asked from outside, by its own word: its addresses, and ports on which it takes TCP on all of them. */
export function pointsOf(inventory: Pick<HostInventory, 'interfaces' | 'services'>): ProbePoint[] {
  const addresses = inventory.interfaces
    .filter(({ name }) => !innerInterface.test(name))
    .flatMap((each) => each.addresses.map((address) => address.split('/')[0]!))
    .filter((address) => mayProbe({ address }));
  // IPv4 first: of IPv6 hosts have many addresses, and temporary ones.
  const ordered = [...new Set(addresses)].sort((a, b) => Number(a.includes(':')) - Number(b.includes(':')));
  const ports = inventory.services
    .filter(({ protocol, address }) => protocol === 'tcp' && !loopback.test(address))
    .map(({ port }) => port)
    .sort((a, b) => a - b);
  const asked = [...new Set(ports)].slice(0, portsMax);
  return ordered
    .slice(0, addressesMax)
    .flatMap((address) => [
      { address },
      ...(asked.length > 0 ? asked : [portDefault]).map((port) => ({ address, port })),
    ]);
}

export const isAlive = ({ result }: Pick<ProbeEvidence, 'result'>): boolean =>
  result === 'answered' || result === 'refused';

/** Beyond this, certificates cannot be checked any more (the same limit raises the alert of a wrong clock). */
const clockOffsetMaxMs = 300_000;

/**
 * What the evidence says of a silence that left no sign. Only what answered while the agent was connected counts as the host's own; the
 * network is judged by neighbours and by the points that the account's settings name.
 */
export function judge(evidence: readonly ProbeEvidence[], clockOffsetMs: number): SilenceCause {
  const own = evidence.filter(({ whose, result }) => whose === 'host' && result !== 'not_tried');
  const others = evidence.filter(({ whose, result }) => whose !== 'host' && result !== 'not_tried');
  if (own.some(isAlive)) return Math.abs(clockOffsetMs) > clockOffsetMaxMs ? 'clock_wrong' : 'agent_unresponsive';
  if (own.length === 0) return others.length > 0 && !others.some(isAlive) ? 'network_down' : 'no_contact';
  if (others.some(isAlive)) return 'host_down';
  if (others.length > 0) return 'network_down';
  if (own.every(({ result }) => result === 'network_unreachable')) return 'network_down';
  // A router next to it, or our own machine where it stands on the same link, has asked for it in vain.
  if (own.every(({ result }) => result === 'host_unreachable')) return 'host_down';
  return 'no_contact';
}

/** Whether two addresses are of one network, as far as can be told without its mask: /24, or /64. */
export function isNeighbour(one: string, other: string): boolean {
  if (one.includes(':') !== other.includes(':')) return false;
  return networkOf(one) === networkOf(other);
}

function networkOf(address: string): string {
  if (!address.includes(':')) return address.split('.').slice(0, 3).join('.');
  const [head = '', tail = ''] = address.toLowerCase().split('::');
  const [first, last] = [head, tail].map((part) => part.split(':').filter(Boolean));
  const missing = address.includes('::') ? 8 - first!.length - last!.length : 0;
  return [...first!, ...Array<string>(Math.max(missing, 0)).fill('0'), ...last!]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
