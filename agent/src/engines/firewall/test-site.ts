import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Detection } from '@sakimori/contract/detection';
import type { ModuleStatus } from '@sakimori/contract/module';
import type { FirewallPolicy } from '@sakimori/contract/policy-firewall';
import { type Peer, TestNetwork } from '../../test-network.ts';

export const [four, six, asker] = ['10.78.0.2', 'fd78::2', '10.78.0.1'] as const;
/** The manager of the tests listens there, on the asking host. */
export const managerPort = 4119;

/** The engine on one of two hosts, with something to ask on both. */
export class TestSite {
  readonly network: TestNetwork;
  readonly server: Peer;
  readonly client: Peer;
  engine: Peer;
  /** The engine's data folder. */
  readonly folder = mkdtempSync(join(tmpdir(), 'sakimori-firewall-'));
  readonly #earlier: unknown[] = [];

  /** @param manager where the engine is told to look for its manager */
  constructor(name: string, manager: string = asker) {
    this.network = new TestNetwork(name);
    this.server = this.network.peer(this.network.server);
    this.client = this.network.peer(this.network.client);
    this.engine = this.startEngine(manager);
  }

  async open(): Promise<void> {
    await this.server.ask({ do: 'listen', tcp: [22, 80, 443, 8080], udp: [53, 5000] });
    await this.client.ask({ do: 'listen', tcp: [managerPort, 80], udp: [5000] });
    for (const host of [four, six])
      await this.until(
        async () => ((await this.connect(host, 443)) === 'open' ? true : undefined),
        `${host} does not answer`,
        30_000,
      );
  }

  /** @param before programs that run the engine, `setpriv …` */
  startEngine(manager: string, path?: string, before: readonly string[] = []): Peer {
    const script = join(import.meta.dirname, 'run-engine.ts');
    const [program = '', ...args] = [...before, process.execPath, script, this.folder, manager, `${managerPort}`];
    return this.network.start(this.network.server, program, path ? [...args, path] : args);
  }

  /** The engine's process dies, and another takes its place. */
  async killAndRestart(manager: string = asker): Promise<void> {
    this.#earlier.push(...this.engine.told);
    await this.kill();
    this.engine = this.startEngine(manager);
  }

  async kill(): Promise<void> {
    const ended = new Promise((done) => this.engine.child.once('close', done));
    this.engine.child.kill('SIGKILL');
    await ended;
  }

  apply(policy: FirewallPolicy): Promise<unknown> {
    return this.engine.ask({ do: 'apply', policy });
  }

  /** @throws Error where the engine refuses it */
  async put(policy: FirewallPolicy): Promise<void> {
    const answer = JSON.stringify(await this.apply(policy));
    if (answer !== '{"done":true}') throw new Error(answer);
  }

  async status(): Promise<ModuleStatus> {
    return (await this.engine.ask({ do: 'status' })) as ModuleStatus;
  }

  connect(host: string, port: number, from: Peer = this.client): Promise<unknown> {
    return from.ask({ do: 'connect', host, port });
  }

  nft(...args: string[]): string {
    return this.network.run(this.network.server, 'nft', args);
  }

  get detections(): Detection[] {
    return [...this.#earlier, ...this.engine.told] as Detection[];
  }

  events(kind: string): Detection[] {
    return this.detections.filter((one) => one.kind === kind);
  }

  async until<T>(find: () => T | undefined | Promise<T | undefined>, what: string, timeoutMs = 10_000): Promise<T> {
    const endMs = performance.now() + timeoutMs;
    for (;;) {
      const found = await find();
      if (found) return found;
      if (performance.now() > endMs)
        throw new Error(`${what}: ${JSON.stringify(this.detections.map(({ kind, title }) => [kind, title]))}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async remove(): Promise<void> {
    await this.network.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
