import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { constants, machine, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { agentVersion } from '../agent/src/version.ts';
import {
  bundleAgent,
  callFiles,
  fileGuardBeside,
  filesAt,
  integrityBundle,
  nodeBinary,
  packAgent,
  putBundle,
  putCalls,
  putInto,
  putNode,
  putRules,
  root,
  ruleFiles,
  webFilterBundle,
} from './build-agent.ts';

/**
 * What the manager hands out to hosts: a package for dpkg and an archive for others, as `scripts/build-agent.ts` makes them.
 *
 *   node scripts/agent-release.ts DIR    builds below DIR what is not there yet; says it as one line of JSON
 */

/** What a manager hands out: one folder a build, named by version and by everything that goes into it. */
export type AgentRelease = {
  readonly build: string;
  readonly version: string;
  /** As `uname -m` says it. */
  readonly architecture: string;
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>;
};

const debName = 'sakimori-agent.deb';
const tarName = 'sakimori-agent.tar.gz';
const manifestName = 'release.json';
/** Earlier builds that stay, because scripts that name them may still be run. */
const keptBuilds = 5;
/** Throw-away systems begin with an empty folder; what another has made of the same sources is taken from here. */
const cacheFolder = join(root, 'node_modules/.cache/sakimori-agent-release');
const keptInCache = 2;

/**
 * Builds the agent's packages into a folder of their own below `folder`, unless they are there already.
 * @param beforePacking packing takes a core for half a minute; to look whether it is needed, a few seconds
 */
export async function releaseAgent(folder: string, beforePacking = () => {}): Promise<AgentRelease> {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const work = mkdtempSync(join(folder, '.making-'));
  try {
    const bundle = await bundleAgent(work);
    const build = `${agentVersion}-${digestOfSources(bundle)}`;
    const known = readRelease(folder, build) ?? takeFromCache(folder, build);
    if (known) return known;
    beforePacking();
    const release = makeRelease(work, bundle, build);
    settle(join(work, build), join(folder, build));
    keepInCache(folder, build);
    forgetOld(folder, keptBuilds);
    return release;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Everything that decides the bytes: the agent, its Node, units and scripts of the packages, and the programs that pack. */
function digestOfSources(bundle: string): string {
  const hash = createHash('sha256');
  const calls = callFiles().map((path) => join(root, 'node_modules', path));
  for (const path of [bundle, ...piecesOf(bundle), nodeBinary(), ...calls])
    hash.update(createHash('sha256').update(readFileSync(path)).digest());
  const texts = globSync(['deploy/**/*', 'scripts/{build-agent,agent-release}.ts'], { cwd: root }).sort();
  for (const path of [...texts, ...ruleFiles()])
    if (statSync(join(root, path)).isFile()) hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  for (const program of ['dpkg-deb', 'strip', 'tar', 'gzip']) hash.update(`${versionOf(program)}\0`);
  return hash.digest('hex').slice(0, 16);
}

/** What is beside the bundle, in the order of names, which say their content. */
const piecesOf = (bundle: string): string[] => [
  webFilterBundle(bundle),
  ...[fileGuardBeside(bundle)].filter((path) => path !== undefined),
  ...globSync('*', { cwd: dirname(integrityBundle(bundle)) })
    .sort()
    .map((name) => join(dirname(integrityBundle(bundle)), name)),
];

function versionOf(program: string): string {
  try {
    return execFileSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return 'none';
  }
}

function makeRelease(work: string, bundle: string, build: string): AgentRelease {
  const target = join(work, build);
  mkdirSync(target);
  if (versionOf('dpkg-deb') !== 'none') renameSync(packAgent(target, bundle, build), join(target, debName));
  packTar(work, join(target, tarName), bundle, build);
  const files = Object.fromEntries(
    readdirSync(target).map((name) => {
      const bytes = readFileSync(join(target, name));
      return [name, { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }];
    }),
  );
  const release = { build, version: agentVersion, architecture: machine(), files };
  writeFileSync(join(target, manifestName), `${JSON.stringify(release)}\n`);
  return release;
}

/** For hosts without dpkg: everything below `/opt/sakimori-agent`. Programs lie in `bin`, where SELinux lets a unit start them. */
function packTar(work: string, target: string, bundle: string, build: string): void {
  const stage = join(work, 'stage');
  const put = putInto(stage);
  putNode(stage, 'sakimori-agent/bin/node');
  put(join(root, 'deploy/tar/sakimori-agent'), 'sakimori-agent/bin/sakimori-agent', 0o755);
  putBundle(stage, bundle, 'sakimori-agent/lib');
  putCalls(stage, 'sakimori-agent/lib');
  putRules(stage, 'sakimori-agent/lib');
  put(join(root, 'deploy/systemd/restore-isolation'), 'sakimori-agent/bin/restore-isolation', 0o755);
  put(join(root, 'deploy/upgrade/upgrade-agent'), 'sakimori-agent/bin/upgrade-agent', 0o755);
  const units = [
    'sakimori-agent.service',
    'sakimori-isolation.service',
    'sakimori-upgrade.path',
    'sakimori-upgrade.service',
  ];
  for (const name of units) {
    const unit = readFileSync(join(root, 'deploy/systemd', name), 'utf8')
      .replaceAll('/usr/bin/sakimori-agent', '/opt/sakimori-agent/bin/sakimori-agent')
      .replaceAll(/\/usr\/lib\/sakimori-agent\/(restore-isolation|upgrade-agent)/g, '/opt/sakimori-agent/bin/$1');
    writeFileSync(join(stage, 'sakimori-agent/lib', name), unit, { mode: 0o644 });
  }
  writeFileSync(join(stage, 'sakimori-agent/build'), `${build}\n`, { mode: 0o644 });
  const same = ['--sort=name', `--mtime=@${filesAt}`, '--owner=0', '--group=0', '--numeric-owner', '--format=ustar'];
  execFileSync('tar', [...same, '--use-compress-program=gzip -n -4', '-cf', target, '-C', stage, 'sakimori-agent'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function readRelease(folder: string, build: string): AgentRelease | undefined {
  const path = join(folder, build, manifestName);
  if (!existsSync(path)) return undefined;
  const release = JSON.parse(readFileSync(path, 'utf8')) as AgentRelease;
  const isWhole = Object.entries(release.files).every(
    ([name, { bytes }]) => statSync(join(folder, build, name), { throwIfNoEntry: false })?.size === bytes,
  );
  if (!isWhole) {
    rmSync(join(folder, build), { recursive: true, force: true });
    return undefined;
  }
  const now = new Date();
  utimesSync(join(folder, build), now, now);
  return release;
}

/** Another process may have been quicker; its build is the same. */
function settle(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(join(to, manifestName))) throw error;
  }
}

function takeFromCache(folder: string, build: string): AgentRelease | undefined {
  if (!readRelease(cacheFolder, build)) return undefined;
  const work = mkdtempSync(join(folder, '.taking-'));
  try {
    cpSync(join(cacheFolder, build), join(work, build), { recursive: true });
    settle(join(work, build), join(folder, build));
    return readRelease(folder, build);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A folder that cannot be written, as in an installation of somebody else's, only means that nothing is kept there. */
function keepInCache(folder: string, build: string): void {
  try {
    mkdirSync(cacheFolder, { recursive: true });
    const work = mkdtempSync(join(cacheFolder, '.keeping-'));
    try {
      cpSync(join(folder, build), join(work, build), { recursive: true });
      settle(join(work, build), join(cacheFolder, build));
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
    forgetOld(cacheFolder, keptInCache);
  } catch {
    return;
  }
}

/** Builds beyond these go, and what a process that was killed left behind. */
function forgetOld(folder: string, kept: number): void {
  const age = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const names = readdirSync(folder);
  const builds = names.filter((name) => /^\d+\.\d+\.\d+-[\da-f]{16}$/.test(name)).sort((a, b) => age(b) - age(a));
  const left = names.filter((name) => name.startsWith('.') && Date.now() - age(name) > 3_600_000);
  for (const name of [...builds.slice(kept), ...left]) rmSync(join(folder, name), { recursive: true, force: true });
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error('usage: node scripts/agent-release.ts DIR');
  // The watch over the hosts comes first.
  const giveWay = () => setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  console.log(JSON.stringify(await releaseAgent(folder, giveWay)));
}
