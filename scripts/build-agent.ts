import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { machine, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { findFileGuard, programName } from '../agent/src/engines/antimalware/file-guard/program.ts';
import { agentVersion } from '../agent/src/version.ts';

/**
 * Builds the agent for hosts that have neither npm nor Node:
 *   dist/sakimori-agent.mjs             the agent as one file, for any Node ≥ 26; sees by fanotify where koffi is installed beside it
 *   dist/integrity/                     its command `integrity` alone, smaller
 *   dist/webreputation/                 the process that holds packets for web reputation
 *   dist/sakimori-agent_<version>_<architecture>.deb   with its own Node and the systemd unit
 *
 *   node scripts/build-agent.ts [--out DIR] [--bundle-only]
 */
export const root = join(import.meta.dirname, '..');
const debianNames: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };
/** No file is younger: the same sources make the same bytes. */
export const filesAt = 1_767_225_600;

/** Of zod's words for faults the agent needs those in English: the others are a sixth of the bundle, and of its memory. */
const englishFaults: Plugin = {
  name: 'english-faults',
  setup({ onLoad }) {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

const asOneFile: BuildOptions = {
  plugins: [englishFaults],
  ...{ bundle: true, platform: 'node', format: 'esm', target: 'node26', minify: true, logLevel: 'warning' },
};

/** Folder beside the bundle: `sakimori-agent integrity` alone, in pieces that are loaded when they are needed. */
const integrityFolder = 'integrity';
const integrityProgram = join(integrityFolder, 'integrity-main.mjs');

/** @returns path of the bundle */
export async function bundleAgent(out: string): Promise<string> {
  const outfile = join(out, 'sakimori-agent.mjs');
  const options: BuildOptions = {
    ...{ ...asOneFile, keepNames: true, legalComments: 'inline' },
    define: { INTEGRITY_WORKER_CODE: JSON.stringify(await bundleWorker()) },
    // It loads a binary of its own, which lies beside the bundle in the packages. Without it the agent works, and says what it lacks.
    external: ['koffi'],
    // Some packages are CommonJS and ask for `require`, which a module does not have.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  };
  await build({ ...options, entryPoints: [join(root, 'agent/src/main.ts')], outfile });
  await build({
    ...{ ...options, entryPoints: [join(root, 'agent/src/integrity-main.ts')] },
    ...{ outdir: join(out, integrityFolder), splitting: true, outExtension: { '.js': '.mjs' } },
  });
  await build({
    ...{ ...options, entryPoints: [join(root, 'agent/src/engines/webreputation/filter/main.ts')] },
    ...{ outfile: join(out, webFilterProgram) },
  });
  await addFileGuard(out);
  return outfile;
}

/** Beside the bundle: the process that holds packets for web reputation, by itself. */
const webFilterProgram = 'webreputation/filter.mjs';

/** The guard of files for this architecture, where there is a compiler. Without it the agent says that only scheduled scans work. */
async function addFileGuard(out: string): Promise<void> {
  const program = await findFileGuard();
  if (program.path === undefined) console.error(`without ${programName}: ${program.cause}`);
  else copyFileSync(program.path, join(out, programName));
}

/** The program beside a bundle, where it could be compiled. */
export function fileGuardBeside(bundle: string): string | undefined {
  const path = join(dirname(bundle), programName);
  return existsSync(path) ? path : undefined;
}

/** The program that belongs to a bundle and does its command `integrity` alone. */
export const integrityBundle = (bundle: string): string => join(dirname(bundle), integrityProgram);

/** The filter that belongs to a bundle. */
export const webFilterBundle = (bundle: string): string => join(dirname(bundle), webFilterProgram);

/** Puts the bundle, its command `integrity` and its filter of web addresses into this folder of the stage. */
export function putBundle(stage: string, bundle: string, to: string): void {
  const put = putInto(stage);
  put(bundle, join(to, 'sakimori-agent.mjs'), 0o644);
  const guard = fileGuardBeside(bundle);
  if (guard) put(guard, join(to, programName), 0o755);
  put(webFilterBundle(bundle), join(to, webFilterProgram), 0o644);
  const from = join(dirname(bundle), integrityFolder);
  for (const name of readdirSync(from).sort()) put(join(from, name), join(to, integrityFolder, name), 0o644);
}

/** What the threads of a scan run, by itself: each of them would else load the whole agent. */
async function bundleWorker(): Promise<string> {
  const entry = join(root, 'agent/src/engines/integrity/scan/worker.ts');
  const { outputFiles } = await build({ ...asOneFile, entryPoints: [entry], write: false });
  return outputFiles![0]!.text;
}

/** @param build stands in the package, so that a host can tell which one it has. @returns path of the package */
export function packAgent(out: string, bundle: string, build: string = agentVersion): string {
  const architecture = debianNames[machine()];
  if (!architecture) throw new Error(`no package is built for ${machine()}`);
  const stage = mkdtempSync(join(tmpdir(), 'sakimori-deb-'));
  try {
    layOut(stage, bundle, architecture, build);
    const target = join(out, `sakimori-agent_${agentVersion}_${architecture}.deb`);
    // gzip: the Node binary is large, and whoever asks for a script waits for this; xz takes far longer for a quarter less.
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z4', '--build', stage, target], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, SOURCE_DATE_EPOCH: String(filesAt) },
    });
    return target;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

export const nodeBinary = (): string => realpathSync(join(root, 'node_modules/.bin/node'));

/** The calls that Node does not have (fanotify): the package koffi with its binaries for glibc and musl, as Node looks for it beside the bundle. */
export function putCalls(stage: string, folder: string): void {
  const put = putInto(stage);
  for (const path of callFiles()) put(join(root, 'node_modules', path), join(folder, 'node_modules', path), 0o644);
}

/** Paths below `node_modules` of what {@link putCalls} puts. */
export function callFiles(): string[] {
  const platform = `@koromix/koffi-linux-${process.arch}`;
  const wanted = [
    'koffi/{package.json,LICENSE.txt,index.js}',
    'koffi/src/koffi/index.js',
    'koffi/src/koffi/src/static.js',
    `${platform}/{package.json,index.js}`,
    `${platform}/*/koffi.node`,
  ];
  return globSync(wanted, { cwd: join(root, 'node_modules') }).sort();
}

/** The library of log-inspection rules, which `logtest` and `logscan` take where no rules are named, and the signatures that come with the agent. */
export function putRules(stage: string, folder: string): void {
  const put = putInto(stage);
  for (const path of ruleFiles()) put(join(root, path), join(folder, path), 0o644);
}

/** Paths of what {@link putRules} puts. */
export const ruleFiles = (): string[] =>
  globSync(['rules/loginspection/{*.xml,library.json}', 'rules/antimalware/signatures/*'], { cwd: root }).sort();

/** Puts files into a folder under their names and modes. */
export const putInto =
  (stage: string) =>
  (from: string, to: string, mode: number): void => {
    const path = join(stage, to);
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o755 });
    copyFileSync(from, path);
    chmodSync(path, mode);
  };

/** The Node that the agent brings along, a third smaller where there is a `strip`. */
export function putNode(stage: string, to: string): void {
  putInto(stage)(nodeBinary(), to, 0o755);
  try {
    execFileSync('strip', ['--strip-unneeded', join(stage, to)], { stdio: 'ignore' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function layOut(stage: string, bundle: string, architecture: string, build: string): void {
  const put = putInto(stage);
  chmodSync(stage, 0o755);
  putNode(stage, 'usr/lib/sakimori-agent/node');
  putBundle(stage, bundle, 'usr/lib/sakimori-agent');
  putCalls(stage, 'usr/lib/sakimori-agent');
  putRules(stage, 'usr/lib/sakimori-agent');
  writeFileSync(join(stage, 'usr/lib/sakimori-agent/build'), `${build}\n`, { mode: 0o644 });
  put(join(root, 'deploy/deb/sakimori-agent'), 'usr/bin/sakimori-agent', 0o755);
  put(join(root, 'deploy/systemd/sakimori-agent.service'), 'lib/systemd/system/sakimori-agent.service', 0o644);
  put(join(root, 'deploy/systemd/sakimori-isolation.service'), 'lib/systemd/system/sakimori-isolation.service', 0o644);
  put(join(root, 'deploy/systemd/restore-isolation'), 'usr/lib/sakimori-agent/restore-isolation', 0o755);
  for (const name of ['sakimori-upgrade.path', 'sakimori-upgrade.service'])
    put(join(root, 'deploy/systemd', name), `lib/systemd/system/${name}`, 0o644);
  put(join(root, 'deploy/upgrade/upgrade-agent'), 'usr/lib/sakimori-agent/upgrade-agent', 0o755);
  for (const name of ['postinst', 'prerm', 'postrm']) put(join(root, 'deploy/deb', name), `DEBIAN/${name}`, 0o755);
  const control = readFileSync(join(root, 'deploy/deb/control'), 'utf8')
    .replace('@VERSION@', agentVersion)
    .replace('@ARCHITECTURE@', architecture);
  writeFileSync(join(stage, 'DEBIAN/control'), control);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: join(root, 'dist') },
      'bundle-only': { type: 'boolean', default: false },
    },
  });
  mkdirSync(values.out, { recursive: true });
  const bundle = await bundleAgent(values.out);
  console.log(bundle);
  if (!values['bundle-only']) console.log(packAgent(values.out, bundle));
}
