import { digestOf } from './entity.ts';
import type { SafeFiles } from './safe-files.ts';

/** systemd.unit(5), "Unit File Load Path": what stands first wins. Folders of generators and of running units are made anew at every start. */
export const unitFolders = [
  '/etc/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];
/** More units than any host has. */
const unitsMax = 20_000;

export type Unit = {
  readonly name: string;
  readonly path: string;
  readonly startType: string;
  /** Digest of the file and of everything that is laid over it. */
  readonly definition: string;
  /** Last value of a setting; an empty one takes back what stood before. */
  readonly setting: (section: string, name: string) => string | undefined;
  /** All values that hold. */
  readonly settings: (section: string, name: string) => string[];
};

/** Units whose names have one of these ends, by their files: systemd need not run. */
export function readUnits(files: SafeFiles, ends: readonly string[]): Unit[] {
  const paths = new Map<string, string>();
  const links = new Map<string, Set<string>>();
  for (const folder of unitFolders) {
    for (const name of files.names(folder)) {
      const path = `${folder}/${name}`;
      if (/\.(?:wants|requires|upholds)$/.test(name)) {
        for (const wanted of files.names(path)) links.set(wanted, (links.get(wanted) ?? new Set()).add(folder));
      } else if (ends.some((end) => name.endsWith(end)) && !paths.has(name) && paths.size < unitsMax)
        paths.set(name, path);
    }
  }
  return [...paths].map(([name, path]) => toUnit(files, name, path, links.get(name) ?? new Set()));
}

function toUnit(files: SafeFiles, name: string, path: string, wantedIn: ReadonlySet<string>): Unit {
  const link = files.link(path);
  const texts = [files.text(path) ?? '', ...dropInsOf(files, name)];
  const lines = texts.flatMap(settingsOf);
  const valuesOf = (section: string, key: string) => {
    const found = lines.filter((line) => line.section === section && line.key === key).map(({ value }) => value);
    const emptied = found.lastIndexOf('');
    return found.slice(emptied + 1);
  };
  return {
    ...{ name, path },
    definition: digestOf([link ?? '', ...texts].join('\0')),
    startType: startTypeOf(link, wantedIn, lines),
    setting: (section, key) => valuesOf(section, key).at(-1),
    settings: valuesOf,
  };
}

/** As `systemctl is-enabled` says it. */
function startTypeOf(link: string | undefined, wantedIn: ReadonlySet<string>, lines: readonly Line[]): string {
  if (link === '/dev/null') return 'masked';
  if (wantedIn.has('/etc/systemd/system')) return 'enabled';
  if (wantedIn.size > 0) return 'static';
  return lines.some(({ section, value }) => section === 'Install' && value !== '') ? 'disabled' : 'static';
}

/** What is laid over a unit, in the order of the names of its parts. */
function dropInsOf(files: SafeFiles, name: string): string[] {
  const parts = new Map<string, string>();
  for (const folder of unitFolders)
    for (const part of files.names(`${folder}/${name}.d`))
      if (part.endsWith('.conf') && !parts.has(part)) parts.set(part, `${folder}/${name}.d/${part}`);
  return [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => files.text(path) ?? '');
}

type Line = { readonly section: string; readonly key: string; readonly value: string };

function settingsOf(text: string): Line[] {
  let section = '';
  return text
    .replaceAll(/\\\r?\n/g, ' ')
    .split('\n')
    .flatMap((line) => {
      section = /^\[(\w+)\]/.exec(line)?.[1] ?? section;
      const match = /^([A-Za-z]\w*)\s*=\s*(.*)$/.exec(line.trim());
      return match ? [{ section, key: match[1]!, value: match[2]!.trim() }] : [];
    });
}

/** The program of a command line of a unit, without the signs in front (systemd.service(5), "Command lines"). */
export const programOf = (command: string | undefined): string =>
  /^[@\-:+!|]*(\S+)/.exec(command?.trim() ?? '')?.[1] ?? '';

/** Every file and folder whose change can change a unit. */
export function unitPaths(files: SafeFiles, ends: readonly string[]): string[] {
  return unitFolders.flatMap((folder) => [
    folder,
    ...files.names(folder).flatMap((name) => {
      const path = `${folder}/${name}`;
      if (/\.(?:wants|requires|upholds)$/.test(name)) return [path];
      if (name.endsWith('.d')) return [path, ...files.names(path).map((part) => `${path}/${part}`)];
      return ends.some((end) => name.endsWith(end)) ? [path] : [];
    }),
  ]);
}
