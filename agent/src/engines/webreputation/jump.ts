import type { ActiveWebPolicy } from '@sakimori/contract/web-reputation/judge';
import type { Ports, QueueJump, QueueRule } from '../../packet-queue/jump.ts';

/** Ours among the queues of the host. */
export const filterQueue = 41_180;

/** Of connections that bring their name at the beginning and nothing to look at behind it, so many packets in both directions are held. */
const [firstOfSecure, firstOfQuic] = [40, 12];
const [dnsPort, securePort] = [53, 443];
/** What one rule of iptables takes; a range takes two. */
const portsPerRule = 15;

/** What this host passes on for containers and others behind it; absent: nothing. `uplinks`: by which it reaches the world. */
export type Forwarded = { readonly uplinks: readonly string[] };

/** Which packets are held: names at the beginning of TLS and QUIC, questions of DNS, and all that goes to the policy's ports. */
export function jumpFor(
  policy: ActiveWebPolicy,
  manager: { address: string; port: number } | undefined,
  forwarded?: Forwarded,
): QueueJump {
  const tcp = policy.ports.map(([from, to]): Ports => (from === to ? from : [from, to]));
  return {
    ...{ owner: 'webrep', queue: filterQueue, stage: 'early', failure: 'open' },
    hooks: forwarded ? ['output', 'forward'] : ['output'],
    ...(forwarded ? { forwardUnlessFrom: forwarded.uplinks } : {}),
    rules: [
      ...portions([...tcp, dnsPort]).map((destinationPorts): QueueRule => ({ protocol: 'tcp', destinationPorts })),
      { protocol: 'tcp', destinationPorts: [securePort], firstPackets: firstOfSecure },
      { protocol: 'udp', destinationPorts: [dnsPort] },
      { protocol: 'udp', destinationPorts: [securePort], firstPackets: firstOfQuic },
    ],
    ...(manager ? { except: [manager] } : {}),
  };
}

function portions(ports: readonly Ports[]): Ports[][] {
  const rules: Ports[][] = [[]];
  let taken = 0;
  for (const one of ports) {
    const room = typeof one === 'number' ? 1 : 2;
    if (taken + room > portsPerRule) {
      rules.push([]);
      taken = 0;
    }
    rules.at(-1)!.push(one);
    taken += room;
  }
  return rules;
}
