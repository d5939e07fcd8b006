import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { endsOf, makePcap } from './pcap.ts';
import type { Traffic } from './traffic.ts';

const run = promisify(execFile);
const program = '/usr/bin/suricata';

/** Why tests with the real engine are left out here; undefined where it is. */
export const noSuricata: string | undefined = existsSync(program) ? undefined : 'the package suricata is not installed';

const Alert = z.object({
  event_type: z.literal('alert'),
  src_ip: z.string(),
  dest_ip: z.string(),
  alert: z.object({ signature_id: z.number(), signature: z.string() }),
});

export type Verdict = {
  /** For each description: the sids that spoke, sorted, each once. */
  readonly sids: readonly (readonly number[])[];
  /** Everything the engine complained of while it loaded the rules. */
  readonly complaints: readonly string[];
};

/** How the engine stands to the traffic: beside it, or in its way as where it prevents. It puts streams together differently. */
export type EngineMode = 'tap' | 'inline';

/**
 * Plays descriptions of traffic to the real engine, with these rules, in one run.
 * @throws when the engine does not start; rules that it refuses are in `complaints`.
 */
export async function playToSuricata(
  rules: readonly string[],
  traffic: readonly Traffic[],
  mode: EngineMode = 'tap',
): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 'sakimori-suricata-'));
  try {
    await writeFile(join(folder, 'test.rules'), `${rules.join('\n')}\n`);
    await writeConfiguration(folder);
    await writeFile(join(folder, 'test.pcap'), makePcap(traffic));
    const flags = ['-c', join(folder, 'suricata.yaml'), '-S', join(folder, 'test.rules'), '-l', join(folder, 'log')];
    const how = ['--runmode', 'single', ...(mode === 'inline' ? ['--simulate-ips'] : [])];
    await run(program, [...flags, '-r', join(folder, 'test.pcap'), ...how], { maxBuffer: 64 << 20 });
    const log = await readFile(join(folder, 'log', 'suricata.log'), 'utf8');
    const eve = await readFile(join(folder, 'log', 'eve.json'), 'utf8');
    return { sids: sortAlerts(eve, traffic), complaints: complaintsOf(log) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the engine's own analysis says of rules: warnings and errors, as it writes them; none for good rules. */
export async function analyseRules(rules: readonly string[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sakimori-suricata-'));
  try {
    await writeFile(join(folder, 'test.rules'), `${rules.join('\n')}\n`);
    await writeConfiguration(folder);
    const flags = ['-c', join(folder, 'suricata.yaml'), '-S', join(folder, 'test.rules'), '-l', join(folder, 'log')];
    await run(program, [...flags, '--engine-analysis'], { maxBuffer: 64 << 20 });
    const log = await readFile(join(folder, 'log', 'suricata.log'), 'utf8');
    const analysis = await readFile(join(folder, 'log', 'rules_analysis.txt'), 'utf8');
    return [...complaintsOf(log), ...warningsOf(analysis)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const complaintsOf = (log: string): string[] =>
  log
    .split('\n')
    .filter((line) => /\b(error|warning)\b/i.test(line) && !/no rules? (files )?(were )?loaded/i.test(line));

function warningsOf(analysis: string): string[] {
  return analysis.split(/^== Sid: /m).flatMap((block) => {
    const sid = /^\d+/.exec(block)?.[0];
    const isHttp = /^alert http /m.test(block);
    return [...block.matchAll(/^\s*(Warning|Error): (.+)$/gm)]
      .filter(([, , text]) => !isRemark(text!, isHttp))
      .map((match) => `sid ${sid}: ${match[2]}`);
  });
}

/** What the analysis says of good rules too: how offsets count, and of protocols other than HTTP that it cannot tell their sides apart. */
const isRemark = (text: string, isHttp: boolean): boolean =>
  text.startsWith('Rule has depth/offset with raw content keywords.') ||
  (!isHttp && text.startsWith('Rule is inspecting both the request and the response.'));

function sortAlerts(eve: string, traffic: readonly Traffic[]): number[][] {
  const indexes = new Map<string, number>();
  for (const [index, { direction }] of traffic.entries()) {
    const { client, server } = endsOf(index, direction);
    indexes.set([client, server].sort().join(' '), index);
  }
  const sids = traffic.map(() => new Set<number>());
  for (const line of eve.split('\n').filter((text) => text !== '')) {
    const { src_ip, dest_ip, alert } = Alert.parse(JSON.parse(line));
    sids[indexes.get([src_ip, dest_ip].sort().join(' '))!]!.add(alert.signature_id);
  }
  return sids.map((set) => [...set].sort((a, b) => a - b));
}

async function writeConfiguration(folder: string): Promise<void> {
  await writeFile(join(folder, 'suricata.yaml'), yaml(folder));
  await writeFile(join(folder, 'threshold.config'), '');
  await mkdir(join(folder, 'log'));
}

/** The least configuration in which rules see what they see in the agent: same normalising of HTTP, same depth of bodies. */
const yaml = (folder: string): string => `%YAML 1.1
---
vars:
  address-groups: { HOME_NET: "[198.19.0.0/16]", EXTERNAL_NET: "!$HOME_NET" }
default-log-dir: ${join(folder, 'log')}
stats: { enabled: no }
outputs:
  - eve-log: { enabled: yes, filetype: regular, filename: eve.json, types: [ alert ] }
logging:
  default-log-level: notice
  outputs:
    - console: { enabled: no }
    - file: { enabled: yes, level: notice, filename: suricata.log }
engine-analysis: { rules-fast-pattern: yes, rules: yes }
app-layer:
  protocols:
    http:
      enabled: yes
      libhtp:
        default-config:
          personality: IDS
          request-body-limit: 100kb
          response-body-limit: 100kb
          request-body-minimal-inspect-size: 32kb
          request-body-inspect-window: 4kb
          response-body-minimal-inspect-size: 40kb
          response-body-inspect-window: 16kb
          response-body-decompress-layer-limit: 2
          http-body-inline: auto
          double-decode-path: no
          double-decode-query: no
    tls: { enabled: yes, detection-ports: { dp: 443 } }
    dns: { tcp: { enabled: yes, detection-ports: { dp: 53 } }, udp: { enabled: yes, detection-ports: { dp: 53 } } }
    ssh: { enabled: yes }
    ftp: { enabled: yes }
    smb: { enabled: yes, detection-ports: { dp: 139, 445 } }
    smtp: { enabled: yes }
    dcerpc: { enabled: yes }
    snmp: { enabled: yes }
    rdp: { enabled: yes }
    rfb: { enabled: yes }
    krb5: { enabled: yes }
    ntp: { enabled: yes }
    sip: { enabled: yes }
    tftp: { enabled: yes }
    mqtt: { enabled: yes }
    http2: { enabled: yes }
# Where the engine itself is at a loss (a protocol that it cannot follow), inline it would drop the connection and say nothing.
exception-policy: ignore
asn1-max-frames: 256
pcap-file: { checksum-checks: yes }
stream: { memcap: 64mb, inline: auto, midstream: true, reassembly: { memcap: 128mb, depth: 1mb } }
flow: { memcap: 128mb, hash-size: 65536, prealloc: 1000 }
defrag: { memcap: 32mb }
host: { memcap: 32mb }
detect: { profile: medium, sgh-mpm-context: auto, inspection-recursion-limit: 3000 }
pcre: { match-limit: 3500, match-limit-recursion: 1500 }
mpm-algo: auto
spm-algo: auto
runmode: single
classification-file: /etc/suricata/classification.config
reference-config-file: /etc/suricata/reference.config
threshold-file: ${join(folder, 'threshold.config')}
`;
