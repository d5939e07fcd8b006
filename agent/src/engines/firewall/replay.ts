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
const needs = { nft: 'nftables', ip: 'iproute2', python3: 'python3', unshare: 'util-linux' } as const;
const isRoot = process.getuid?.() === 0;
/** Without root, a user namespace gives the right to a network namespace, where the machine allows it. */
const ownNetwork = isRoot ? ['--net'] : ['--user', '--map-root-user', '--net'];

/** Why packets cannot be replayed here; false: they can. */
export function whyNoReplay(): string | false {
  const missing = Object.entries(needs)
    .filter(([program]) => !folders.some((folder) => existsSync(join(folder, program))))
    .map(([, name]) => name);
  if (missing.length > 0) return `${missing.join(' and ')} must be installed to ask the kernel`;
  const { status } = spawnSync('unshare', [...ownNetwork, 'true'], { stdio: 'ignore' });
  return status !== 0 && 'needs root: a network namespace is not allowed here';
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

function runReplay(ruleset: string, packets: readonly Packet[]): Record<string, number[]> {
  const frames = packets.map((packet) => encodeFrame(packet).toString('base64'));
  // The receiving device must be there before the chain that names it, so the script makes the devices and loads the rules.
  const done = spawnSync('unshare', [...ownNetwork, 'python3', join(import.meta.dirname, 'replay.py')], {
    input: JSON.stringify({ ruleset, frames }),
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:${folders.join(':')}` },
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    timeout: 120_000,
  });
  if (done.status !== 0) throw new Error(`The packets could not be replayed: ${done.stderr.slice(0, 2000)}`);
  return JSON.parse(done.stdout) as Record<string, number[]>;
}
