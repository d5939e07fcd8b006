import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { InstalledPackage } from '@sakimori/contract/host-inventory';
import { fitLine } from './fit.ts';

const run = promisify(execFile);

/** Where RPM keeps its database; the second since Fedora 36. */
export const rpmDatabases = ['/var/lib/rpm', '/usr/lib/sysimage/rpm'] as const;

const listFormat = '%{NAME}\\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\t%{ARCH}\\n';
const options = { timeout: 30_000, maxBuffer: 32 * 1024 * 1024, env: { PATH: process.env['PATH'], LC_ALL: 'C' } };
/** Programs whose package is asked for; each costs rpm some milliseconds. */
const ownersMax = 50;

/** @throws Error when rpm is not there or cannot read the database in this folder */
export async function listRpmPackages(database: string): Promise<InstalledPackage[]> {
  const { stdout } = await run('rpm', ['--dbpath', database, '-qa', '--qf', listFormat], options);
  return parseRpmList(stdout);
}

/** A line a package: name, `[epoch:]version-release`, architecture. Keys for signatures are in the list too and are no packages. */
export function parseRpmList(text: string): InstalledPackage[] {
  return text.split('\n').flatMap((line) => {
    const [name, version, architecture] = line.split('\t');
    if (!name || !version || name === 'gpg-pubkey') return [];
    return [
      {
        name: fitLine(name, 200),
        version: fitLine(version, 200),
        architecture: fitLine(architecture ?? '', 40).replace('(none)', ''),
        manager: 'rpm' as const,
      },
    ];
  });
}

/** The packages that brought these programs. One that no package brought is left out. */
export async function rpmOwners(database: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  for (const path of paths.slice(0, ownersMax)) {
    const { stdout } = await run('rpm', ['--dbpath', database, '-qf', '--qf', '%{NAME}\\n', '--', path], options).catch(
      () => ({
        stdout: '',
      }),
    );
    const name = stdout.split('\n')[0]?.trim();
    if (name && !name.includes(' ')) owners.set(path, fitLine(name, 200));
  }
  return owners;
}
