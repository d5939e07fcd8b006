// How many agents with real mutual TLS one manager process holds, heartbeat 60 s: more and more of them until the p99 of a heartbeat (sent → first
// reply line, on the connection that stands) passes a second or there are 10,000; then one whole interval at that number. The agents run in
// processes of their own. `--agents N` tries a smaller crowd.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { routes } from '@sakimori/contract';
import { Authority } from '@sakimori/manager/hosts/index';
import { createLog, Database, migrate, newId, sql, systemClock } from '@sakimori/manager/platform/index';
import { makeCertificateRequest, sampleFacts } from '../test/simulated-agent.ts';
import type { Crowd, CrowdReport } from './parts/agent-crowd.ts';
import { cpuSecondsOf, megabytes, percentile, residentBytesOf, round } from './parts/measure.ts';
import { type Aim, progress, tell } from './parts/report.ts';
import { type BenchSystem, startBenchSystem } from './parts/system.ts';

const agentsAim = 10_000;
const crowds = 2;
const rampSecondsMax = 120;
const heartbeatSeconds = 60;
const p99MaxMs = 1000;

/** Open files that this machine allows a process, less those that the manager needs besides agents. */
function filesMax(): number {
  const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  return limit - 300;
}

/** A crowd's process with what it told so far. */
class CrowdProcess {
  readonly child: ChildProcess;
  readonly size: number;
  connected = 0;
  failed = 0;
  firstMs: number[] = [];
  heartbeatMs: number[] = [];

  constructor(crowd: Crowd) {
    this.size = crowd.hosts.length;
    this.child = spawn(process.execPath, [join(import.meta.dirname, 'parts/agent-crowd.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child.stdin!.write(`${JSON.stringify(crowd)}\n`);
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      const report = JSON.parse(line) as CrowdReport;
      this.connected = report.connected;
      this.failed = report.failed;
      this.firstMs.push(...report.firstMs);
      this.heartbeatMs.push(...report.heartbeatMs);
    });
  }

  want(count: number): void {
    this.child.stdin!.write(`${Math.min(this.size, count)}\n`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { agents: { type: 'string' }, json: { type: 'boolean' } } });
  const count = Math.min(Number(values.agents ?? agentsAim), filesMax());
  const system = await startBenchSystem({ SAKIMORI_HEARTBEAT_SECONDS: String(heartbeatSeconds) });
  const processes: CrowdProcess[] = [];
  try {
    progress(`registering ${count} hosts`);
    for (const crowd of await registerHosts(system, count)) processes.push(new CrowdProcess(crowd));
    await measure(system, processes, count);
  } finally {
    for (const { child } of processes) child.kill();
    await system.stop();
  }
}

async function measure(system: BenchSystem, processes: readonly CrowdProcess[], count: number): Promise<void> {
  await raise(processes, 200);
  await sleep(3000);
  const before = { bytes: residentBytesOf(system.managerPid), connected: connectedOf(processes) };
  const ramped = await ramp(processes, count);
  progress(`${connectedOf(processes)} agents; one interval at this number`);
  for (const each of processes) each.heartbeatMs = [];
  const cpuBefore = cpuSecondsOf(system.managerPid);
  await sleep((heartbeatSeconds + 3) * 1000);
  const steadyMs = processes.flatMap((each) => each.heartbeatMs);
  const firstMs = processes.flatMap((each) => each.firstMs);
  const connected = connectedOf(processes);
  const bytes = (residentBytesOf(system.managerPid) - before.bytes) / (connected - before.connected);
  const { items } = await system.admin(routes.listHosts);
  const heard = items.filter(({ lastSeenAt }) => lastSeenAt && Date.now() - Date.parse(lastSeenAt) < 75_000).length;
  const p99 = percentile(steadyMs, 0.99);
  tell({
    bench: 'agents',
    figures: {
      'agents connected': connected,
      'of these heard within the last 75 s, as the database says': heard,
      'heartbeats in one interval': steadyMs.length,
      'heartbeat, p50 ms': round(percentile(steadyMs, 0.5)),
      'heartbeat, p99 ms': round(p99),
      'connection with handshake and first heartbeat, p50 ms': round(percentile(firstMs, 0.5)),
      'connection with handshake and first heartbeat, p99 ms': round(percentile(firstMs, 0.99)),
      'agents let in a second': Math.round(ramped.agents / ramped.seconds),
      'memory of the manager for each agent, KB': round(bytes / 1024),
      'manager RSS, MB': megabytes(residentBytesOf(system.managerPid)),
      'manager, cores in use while holding': round(
        (cpuSecondsOf(system.managerPid) - cpuBefore) / (heartbeatSeconds + 3),
        3,
      ),
      'connections that broke off': processes.reduce((sum, each) => sum + each.failed, 0),
    },
    aims: aimsOf(connected, p99, bytes),
    notes: [
      `Each agent has a certificate and a TLS connection of its own; ${crowds} processes of agents share the cores with the manager.`,
      ...(count < agentsAim
        ? [`${count} agents only: asked for, or bound by this machine's open files (ulimit -n).`]
        : []),
    ],
  });
}

const aimsOf = (connected: number, p99: number, bytes: number): Aim[] => [
  {
    what: 'agents with p99 of a heartbeat below 1 s',
    aim: '10,000',
    measured: String(connected),
    met: connected >= agentsAim && p99 < p99MaxMs,
  },
  { what: 'memory for each agent', aim: '< 50 KB', measured: `${round(bytes / 1024)} KB`, met: bytes < 50 * 1024 },
];

const connectedOf = (processes: readonly CrowdProcess[]) => processes.reduce((sum, each) => sum + each.connected, 0);

async function raise(processes: readonly CrowdProcess[], total: number): Promise<void> {
  for (const each of processes) each.want(Math.ceil(total / processes.length));
}

/** Connects more and more agents, as fast as they are let in. Ends at `count`, or where five seconds' heartbeats were too slow. */
async function ramp(processes: readonly CrowdProcess[], count: number): Promise<{ agents: number; seconds: number }> {
  const before = connectedOf(processes);
  const startedAt = performance.now();
  await raise(processes, count);
  for (let second = 1; connectedOf(processes) < count && second <= rampSecondsMax; second++) {
    await sleep(1000);
    if (second % 5 > 0) continue;
    const p99 = percentile(
      processes.flatMap((each) => each.heartbeatMs.splice(0)),
      0.99,
    );
    progress(`${connectedOf(processes)} agents${p99 > 0 ? `, p99 ${Math.round(p99)} ms` : ''}`);
    if (p99 > p99MaxMs) await raise(processes, connectedOf(processes));
    if (p99 > p99MaxMs) break;
  }
  return { agents: connectedOf(processes) - before, seconds: (performance.now() - startedAt) / 1000 };
}

/** Puts hosts into the register as their enrolment would. They share a key, which makes no difference to the manager. */
async function registerHosts(system: BenchSystem, count: number): Promise<Crowd[]> {
  const accountId = await system.makeAccount('Crowd');
  const { items } = await system.admin(routes.listPolicies, { query: { accountId } });
  const { serveUrl } = await migrate(system.postgres.url, system.vault);
  const database = new Database(serveUrl, createLog('warn'), 2);
  try {
    const authority = await Authority.open(database, system.vault, systemClock);
    const { key, certificateRequest } = await makeCertificateRequest();
    const rows: { id: string; name: string; pem: string; serial: string; expires_at: string }[] = [];
    for (let index = 0; index < count; index++) {
      const hostId = newId(systemClock);
      const { pem, serial, expiresAt } = await authority.signAgent(certificateRequest, accountId, hostId);
      rows.push({ id: hostId, name: `host-${index}`, pem, serial, expires_at: expiresAt.toISOString() });
    }
    await database.as(accountId, async (tx) => {
      const given = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, name text, serial text, expires_at timestamptz)`;
      const facts = sql`${JSON.stringify(sampleFacts())}::jsonb || jsonb_build_object('name', r.name)`;
      await tx.run(
        sql`insert into hosts_host (tenant_id, id, name, facts, enrolled_at, policy_id) select ${accountId}, r.id, r.name, ${facts}, now(), ${items[0]!.id} from ${given}`,
      );
      await tx.run(
        sql`insert into hosts_certificate (tenant_id, host_id, serial, issued_at, expires_at) select ${accountId}, r.id, r.serial, now(), r.expires_at from ${given}`,
      );
    });
    const share = Math.ceil(count / crowds);
    return Array.from({ length: crowds }, (_, crowd) => ({
      door: system.agents,
      key,
      ca: authority.pem,
      accountId,
      hosts: rows.slice(crowd * share, (crowd + 1) * share).map(({ id, pem }) => ({ hostId: id, certificate: pem })),
    }));
  } finally {
    await database.close();
  }
}

await main();
