import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type InstalledAgent = {
  readonly kind: 'deb' | 'tar';
  /** Where its program `upgrade-agent` lies. */
  readonly folder: string;
  /** Version and a digest of all that is in the package. */
  readonly build: string;
};

const places = [
  {
    kind: 'deb',
    folder: '/usr/lib/sakimori-agent',
    program: '/usr/lib/sakimori-agent/',
    build: '/usr/lib/sakimori-agent/build',
  },
  {
    kind: 'tar',
    folder: '/opt/sakimori-agent/bin',
    program: '/opt/sakimori-agent/',
    build: '/opt/sakimori-agent/build',
  },
] as const;

/** The package that the running program is of; undefined in a checkout. */
export function installedAgent(program = process.argv[1] ?? ''): InstalledAgent | undefined {
  const place = places.find((one) => program.startsWith(one.program));
  if (!place || !existsSync(join(place.folder, 'upgrade-agent')) || !existsSync(place.build)) return undefined;
  return { kind: place.kind, folder: place.folder, build: readFileSync(place.build, 'utf8').trim().slice(0, 80) };
}
