import {
  type InstalledPackage,
  type InventoryLimit,
  inventoryServicesMax,
  type ListeningService,
} from '@sakimori/contract/host-inventory';
import type { Pace } from './pace.ts';
import type { Packages } from './packages.ts';
import { type BoundSocket, parseProcNet } from './proc-net.ts';
import { type Program, readProcesses } from './processes.ts';
import type { RootFiles } from './root-files.ts';

export type Services = {
  readonly services: ListeningService[];
  readonly processes: string[];
  readonly limits: InventoryLimit[];
};

const tables = [
  ['tcp', 'tcp'],
  ['tcp6', 'tcp'],
  ['udp', 'udp'],
  ['udp6', 'udp'],
] as const;

/** Where this host listens, with the program behind each socket and the package that brought it. */
export async function readServices(files: RootFiles, packages: Packages, pace: Pace): Promise<Services> {
  const texts = tables.map(([table, protocol]) => ({ protocol, text: files.text(`/proc/net/${table}`) }));
  const sockets = texts.flatMap(({ protocol, text }) => parseProcNet(text ?? '', protocol));
  const kept = sockets.slice(0, inventoryServicesMax);
  const { names, holders } = await readProcesses(files, new Set(kept.map(({ inode }) => inode)), pace);
  const exes = [...new Set([...holders.values()].flatMap(({ exe }) => exe ?? []))];
  const owners = exes.length > 0 ? await packages.ownersOf(exes) : new Map<string, string>();
  const versions = new Map(packages.packages.map((one) => [one.name, one]));
  const services = kept.map((socket) => {
    const program = holders.get(socket.inode);
    return toService(socket, program, versions.get(owners.get(program?.exe ?? '') ?? ''));
  });
  const hasHidden = kept.some(({ inode }) => !holders.has(inode));
  return {
    services: inOrder(services),
    processes: names,
    limits: [
      ...(texts.every(({ text }) => text === undefined) ? (['services_failed'] as const) : []),
      ...(sockets.length > kept.length ? (['services_cut'] as const) : []),
      ...(hasHidden ? (['sockets_without_process'] as const) : []),
    ],
  };
}

function toService(socket: BoundSocket, program?: Program, installed?: InstalledPackage): ListeningService {
  const { protocol, address, port } = socket;
  return {
    ...{ protocol, address, port },
    ...program,
    ...(installed ? { package: installed.name, version: installed.version } : {}),
  };
}

/** Several workers may listen at one port, each with a socket of its own: that is one service. */
function inOrder(services: readonly ListeningService[]): ListeningService[] {
  const byPlace = new Map<string, ListeningService>();
  for (const service of services) {
    const place = `${service.protocol} ${String(service.port).padStart(5, '0')} ${service.address} ${service.process ?? ''}`;
    byPlace.set(place, service);
  }
  return [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, service]) => service);
}
