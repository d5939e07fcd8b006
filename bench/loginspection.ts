// Lines a second of `sakimori-agent logscan` over a log of mixed lines: with the shipped library, with more and more rules, and with OSSEC's own rules
// where a folder of them is given (`--ossec DIR`: an installation, with etc/ and rules/). Peers in the same run, on the same log: fail2ban-regex on
// the lines of sshd, grep with the same patterns. `--lines N` takes another number of lines.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleAgent } from '../scripts/build-agent.ts';
import { generatedRules } from './parts/generated-rules.ts';
import { grepPatterns } from './parts/grep-patterns.ts';
import { writeCorpus } from './parts/log-corpus.ts';
import { type PeerRun, runPeer } from './parts/log-peers.ts';
import { megabytes, round } from './parts/measure.ts';
import { type Aim, progress, tell } from './parts/report.ts';
import { bestScan, linesPerCpuSecond, type ScanRun } from './parts/scan-run.ts';

const linesPerCpuSecondMin = 420_000;
const residentMbMax = 150;
const growthMax = 1.5;
const library = resolve(import.meta.dirname, '../rules/loginspection');

type Figures = Record<string, string | number>;

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, ossec: { type: 'string' }, json: { type: 'boolean' } },
});

async function main(): Promise<void> {
  const lines = Number(values.lines);
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-loginspection-'));
  try {
    const log = join(folder, 'mixed.log');
    const bundle = await bundleAgent(folder);
    // As in the packages, the library lies beside the bundle.
    cpSync(library, join(folder, 'rules/loginspection'), { recursive: true });
    progress(`writing ${lines} lines`);
    const bytes = writeCorpus(log, lines);
    const figures: Figures = {
      lines,
      'bytes a line': round(bytes / lines),
      'load average before': round(loadavg()[0] ?? 0),
    };
    const aims: Aim[] = [];
    await measureContent('our library', { bundle, log, content: [] }, figures, aims);
    if (values.ossec)
      await measureContent('OSSEC’s rules', { bundle, log, content: ossecContent(values.ossec) }, figures, aims);
    await measureGrowth(folder, { bundle, log }, figures, aims);
    measurePeers(folder, log, figures);
    tell({ bench: 'loginspection', figures, aims, notes });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const notes = [
  'Each figure of ours is the cheaper of two runs of a whole process: start of Node, loading of the rules, reading of the log, and the text of each alert, written to a file. The agent is the bundle of the packages, with their flags.',
  'grep says for each line whether any of the patterns stands in it, and nothing else: it is the limit of what looking for them costs in C.',
];

function ossecContent(folder: string): string[] {
  const configuration = join(resolve(folder), 'etc/ossec.conf');
  if (!existsSync(configuration)) throw new Error(`there is no ${configuration}`);
  return ['--ossec-conf', configuration];
}

interface Scan {
  readonly bundle: string;
  readonly log: string;
  readonly content: readonly string[];
}

async function measureContent(what: string, scan: Scan, figures: Figures, aims: Aim[]): Promise<void> {
  progress(what);
  const run = await bestScan(scan.bundle, scan.log, scan.content);
  describe(what, run, figures);
  const rate = linesPerCpuSecond(run);
  aims.push(
    {
      what: `lines a CPU second with ${what}`,
      aim: `≥ ${linesPerCpuSecondMin.toLocaleString('en')}`,
      measured: rate.toLocaleString('en'),
      met: rate >= linesPerCpuSecondMin,
    },
    {
      what: `peak memory with ${what}`,
      aim: `< ${residentMbMax} MB`,
      measured: `${megabytes(run.peakBytes)} MB`,
      met: megabytes(run.peakBytes) < residentMbMax,
    },
  );
}

function describe(what: string, run: ScanRun, figures: Figures): void {
  figures[`${what}: lines/s`] = Math.round(run.lines / run.seconds);
  figures[`${what}: lines/CPU s`] = linesPerCpuSecond(run);
  figures[`${what}: alerts, %`] = round((run.alerts / run.lines) * 100);
  figures[`${what}: peak MB`] = megabytes(run.peakBytes);
}

/** Our decoders with 100 and with 1,600 generated rules: the log concerns none of them, so what differs is what rules cost that do not match. */
async function measureGrowth(
  folder: string,
  { bundle, log }: Omit<Scan, 'content'>,
  figures: Figures,
  aims: Aim[],
): Promise<void> {
  const runs = new Map<number, ScanRun>();
  for (const count of [100, 400, 1600]) {
    progress(`${count} generated rules`);
    const rules = join(folder, `rules-${count}`);
    mkdirSync(rules);
    writeFileSync(join(rules, 'generated_rules.xml'), generatedRules(count));
    const run = await bestScan(bundle, log, ['--rules', `${rules}/`]);
    runs.set(count, run);
    figures[`${count} generated rules: lines/CPU s`] = linesPerCpuSecond(run);
  }
  const growth = runs.get(1600)!.cpuSeconds / runs.get(100)!.cpuSeconds;
  aims.push({
    what: 'cost of 1,600 rules against 100',
    aim: `< ${growthMax} ×`,
    measured: `${round(growth, 2)} ×`,
    met: growth < growthMax,
  });
}

function measurePeers(folder: string, log: string, figures: Figures): void {
  const sshd = join(folder, 'sshd.log');
  writeFileSync(sshd, execFileSync('grep', ['-a', ' sshd\\[', log], { maxBuffer: 1 << 30 }));
  const sshdLines = countLines(sshd);
  progress('fail2ban-regex');
  tellPeer(
    'fail2ban-regex, sshd lines',
    sshdLines,
    runPeer('fail2ban-regex', ['--no-check-all', sshd, 'sshd']),
    figures,
  );
  const patterns = grepPatterns(library);
  const file = join(folder, 'patterns');
  writeFileSync(file, `${patterns.join('\n')}\n`);
  progress('grep');
  // grep ends with 1 where nothing matched.
  const grep = runPeer('grep', ['-a', '-c', '-i', '-E', '-f', file, log], (status) => status <= 1);
  tellPeer(`grep -ciE with ${patterns.length} patterns`, countLines(log), grep, figures);
}

function tellPeer(what: string, lines: number, run: PeerRun | undefined, figures: Figures): void {
  figures[`${what}: lines/CPU s`] = run ? Math.round(lines / run.cpuSeconds) : 'not installed';
}

function countLines(path: string): number {
  let count = 0;
  for (const byte of readFileSync(path)) if (byte === 10) count++;
  return count;
}

await main();
