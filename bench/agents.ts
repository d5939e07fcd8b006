// How many agents with real mutual TLS one manager process holds, heartbeat 60 s: more and more of them until the p99 of a heartbeat (sent → first
// reply line, on the connection that stands) passes a second or there are 10,000; then one whole interval at that number. The agents run in
// processes of their own. `--agents N` tries a smaller crowd.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { routes } from '@sakimori/contract';
import { crowds, registerHosts } from './parts/crowd-hosts.ts';
import { type CrowdProcess, connectedOf, filesMax, raise, startCrowds } from './parts/crowd-process.ts';
import { cpuSecondsOf, megabytes, percentile, residentBytesOf, round } from './parts/measure.ts';
import { type Aim, progress, tell } from './parts/report.ts';
import { type BenchSystem, startBenchSystem } from './parts/system.ts';

const agentsAim = 10_000;
const rampSecondsMax = 120;
const heartbeatSeconds = 60;
const p99MaxMs = 1000;
const policyName = 'Linux Server';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { agents: { type: 'string' }, json: { type: 'boolean' } } });
  const count = Math.min(Number(values.agents ?? agentsAim), filesMax());
  const system = await startBenchSystem({ SAKIMORI_HEARTBEAT_SECONDS: String(heartbeatSeconds) });
  const processes: CrowdProcess[] = [];
  try {
    progress(`registering ${count} hosts`);
    const accountId = await system.makeAccount('Crowd');
    const hosts = await system.withDatabase((database) =>
      registerHosts(system, database, { accountId, policyName, count }),
    );
    processes.push(...startCrowds(hosts));
    await measure(system, processes, count);
  } finally {
    for (const each of processes) each.end();
    await system.stop();
  }
}

async function measure(system: BenchSystem, processes: readonly CrowdProcess[], count: number): Promise<void> {
  raise(processes, 200);
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

/** Connects more and more agents, as fast as they are let in. Ends at `count`, or where five seconds' heartbeats were too slow. */
async function ramp(processes: readonly CrowdProcess[], count: number): Promise<{ agents: number; seconds: number }> {
  const before = connectedOf(processes);
  const startedAt = performance.now();
  raise(processes, count);
  for (let second = 1; connectedOf(processes) < count && second <= rampSecondsMax; second++) {
    await sleep(1000);
    if (second % 5 > 0) continue;
    const p99 = percentile(
      processes.flatMap((each) => each.heartbeatMs.splice(0)),
      0.99,
    );
    progress(`${connectedOf(processes)} agents${p99 > 0 ? `, p99 ${Math.round(p99)} ms` : ''}`);
    if (p99 > p99MaxMs) raise(processes, connectedOf(processes));
    if (p99 > p99MaxMs) break;
  }
  return { agents: connectedOf(processes) - before, seconds: (performance.now() - startedAt) / 1000 };
}

await main();
