import { lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { InstalledPackage } from '@sakimori/contract/host-inventory';
import type { Clock } from '../../../clock.ts';
import { parseDpkgStatus } from '../../../inventory/dpkg.ts';
import { createPace } from '../../../inventory/pace.ts';
import { RootFiles } from '../../../inventory/root-files.ts';
import type { PackagedFile, PackageSource } from './package-source.ts';

const adminFolder = '/var/lib/dpkg';
const listBytesMax = 16 * 1024 * 1024;
/** What dpkg calls a file on its way in or out (dpkg(1), "FILES"). */
const passing = /\.dpkg-(new|tmp|old|dist)$/;

/** dpkg's own records: `status`, and `info/<package>.list` and `.md5sums`. The changes they explain are those of the same host. */
export class DpkgSource implements PackageSource {
  readonly tool = 'dpkg';
  readonly #clock: Clock;
  readonly #files: RootFiles;
  readonly #root: string;
  /** Folders of the root that are links, as `/bin` → `/usr/bin`: packages may have their files under either name. */
  readonly #links: ReadonlyMap<string, string>;

  constructor(root: string, clock: Clock) {
    this.#clock = clock;
    this.#files = new RootFiles(root);
    this.#root = root === '/' ? '' : root;
    this.#links = linksOfRoot(root);
  }

  /** Is there a dpkg on this host? */
  static isHere(root: string): boolean {
    return lstatSync(join(root, adminFolder, 'status'), { throwIfNoEntry: false })?.isFile() ?? false;
  }

  isBusy(): boolean {
    const locks = ['lock', 'lock-frontend'].map((name) => this.#files.path(`${adminFolder}/${name}`));
    return anyLocked(locks);
  }

  /** dpkg notes in `updates` what it is about to do before it touches a file, and in `status` what came of it. */
  stamp(): string {
    return ['status', 'updates'].map((name) => stampOf(this.#files.path(`${adminFolder}/${name}`))).join(' ');
  }

  async installed(): Promise<ReadonlyMap<string, InstalledPackage>> {
    const text = this.#files.text(`${adminFolder}/status`) ?? '';
    const packages = await parseDpkgStatus(text, createPace(this.#clock));
    return new Map(packages.map((one) => [`${one.name}:${one.architecture}`, one]));
  }

  async *files(packages?: ReadonlySet<string>): AsyncGenerator<readonly [string, PackagedFile]> {
    const pace = createPace(this.#clock);
    const status = this.#files.text(`${adminFolder}/status`) ?? '';
    const installed = await parseDpkgStatus(status, pace);
    for (const { name, architecture } of installed) {
      const key = `${name}:${architecture}`;
      if (packages && !packages.has(key)) continue;
      const digests = packages ? this.#digests(name, architecture, status) : undefined;
      for (const line of this.#info(name, architecture, 'list').split('\n')) {
        if (!line.startsWith('/') || line === '/.') continue;
        const value = digests?.get(line);
        yield [this.#real(line), { package: key, digest: value ? { method: 'md5', value } : undefined }];
      }
      await pace();
    }
  }

  standsFor(full: string): string | 'own' | undefined {
    if (!full.startsWith(this.#root)) return undefined;
    const path = full.slice(this.#root.length);
    if (path === adminFolder || path.startsWith(`${adminFolder}/`) || path === '/var/lib/apt/extended_states')
      return 'own';
    return passing.test(path) ? full.replace(passing, '') : undefined;
  }

  #info(name: string, architecture: string, kind: string): string {
    const bytes =
      this.#files.bytes(`${adminFolder}/info/${name}.${kind}`) ??
      this.#files.bytes(`${adminFolder}/info/${name}:${architecture}.${kind}`);
    return bytes && bytes.length <= listBytesMax ? bytes.toString('utf8') : '';
  }

  /** Content digests: of configuration files from `status`, of all others from `md5sums`. */
  #digests(name: string, architecture: string, status: string): ReadonlyMap<string, string> {
    const digests = new Map<string, string>();
    for (const line of this.#info(name, architecture, 'md5sums').split('\n')) {
      const match = /^([0-9a-f]{32}) [ *](.+)$/.exec(line);
      if (match) digests.set(`/${match[2]}`, match[1]!);
    }
    for (const [path, digest] of configurationFiles(status, name, architecture)) digests.set(path, digest);
    return digests;
  }

  #real(path: string): string {
    const [, first = ''] = path.split('/', 2);
    const target = this.#links.get(first);
    return this.#root + (target === undefined ? path : `${target}${path.slice(first.length + 1)}`);
  }
}

/** The lines below `Conffiles:` of a package's stanza. */
function* configurationFiles(status: string, name: string, architecture: string): Generator<[string, string]> {
  for (let at = status.indexOf(`Package: ${name}\n`); at >= 0; at = status.indexOf(`Package: ${name}\n`, at + 1)) {
    const end = status.indexOf('\n\n', at);
    const stanza = status.slice(at, end < 0 ? undefined : end);
    if (!stanza.includes(`\nArchitecture: ${architecture}\n`)) continue;
    for (const match of stanza.matchAll(/^ (\/\S+) ([0-9a-f]{32})( obsolete)?$/gm)) yield [match[1]!, match[2]!];
  }
}

function stampOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.ino}:${stat.size}:${stat.mtimeNs}` : 'none';
}

function linksOfRoot(root: string): ReadonlyMap<string, string> {
  const links = new Map<string, string>();
  for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'libo32']) {
    try {
      const target = readlinkSync(join(root, name));
      links.set(name, target.startsWith('/') ? target : `/${target}`);
    } catch {
      // A folder of its own, or not there.
    }
  }
  return links;
}

/**
 * Does somebody hold a lock of fcntl(2) on one of these files? By `/proc/locks` (proc(5)), which asks nobody. Not to be read often: for each reading the
 * kernel waits until no lock of the whole system is being changed.
 */
export function anyLocked(paths: readonly string[]): boolean {
  const wanted = paths.flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat ? [`:${stat.ino} `] : [];
  });
  if (wanted.length === 0) return false;
  try {
    // The device is left out: the file systems that have devices of their own for each subvolume tell another one there.
    return readFileSync('/proc/locks', 'latin1')
      .split('\n')
      .some((line) => line.includes(' POSIX ') && wanted.some((inode) => line.includes(inode)));
  } catch {
    return false;
  }
}
