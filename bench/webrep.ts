// What a million addresses cost web reputation: memory, start, replacement and a look-up of the table that hosts judge by, and what the filter costs
// requests that pass it. Peer in the same run: Suricata's datasets with the same names. `--entries N` takes another number, `--requests N` likewise.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { TestNetwork, whyNoNetwork } from '@sakimori/agent/test-network';
import { canonicalAddress } from '@sakimori/contract/web-reputation/address';
import { WebTable, WebTableBuilder } from '@sakimori/contract/web-reputation/table';
import { bundleAgent, putCalls, webFilterBundle } from '../scripts/build-agent.ts';
import { percentile, round } from './parts/measure.ts';
import { type Aim, progress, tell } from './parts/report.ts';

const tableMbMax = 40;
const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '1000000' },
    requests: { type: 'string', default: '3000' },
    json: { type: 'boolean' },
  },
});
const [entries, requests] = [Number(values.entries), Number(values.requests)];
const nameOf = (index: number): string => `host${index}.site${index % 5000}.example`;
const figures: Record<string, string | number> = { entries, requests, 'load average before': round(loadavg()[0] ?? 0) };
const aims: Aim[] = [];
const folder = mkdtempSync(join(tmpdir(), 'sakimori-webrep-'));

function measureTable(path: string): void {
  progress('making the table');
  const builder = new WebTableBuilder([0x1234_5678, 0x9abc_def0]);
  for (let index = 0; index < entries; index += 1)
    builder.add('domain', nameOf(index), { score: 50 + (index % 50), category: 'malware', feed: 'bench' });
  const bytes = builder.build();
  writeFileSync(path, bytes);
  const startMs = performance.now();
  const table = new WebTable(readFileSync(path));
  figures['table: load, ms'] = round(performance.now() - startMs, 2);
  figures['table: MB'] = round(bytes.length / 1e6);
  aims.push({
    what: 'memory of the table',
    aim: `≤ ${tableMbMax} MB`,
    measured: `${figures['table: MB']} MB`,
    met: bytes.length <= tableMbMax * 1e6,
  });
  const addresses = Array.from(
    { length: 2000 },
    (_, index) =>
      canonicalAddress(
        index % 2
          ? `http://www.${nameOf(index * 97)}/a/b/page.html?q=${index}`
          : `http://cdn${index}.other.example/lib/x.js`,
      )!,
  );
  const looks: number[] = [];
  for (let turn = 0; turn < 100; turn += 1)
    for (const address of addresses) {
      const before = process.hrtime.bigint();
      table.worstOf(address);
      looks.push(Number(process.hrtime.bigint() - before));
    }
  figures['look at a whole address: median, ns'] = Math.round(percentile(looks, 0.5));
  figures['look at a whole address: p99, ns'] = Math.round(percentile(looks, 0.99));
}

const residentMb = (pid: number): number =>
  round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000);

/** One after another, each with a connection of its own, as curl does. */
const asker = (count: number) => `const { get } = require('node:http');
const one = () => new Promise((done, fail) => get({ host: '10.78.0.1', agent: false, headers: { host: 'fine.example' } }, (r) => r.resume().once('end', done)).once('error', fail));
(async () => { for (let i = 0; i < 200; i++) await one(); const ms = []; const start = performance.now();
for (let i = 0; i < ${count}; i++) { const t = performance.now(); await one(); ms.push(performance.now() - t); }
ms.sort((a, b) => a - b); console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, median: ms[ms.length >> 1], p99: ms[Math.floor(ms.length * 0.99)] })); })();`;

async function measureTraffic(table: string): Promise<void> {
  const network = new TestNetwork('webbench');
  const child = { stop: () => {} };
  try {
    const web = network.start(network.client, process.execPath, [
      '-e',
      `require('node:http').createServer((_, r) => r.end('x')).listen(80, '10.78.0.1', () => console.log('{}'))`,
    ]);
    await web.ask({});
    const ask = (label: string) => {
      progress(`requests, ${label}`);
      const { seconds, median, p99 } = JSON.parse(
        network.run(network.server, process.execPath, ['-e', asker(requests)]),
      ) as Record<string, number>;
      figures[`requests/s ${label}`] = Math.round(requests / seconds!);
      figures[`request ${label}: median, ms`] = round(median!, 3);
      figures[`request ${label}: p99, ms`] = round(p99!, 2);
      return median!;
    };
    // The first asks warm up both ends.
    network.run(network.server, process.execPath, ['-e', asker(requests)]);
    const off = ask('off');
    // As in the packages: bundled, with koffi beside it.
    const main = webFilterBundle(await bundleAgent(folder));
    putCalls(folder, '.');
    const filter = spawn(
      'ip',
      [
        'netns',
        'exec',
        network.server,
        process.execPath,
        '--max-old-space-size=96',
        '--max-semi-space-size=2',
        main,
        '41180',
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    child.stop = () => filter.kill();
    const policy = {
      state: 'on',
      securityLevel: 'high',
      blockUntested: false,
      allowed: { domains: [], urls: [] },
      blocked: { domains: [], urls: [], keywords: [] },
      ports: [[80, 80]],
      alert: false,
    };
    const say = (order: object) => filter.stdin.write(`${JSON.stringify(order)}\n`);
    const answer = async () => {
      say({ do: 'ask', number: 1 });
      const [line] = (await new Promise<Buffer>((done) => filter.stdout.once('data', done))).toString().split('\n');
      return JSON.parse(line!) as { state: { entries: number; judged: number } };
    };
    say({ do: 'use', policy, tables: [], spared: [] });
    await answer();
    const without = residentMb(filter.pid!);
    const startMs = performance.now();
    say({ do: 'use', policy, tables: [table], spared: [] });
    await answer();
    figures['filter: replacement of its table, ms'] = round(performance.now() - startMs);
    figures['filter: MB without a table'] = without;
    figures['filter: MB with it'] = residentMb(filter.pid!);
    for (const family of ['ip', 'ip6'])
      network.run(
        network.server,
        `${family}tables-nft-restore`,
        ['-n'],
        '*mangle\n-A OUTPUT -p tcp -m tcp --dport 80 -j NFQUEUE --queue-num 41180 --queue-bypass\nCOMMIT\n',
      );
    const on = ask('on');
    figures['added by the filter: median, ms'] = round(on - off, 3);
    const { judged } = (await answer()).state;
    if (judged < requests) throw new Error(`only ${judged} requests were judged`);
  } finally {
    child.stop();
    await network.remove();
  }
}

async function measureSuricata(): Promise<void> {
  if (!existsSync('/usr/bin/suricata')) {
    figures['Suricata'] = 'not installed';
    return;
  }
  progress('Suricata');
  const list = Array.from({ length: entries }, (_, index) => Buffer.from(nameOf(index)).toString('base64')).join('\n');
  writeFileSync(join(folder, 'names.lst'), `${list}\n`);
  writeFileSync(
    join(folder, 'one.rules'),
    'alert http any any -> any any (msg:"listed"; http.host; dataset:isset,names; sid:1;)\n',
  );
  const yaml = `%YAML 1.1
---
default-log-dir: ${folder}
default-rule-path: ${folder}
rule-files: [one.rules]
outputs: []
logging: { default-log-level: notice, outputs: [ { console: { enabled: no } }, { file: { enabled: yes, filename: ${folder}/suricata.log, level: info } } ] }
unix-command: { enabled: yes, filename: ${folder}/command.socket }
app-layer: { protocols: { http: { enabled: yes }, tls: { enabled: yes } } }
datasets:
  limits: { total-hashsizes: 67108864, single-hashsize: 33554432 }
  defaults: { memcap: 1gb, hashsize: 1048576 }
  names: { type: string, load: ${folder}/names.lst }
`;
  writeFileSync(join(folder, 'suricata.yaml'), yaml);
  const startMs = performance.now();
  const network = new TestNetwork('websuri');
  const suricata = spawn(
    'ip',
    [
      'netns',
      'exec',
      network.server,
      '/usr/bin/suricata',
      '-c',
      join(folder, 'suricata.yaml'),
      '-q',
      '3',
      '-l',
      folder,
    ],
    { stdio: 'ignore' },
  );
  try {
    const isUp = () =>
      existsSync(join(folder, 'suricata.log')) &&
      /Engine started|engine started/i.test(readFileSync(join(folder, 'suricata.log'), 'utf8'));
    for (let tries = 0; !isUp() && suricata.exitCode === null && tries < 600; tries += 1) await sleep(100);
    if (!isUp()) {
      figures['Suricata'] = 'did not start';
      return;
    }
    figures['Suricata with the same names: start, ms'] = Math.round(performance.now() - startMs);
    figures['Suricata with the same names: MB'] = residentMb(suricata.pid!);
  } finally {
    suricata.kill('SIGKILL');
    await sleep(300);
    await network.remove();
  }
}

try {
  const table = join(folder, 'bench.table');
  measureTable(table);
  const why = whyNoNetwork();
  if (why) figures['traffic'] = why;
  else {
    await measureTraffic(table);
    await measureSuricata();
  }
  tell({
    bench: 'webrep',
    figures,
    aims,
    notes: [
      'Requests are asked one after another over a virtual cable, each with a connection of its own; every packet that leaves for port 80 goes through the filter.',
      'Suricata’s datasets know exact names of one list; ours names above names, addresses, prefixes, scores and categories.',
    ],
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
