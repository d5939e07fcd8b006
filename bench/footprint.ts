// What the agent costs a busy host: as it is packaged, both engines on by the shipped policy, 1,000 log lines and 100 changed files a second.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { routes, type StoredDetection } from '@sakimori/contract';
import { bundleAgent, nodeBinary, root } from '../scripts/build-agent.ts';
import { changePolicy, makeAccount, type System, startSystem, until, waitForPolicy } from '../test/system.ts';
import { cpuSecondsOf, loadBefore, megabytes, percentile, residentBytesOf, round } from './parts/measure.ts';
import { progress, tell } from './parts/report.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '300' }, json: { type: 'boolean', default: false } },
});
const seconds = Number(values.seconds);
const linesASecond = 1000;
/** Of them these are failed logins, which become detections; all others are the noise of a host. */
const failuresASecond = 2;
const changesASecond = 100;
/** Lines and changes of a second come in this many portions, as on a host they come all the time. */
const portions = 10;

async function main(): Promise<void> {
  const load = loadBefore();
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-footprint-'));
  const log = join(folder, 'auth.log');
  mkdirSync(join(folder, 'watched'));
  writeFileSync(log, '');
  const system = await startSystem();
  let agent: ChildProcess | undefined;
  try {
    const accountId = await makeAccount(system, 'footprint');
    await watchAlso(system, accountId, join(folder, 'watched'), log);
    const started = await startPackaged(system, accountId, folder);
    agent = started.agent;
    const pid = agent.pid!;
    progress(`at rest for 20 s, then at work for ${seconds} s`);
    await untilBuilt(system, started.hostId);
    await sleep(20_000);
    const rest = { cpu: cpuSecondsOf(pid), bytes: residentBytesOf(pid) };
    const startMs = performance.now();
    const kernelBefore = kernelSecondsOf(pid);
    const written = await work(folder, log);
    const kernelPercent = ((kernelSecondsOf(pid) - kernelBefore) / (cpuSecondsOf(pid) - rest.cpu)) * 100;
    const cpu = cpuSecondsOf(pid) - rest.cpu;
    const wallSeconds = (performance.now() - startMs) / 1000;
    const bytes = residentBytesOf(pid);
    const peak = residentBytesOf(pid, 'peak');
    await sleep(5000);
    const delays = await delaysOf(system, started.hostId, written);
    const host = await system.admin(routes.getHost, { params: { hostId: started.hostId } });
    const notes = host.modules.flatMap((module) => module.notes?.map(({ code }) => code) ?? []);
    report({
      load,
      cpuPercent: (cpu / wallSeconds) * 100,
      kernelPercent,
      rest: rest.bytes,
      bytes,
      peak,
      delays,
      written: written.size,
      notes,
    });
  } finally {
    // In an orderly way, so that a profile of it is written.
    if (agent?.kill('SIGTERM')) await once(agent, 'exit');
    await system.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the kernel did for it, in seconds (proc(5), stime). */
function kernelSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[12]) / 100;
}

async function watchAlso(system: System, accountId: string, folder: string, log: string): Promise<void> {
  await changePolicy(system, accountId, ({ modules, ...document }) => ({
    ...document,
    modules: {
      ...modules,
      integrity: {
        ...modules.integrity,
        rules: modules.integrity.rules.map((rule, index) =>
          index === 0 ? { ...rule, include: [...rule.include, folder] } : rule,
        ),
      },
      loginspection: { ...modules.loginspection, sources: [{ path: log, format: 'syslog' as const }] },
    },
  }));
}

/** The bundle that packages carry, started as `deploy/deb/sakimori-agent` starts it. */
async function startPackaged(system: System, accountId: string, folder: string) {
  const out = join(root, 'node_modules/.cache/footprint');
  mkdirSync(out, { recursive: true });
  const bundle = await bundleAgent(out);
  const { token } = await system.admin(routes.createEnrolmentToken, { params: { accountId }, body: {} });
  const profile = process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? [];
  const options = [
    '--max-semi-space-size=1',
    '--v8-pool-size=1',
    '--no-concurrent-sparkplug',
    '--heap-growing-percent=20',
    '--optimize-for-size',
    '--expose-gc',
    ...profile,
  ];
  const agent = spawn(nodeBinary(), [...options, bundle, 'run', '--data', join(folder, 'agent'), '--token-file', '-'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  agent.stdin.end(token);
  const hostId = await until(
    async () => (await system.admin(routes.listHosts, { query: { accountId } })).items[0]?.id,
    'the agent did not enrol',
    30_000,
  );
  await waitForPolicy(system, hostId);
  return { agent, hostId };
}

const untilBuilt = (system: System, hostId: string) =>
  until(
    async () => {
      const { modules } = await system.admin(routes.getHost, { params: { hostId } });
      const integrity = modules.find(({ module }) => module === 'integrity');
      return integrity?.figures['watchedFiles'] && !integrity.figures['building'] ? true : undefined;
    },
    'the first scan did not end',
    120_000,
  );

/** @returns what each change or line can be known by → when it was written */
async function work(folder: string, log: string): Promise<Map<string, number>> {
  const written = new Map<string, number>();
  const startMs = performance.now();
  for (let portion = 0; portion < seconds * portions; portion += 1) {
    const second = Math.floor(portion / portions);
    appendFileSync(log, linesOf(portion, written));
    for (let index = 0; index < changesASecond / portions; index += 1) {
      const content = `${portion} ${index}`;
      const number = (portion % portions) * (changesASecond / portions) + index;
      writeFileSync(join(folder, 'watched', `file-${number}`), content);
      written.set(createHash('sha256').update(content).digest('hex'), Date.now());
    }
    if (portion % (portions * 30) === 0) progress(`${second} of ${seconds} s`);
    await sleep(Math.max(0, startMs + ((portion + 1) * 1000) / portions - performance.now()));
  }
  return written;
}

function linesOf(portion: number, written: Map<string, number>): string {
  const count = linesASecond / portions;
  const stamp = new Date().toISOString().slice(11, 19);
  const lines = Array.from({ length: count }, (_, index) => {
    const isFailure = index === 0 && portion % (portions / failuresASecond) === 0;
    if (!isFailure)
      return `Nov 27 ${stamp} web01 ${noise[index % noise.length]!.replace('#', String(portion * count + index))}`;
    const user = `user${portion}`;
    written.set(user, Date.now());
    return `Nov 27 ${stamp} web01 sshd[${index + 1000}]: Failed password for invalid user ${user} from 192.0.2.${portion % 250} port 4022 ssh2`;
  });
  return `${lines.join('\n')}\n`;
}

const noise = [
  'CRON[#]: (root) CMD (run-parts /etc/cron.hourly)',
  'systemd[1]: Started Session # of user deploy.',
  'kernel: [#.123456] eth0: link becomes ready',
  'postfix/smtpd[#]: connect from mail.example.com[198.51.100.7]',
  'app[#]: request GET /health answered 200 in 3 ms',
];

/** From the writing until the manager has stored the detection, in ms. */
async function delaysOf(system: System, hostId: string, written: ReadonlyMap<string, number>): Promise<number[]> {
  const delays: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await system.admin(routes.listDetections, {
      query: { hostId, limit: 200, ...(cursor ? { cursor } : {}) },
    });
    for (const detection of page.items) {
      const startMs = written.get(keyOf(detection) ?? '');
      if (startMs !== undefined) delays.push(Date.parse(detection.receivedAt) - startMs);
    }
    cursor = page.nextCursor;
  } while (cursor);
  return delays;
}

const keyOf = ({ file, log }: StoredDetection): string | undefined =>
  file?.after?.sha256 ?? /invalid user (user\d+) /.exec(log?.lines.at(-1) ?? '')?.[1];

type Measured = {
  readonly load: number;
  readonly cpuPercent: number;
  readonly kernelPercent: number;
  readonly rest: number;
  readonly bytes: number;
  readonly peak: number;
  readonly delays: readonly number[];
  readonly written: number;
  readonly notes: readonly string[];
};

function report({ load, cpuPercent, kernelPercent, rest, bytes, peak, delays, written, notes }: Measured): void {
  const p99 = percentile(delays, 0.99);
  tell({
    bench: 'footprint',
    figures: {
      'seconds at work': seconds,
      'CPU, % of one core': round(cpuPercent),
      'of it in the kernel, %': round(kernelPercent),
      'RSS at rest, MB': megabytes(rest),
      'RSS at work, MB': megabytes(bytes),
      'highest RSS, MB': megabytes(peak),
      'changes and failed logins': written,
      'of them told': delays.length,
      'delay until stored p50, ms': round(percentile(delays, 0.5)),
      'delay until stored p99, ms': round(p99),
      'real time by': notes.join(', '),
      'load average before': load,
    },
    aims: [
      { what: 'processor time', aim: '< 5 % of one core', measured: `${round(cpuPercent)} %`, met: cpuPercent < 5 },
      { what: 'resident memory', aim: '< 120 MB', measured: `${megabytes(bytes)} MB`, met: megabytes(bytes) < 120 },
      {
        what: 'delay of a detection, p99',
        aim: '< 1 s, none missing',
        measured: `${round(p99)} ms, ${written - delays.length} missing`,
        met: p99 < 1000 && delays.length >= written,
      },
    ],
    notes: [
      'Both sides and the generator share the machine; only the agent is counted.',
      'Several changes of a file within the wait after an event are one detection; here each file changes once a second.',
    ],
  });
}

await main();
