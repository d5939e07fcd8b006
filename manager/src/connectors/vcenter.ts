import { ConnectorFault } from './fault.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { IncompleteScope, ListedMachine, Listing } from './machine.ts';
import { inParallel } from './pages.ts';
import { Transport } from './transport.ts';
import { listDatacenters, machinesOfDatacenter } from './vcenter-inventory.ts';
import { describeMachine } from './vcenter-machine.ts';
import { type VCenterLogin, VCenterSession, vCenterName } from './vcenter-session.ts';

export type VCenterOptions = VCenterLogin & {
  readonly host: string;
  readonly port?: number;
  /** Certificates (PEM) that are trusted besides the public authorities: the vCenter's own, or its authority's. */
  readonly trustedCertificates?: readonly string[];
  readonly signal?: AbortSignal;
  /** Asked instead of `https://host:port`: a local server, or a gateway into the data centre. */
  readonly endpoint?: string | undefined;
  readonly limits?: Partial<Limits>;
};

/**
 * Lists the machines of a vCenter by its Automation API (vSphere 7.0 or later). A datacentre that cannot be read is told in `incomplete`;
 * when none can be read, that is a fault. The session is closed in any case.
 * @throws ConnectorFault
 */
export function listVCenter(options: VCenterOptions): Promise<Listing> {
  return withSession(options, async (session, transport, limits) => {
    const datacenters = await listDatacenters(session);
    const machines: ListedMachine[] = [];
    const incomplete: IncompleteScope[] = [];
    for (const datacenter of datacenters) {
      try {
        const found = await machinesOfDatacenter(session, datacenter);
        if (machines.length + found.length > limits.machinesMax)
          throw new ConnectorFault('too-large', { service: session.service });
        const described = await inParallel(6, found, (one) => describeMachine(session, one));
        machines.push(...described.filter((machine) => machine !== undefined));
      } catch (error) {
        if (transport.over.aborted || !(error instanceof ConnectorFault) || error.kind === 'refused') throw error;
        incomplete.push({ scope: datacenter.datacenter, fault: error });
      }
    }
    if (incomplete.length > 0 && incomplete.length === datacenters.length) throw incomplete[0]!.fault;
    return { top: { key: 'vcenter', type: 'vcenters-top' }, machines, incomplete };
  });
}

/** Opens a session and closes it: for a connector that is being made. @throws ConnectorFault */
export function tryVCenter(options: VCenterOptions): Promise<void> {
  return withSession(options, async (session) => {
    await listDatacenters(session);
  });
}

async function withSession<Result>(
  options: VCenterOptions,
  work: (session: VCenterSession, transport: Transport, limits: Limits) => Promise<Result>,
): Promise<Result> {
  const limits = { ...defaultLimits, ...options.limits };
  const base = baseOf(options);
  const lineOptions = {
    limits,
    trustedCertificates: options.trustedCertificates ?? [],
    // The host is a customer's word; an endpoint is the operator's.
    refusesInnerAddresses: options.endpoint === undefined,
  };
  const transport = openTransport(lineOptions, options.signal, base);
  try {
    const session = await VCenterSession.open(transport, limits, base, options);
    try {
      return await work(session, transport, limits);
    } finally {
      const last = openTransport(lineOptions, undefined, base);
      await session.close(last);
      last.close();
    }
  } finally {
    transport.close();
  }
}

function openTransport(
  options: Omit<ConstructorParameters<typeof Transport>[0], 'signal'>,
  signal: AbortSignal | undefined,
  base: URL,
): Transport {
  try {
    return new Transport({ ...options, signal });
  } catch {
    // Only a certificate can be wrong here.
    throw new ConnectorFault('untrusted', { service: vCenterName(base) });
  }
}

function baseOf({ host, port, endpoint }: VCenterOptions): URL {
  const url = URL.parse(endpoint ?? `https://${host.includes(':') ? `[${host}]` : host}:${port ?? 443}`);
  if (!url || (endpoint === undefined && (url.pathname !== '/' || url.username || url.search)))
    throw new ConnectorFault('unreachable', { service: 'VMware vCenter' });
  return url;
}
