import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { whyNoReplay } from './engines/firewall/replay.ts';

/**
 * Two hosts on one cable, for tests: network namespaces of their own, so that the machine's own network is never touched. Hosts are children that
 * take a line of JSON and answer with one.
 */
export const whyNoNetwork = whyNoReplay;

const folders = '/usr/sbin:/usr/bin:/sbin:/bin';
const env = { ...process.env, PATH: `${folders}:${process.env['PATH'] ?? ''}` };

export type Peer = {
  /** Answers in order. */
  ask(order: Readonly<Record<string, unknown>>): Promise<unknown>;
  readonly child: ChildProcess;
  /** Lines that were no answers. */
  readonly told: unknown[];
};

export class TestNetwork {
  /** The host that is protected: 10.78.0.2 and fd78::2; and the one that asks it: 10.78.0.1 and fd78::1. */
  readonly server: string;
  readonly client: string;
  readonly #children: ChildProcess[] = [];
  readonly #more: string[] = [];

  constructor(name: string) {
    const mark = `${name}${process.pid}`;
    [this.client, this.server] = [`skm-${mark}-c`, `skm-${mark}-s`];
    for (const one of [this.client, this.server]) ip('netns', 'add', one);
    ip('-n', this.client, 'link', 'add', 'wire0', 'type', 'veth', 'peer', 'name', 'wire0', 'netns', this.server);
    for (const [place, one] of [this.client, this.server].entries()) {
      ip('-n', one, 'addr', 'add', `10.78.0.${place + 1}/24`, 'dev', 'wire0');
      ip('-n', one, 'addr', 'add', `fd78::${place + 1}/64`, 'dev', 'wire0', 'nodad');
      for (const device of ['lo', 'wire0']) ip('-n', one, 'link', 'set', device, 'up');
    }
    for (const family of ['10.78.0.', 'fd78::']) this.#introduce('wire0', `${family}1`, `${family}2`);
  }

  /** A second cable between the two, `wire1`: 10.78.1.1 asks 10.78.1.2. */
  addWire(): void {
    ip('-n', this.client, 'link', 'add', 'wire1', 'type', 'veth', 'peer', 'name', 'wire1', 'netns', this.server);
    for (const [place, one] of [this.client, this.server].entries()) {
      ip('-n', one, 'addr', 'add', `10.78.1.${place + 1}/24`, 'dev', 'wire1');
      ip('-n', one, 'link', 'set', 'wire1', 'up');
    }
    this.#introduce('wire1', '10.78.1.1', '10.78.1.2');
  }

  /** A third host behind the protected one, by a bridge of that one, as containers are. @returns the one inside */
  addContainer(bridge: string, outer: string, inner: string): Peer {
    const name = this.server.replace(/s$/, 'k');
    ip('netns', 'add', name);
    this.#more.push(name);
    ip('-n', this.server, 'link', 'add', bridge, 'type', 'bridge');
    ip('-n', this.server, 'link', 'add', 'vethk', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    ip('-n', this.server, 'link', 'set', 'vethk', 'master', bridge);
    ip('-n', this.server, 'addr', 'add', outer, 'dev', bridge);
    ip('-n', name, 'addr', 'add', inner, 'dev', 'eth0');
    for (const [where, device] of [
      ...[bridge, 'vethk'].map((one) => [this.server, one] as const),
      ...['lo', 'eth0'].map((one) => [name, one] as const),
    ])
      ip('-n', where, 'link', 'set', device, 'up');
    ip('-n', name, 'route', 'add', 'default', 'via', outer.split('/')[0]!);
    this.run(this.server, 'sh', ['-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
    return this.peer(name);
  }

  /** More addresses of the asking host; it uses them where it is told to, and not by itself. */
  addAddress(address: string): void {
    ip(
      '-n',
      this.client,
      'addr',
      'add',
      address,
      'dev',
      'wire0',
      ...(address.includes(':') ? ['nodad', 'preferred_lft', '0'] : []),
    );
    this.#introduce('wire0', address.split('/')[0]!);
  }

  /**
   * Tells each side the other's hardware address, so that no first packet waits for it: on a busy machine that takes longer than whoever asks has patience.
   * `stale` is what the kernel makes sure of by itself afterwards.
   */
  #introduce(device: string, ofClient: string, ofServer?: string): void {
    for (const [owner, hearer, address] of [
      [this.client, this.server, ofClient],
      [this.server, this.client, ofServer],
    ] as const) {
      if (address === undefined) continue;
      const mac = /link\/ether (\S+)/.exec(ip('-n', owner, 'link', 'show', device))![1]!;
      ip('-n', hearer, 'neigh', 'replace', address, 'lladdr', mac, 'dev', device, 'nud', 'stale');
    }
  }

  /** Runs a program inside. @returns what it prints */
  run(where: string, program: string, args: readonly string[], input?: string): string {
    const options = { env, encoding: 'utf8', ...(input === undefined ? {} : { input }) } as const;
    return execFileSync('ip', ['netns', 'exec', where, program, ...args], options);
  }

  /** Starts a program inside, and ends it with the network. */
  spawn(where: string, program: string, args: readonly string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', where, program, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#children.push(child);
    return child;
  }

  peer(where: string): Peer {
    return this.start(where, 'python3', ['-u', join(import.meta.dirname, 'engines/firewall/test-peer.py')]);
  }

  /** @param arrives told every line that has `event` in it; the others are answers */
  start(where: string, program: string, args: readonly string[], arrives?: (line: unknown) => void): Peer {
    const child = spawn('ip', ['netns', 'exec', where, program, ...args], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#children.push(child);
    const waiting: ((answer: unknown) => void)[] = [];
    const told: unknown[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      const value = JSON.parse(line) as { event?: unknown };
      if (typeof value === 'object' && value !== null && 'event' in value) {
        told.push(value.event);
        arrives?.(value.event);
      } else waiting.shift()?.(value);
    });
    child.once('close', () => {
      for (const answer of waiting) answer({ ended: true });
    });
    child.stdin.on('error', () => undefined);
    return {
      child,
      told,
      ask: (order) =>
        new Promise((resolve) => {
          waiting.push(resolve);
          child.stdin.write(`${JSON.stringify(order)}\n`);
        }),
    };
  }

  /** Ends everything and leaves nothing behind. */
  async remove(): Promise<void> {
    const ended = this.#children
      .filter((child) => child.exitCode === null && child.signalCode === null)
      .map((child) => new Promise((done) => child.once('close', done)));
    for (const child of this.#children) {
      child.stdin?.end();
      child.kill('SIGKILL');
    }
    await Promise.all(ended);
    for (const one of [this.client, this.server, ...this.#more]) ip('netns', 'delete', one);
  }
}

const ip = (...args: string[]): string => execFileSync('ip', args, { env, encoding: 'utf8' });
