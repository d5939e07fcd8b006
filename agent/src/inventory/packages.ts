import { readdirSync } from 'node:fs';
import { type InstalledPackage, type InventoryLimit, inventoryPackagesMax } from '@sakimori/contract/host-inventory';
import { apkDatabases, apkOwners, parseApkDatabase } from './apk.ts';
import { dpkgOwners, dpkgStatus, parseDpkgStatus } from './dpkg.ts';
import type { Pace } from './pace.ts';
import type { RootFiles } from './root-files.ts';
import { listRpmPackages, rpmDatabases, rpmOwners } from './rpm.ts';

export type Packages = {
  readonly packages: InstalledPackage[];
  readonly limits: InventoryLimit[];
  /** The packages that brought these programs, as far as that can be told cheaply. */
  readonly ownersOf: (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>;
};

/** What is installed, by the package database that this host has: dpkg's, apk's or RPM's. */
export async function listPackages(files: RootFiles, pace: Pace): Promise<Packages> {
  const status = files.text(dpkgStatus);
  if (status?.trim()) return toPackages(await parseDpkgStatus(status, pace), (paths) => dpkgOwners(files, paths, pace));
  for (const path of apkDatabases) {
    const database = files.text(path);
    if (database?.trim())
      return toPackages(await parseApkDatabase(database, pace), (paths) => apkOwners(database, paths, pace));
  }
  const database = rpmDatabases.map((folder) => files.path(folder)).find(hasEntries);
  if (!database) return nothing('packages_unknown');
  try {
    return toPackages(await listRpmPackages(database), (paths) => rpmOwners(database, paths));
  } catch {
    return nothing('packages_failed');
  }
}

/** Several versions and architectures of a package may be installed; each is one. */
function toPackages(packages: InstalledPackage[], ownersOf: Packages['ownersOf']): Packages {
  const keyOf = ({ name, version, architecture }: InstalledPackage) => `${name} ${version} ${architecture}`;
  const sorted = packages.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return {
    packages: sorted.slice(0, inventoryPackagesMax),
    limits: sorted.length > inventoryPackagesMax ? ['packages_cut'] : [],
    ownersOf,
  };
}

const nothing = (limit: InventoryLimit): Packages => ({
  packages: [],
  limits: [limit],
  ownersOf: async () => new Map(),
});

function hasEntries(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}
