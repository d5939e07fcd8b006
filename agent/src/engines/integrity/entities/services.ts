import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { digestOf, type Entities, fitKey, fitValue, type Values } from './entity.ts';
import type { SafeFiles } from './safe-files.ts';
import { programOf, readUnits, unitPaths } from './unit-files.ts';

const ends = ['.service', '.socket'];
const run = promisify(execFile);
const systemctlMsMax = 5000;
const levels = ['2', '3', '4', '5'];

export const servicePaths = (files: SafeFiles): string[] => [
  ...unitPaths(files, ends),
  '/etc/init.d',
  ...files.names('/etc/init.d').map((name) => `/etc/init.d/${name}`),
  ...levels.map((level) => `/etc/rc${level}.d`),
];

/** Services by their files: units of systemd, and scripts of System V without a unit. Where systemd runs, besides, whether they do. */
export async function readServiceEntities(files: SafeFiles): Promise<Entities | undefined> {
  const services = new Map<string, Values>();
  for (const unit of readUnits(files, ends)) {
    services.set(fitKey(unit.name), {
      unitPath: fitValue(unit.path),
      startType: unit.startType,
      program: fitValue(programOf(unit.settings('Service', 'ExecStart')[0])),
      user: fitValue(unit.setting('Service', 'User') ?? ''),
      definition: unit.definition,
    });
  }
  for (const name of files.names('/etc/init.d')) addScript(files, name, services);
  if (services.size === 0) return undefined;
  for (const [name, state] of await statesOf(files)) {
    const known = services.get(name);
    if (known) services.set(name, { ...known, state });
  }
  return services;
}

function addScript(files: SafeFiles, name: string, services: Map<string, Values>): void {
  const path = `/etc/init.d/${name}`;
  const text = files.text(path);
  if (text === undefined || !text.startsWith('#!') || services.has(`${name}.service`)) return;
  const isEnabled = levels.some((level) =>
    files.names(`/etc/rc${level}.d`).some((link) => new RegExp(`^S\\d\\d${RegExp.escape(name)}$`).test(link)),
  );
  const startType = isEnabled ? 'enabled' : 'disabled';
  services.set(fitKey(name), { unitPath: path, startType, program: path, user: '', definition: digestOf(text) });
}

/** Of this very machine alone: below another root nothing runs. */
async function statesOf(files: SafeFiles): Promise<ReadonlyMap<string, string>> {
  if (files.root !== '/' || !files.exists('/run/systemd/system')) return new Map();
  try {
    const types = ends.map((end) => end.slice(1)).join(',');
    const { stdout } = await run(
      'systemctl',
      ['list-units', '--all', '--plain', '--no-legend', '--no-pager', `--type=${types}`],
      { timeout: systemctlMsMax, maxBuffer: 8 * 1024 * 1024, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } },
    );
    return new Map(
      stdout.split('\n').flatMap((line) => {
        const [name = '', , active = ''] = line.trim().split(/\s+/);
        return name && active ? [[name, active] as const] : [];
      }),
    );
  } catch {
    return new Map();
  }
}
