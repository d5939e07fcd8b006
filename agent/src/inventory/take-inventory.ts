import { machine, release, type } from 'node:os';
import type { HostInventory } from '@sakimori/contract/host-inventory';
import { type Clock, toInstant } from '../clock.ts';
import { nameOfSystem, parseOsRelease } from '../os-release.ts';
import { fitLine } from './fit.ts';
import { readInterfaces } from './interfaces.ts';
import { readMachine } from './machine.ts';
import { createPace } from './pace.ts';
import { listPackages } from './packages.ts';
import { RootFiles } from './root-files.ts';
import { readServices } from './services.ts';

/**
 * What stands and runs on this host now. Costs well below a second of the processor, in small pieces. What cannot be seen is a limit of the
 * inventory, never an error.
 * @param root where the host's files lie: another folder in tests
 */
export async function takeInventory(clock: Clock, root = '/'): Promise<HostInventory> {
  const files = new RootFiles(root);
  const pace = createPace(clock);
  const packages = await listPackages(files, pace);
  const { services, processes, limits } = await readServices(files, packages, pace);
  return {
    takenAt: toInstant(clock.nowMs()),
    os: readOs(files),
    packages: packages.packages,
    services,
    processes,
    interfaces: readInterfaces(files),
    ...readMachine(files),
    limits: [...packages.limits, ...limits],
  };
}

function readOs(files: RootFiles): HostInventory['os'] {
  const values = parseOsRelease(files.text('/etc/os-release') ?? files.text('/usr/lib/os-release') ?? '');
  return {
    // os-release(5): a system that does not say is called so.
    id: fitLine(values.get('ID') || 'linux', 100),
    version: fitLine(values.get('VERSION_ID') ?? '', 100),
    name: fitLine(nameOfSystem(values), 200),
    kernel: fitLine(`${type()} ${release()}`, 200),
    architecture: fitLine(machine(), 40),
  };
}
