// What a large account costs the Workload Security API: 10,000 computers listed in short and in full, one of them searched by name, and a policy that
// all of them use changed, until every connected agent has it. Agents are simulated in processes of their own, with real mutual TLS. `--agents N`
// tries a smaller account.
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Authority } from '@sakimori/manager/hosts/index';
import { type Database, sql, systemClock } from '@sakimori/manager/platform/index';
import pg from 'pg';
import { ApiClient } from './parts/api-client.ts';
import { makeApiKey, registerComputers } from './parts/computers.ts';
import { crowds, hostNameOf, registerHosts } from './parts/crowd-hosts.ts';
import { type CrowdProcess, connectedOf, filesMax, raise, startCrowds } from './parts/crowd-process.ts';
import { cpuSecondsOf, median, megabytes, percentile, residentBytesOf, round } from './parts/measure.ts';
import { type Aim, progress, tell } from './parts/report.ts';
import { type BenchSystem, startBenchSystem } from './parts/system.ts';

const agentsAim = 10_000;
const policyName = 'Linux Server';
const policyNumber = 2;
const aims = { listMs: 1000, searchMs: 20, policyMs: 10_000 };
const listRuns = 7;
const searches = 200;
const policyRounds = 3;
const connectSecondsMax = 100;

type Setting = {
  readonly system: BenchSystem;
  readonly database: Database;
  readonly accountId: string;
  readonly client: ApiClient;
  readonly processes: readonly CrowdProcess[];
  readonly count: number;
};
type Figures = Record<string, string | number>;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { agents: { type: 'string' }, json: { type: 'boolean' } } });
  const count = Math.min(Number(values.agents ?? agentsAim), filesMax());
  const system = await startBenchSystem({ SAKIMORI_API_REQUESTS_PER_MINUTE: '1000000' });
  const processes: CrowdProcess[] = [];
  try {
    await system.withDatabase(async (database) => {
      const accountId = await system.makeAccount('Crowd');
      progress(`registering ${count} hosts and their computers`);
      processes.push(...startCrowds(await registerHosts(system, database, { accountId, policyName, count })));
      await registerComputers(database, accountId, policyNumber);
      await analyze(system);
      const { pem } = await Authority.open(database, system.vault, systemClock);
      const client = new ApiClient(system.workloadSecurity, await makeApiKey(database, accountId), pem);
      await measure({ system, database, accountId, client, processes, count });
      client.close();
    });
  } finally {
    for (const each of processes) each.end();
    await system.stop();
  }
}

/** What autovacuum does within the first minute after so many rows were written at once. */
async function analyze({ postgres }: BenchSystem): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query('vacuum analyze').finally(() => client.end());
}

async function measure(setting: Setting): Promise<void> {
  const none = await measureList(setting, 'none');
  const all = await measureList(setting, 'all');
  const searched = await measureSearches(setting);
  const listedMegabytes = megabytes(residentBytesOf(setting.system.managerPid, 'peak'));
  const connected = await connect(setting);
  const policy = await measurePolicy(setting);
  const { system, processes, count } = setting;
  tell({
    bench: 'api',
    figures: {
      'computers of the account': count,
      ...none.figures,
      ...all.figures,
      ...searched.figures,
      'manager, peak RSS after listings and searches, MB': listedMegabytes,
      'agents connected': connected,
      'agents whose connection broke off': processes.reduce((sum, { failed }) => sum + failed, 0),
      ...policy.figures,
      'manager, peak RSS, MB': megabytes(residentBytesOf(system.managerPid, 'peak')),
      'load average of the machine at the end': loadavg()[0]!.toFixed(1),
    },
    aims: [
      listAim('none', none.ms),
      listAim('all', all.ms),
      aimOf('p99 of a search by name', aims.searchMs, searched.p99, 'ms'),
      aimOf(
        `a policy until the last of ${connected} agents has it`,
        aims.policyMs,
        policy.ms,
        'ms',
        connected === count,
      ),
    ],
    notes: [
      `Each agent has a certificate and a TLS connection of its own; ${crowds} processes of agents, the client and PostgreSQL share the cores with the manager.`,
      'A listing is timed until the client, which decrypts and counts it, has its last byte. Its first run, which finds everything cold, counts too.',
      ...(count < agentsAim ? [`${count} only: asked for, or bound by this machine's open files (ulimit -n).`] : []),
    ],
  });
}

const aimOf = (what: string, aim: number, measured: number, unit: string, isWhole = true): Aim => ({
  what,
  aim: `< ${aim.toLocaleString('en')} ${unit}`,
  measured: `${round(measured).toLocaleString('en')} ${unit}`,
  met: isWhole && measured < aim,
});
const listAim = (expand: string, ms: number): Aim =>
  aimOf(`10,000 computers listed with expand=${expand}, median`, aims.listMs, ms, 'ms');

async function measureList(setting: Setting, expand: 'none' | 'all'): Promise<{ figures: Figures; ms: number }> {
  const { client } = setting;
  progress(`listing with expand=${expand}`);
  const cpu = startCpu(setting);
  const runs = [];
  for (let run = 0; run < listRuns; run++)
    runs.push(await client.call('GET', `/computers?expand=${expand}`, undefined, false));
  const used = cpu();
  const times = runs.map(({ ms }) => ms);
  const name = `list, expand=${expand}`;
  return {
    ms: median(times),
    figures: {
      [`${name}, min / median / max ms`]: [Math.min(...times), median(times), Math.max(...times)]
        .map(Math.round)
        .join(' / '),
      [`${name}, first run ms`]: Math.round(times[0]!),
      [`${name}, MB`]: megabytes(runs[0]!.bytes),
      [`${name}, CPU ms each: manager / PostgreSQL`]: `${Math.round((used.manager * 1000) / listRuns)} / ${Math.round((used.postgres * 1000) / listRuns)}`,
    },
  };
}

type Cpu = { readonly manager: number; readonly postgres: number; readonly agents: number };

/** @returns what says how many seconds of the processors each used since */
function startCpu({ system, processes }: Setting): () => Cpu {
  const now = (): Cpu => ({
    manager: cpuSecondsOf(system.managerPid),
    postgres: cpuSecondsOf(system.postgres.pid()),
    agents: processes.reduce((sum, { pid }) => sum + cpuSecondsOf(pid), 0),
  });
  const before = now();
  return () => {
    const after = now();
    return {
      manager: after.manager - before.manager,
      postgres: after.postgres - before.postgres,
      agents: after.agents - before.agents,
    };
  };
}

async function measureSearches(setting: Setting): Promise<{ figures: Figures; p99: number }> {
  const { client, count } = setting;
  progress(`${searches} searches of each kind`);
  const names = Array.from({ length: searches }, (_, index) => hostNameOf((index * 7919) % count));
  const timesOf = async (expand: string, criterion: (name: string) => object): Promise<number[]> => {
    const times: number[] = [];
    for (const name of names) {
      const criteria = [{ fieldName: 'hostName', stringTest: 'equal', ...criterion(name) }];
      const { text, ms } = await client.call('POST', `/computers/search${expand}`, { searchCriteria: criteria });
      if (!text.includes(`"hostName":"${name}"`)) throw new Error(`The search for ${name} found ${text.slice(0, 200)}`);
      times.push(ms);
    }
    return times;
  };
  const exact = (name: string) => ({ stringValue: name });
  const wildcard = (name: string) => ({ stringValue: `${name.slice(0, -1)}%`, stringWildcards: true });
  const inShort = await timesOf('?expand=none', exact);
  const inFull = await timesOf('', exact);
  const byWildcard = await timesOf('?expand=none', wildcard);
  const told = (what: string, times: readonly number[]): Figures => ({
    [`search ${what}, p50 / p99 ms`]: `${round(median(times))} / ${round(percentile(times, 0.99))}`,
  });
  return {
    p99: Math.max(percentile(inShort, 0.99), percentile(inFull, 0.99)),
    figures: {
      ...told('by name, expand=none', inShort),
      ...told('by name, with all parts', inFull),
      ...told('by the beginning of a name, expand=none', byWildcard),
    },
  };
}

/** As fast as they are let in. */
async function connect({ processes, count }: Setting): Promise<number> {
  progress(`connecting ${count} agents`);
  raise(processes, count);
  for (let second = 0; connectedOf(processes) < count && second < connectSecondsMax; second++) await sleep(1000);
  // Their first heartbeats are written down.
  await sleep(2000);
  return connectedOf(processes);
}

type Round = { readonly answeredMs: number; readonly agentsMs: readonly number[]; readonly knownMs: number };

/** Several times another set of log inspection rules, so that the document changes each time; of the rounds the slowest counts. */
async function measurePolicy(setting: Setting): Promise<{ figures: Figures; ms: number }> {
  const cpu = startCpu(setting);
  const rounds: Round[] = [];
  for (let index = 0; index < policyRounds; index++) rounds.push(await changePolicy(setting, index));
  const { manager, postgres, agents } = cpu();
  const taken = setting.processes.flatMap(({ policies }) => policies);
  const each = (value: (round: Round) => number) => rounds.map((one) => Math.round(value(one))).join(' / ');
  return {
    ms: Math.max(...rounds.map(({ agentsMs }) => Math.max(...agentsMs))),
    figures: {
      'policy modified, answered, ms of each round': each(({ answeredMs }) => answeredMs),
      'policy modified → an agent has it, p50 ms': each(({ agentsMs }) => median(agentsMs)),
      'policy modified → an agent has it, p99 ms': each(({ agentsMs }) => percentile(agentsMs, 0.99)),
      'policy modified → the last agent has it, ms': each(({ agentsMs }) => Math.max(...agentsMs)),
      'policy modified → the database says so of all, ms': each(({ knownMs }) => knownMs),
      'policy, KB over the wire to each': round(median(taken.map(({ bytes }) => bytes)) / 1024),
      'policy, CPU s a round: manager / PostgreSQL / agents': [manager, postgres, agents]
        .map((seconds) => round(seconds / policyRounds))
        .join(' / '),
    },
  };
}

async function changePolicy(setting: Setting, index: number): Promise<Round> {
  const { client, processes } = setting;
  progress(`changing the policy, round ${index + 1} of ${policyRounds}`);
  const expected = connectedOf(processes);
  const before = await assignedVersion(setting);
  for (const each of processes) each.policies = each.policies.filter(({ version }) => version > before);
  const startedAt = Date.now();
  const ruleIDs = [1, 2, 3, 4, 5, 6, 7, 8, 9].slice(index + 1);
  const { ms } = await client.call('POST', `/policies/${policyNumber}`, { logInspection: { ruleIDs } });
  const version = await assignedVersion(setting);
  const taken = () => processes.flatMap(({ policies }) => policies.filter((one) => one.version === version));
  const knownMs = await untilKnown(setting, version, expected, startedAt);
  const agentsMs = await untilReported(() => taken().map(({ atMs }) => atMs - startedAt), expected);
  return { answeredMs: ms, agentsMs, knownMs };
}

/** A crowd tells once a second what its agents have done. */
async function untilReported(agentsMs: () => number[], expected: number): Promise<number[]> {
  for (let second = 0; second < 5 && agentsMs().length < expected; second++) await sleep(1000);
  const found = agentsMs();
  if (found.length < expected) throw new Error(`Of ${expected} agents only ${found.length} fetched the policy.`);
  return found;
}

async function untilKnown(setting: Setting, version: number, expected: number, startedAt: number): Promise<number> {
  for (;;) {
    if ((await countApplied(setting, version)) >= expected) return Date.now() - startedAt;
    if (Date.now() - startedAt > 60_000) throw new Error('After a minute not every agent has the policy.');
    await sleep(250);
  }
}

async function countApplied({ database, accountId }: Setting, version: number): Promise<number> {
  return database.as(accountId, async (tx) => {
    const { count } = await tx.one(
      sql<{
        count: number;
      }>`select count(*) from hosts_host where applied_policy_id = policy_id and applied_version = ${version}`,
    );
    return count;
  });
}

function assignedVersion({ database, accountId }: Setting): Promise<number> {
  return database.as(accountId, async (tx) => {
    const { version } = await tx.one(
      sql<{
        version: number;
      }>`select version from policies_policy where number = ${policyNumber} and computer_number = 0`,
    );
    return version;
  });
}

await main();
