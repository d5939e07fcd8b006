import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Module, modules } from '@sakimori/contract/module';
import { ExitError, exitCodes } from '../../exit-codes.ts';

/** A program of others that modules stand on. */
export type EngineProgram = {
  readonly name: string;
  readonly modules: readonly Module[];
  /** Any one of these will do. */
  readonly programs: readonly string[];
  readonly packages: { readonly apt: readonly string[]; readonly dnf: readonly string[] };
  /** Of the packages: units that must not run, since the agent runs the program itself. */
  readonly unitsOff: readonly string[];
  /** Units that must run. */
  readonly unitsOn?: readonly string[];
  /** Debian 12 has it no more, its backports do. */
  readonly isInBackports?: true;
  /** RHEL and its like have it in EPEL alone. */
  readonly isInEpel?: true;
};

export const enginePrograms: readonly EngineProgram[] = [
  {
    name: 'ClamAV',
    modules: ['antimalware'],
    programs: ['clamd'],
    packages: { apt: ['clamav-daemon', 'clamav-freshclam'], dnf: ['clamd', 'clamav', 'clamav-freshclam'] },
    unitsOff: ['clamav-daemon.service', 'clamav-daemon.socket', 'clamav-freshclam.service', 'clamav-clamonacc.service'],
    isInEpel: true,
  },
  {
    // Tries signatures one by one. Debian's clamd comes without it.
    name: 'clamscan',
    modules: ['antimalware'],
    programs: ['clamscan'],
    packages: { apt: ['clamav'], dnf: ['clamav'] },
    unitsOff: [],
    isInEpel: true,
  },
  {
    name: 'freshclam',
    modules: ['antimalware'],
    programs: ['freshclam'],
    packages: { apt: ['clamav-freshclam'], dnf: ['clamav-freshclam'] },
    unitsOff: ['clamav-freshclam.service'],
    isInEpel: true,
  },
  {
    name: 'Suricata',
    modules: ['intrusion'],
    programs: ['suricata'],
    packages: { apt: ['suricata'], dnf: ['suricata'] },
    unitsOff: ['suricata.service', 'suricata-update.timer'],
    isInBackports: true,
    isInEpel: true,
  },
  {
    name: 'nftables',
    modules: ['firewall', 'intrusion', 'webreputation'],
    programs: ['nft'],
    packages: { apt: ['nftables'], dnf: ['nftables'] },
    unitsOff: [],
  },
  {
    name: 'iptables',
    modules: ['intrusion', 'webreputation'],
    programs: ['iptables-nft', 'iptables'],
    packages: { apt: ['iptables'], dnf: ['iptables-nft'] },
    unitsOff: [],
  },
  {
    name: 'rsyslog',
    modules: ['loginspection'],
    programs: ['rsyslogd'],
    packages: { apt: ['rsyslog'], dnf: ['rsyslog'] },
    unitsOff: [],
    unitsOn: ['rsyslog.service'],
  },
];

/** Modules whose engines are installed where nobody names any. Log inspection reads the journal where there is no other log. */
const usual: readonly Module[] = ['antimalware', 'webreputation', 'firewall', 'intrusion'];
const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];

/** @param given names of modules with commas between. @throws ExitError for a name that is none */
export function readEngineModules(given: string | undefined): readonly Module[] {
  if (given === undefined) return usual;
  const names = given.split(',').filter(Boolean);
  const wrong = names.find((name) => !modules.some((module) => module === name));
  if (wrong !== undefined || names.length === 0)
    throw new ExitError(exitCodes.usage, `there is no module "${wrong ?? ''}"; modules are ${modules.join(', ')}`);
  return modules.filter((module) => names.includes(module));
}

export const programsFor = (wanted: readonly Module[]): readonly EngineProgram[] =>
  enginePrograms.filter((engine) => engine.modules.some((module) => wanted.includes(module)));

/** Where the program lies; `undefined`: it is not installed. */
export const pathOf = (engine: EngineProgram): string | undefined =>
  engine.programs.flatMap((program) => folders.map((folder) => join(folder, program))).find((path) => existsSync(path));
