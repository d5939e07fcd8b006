// A database of files, and the comparison with it: `sakimori-agent integrity` as the package starts it against Debian's AIDE, with the same attributes
// and SHA-256, over a generated tree and over /usr, in turn on the same warm cache; beside them the floors: hashing alone, and `find -printf`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { bundleAgent, integrityBundle } from '../scripts/build-agent.ts';
import { makeTree } from './parts/integrity-tree.ts';
import { loadBefore, median, megabytes, round } from './parts/measure.ts';
import { type MeasuredRun, measureRun } from './parts/measured-run.ts';
import { type Aim, progress, tell } from './parts/report.ts';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
    /** Only one of the two: `tree` or `usr`. */
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const workers = 2;
/** A file that changed in the minute before it was recorded is read again by any check. */
const settleMs = 61_000;

type Runs = Readonly<Record<'aideInit' | 'init' | 'hash' | 'aideCheck' | 'check' | 'trust' | 'find', MeasuredRun[]>>;

async function main(): Promise<void> {
  if (!hasProgram('aide')) throw new Error('needs AIDE: apt-get install --no-install-recommends aide');
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-integrity-'));
  try {
    const bundle = integrityBundle(await bundleAgent(folder));
    const figures: Record<string, string | number> = { 'load before': loadBefore() };
    const aims: Aim[] = [];
    for (const place of ['tree', 'usr'].filter((one) => values.only === undefined || one === values.only)) {
      const root = place === 'usr' ? '/usr' : join(folder, 'tree');
      if (place === 'tree') await prepare(root, figures);
      const runs = await measure(root, folder, bundle);
      Object.assign(figures, figuresOf(place, runs));
      aims.push(...aimsOf(place, runs));
      if (place === 'tree') rmSync(root, { recursive: true });
    }
    tell({ bench: 'integrity', figures, aims, notes });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const notes = [
  `Medians of ${values.rounds} rounds; wall s / CPU s / peak MB. Both with ${workers} workers; AIDE's database is written uncompressed, which is its faster way.`,
  '`check --paranoid` reads every file as AIDE does; `check` trusts a content whose inode, size and times are what they were.',
];

function hasProgram(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function prepare(root: string, figures: Record<string, string | number>): Promise<void> {
  progress(`making a tree of ${values.files} files`);
  const { files, folders, bytes } = makeTree(root, Number(values.files));
  figures['tree'] = `${files} files in ${folders} folders, ${round(bytes / 1e9, 2)} GB`;
  progress('a minute until the tree is no longer young');
  await sleep(settleMs);
}

async function measure(root: string, folder: string, bundle: string): Promise<Runs> {
  const runs: Runs = { aideInit: [], init: [], hash: [], aideCheck: [], check: [], trust: [], find: [] };
  const commands = commandsFor(root, folder, bundle);
  await measureRun(commands.hash);
  for (let index = 0; index < Number(values.rounds); index += 1) {
    for (const [name, command] of Object.entries(commands)) {
      progress(`${root}, round ${index + 1}: ${name}`);
      const run = await measureRun(command);
      if (run.exitCode > 7) throw new Error(`${name} ended with ${run.exitCode}: ${run.output.slice(0, 500)}`);
      // Nothing changes in the generated tree: who finds something is wrong.
      if (root !== '/usr' && run.exitCode !== 0) throw new Error(`${name} found changes: ${run.output.slice(0, 500)}`);
      runs[name as keyof Runs].push(run);
    }
  }
  return runs;
}

function commandsFor(root: string, folder: string, bundle: string): Record<keyof Runs, string[]> {
  const config = join(folder, 'aide.conf');
  const database = join(folder, 'aide.db');
  writeFileSync(
    config,
    [
      ...[`database_in=file:${database}`, `database_out=file:${database}`, 'gzip_dbout=no'],
      ...[`num_workers=${workers}`, `${root} p+i+n+u+g+s+m+c+sha256`, ''],
    ].join('\n'),
  );
  const node = [process.execPath, '--max-semi-space-size=1', '--v8-pool-size=1', '--no-concurrent-sparkplug'];
  const ours = (...args: string[]) => [...node, bundle, ...args, '--db', join(folder, 'our.db')];
  const two = ['--workers', String(workers)];
  return {
    aideInit: ['aide', '-c', config, '--init'],
    init: ours('init', '--root', root, '--force', ...two),
    hash: [process.execPath, join(import.meta.dirname, 'parts/hash-alone.ts'), root],
    aideCheck: ['aide', '-c', config, '--check'],
    check: ours('check', '--paranoid', ...two),
    trust: ours('check', ...two),
    find: ['find', root, '-printf', '%p %s %m %u %g %i %n %T@ %C@\\n'],
  };
}

const wall = (runs: readonly MeasuredRun[]) => median(runs.map(({ wallSeconds }) => wallSeconds));
const cpu = (runs: readonly MeasuredRun[]) => median(runs.map(({ cpuSeconds }) => cpuSeconds));
const peak = (runs: readonly MeasuredRun[]) => megabytes(median(runs.map(({ peakBytes }) => peakBytes)));

const names: Readonly<Record<keyof Runs, string>> = {
  aideInit: 'aide --init',
  init: 'init',
  hash: 'hashing alone',
  aideCheck: 'aide --check',
  check: 'check --paranoid',
  trust: 'check',
  find: 'find -printf',
};

const figuresOf = (place: string, runs: Runs): Record<string, string> =>
  Object.fromEntries(
    Object.entries(names).map(([key, name]) => {
      const these = runs[key as keyof Runs];
      return [`${place}: ${name}`, `${round(wall(these), 2)} / ${round(cpu(these), 2)} / ${peak(these)}`];
    }),
  );

function aimsOf(place: string, runs: Runs): Aim[] {
  const least = (what: string, ratio: number, aim: number): Aim => ({
    ...{ what: `${place}: ${what}`, aim: `≥ ${aim} ×`, measured: `${round(ratio, 2)} ×`, met: ratio >= aim },
  });
  const most = (what: string, ratio: number, aim: number): Aim => ({
    ...{ what: `${place}: ${what}`, aim: `≤ ${aim} ×`, measured: `${round(ratio, 2)} ×`, met: ratio <= aim },
  });
  return [
    least('init faster than AIDE', wall(runs.aideInit) / wall(runs.init), 3),
    least('check of everything faster than AIDE', wall(runs.aideCheck) / wall(runs.check), 5),
    least("init, AIDE's processor time", cpu(runs.aideInit) / cpu(runs.init), 3),
    least("check of everything, AIDE's processor time", cpu(runs.aideCheck) / cpu(runs.check), 3),
    most("init, of AIDE's memory", peak(runs.init) / peak(runs.aideInit), 1),
    most("check of everything, of AIDE's memory", peak(runs.check) / peak(runs.aideCheck), 1),
    most('init, of hashing alone', wall(runs.init) / wall(runs.hash), 1.6),
    most('check where nothing changed, of find -printf', wall(runs.trust) / wall(runs.find), 1.5),
  ];
}

await main();
