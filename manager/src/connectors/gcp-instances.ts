import { z } from 'zod';
import { ConnectorFault } from './fault.ts';
import type { GcpLine } from './gcp-line.ts';
import type { Limits } from './limits.ts';
import { type GcpSummary, type IncompleteScope, type ListedMachine, type PowerState, present } from './machine.ts';
import { readPages } from './pages.ts';

export type GcpProject = { readonly id: string; readonly name: string };
export type MachineSize = { readonly vCPUs: number; readonly memory: number };

const word = z.string().max(2048);
const optionalWord = word.optional().catch(undefined);
const words = z.array(word).max(200).default([]).catch([]);

const instance = z.object({
  id: z.string().regex(/^\d{1,32}$/),
  name: z.string().min(1).max(253),
  hostname: optionalWord,
  status: word.default('').catch(''),
  machineType: optionalWord,
  labels: z.record(word, word).default({}).catch({}),
  tags: z.object({ items: words }).optional().catch(undefined),
  networkInterfaces: z
    .array(
      z.object({
        networkIP: optionalWord,
        accessConfigs: z
          .array(z.object({ natIP: optionalWord }))
          .default([])
          .catch([]),
      }),
    )
    .max(100)
    .default([])
    .catch([]),
  disks: z
    .array(z.object({ boot: z.boolean().optional().catch(undefined), licenses: words }))
    .default([])
    .catch([]),
});
type Instance = z.infer<typeof instance>;
const zoneScope = z.object({
  instances: z.array(instance).default([]),
  warning: z.object({ code: word }).optional().catch(undefined),
});
/** Without its kind, an answer that says nothing would pass for a project without instances. */
const instancesPage = z.object({
  kind: z.literal('compute#instanceAggregatedList'),
  items: z.record(z.string().max(200), zoneScope).default({}),
  nextPageToken: optionalWord,
});
const projectsPage = z.object({
  projects: z
    .array(z.object({ projectId: z.string().regex(/^[a-z][a-z0-9.:-]{4,62}$/), name: optionalWord }))
    .default([]),
  nextPageToken: optionalWord,
});
const machineType = z.object({
  guestCpus: z.number().int().min(1).max(100_000),
  memoryMb: z.number().int().min(1).max(1_000_000_000),
});

const computeHost = 'compute.googleapis.com';
const computeName = (project: string): string => `Google Compute Engine (${project})`;
/** Only what a summary needs: an instance's metadata may hold scripts of a quarter of a megabyte. */
const fields =
  'kind,nextPageToken,items/*/warning/code,items/*/instances(id,name,hostname,status,machineType,labels,tags/items,' +
  'networkInterfaces(networkIP,accessConfigs/natIP),disks(boot,licenses))';

/** The projects that the service account sees and that are in use. @throws ConnectorFault */
export async function listProjects(line: GcpLine, limits: Limits): Promise<GcpProject[]> {
  const service = 'Google Resource Manager';
  const found = await readPages(service, limits, async (token) => {
    const query = new URLSearchParams({ filter: 'lifecycleState:ACTIVE', pageSize: '500' });
    if (token) query.set('pageToken', token);
    const page = await line.read(service, 'cloudresourcemanager.googleapis.com', `/v1/projects?${query}`, projectsPage);
    return { items: page.projects, next: page.nextPageToken };
  });
  return found.map(({ projectId, name }) => ({ id: projectId, name: name || projectId }));
}

/**
 * The instances of a project in all zones. A zone that Google could not reach is told in `incomplete`.
 * @param sizes what was learned of machine types, shared by all projects
 * @throws ConnectorFault
 */
export async function listInstances(
  line: GcpLine,
  limits: Limits,
  project: GcpProject,
  sizes: Map<string, Promise<MachineSize | undefined>>,
): Promise<{ readonly machines: ListedMachine[]; readonly incomplete: IncompleteScope[] }> {
  const service = computeName(project.id);
  const incomplete = new Map<string, IncompleteScope>();
  const found = await readPages(service, limits, async (token) => {
    const query = new URLSearchParams({ maxResults: '500', fields });
    if (token) query.set('pageToken', token);
    const path = `/compute/v1/projects/${project.id}/aggregated/instances?${query}`;
    const page = await line.read(service, computeHost, path, instancesPage);
    const items = Object.entries(page.items).flatMap(([key, { instances, warning }]) => {
      const zone = /^zones\/([a-z0-9-]{1,63})$/.exec(key)?.[1];
      if (!zone) return [];
      // A page without instances of a zone also carries a warning, and means nothing.
      if (warning && warning.code !== 'NO_RESULTS_ON_PAGE') {
        const scope = `${project.id}/${zone}`;
        incomplete.set(scope, { scope, fault: new ConnectorFault('failed', { service: computeName(scope) }) });
      }
      return instances.map((one) => ({ ...one, zone }));
    });
    return { items, next: page.nextPageToken };
  });
  const machines: ListedMachine[] = [];
  for (const one of found) machines.push(toMachine(one, project, await sizeOf(line, project, one, sizes)));
  return { machines, incomplete: [...incomplete.values()] };
}

/** Asks for each type of machine once; where it is not offered, nothing is known of its size. */
async function sizeOf(
  line: GcpLine,
  project: GcpProject,
  one: Instance & { readonly zone: string },
  sizes: Map<string, Promise<MachineSize | undefined>>,
): Promise<MachineSize | undefined> {
  const type = /\/machineTypes\/([a-z0-9-]{1,63})$/.exec(one.machineType ?? '')?.[1];
  if (!type) return undefined;
  const path = `/compute/v1/projects/${project.id}/zones/${one.zone}/machineTypes/${type}?fields=guestCpus,memoryMb`;
  const known = sizes.get(type);
  if (known) return known;
  const asked = line
    .read(computeName(project.id), computeHost, path, machineType)
    .then(({ guestCpus, memoryMb }) => ({ vCPUs: guestCpus, memory: memoryMb }))
    .catch((error: unknown) => {
      if (error instanceof ConnectorFault && ['failed', 'forbidden', 'malformed'].includes(error.kind))
        return undefined;
      throw error;
    });
  sizes.set(type, asked);
  return asked;
}

function toMachine(
  one: Instance & { readonly zone: string },
  project: GcpProject,
  size: MachineSize | undefined,
): ListedMachine {
  const privateIPs = one.networkInterfaces.flatMap(({ networkIP }) => networkIP ?? []);
  const publicIPs = one.networkInterfaces.flatMap(({ accessConfigs }) =>
    accessConfigs.flatMap(({ natIP }) => natIP ?? []),
  );
  const summary = present<GcpSummary>({
    cloudProvider: 'GCP',
    state: powerState(one.status),
    operatingSystem: one.disks
      .find(({ boot }) => boot)
      ?.licenses[0]?.split('/')
      .at(-1),
    instanceID: one.id,
    privateIPAddress: privateIPs[0],
    publicIPAddress: publicIPs[0],
    zone: one.zone,
    vCPUs: size?.vCPUs,
    memory: size?.memory,
    labels: Object.entries(one.labels).map(([key, value]) => ({ key, value })),
    networkTags: one.tags?.items ?? [],
  });
  return {
    key: one.id,
    scope: `${project.id}/${one.zone}`,
    hostName: one.hostname || one.name,
    displayName: one.name,
    groups: [{ key: project.id, type: 'gcp-project', name: project.name }],
    addresses: [...privateIPs, ...publicIPs],
    summary: { gcpVirtualMachineSummary: summary },
  };
}

function powerState(status: string): PowerState {
  if (status === 'RUNNING') return 'POWER ON';
  return status === 'SUSPENDED' || status === 'SUSPENDING' ? 'SUSPENDED' : 'POWER OFF';
}
