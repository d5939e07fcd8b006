import { z } from 'zod';
import { ConnectorFault } from './fault.ts';
import type { GroupStep } from './machine.ts';
import type { VCenterSession } from './vcenter-session.ts';

const id = z.string().regex(/^[\w.:-]{1,128}$/);
const name = z.string().min(1).max(512);
const datacenters = z.array(z.object({ datacenter: id, name })).max(2000);
const clusters = z.array(z.object({ cluster: id, name })).max(2000);
const folders = z.array(z.object({ folder: id, name })).max(2000);
const hosts = z.array(z.object({ host: id })).max(5000);
const machines = z.array(z.object({ vm: id, name, power_state: z.string().max(64).default('').catch('') })).max(20_000);

export type FoundMachine = {
  readonly vm: string;
  readonly name: string;
  readonly powerState: string;
  readonly datacenter: string;
  /** From the datacentre inwards. */
  readonly groups: readonly GroupStep[];
};

type Filter = Readonly<Record<string, string | readonly string[]>>;
/** How many hosts one question names, so that its address stays short. */
const hostsAtOnce = 50;
type SummaryOfMachine = z.infer<typeof machines>[number];

/**
 * The machines of a datacentre, each with its cluster, or with its folder where its host is in no cluster. vCenter tells of a machine
 * neither, so it is asked once for each; and it answers with a few thousand at most, so a full cluster is asked host by host.
 * @throws ConnectorFault
 */
export async function machinesOfDatacenter(
  session: VCenterSession,
  datacenter: { readonly datacenter: string; readonly name: string },
): Promise<FoundMachine[]> {
  const within = { datacenters: datacenter.datacenter };
  const top: GroupStep = { key: datacenter.datacenter, type: 'vmware-datacenter', name: datacenter.name };
  const found = new Map<string, FoundMachine>();
  const add = (some: readonly SummaryOfMachine[], inner: GroupStep | undefined): void => {
    for (const { vm, name, power_state } of some) {
      if (found.has(vm)) continue;
      const groups = inner ? [top, inner] : [top];
      found.set(vm, { vm, name, powerState: power_state, datacenter: datacenter.datacenter, groups });
    }
  };
  for (const { cluster, name } of await list(session, 'cluster', within, clusters))
    add(await machinesOf(session, { clusters: cluster }), { key: cluster, type: 'vcenter-cluster-group', name });
  const alone: SummaryOfMachine[] = [];
  const occupied: string[] = [];
  for (const { host } of await list(session, 'host', { ...within, standalone: 'true' }, hosts)) {
    const here = await list(session, 'vm', { hosts: host }, machines);
    if (here.length > 0) occupied.push(host);
    alone.push(...here);
  }
  if (alone.length > 0)
    for (const { folder, name } of await list(session, 'folder', { ...within, type: 'VIRTUAL_MACHINE' }, folders))
      for (let start = 0; start < occupied.length; start += hostsAtOnce) {
        const filter = { folders: folder, hosts: occupied.slice(start, start + hostsAtOnce) };
        add(await list(session, 'vm', filter, machines), { key: folder, type: 'vcenter-folder-network', name });
      }
  add(alone, undefined);
  return [...found.values()];
}

export const listDatacenters = (session: VCenterSession): Promise<z.infer<typeof datacenters>> =>
  list(session, 'datacenter', {}, datacenters);

async function machinesOf(session: VCenterSession, filter: Filter): Promise<SummaryOfMachine[]> {
  try {
    return await list(session, 'vm', filter, machines);
  } catch (error) {
    if (!(error instanceof ConnectorFault) || error.code !== 'UNABLE_TO_ALLOCATE_RESOURCE') throw error;
    const all: SummaryOfMachine[] = [];
    for (const { host } of await list(session, 'host', filter, hosts))
      all.push(...(await list(session, 'vm', { hosts: host }, machines)));
    return all;
  }
}

function list<Shape>(
  session: VCenterSession,
  kind: 'datacenter' | 'cluster' | 'host' | 'folder' | 'vm',
  filter: Filter,
  shape: z.ZodType<Shape>,
): Promise<Shape> {
  const pairs = Object.entries(filter).flatMap(([name, told]) => [told].flat().map((value) => [name, value]));
  const query = new URLSearchParams(pairs).toString();
  return session.read(`/api/vcenter/${kind}${query ? `?${query}` : ''}`, shape);
}
