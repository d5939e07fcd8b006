// CEF lines a second over TCP and TLS until their rows are committed and alerts are evaluated, against rsyslog with ompgsql of Debian, which writes the
// same lines into a table with a primary key and two indexes, both in turn on the same PostgreSQL with fsync on; and against COPY of the bare lines into that table.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { routes } from '@sakimori/contract';
import { freePort } from '@sakimori/manager/platform/index';
import pg from 'pg';
import { cpuSecondsOf, median, megabytes, residentBytesOf, round } from './parts/measure.ts';
import { progress, tell } from './parts/report.ts';
import { type BenchSystem, startBenchSystem } from './parts/system.ts';

const given = process.argv.indexOf('--lines');
const linesPerRound = given > 0 ? Number(process.argv[given + 1]) : 60_000;
const rounds = 3;
const connections = 4;
const pollMs = 100;
const plugin = '/usr/lib/x86_64-linux-gnu/rsyslog/ompgsql.so';

/** Every line is an event of its own; one in a hundred raises an alert, of a hundred different ones. */
function makeLines(from: number): string[] {
  const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  return Array.from({ length: linesPerRound }, (_, index) => {
    const n = from + index;
    const isGrave = n % 100 === 0;
    const [rule, name, severity] = isGrave
      ? [1_000_000 + ((n / 100) % 100), 'Attack', 8]
      : [21, 'Out Of Allowed Policy', 5];
    return `<134>${at} dsm.example CEF:0|Trend Micro|Deep Security Agent|20.0.560|${rule}|${name}|${severity}|cn1=${n % 50} cn1Label=Host ID dvchost=web-${n % 50} TrendMicroDsTenant=Primary TrendMicroDsTenantId=0 act=Deny smac=00:50:56:00:00:01 dmac=00:50:56:00:00:02 src=198.51.${n % 200}.${n % 250} dst=192.0.2.9 spt=${n % 60_000} dpt=443 proto=TCP in=${n} cnt=1 cs2=0x02 SYN cs2Label=TCP Flags\n`;
  });
}

/** All lines over a few connections, in pieces, as fast as they are taken. */
async function send(lines: readonly string[], open: () => Socket): Promise<void> {
  const share = Math.ceil(lines.length / connections);
  await Promise.all(
    Array.from({ length: connections }, async (_, index) => {
      const socket = open();
      const own = lines.slice(index * share, (index + 1) * share);
      for (let at = 0; at < own.length; at += 500)
        if (!socket.write(own.slice(at, at + 500).join('')))
          await new Promise((drained) => socket.once('drain', drained));
      await new Promise<void>((ended) => socket.end(ended));
    }),
  );
}

const portOf = (address: string): number => Number(address.split(':').at(-1));

/** Lines a second, and µs of processor time a line: of whoever received them, and of the database. */
type Measured = { readonly rate: number; readonly own: number; readonly database: number };

const toMicros = (seconds: number, lines: readonly string[]): number => (seconds / lines.length) * 1e6;

async function ours(system: BenchSystem, lines: readonly string[], by: 'tcp' | 'tls'): Promise<Measured> {
  const look = () => system.admin(routes.listSources, { query: {} });
  const { doors, items } = await look();
  const before = items[0]!.counts.stored;
  const [own, database] = [cpuSecondsOf(system.managerPid), cpuSecondsOf(system.postgres.pid())];
  const startedAt = performance.now();
  const port = portOf(by === 'tcp' ? doors.syslogTcp! : doors.syslogTls!);
  await send(lines, () =>
    by === 'tcp' ? connect(port, '127.0.0.1') : connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }),
  );
  while ((await look()).items[0]!.counts.stored - before < lines.length) await delay(pollMs);
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    rate: lines.length / seconds,
    own: toMicros(cpuSecondsOf(system.managerPid) - own, lines),
    database: toMicros(cpuSecondsOf(system.postgres.pid()) - database, lines),
  };
}

type Peer = { readonly child: ChildProcess; readonly port: number; readonly client: pg.Client };

async function startRsyslog(system: BenchSystem): Promise<Peer> {
  const client = new pg.Client({ connectionString: system.postgres.url });
  await client.connect();
  await client.query(`create table bench_rsyslog (id bigint generated always as identity primary key, at timestamptz, host text, message text);
    create index on bench_rsyslog (at); create index on bench_rsyslog (host, at)`);
  const url = new URL(system.postgres.url);
  const port = await freePort();
  const folder = join(system.folder, 'rsyslog');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'rsyslog.conf'),
    `global(workDirectory="${folder}" maxMessageSize="64k")
module(load="imtcp" maxSessions="50")
module(load="ompgsql")
template(name="row" type="string" option.stdsql="on" string="insert into bench_rsyslog (at, host, message) values ('%timegenerated:::date-rfc3339%', '%hostname%', '%rawmsg%')")
ruleset(name="in" queue.type="LinkedList" queue.size="500000" queue.dequeueBatchSize="8192" queue.workerThreads="2") {
  action(type="ompgsql" server="${url.hostname}" port="${url.port}" user="${url.username}" pass="${decodeURIComponent(url.password)}" db="${url.pathname.slice(1)}" template="row")
}
input(type="imtcp" port="${port}" address="127.0.0.1" ruleset="in")
`,
    { mode: 0o600 },
  );
  const child = spawn('rsyslogd', ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid')], {
    stdio: 'inherit',
  });
  for (let tries = 0; tries < 100; tries += 1) {
    const isOpen = await new Promise<boolean>((told) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        told(true);
      }).once('error', () => told(false));
    });
    if (isOpen) return { child, port, client };
    await delay(100);
  }
  throw new Error('rsyslogd did not open its port.');
}

async function theirs(peer: Peer, system: BenchSystem, lines: readonly string[]): Promise<Measured> {
  // The last number is asked for until all may be there, since to count the rows again and again would cost the database more than to store them.
  const ask = async (what: string) =>
    Number((await peer.client.query<{ n: number }>(`select coalesce(${what}, 0) as n from bench_rsyslog`)).rows[0]!.n);
  const before = await ask('max(id)');
  const [own, database] = [cpuSecondsOf(peer.child.pid!), cpuSecondsOf(system.postgres.pid())];
  const startedAt = performance.now();
  await send(lines, () => connect(peer.port, '127.0.0.1'));
  while ((await ask('max(id)')) - before < lines.length) await delay(pollMs);
  while ((await ask('count(*)')) < before + lines.length) await delay(pollMs);
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    rate: lines.length / seconds,
    own: toMicros(cpuSecondsOf(peer.child.pid!) - own, lines),
    database: toMicros(cpuSecondsOf(system.postgres.pid()) - database, lines),
  };
}

/** What the database can do at most: the same lines through `\\copy` into the peer's table, from a file, with nobody to receive or read them. */
async function copied(system: BenchSystem, lines: readonly string[]): Promise<Measured> {
  const file = join(system.folder, 'lines.tsv');
  const at = new Date().toISOString();
  writeFileSync(file, lines.map((line) => `${at}\tdsm.example\t${line}`).join(''));
  const database = cpuSecondsOf(system.postgres.pid());
  const startedAt = performance.now();
  const copy = `\\copy bench_rsyslog (at, host, message) from '${file}'`;
  const url = new URL(system.postgres.url);
  const env = { ...process.env, PGPASSWORD: url.password };
  url.password = '';
  await promisify(execFile)('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', url.href, '-c', copy], { env });
  const seconds = (performance.now() - startedAt) / 1000;
  rmSync(file);
  return {
    rate: lines.length / seconds,
    own: 0,
    database: toMicros(cpuSecondsOf(system.postgres.pid()) - database, lines),
  };
}

async function main(): Promise<void> {
  if (!existsSync(plugin)) {
    console.error(
      'This benchmark compares with rsyslog, whose part for PostgreSQL is not here. Install it with: apt install rsyslog-pgsql',
    );
    process.exit(69);
  }
  execFileSync('rsyslogd', ['-v'], { stdio: 'ignore' });
  const system = await startBenchSystem();
  let peer: Peer | undefined;
  try {
    const accountId = await system.makeAccount('Syslog');
    await system.admin(routes.addSource, {
      params: { accountId },
      body: { name: 'DSM', kind: 'address', value: '127.0.0.1' },
    });
    peer = await startRsyslog(system);
    const found: Found = { tcp: [], tls: [], rsyslog: [], copy: [] };
    for (let at = 0; at <= rounds; at += 1) {
      const lines = (part: number) => makeLines((at * 4 + part) * linesPerRound);
      const measured = {
        tcp: await ours(system, lines(0), 'tcp'),
        tls: await ours(system, lines(1), 'tls'),
        rsyslog: await theirs(peer, system, lines(2)),
        copy: await copied(system, lines(3)),
      };
      progress(
        `${at === 0 ? 'warm-up' : `round ${at}`}: ${Object.entries(measured)
          .map(([name, { rate }]) => `${name} ${Math.round(rate)}/s`)
          .join(', ')}`,
      );
      if (at === 0) continue;
      for (const name of ways) found[name].push(measured[name]);
    }
    report(system, peer, found);
  } finally {
    peer?.child.kill();
    await peer?.client.end();
    await system.stop();
  }
}

const ways = ['tcp', 'tls', 'rsyslog', 'copy'] as const;
type Found = Record<(typeof ways)[number], Measured[]>;

function report(system: BenchSystem, peer: Peer, found: Found): void {
  const rate = (name: keyof typeof found) => Math.round(median(found[name].map((each) => each.rate)));
  const micros = (name: keyof typeof found, which: 'own' | 'database') =>
    round(median(found[name].map((each) => each[which])));
  const shareOf = (other: 'rsyslog' | 'copy') =>
    median(found.tcp.map((each, index) => each.rate / found[other][index]!.rate));
  const ratio = shareOf('rsyslog');
  const share = round(shareOf('copy') * 100);
  const memory = residentBytesOf(system.managerPid, 'peak');
  tell({
    bench: 'syslog',
    figures: {
      ...{ 'lines/s, TCP': rate('tcp'), 'lines/s, TLS': rate('tls'), 'lines/s, rsyslog with ompgsql': rate('rsyslog') },
      'TCP to rsyslog': round(ratio),
      'lines/s, \\copy': rate('copy'),
      'TCP to \\copy, %': share,
      ...{
        'manager CPU µs a line, TCP': micros('tcp', 'own'),
        'database CPU µs a line, TCP': micros('tcp', 'database'),
        'manager CPU µs a line, TLS': micros('tls', 'own'),
        'rsyslog CPU µs a line': micros('rsyslog', 'own'),
        'database CPU µs a line, rsyslog': micros('rsyslog', 'database'),
      },
      'manager, peak RSS MB': megabytes(memory),
      'rsyslog, peak RSS MB': megabytes(residentBytesOf(peer.child.pid!, 'peak')),
    },
    aims: [
      { what: 'TCP against rsyslog', aim: '≥ 2 ×', measured: `${round(ratio)} ×`, met: ratio >= 2 },
      { what: 'TCP against \\copy', aim: '≥ 60 %', measured: `${share} %`, met: share >= 60 },
      { what: 'memory', aim: '< 300 MB', measured: `${megabytes(memory)} MB`, met: megabytes(memory) < 300 },
    ],
    notes: [
      `${linesPerRound} lines of CEF a round over ${connections} connections, ${rounds} rounds in turn after one to warm up; medians. rsyslog parses nothing, its queue is in memory, and it has taken lines before they are committed. The sender runs on the same cores.`,
    ],
  });
}

await main();
