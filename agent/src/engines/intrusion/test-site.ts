import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Detection } from '@sakimori/contract/detection';
import type { ModuleStatus } from '@sakimori/contract/module';
import type { IntrusionPolicy, IntrusionPolicyRule } from '@sakimori/contract/policy-intrusion';
import { type Peer, TestNetwork, whyNoNetwork } from '../../test-network.ts';

export const [four, six, asker] = ['10.78.0.2', 'fd78::2', '10.78.0.1'] as const;

/** Why tests with the real engine are left out here; `false` where they are not. */
export const whyNoIntrusion = (): string | false =>
  whyNoNetwork() ||
  (['/usr/bin/suricata', '/usr/sbin/iptables-nft', '/usr/bin/curl'].every((path) => existsSync(path))
    ? false
    : 'suricata, iptables and curl must be installed');

/** The engine on one of two hosts, with web servers and curl on both. */
export class IntrusionSite {
  readonly network: TestNetwork;
  readonly inside: Peer;
  readonly outside: Peer;
  engine: Peer;
  readonly folder = mkdtempSync(join(tmpdir(), 'sakimori-ips-'));
  readonly tracing: string;
  readonly #earlier: unknown[] = [];
  readonly #programs = join(this.folder, 'bin');

  constructor(name: string) {
    this.network = new TestNetwork(name);
    this.tracing = join(this.folder, 'tracing');
    mkdirSync(this.tracing);
    mkdirSync(this.#programs);
    this.showProgram();
    execFileSync('mount', ['-t', 'tracefs', 'none', this.tracing]);
    const script = join(import.meta.dirname, 'test-web.py');
    this.inside = this.network.start(this.network.server, 'python3', ['-u', script]);
    this.outside = this.network.start(this.network.client, 'python3', ['-u', script]);
    this.engine = this.startEngine();
  }

  startEngine(): Peer {
    const data = join(this.folder, 'data');
    mkdirSync(data, { recursive: true });
    const script = join(import.meta.dirname, 'run-engine.ts');
    return this.network.start(this.network.server, process.execPath, [script, data, this.tracing, this.#programs]);
  }

  /** The engine's process dies without a word, and another takes its place. */
  async killAndRestart(): Promise<void> {
    this.#earlier.push(...this.engine.told);
    const ended = new Promise((done) => this.engine.child.once('close', done));
    this.engine.child.kill('SIGKILL');
    await ended;
    this.engine = this.startEngine();
  }

  /** @throws Error where the engine refuses it */
  async put(policy: IntrusionPolicy): Promise<void> {
    const answer = JSON.stringify(await this.engine.ask({ do: 'apply', policy }));
    if (answer !== '{"done":true}') throw new Error(answer);
  }

  async status(): Promise<ModuleStatus> {
    return (await this.engine.ask({ do: 'status' })) as ModuleStatus;
  }

  /** @returns the status of the answer as curl says it: `200`, `000` where there was none */
  curl(url: string, where: string = this.network.client, ...args: string[]): Promise<string> {
    const all = ['-g', '-s', '-m', '2', '-o', '/dev/null', '-w', '%{http_code}', ...args, url];
    return new Promise((done) => {
      const child = this.network.spawn(where, 'curl', all);
      let answer = '';
      child.stdout?.on('data', (chunk) => {
        answer += chunk;
      });
      child.once('close', () => done(answer));
    });
  }

  /** The first packet from a fresh address waits for the neighbour to be found; after this none does. */
  async warmUp(source: string): Promise<void> {
    const host = source.includes(':') ? `[${six}]` : four;
    const isOpen = async () => (await this.curl(`http://${host}/`, undefined, '--interface', source)) === '200';
    await this.until(isOpen, `${source} reaches the web server`);
  }

  rules(): string {
    return this.network.run(this.network.server, 'nft', ['list', 'ruleset']);
  }

  /** The engine finds Suricata. */
  showProgram(): void {
    symlinkSync('/usr/bin/suricata', join(this.#programs, 'suricata'));
  }

  /** As if it had been taken off the host. */
  hideProgram(): void {
    rmSync(join(this.#programs, 'suricata'));
  }

  async suricataPid(): Promise<number> {
    const name = existsSync(join(this.folder, 'data', 'suricata-inline.child.json')) ? 'inline' : 'tap';
    const { pid } = JSON.parse(
      execFileSync('cat', [join(this.folder, 'data', `suricata-${name}.child.json`)], { encoding: 'utf8' }),
    ) as { pid: number };
    return pid;
  }

  get detections(): Detection[] {
    return [...this.#earlier, ...this.engine.told] as Detection[];
  }

  async until<T>(
    find: () => T | undefined | false | Promise<T | undefined | false>,
    what: string,
    timeoutMs = 45_000,
  ): Promise<T> {
    const endMs = performance.now() + timeoutMs;
    for (;;) {
      const found = await find();
      if (found) return found;
      if (performance.now() > endMs)
        throw new Error(
          `${what}: ${JSON.stringify(this.detections.map(({ kind, title, mode }) => [kind, title, mode]))} ${JSON.stringify(await this.status())} ${JSON.stringify(await this.engine.ask({ do: 'log' }))}`,
        );
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async remove(): Promise<void> {
    await this.engine.ask({ do: 'stop' });
    await this.network.remove();
    await new Promise((done) => setTimeout(done, 600));
    execFileSync('umount', ['-l', this.tracing]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const ruleOf = (
  id: number,
  name: string,
  rule: string,
  rest: Partial<IntrusionPolicyRule> = {},
): IntrusionPolicyRule => ({
  ...{ id, sid: 9_000_000 + id, name: { en: name }, severity: 'high', priority: 'normal', detectOnly: false },
  ...{ logEvents: true, logDrops: true, includePacketData: true, alert: false },
  rule: `${rule.slice(0, -1)} sid:${9_000_000 + id}; rev:1;)`,
  ...rest,
});

export const sqlInjection = ruleOf(
  1001,
  'SQL injection: union select',
  'alert http any any -> any any (msg:"sql"; flow:established,to_server; http.uri; content:"union"; nocase; content:"select"; nocase; distance:0;)',
  {
    name: { en: 'SQL injection: union select', ja: 'SQL インジェクション' },
    attack: ['T1190'],
    CVE: ['CVE-2020-0001'],
    applicationType: 'Web',
  },
);
export const scripting = ruleOf(
  1002,
  'Cross-site scripting: script tag',
  'alert http any any -> any any (msg:"xss"; flow:established,to_server; http.uri; content:"<script"; nocase;)',
);
export const commandAndControl = ruleOf(
  1003,
  'Command and control: beacon',
  'alert http $HOME_NET any -> any any (msg:"c2"; flow:established,to_server; http.uri; content:"/gate/beacon"; startswith;)',
  { attack: ['T1071.001'], severity: 'critical' },
);
export const broken = ruleOf(1009, 'Broken', 'alert http any any -> any any (msg:"x"; nosuch.buffer; content:"x";)');

export const policyOf = (
  state: 'prevent' | 'detect',
  rules: readonly IntrusionPolicyRule[] = [sqlInjection, scripting, commandAndControl],
  rest: Partial<IntrusionPolicy> = {},
): IntrusionPolicy => ({ state, rules: [...rules], ...rest });
