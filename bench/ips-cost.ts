// What intrusion prevention costs a web server: requests a second and their times with the whole shipped library, through prevent, beside detect, through
// a bare Suricata inline with the same rules, and with nothing. Two network namespaces of its own; needs root, suricata and iptables.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IntrusionLibraryFile } from '@sakimori/contract/intrusion-library';
import type { IntrusionPolicyRule } from '@sakimori/contract/policy-intrusion';
import { suricataYaml } from '@sakimori/contract/suricata-yaml';
import { four, IntrusionSite, whyNoIntrusion } from '../agent/src/engines/intrusion/test-site.ts';
import { cpuSecondsOf, loadBefore, median, percentile, round } from './parts/measure.ts';
import { progress, tell } from './parts/report.ts';

const rounds = 3;
const seconds = 4;
const connections = 8;
const bareQueue = 7;
const overheadMax = 0.1;
const ways = ['off', 'bare', 'prevent', 'detect'] as const;
type Way = (typeof ways)[number];
type Measured = {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
  /** Processor time of Suricata and of what we keep beside it, a request. */
  readonly cpuUs: number;
};
/** A way that is set up: the process whose time counts, with its children, and how it is ended. */
type Begun = { readonly pid: number | undefined; readonly undo: () => Promise<unknown> };

const folder = join(import.meta.dirname, '../rules/intrusion');
const rules: IntrusionPolicyRule[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && name !== 'application-types.json')
  .flatMap((name) => IntrusionLibraryFile.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))).rules)
  .map(({ ID, identifier, name, severity, priority, detectOnly = false, suricata }) => ({
    ...{ id: ID, sid: Number(identifier), name, severity, priority, detectOnly, rule: suricata },
    ...{ logEvents: true, logDrops: true, includePacketData: false, alert: false },
  }));

/** Answers 2 KB on port 8080. */
const server = `require('node:http').createServer((request, response) => response.end(Buffer.alloc(2048, 97)))
  .listen(8080, () => console.log('{}'))`;
/** Asks over connections that are kept, one request after another on each, for so many seconds; then prints the times. */
const client = `const http = require('node:http');
const agent = new http.Agent({ keepAlive: true, maxSockets: ${connections} });
const times = [];
let failed = 0;
const end = performance.now() + ${seconds * 1000};
const one = (place) => new Promise((done) => {
  const began = performance.now();
  const request = http.get({ host: '${four}', port: 8080, path: '/shop/items?page=' + place + '&sort=price', agent, timeout: 5000,
    headers: { 'user-agent': 'Mozilla/5.0', cookie: 'session=abcdef0123456789' } }, (response) => {
    response.resume().on('end', () => { times.push(performance.now() - began); done(); });
  });
  request.on('timeout', () => request.destroy(new Error('late'))).on('error', () => { failed += 1; done(); });
});
(async () => {
  await Promise.all(Array.from({ length: ${connections} }, async (_, place) => { while (performance.now() < end) await one(place); }));
  process.stdout.write(JSON.stringify({ times, failed }), () => process.exit(0));
})();`;

async function main(): Promise<void> {
  const why = whyNoIntrusion();
  if (why) {
    console.error(why);
    process.exitCode = 1;
    return;
  }
  const load = loadBefore();
  const site = new IntrusionSite('cost');
  const found = new Map<Way, Measured[]>(ways.map((way) => [way, []]));
  try {
    await site.network.start(site.network.server, process.execPath, ['-e', server]).ask({});
    for (let turn = 1; turn <= rounds; turn += 1)
      for (const way of ways) {
        progress(`round ${turn} of ${rounds}: ${way}`);
        const { pid, undo } = await begin(site, way);
        await measure(site, 1, pid);
        found.get(way)!.push(await measure(site, seconds, pid));
        await undo();
      }
  } finally {
    await site.remove();
  }
  report(found, load);
}

async function begin(site: IntrusionSite, way: Way): Promise<Begun> {
  if (way === 'off') return { pid: undefined, undo: async () => undefined };
  if (way === 'bare') return beginBare(site);
  await site.put({ state: way, rules });
  await site.until(async () => (await site.status()).state === 'active', way);
  return { pid: site.engine.child.pid, undo: () => site.put({ state: 'off', rules: [] }) };
}

async function beginBare(site: IntrusionSite): Promise<Begun> {
  const place = join(site.folder, 'bare');
  mkdirSync(place, { recursive: true });
  const setting = { folder: place, mode: 'inline', homeNet: [`${four}/32`], interfaces: [] } as const;
  writeFileSync(join(place, 'suricata.yaml'), suricataYaml(setting));
  const asDrop = ({ rule, detectOnly }: IntrusionPolicyRule) => (detectOnly ? rule : rule.replace(/^alert/, 'drop'));
  writeFileSync(join(place, 'active.rules'), `${rules.map(asDrop).join('\n')}\n`);
  const args = ['-c', join(place, 'suricata.yaml'), '-l', place, '-q', `${bareQueue}`];
  // In a session of its own, as any daemon and as ours: the kernel shares processors out by sessions.
  const suricata = site.network.spawn(site.network.server, 'setsid', ['suricata', ...args]);
  suricata.stdout?.resume();
  const isReading = () =>
    site.network.run(site.network.server, 'cat', ['/proc/net/netfilter/nfnetlink_queue']).trim() !== '';
  await site.until(isReading, 'the bare engine');
  const jump = ['NFQUEUE', '--queue-num', `${bareQueue}`, '--queue-bypass'];
  const chains = ['INPUT', 'OUTPUT'];
  for (const chain of chains)
    site.network.run(site.network.server, 'iptables-nft', ['-t', 'security', '-A', chain, '-j', ...jump]);
  await sleep(500);
  const undo = async () => {
    for (const chain of chains) site.network.run(site.network.server, 'iptables-nft', ['-t', 'security', '-F', chain]);
    execFileSync('nsenter', ['-t', `${suricata.pid}`, '-n', 'nft', 'delete', 'table', 'ip', 'security']);
    const ended = new Promise((done) => suricata.once('close', done));
    suricata.kill('SIGKILL');
    await ended;
  };
  return { pid: suricata.pid, undo };
}

async function measure(site: IntrusionSite, forSeconds: number, pid: number | undefined): Promise<Measured> {
  const cpu = () => (pid === undefined ? 0 : cpuSecondsOf(pid));
  const before = cpu();
  const script = client.replace(`+ ${seconds * 1000}`, `+ ${forSeconds * 1000}`);
  const child = site.network.spawn(site.network.client, process.execPath, ['-e', script]);
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  await new Promise((done) => child.once('close', done));
  const { times, failed } = JSON.parse(text) as { times: number[]; failed: number };
  const cpuUs = ((cpu() - before) * 1e6) / times.length;
  return { perSecond: times.length / forSeconds, p50: median(times), p99: percentile(times, 0.99), failed, cpuUs };
}

function report(found: ReadonlyMap<Way, readonly Measured[]>, load: number): void {
  const of = (way: Way, what: keyof Measured) => median(found.get(way)!.map((one) => one[what]));
  const failed = [...found.values()].flat().reduce((sum, one) => sum + one.failed, 0);
  const overhead = 1 - of('prevent', 'perSecond') / of('bare', 'perSecond');
  const each = ways.flatMap((way) => [
    [`${way}, requests/s`, Math.round(of(way, 'perSecond'))],
    [`${way}, p50 and p99 ms`, `${round(of(way, 'p50'), 2)} and ${round(of(way, 'p99'), 2)}`],
    [`${way}, processor time a request, µs`, Math.round(of(way, 'cpuUs'))],
    [
      `${way}, rounds`,
      found
        .get(way)!
        .map((one) => Math.round(one.perSecond))
        .join(', '),
    ],
  ]);
  tell({
    bench: 'ips-cost',
    figures: {
      rules: rules.length,
      connections,
      ...Object.fromEntries(each),
      'requests that failed': failed,
      'load average before': load,
    },
    aims: [
      {
        what: 'our prevent against a bare Suricata inline with the same rules',
        aim: `≤ ${overheadMax * 100} % fewer requests`,
        measured: `${round(overhead * 100)} % fewer`,
        met: overhead <= overheadMax,
      },
      {
        what: 'processor time a request, against the bare one',
        aim: `≤ ${overheadMax * 100} % more`,
        measured: `${round((of('prevent', 'cpuUs') / of('bare', 'cpuUs') - 1) * 100)} % more`,
        met: of('prevent', 'cpuUs') <= (1 + overheadMax) * of('bare', 'cpuUs'),
      },
      { what: 'requests that failed', aim: 'none', measured: `${failed}`, met: failed === 0 },
    ],
    notes: [
      `Medians of ${rounds} rounds of ${seconds} s, all ways in each round; ${connections} connections that are kept, answers of 2 KB, over veth.`,
    ],
  });
}

await main();
