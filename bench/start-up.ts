// What a start costs: a command of `sakimori` from the sources and from the bundle of this checkout, in turn, each with its own warm compile cache.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundlePrograms } from '../scripts/bundle-programs.ts';
import { locateProgram, memoryFor } from '../scripts/programs.mjs';
import { median, round } from './parts/measure.ts';
import { progress, tell } from './parts/report.ts';

const timesMin = 1.3;
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' }, json: { type: 'boolean' } } });
const rounds = Number(values.rounds);
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'sakimori-start-up-'));
const source = 'cli/src/main.ts';

type Start = { readonly wallMs: number; readonly cpuMs: number };

/** Processor time of all children so far (proc(5): cutime and cstime), in hundredths of a second. */
function childTicks(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[13]) + Number(fields[14]);
}

function start(program: string): Start {
  const [before, beganAt] = [childTicks(), performance.now()];
  const { status, stderr } = spawnSync(process.execPath, [...memoryFor(['--help']).flags, program, '--help'], {
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${program} --help ended with ${status}: ${stderr}`);
  return { wallMs: performance.now() - beganAt, cpuMs: (childTicks() - before) * 10 };
}

try {
  await bundlePrograms();
  const programs = { sources: join(root, source), bundle: locateProgram('sakimori', source) };
  if (programs.bundle === programs.sources) throw new Error('a source changed while it was bundled');
  for (const program of Object.values(programs)) start(program);
  const found: Record<keyof typeof programs, Start[]> = { sources: [], bundle: [] };
  for (let round = 1; round <= rounds; round++) {
    progress(`round ${round} of ${rounds}`);
    for (const name of ['sources', 'bundle'] as const) found[name].push(start(programs[name]));
  }
  const of = (name: keyof typeof programs, what: keyof Start) => round(median(found[name].map((one) => one[what])));
  const times = round(of('sources', 'cpuMs') / of('bundle', 'cpuMs'), 2);
  tell({
    bench: 'start-up',
    figures: {
      ...{ rounds, 'load average after': round(loadavg()[0] ?? 0) },
      ...{ 'sources: wall p50, ms': of('sources', 'wallMs'), 'sources: CPU p50, ms': of('sources', 'cpuMs') },
      ...{ 'bundle: wall p50, ms': of('bundle', 'wallMs'), 'bundle: CPU p50, ms': of('bundle', 'cpuMs') },
    },
    aims: [
      {
        what: 'processor time of a start from sources to that from the bundle',
        ...{ aim: `≥ ${timesMin}×`, measured: `${times}×`, met: times >= timesMin },
      },
    ],
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
