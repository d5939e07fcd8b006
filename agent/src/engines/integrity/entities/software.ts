import type { Pace } from '../../../inventory/pace.ts';
import { listPackages } from '../../../inventory/packages.ts';
import { RootFiles } from '../../../inventory/root-files.ts';
import { type Entities, fitKey, fitValue, type Values } from './entity.ts';
import type { SafeFiles } from './safe-files.ts';

/** What changes with every installation, by whichever tool. */
export const packageFiles = [
  '/var/lib/dpkg/status',
  '/lib/apk/db/installed',
  '/usr/lib/apk/db/installed',
  ...['Packages', 'Packages.db', 'rpmdb.sqlite', 'rpmdb.sqlite-wal'].flatMap((name) => [
    `/var/lib/rpm/${name}`,
    `/usr/lib/sysimage/rpm/${name}`,
  ]),
];

/** Installed packages. A second architecture of one is told by its key, several versions of one stand together. */
export async function readSoftware(files: SafeFiles, pace: Pace): Promise<Entities | undefined> {
  const { packages, limits } = await listPackages(new RootFiles(files.root), pace);
  if (packages.length === 0 || limits.includes('packages_failed')) return undefined;
  const architectures = new Map<string, Set<string>>();
  for (const { name, architecture } of packages)
    architectures.set(name, (architectures.get(name) ?? new Set()).add(architecture));
  const software = new Map<string, Values>();
  for (const { name, version, architecture, manager } of packages) {
    const key = fitKey(architectures.get(name)!.size > 1 ? `${name}:${architecture}` : name);
    const known = software.get(key);
    const versions = known ? [...known['version']!.split(', '), version].sort() : [version];
    software.set(key, { version: fitValue(versions.join(', ')), architecture, packager: manager });
  }
  return software;
}
