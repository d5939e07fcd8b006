import type { Clock } from '../platform/index.ts';
import { ConnectorFault } from './fault.ts';
import { type GcpProject, listInstances, listProjects, type MachineSize } from './gcp-instances.ts';
import { parseServiceAccount } from './gcp-key.ts';
import { GcpLine } from './gcp-line.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { IncompleteScope, ListedMachine, Listing } from './machine.ts';
import { inParallel } from './pages.ts';
import { Transport } from './transport.ts';

export type GcpOptions = {
  /** The service account's JSON key in base64, as the API takes it. */
  readonly serviceAccount: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Asked instead of Google, for the token too: a local server, or a gateway. */
  readonly endpoint?: string | undefined;
  readonly limits?: Partial<Limits>;
};

export type GcpListing = Listing & {
  readonly projects: readonly GcpProject[];
};

/**
 * Lists the instances of every project that a service account sees. Where it may not list projects, or sees none, its own project is read and
 * the listing speaks for that one alone. A project that cannot be read is told in `incomplete`; when none can be read, that is a fault.
 * @throws ConnectorFault
 */
export async function listGcp(options: GcpOptions): Promise<GcpListing> {
  const { account } = parseServiceAccount(options.serviceAccount, { anyTokenUri: options.endpoint !== undefined });
  if (!account) throw new ConnectorFault('refused', { service: 'Google OAuth' });
  const limits = { ...defaultLimits, ...options.limits };
  const transport = new Transport({ limits, signal: options.signal });
  try {
    const now = (): Date => options.clock.now();
    const line = new GcpLine({ transport, limits, endpoint: options.endpoint, now }, account);
    const seen = await seenProjects(line, limits);
    const projects = seen.length > 0 ? seen : [{ id: account.projectId, name: account.projectId }];
    const { machines, incomplete } = await readProjects(line, transport, limits, projects);
    if (machines.length > limits.machinesMax) throw new ConnectorFault('too-large', { service: 'Google Cloud' });
    return {
      top: { key: account.clientEmail, type: 'gcp-connector' },
      projects,
      machines,
      incomplete,
      ...(seen.length > 0 ? {} : { covers: [account.projectId] }),
    };
  } finally {
    transport.close();
  }
}

async function seenProjects(line: GcpLine, limits: Limits): Promise<GcpProject[]> {
  try {
    return await listProjects(line, limits);
  } catch (error) {
    if (error instanceof ConnectorFault && error.kind === 'forbidden') return [];
    throw error;
  }
}

async function readProjects(
  line: GcpLine,
  transport: Transport,
  limits: Limits,
  projects: readonly GcpProject[],
): Promise<{ machines: ListedMachine[]; incomplete: IncompleteScope[] }> {
  const sizes = new Map<string, Promise<MachineSize | undefined>>();
  const parts = await inParallel(4, projects, async (project) => {
    try {
      return await listInstances(line, limits, project, sizes);
    } catch (error) {
      if (transport.over.aborted || !(error instanceof ConnectorFault)) throw error;
      return { machines: [], incomplete: [{ scope: project.id, fault: error }], isLost: true };
    }
  });
  if (parts.every((part) => 'isLost' in part)) throw parts[0]!.incomplete[0]!.fault;
  return {
    machines: parts.flatMap((part) => part.machines),
    incomplete: parts.flatMap((part) => part.incomplete),
  };
}
