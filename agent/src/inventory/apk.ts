import type { InstalledPackage } from '@sakimori/contract/host-inventory';
import { fitLine } from './fit.ts';
import type { Pace } from './pace.ts';

/** Where Alpine's apk keeps what is installed; the second since version 3. */
export const apkDatabases = ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'] as const;

/** Packages of apk's database: stanzas of lines `P:name`, `V:version`, `A:architecture`. */
export async function parseApkDatabase(text: string, pace: Pace): Promise<InstalledPackage[]> {
  const packages: InstalledPackage[] = [];
  for (const stanza of text.split('\n\n')) {
    const field = (letter: string) => new RegExp(`^${letter}:(.*)$`, 'm').exec(stanza)?.[1]?.trim() ?? '';
    const [name, version] = [fitLine(field('P'), 200), fitLine(field('V'), 200)];
    if (name && version) packages.push({ name, version, architecture: fitLine(field('A'), 40), manager: 'apk' });
    await pace();
  }
  return packages;
}

/** The packages that brought these programs: lines `F:folder` are followed by a line `R:name` for each file in it. */
export async function apkOwners(
  text: string,
  paths: readonly string[],
  pace: Pace,
): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  const wanted = new Set(paths);
  let [name, folder] = ['', ''];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('P:')) name = line.slice(2);
    else if (line.startsWith('F:')) folder = line.slice(2);
    else if (line.startsWith('R:') && wanted.has(`/${folder}/${line.slice(2)}`))
      owners.set(`/${folder}/${line.slice(2)}`, name);
    if (index % 1024 === 0) await pace();
  }
  return owners;
}
