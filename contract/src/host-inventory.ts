import { z } from 'zod';
import { Instant } from './primitives.ts';

/** A text of one line. It comes from a host, which may be hostile: bounded, and without control characters. */
const line = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^\P{Cc}*$/u, 'a control character');
const word = (max: number) => line(max).min(1);

/** How the system tells versions of packages apart; the three order them differently. */
export const packageManagers = ['dpkg', 'rpm', 'apk'] as const;
export const PackageManager = z.enum(packageManagers);
export type PackageManager = z.infer<typeof PackageManager>;

export const InstalledPackage = z.object({
  name: word(200),
  /** As the package manager writes it: `2:1.18.0-6+deb11u3`. */
  version: word(200),
  architecture: line(40),
  manager: PackageManager,
});
export type InstalledPackage = z.infer<typeof InstalledPackage>;

/** A socket on which the host takes what comes from outside: TCP in the state LISTEN, UDP bound and without a peer. */
export const ListeningService = z.object({
  protocol: z.enum(['tcp', 'udp']),
  /** `0.0.0.0` and `::` are all addresses of the host. */
  address: word(64),
  port: z.number().int().min(1).max(65_535),
  /** Name of the program; absent where the agent may not see whose socket it is. */
  process: word(256).optional(),
  exe: word(4096).optional(),
  /** The package that brought the program, where that is known. */
  package: word(200).optional(),
  version: word(200).optional(),
});
export type ListeningService = z.infer<typeof ListeningService>;

export const NetworkInterface = z.object({
  name: word(64),
  mac: line(64),
  addresses: z.array(word(64)).max(100),
  /** Present where the host's files say that the address is leased. */
  dhcp: z.boolean().optional(),
});
export type NetworkInterface = z.infer<typeof NetworkInterface>;

/** The machine at its provider, as far as the machine itself knows without asking the network. */
export const CloudInstance = z.object({
  provider: z.enum(['aws', 'gcp', 'azure']),
  instanceId: word(200).optional(),
  region: word(100).optional(),
  zone: word(100).optional(),
  instanceType: word(100).optional(),
});
export type CloudInstance = z.infer<typeof CloudInstance>;

/** What the agent could not see, or had to leave out. */
export const inventoryLimits = [
  'packages_unknown', // no package database of a kind that we know
  'packages_failed', // there is one, and it could not be read
  'packages_cut', // more than the contract takes
  'services_failed',
  'services_cut',
  'sockets_without_process', // whose sockets these are may not be seen without further rights
] as const;
export type InventoryLimit = (typeof inventoryLimits)[number];

export const inventoryPackagesMax = 20_000;
export const inventoryServicesMax = 2000;
export const inventoryProcessesMax = 2000;
export const inventoryInterfacesMax = 200;

/** What stands and runs on a host: what a recommendation scan reads. */
export const HostInventory = z.object({
  /** By the host's clock. */
  takenAt: Instant,
  os: z.object({
    /** `ID` of os-release(5): `debian`, `rhel`, `alpine`. */
    id: word(100),
    version: line(100),
    name: word(200),
    kernel: line(200),
    architecture: line(40),
  }),
  packages: z.array(InstalledPackage).max(inventoryPackagesMax),
  services: z.array(ListeningService).max(inventoryServicesMax),
  /** Names of the programs that run, each once, in order. */
  processes: z.array(word(256)).max(inventoryProcessesMax).default([]),
  interfaces: z.array(NetworkInterface).max(inventoryInterfacesMax),
  /** The machine's UUID by its firmware; readable by root alone. */
  biosUuid: word(64).optional(),
  cloud: CloudInstance.optional(),
  /** Of `inventoryLimits`; a newer agent may know others. */
  limits: z.array(word(60)).max(20).default([]),
});
export type HostInventory = z.infer<typeof HostInventory>;
