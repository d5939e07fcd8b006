import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FirewallMatch } from '@sakimori/contract/policy-firewall';
import { compileMatch } from './match.ts';
import { encodeFrame, type Packet } from './packet.ts';

/**
 * Asks the kernel which packets a rule means: real frames over a pair of devices, against the compiled matches. For tests. Everything happens in a
 * network namespace that ends with its process, so nothing is left behind, however a test ends.
 */
const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const env = { ...process.env, PATH: `${folders.join(':')}:${process.env['PATH'] ?? ''}` };
const needs = { nft: 'nftables', ip: 'iproute2', python3: 'python3', unshare: 'util-linux' } as const;

/** Why packets cannot be replayed here; false: they can. */
export function whyNoReplay(): string | false {
  const missing = Object.entries(needs)
    .filter(([program]) => !folders.some((folder) => existsSync(join(folder, program))))
    .map(([, name]) => name);
  if (missing.length > 0) return `${missing.join(' and ')} must be installed to ask the kernel`;
  // A user namespace would do without root, but not its small buffers for what nft sends to the kernel.
  return process.getuid?.() !== 0 && 'needs root to make a network of its own';
}

/**
 * @returns for each rule the places of the packets that it means
 * @throws Error with the kernel's or nft's answer where they do not take the rules
 */
export function replay(rules: readonly FirewallMatch[], packets: readonly Packet[]): Set<number>[] {
  const answer = runReplay(rulesetOf(rules), packets);
  const seen = new Set(answer['seen']);
  if (seen.size !== packets.length) throw new Error(`Of ${packets.length} packets the kernel saw ${seen.size}.`);
  return rules.map((_, index) => new Set((answer[`rule${index}`] ?? []).map((mark) => mark - 1)));
}

/** One set a rule, into which the packets that it means put their marks. */
function rulesetOf(rules: readonly FirewallMatch[]): string {
  const names = ['seen', ...rules.map((_, index) => `rule${index}`)];
  const matches = rules.flatMap((rule, index) =>
    compileMatch(rule).map((match) => `${match} add @rule${index} { meta mark }`),
  );
  return `table netdev replay {
${names.map((name) => `set ${name} {\ntype mark\nflags dynamic\nsize 65535\n}`).join('\n')}
chain arriving {
type filter hook ingress device replay1 priority 0
policy drop
meta mark 0 drop
add @seen { meta mark }
${matches.join('\n')}
}
}
`;
}

/**
 * Asks the kernel which packets a host's own rules let in.
 * @param ruleset tables with chains at the hook `input`
 * @param addresses of the host, with the length of their network
 * @returns places of the packets that came through
 * @throws Error as `replay`
 */
export function replayToHost(ruleset: string, packets: readonly Packet[], addresses: readonly string[]): Set<number> {
  const before = '{\ntype filter hook input priority -20; policy accept;\nmeta mark != 0 add @seen { meta mark }\n}';
  const behind = '{\ntype filter hook input priority 0; policy accept;\nmeta mark != 0 add @passed { meta mark }\n}';
  const sets = ['seen', 'passed'].map((name) => `set ${name} {\ntype mark\nflags dynamic\nsize 65535\n}`).join('\n');
  const watch = `table inet replay {\n${sets}\nchain before ${before}\nchain behind ${behind}\n}\n`;
  const answer = runReplay(`${ruleset}\n${watch}`, packets, addresses);
  const seen = new Set(answer['seen']);
  if (seen.size !== packets.length) throw new Error(`Of ${packets.length} packets the host took in ${seen.size}.`);
  return new Set((answer['passed'] ?? []).map((mark) => mark - 1));
}

function runReplay(
  ruleset: string,
  packets: readonly Packet[],
  addresses?: readonly string[],
): Record<string, number[]> {
  const frames = packets.map((packet) => encodeFrame(packet).toString('base64'));
  // The receiving device must be there before the chain that names it, so the script makes the devices and loads the rules.
  const done = spawnSync('unshare', ['--net', 'python3', join(import.meta.dirname, 'replay.py')], {
    input: JSON.stringify({ ruleset, frames, ...(addresses ? { addresses } : {}) }),
    env,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    timeout: 120_000,
  });
  if (done.status !== 0) throw new Error(`The packets could not be replayed: ${done.stderr.slice(0, 2000)}`);
  return JSON.parse(done.stdout) as Record<string, number[]>;
}

/** @returns what nft says against loading these matches into a chain that filters what the host itself receives; empty: nothing */
export function tryInInputChain(rules: readonly FirewallMatch[]): string {
  const lines = rules.flatMap(compileMatch).map((match) => `${match} counter accept`);
  const ruleset = `table inet trial {\nchain arriving {\ntype filter hook input priority 0\n${lines.join('\n')}\n}\n}\n`;
  return spawnSync('unshare', ['--net', 'nft', '-c', '-f', '-'], { input: ruleset, env, encoding: 'utf8' }).stderr;
}
