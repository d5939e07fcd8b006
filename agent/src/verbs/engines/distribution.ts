import { existsSync, readFileSync } from 'node:fs';
import { ExitError, exitCodes } from '../../exit-codes.ts';
import { nameOfSystem, parseOsRelease } from '../../os-release.ts';
import type { EngineProgram } from './catalogue.ts';

export type Distribution = {
  readonly name: string;
  readonly tool: 'apt' | 'dnf';
  /** Suite of the backports, where engines are taken from there. */
  readonly backports?: 'bookworm-backports';
  /** RHEL and what is built from it, where EPEL has to be added first; Fedora has everything itself. */
  readonly needsEpel?: true;
};

const known =
  'Debian 12 and 13, Ubuntu 22.04 and 24.04, RHEL, AlmaLinux, Rocky and Oracle Linux 8 to 10, CentOS Stream, Fedora';

/** By the text of os-release(5). @throws ExitError for one that is not known, with the packages to install by hand */
export function distributionOf(text: string, wanted: readonly EngineProgram[]): Distribution {
  const values = parseOsRelease(text);
  const name = nameOfSystem(values);
  const ids = [values.get('ID') ?? '', ...(values.get('ID_LIKE') ?? '').split(' ')];
  if (ids.includes('debian') || ids.includes('ubuntu')) {
    const isBookworm = values.get('ID') === 'debian' && values.get('VERSION_CODENAME') === 'bookworm';
    return { name, tool: 'apt', ...(isBookworm ? { backports: 'bookworm-backports' as const } : {}) };
  }
  if (ids.includes('fedora') || ids.includes('rhel'))
    return { name, tool: 'dnf', ...(values.get('ID') === 'fedora' ? {} : { needsEpel: true as const }) };
  const packages = wanted.map((engine) => engine.name).join(', ');
  throw new ExitError(
    exitCodes.config,
    `this system (${name}) is not known; known are ${known}. Install by its own means, without starting them: ${packages}`,
  );
}

/** @throws ExitError */
export function readDistribution(wanted: readonly EngineProgram[]): Distribution {
  const path = ['/etc/os-release', '/usr/lib/os-release'].find((place) => existsSync(place));
  return distributionOf(path ? readFileSync(path, 'utf8') : '', wanted);
}
