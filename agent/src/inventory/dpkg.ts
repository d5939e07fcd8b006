import type { InstalledPackage } from '@sakimori/contract/host-inventory';
import { fitLine } from './fit.ts';
import type { Pace } from './pace.ts';
import type { RootFiles } from './root-files.ts';

export const dpkgStatus = '/var/lib/dpkg/status';
const infoFolder = '/var/lib/dpkg/info';
/** Lists of files are read up to this much in all; a host with more has some programs whose package is not told. */
const listBytesMax = 64 * 1024 * 1024;

/** Packages of dpkg's status file whose files are on the disk (deb822(5), dpkg(1) "Package states"). */
export async function parseDpkgStatus(text: string, pace: Pace): Promise<InstalledPackage[]> {
  const packages: InstalledPackage[] = [];
  for (let start = 0; start < text.length; ) {
    const end = endOfStanza(text, start);
    const one = readStanza(text.slice(start, end));
    if (one) packages.push(one);
    start = end + 2;
    if (packages.length % 64 === 0) await pace();
  }
  // Copied: a word cut out of the file would keep the whole of it in memory.
  return structuredClone(packages);
}

function endOfStanza(text: string, start: number): number {
  const end = text.indexOf('\n\n', start);
  return end < 0 ? text.length : end;
}

const without = new Set(['not-installed', 'config-files']);

function readStanza(stanza: string): InstalledPackage | undefined {
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(stanza)?.[1]?.trim() ?? '';
  const [name, version] = [fitLine(field('Package'), 200), fitLine(field('Version'), 200)];
  const state = field('Status').split(/\s+/)[2];
  if (!name || !version || (state !== undefined && without.has(state))) return undefined;
  return { name, version, architecture: fitLine(field('Architecture'), 40), manager: 'dpkg' };
}

/**
 * The packages that brought these programs, by dpkg's lists of files.
 * @param paths absolute paths as the kernel has them, with every link resolved
 */
export async function dpkgOwners(
  files: RootFiles,
  paths: readonly string[],
  pace: Pace,
): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  const wanted = new Map(paths.flatMap((path) => spellings(path).map((spelling) => [spelling, path])));
  const count = new Set(paths).size;
  let bytes = 0;
  for (const name of files.names(infoFolder) ?? []) {
    if (owners.size === count || bytes > listBytesMax) break;
    if (!name.endsWith('.list')) continue;
    const list = files.bytes(`${infoFolder}/${name}`);
    bytes += list?.length ?? 0;
    // Looked for in the bytes: a list as texts, line by line, would leave tens of megabytes behind.
    for (const [spelling, path] of wanted)
      if (list && holdsLine(list, spelling)) owners.set(path, name.replace(/(:[^:]+)?\.list$/, ''));
    await pace();
  }
  return owners;
}

const newline = 0x0a;

function holdsLine(list: Buffer, line: string): boolean {
  const size = Buffer.byteLength(line);
  for (let at = list.indexOf(line); at >= 0; at = list.indexOf(line, at + 1)) {
    const isBegin = at === 0 || list[at - 1] === newline;
    if (isBegin && (at + size === list.length || list[at + size] === newline)) return true;
  }
  return false;
}

/** Where `/bin` is a link to `/usr/bin`, a package may have its program under either name. */
function spellings(path: string): string[] {
  const match = /^\/usr(\/(?:s?bin|lib\w*)\/.*)$/.exec(path);
  return match ? [path, match[1]!] : [path];
}
