import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Clock } from '../../../clock.ts';
import type { FlowProcess, LocalFlow } from '../../../flow-process/flow.ts';
import { readProcess } from '../../../flow-process/process-facts.ts';

/** Where the kernel's tracing is mounted as a rule. */
export const tracingFolders = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'] as const;

type Opened = {
  readonly atMs: number;
  readonly peer: string;
  readonly process: FlowProcess;
};

const instanceName = 'sakimori-connect-';
const event = 'events/sock/inet_sock_set_state';
/** `TCP_SYN_SENT`: set by connect(2), in the process that connects. */
const filter = 'newstate == 2';
const keptMs = 30_000;
const keptMax = 5000;
/** What the clocks of the two engines may differ by, and what lies between connect(2) and the first packet. */
const slackMs = 1500;
/** A process that connects again and again is read once in this time. */
const processKeptMs = 1000;

/**
 * A short memory of who opened which TCP connection, so that a program that ends at once is still known: the kernel's own trace point
 * (`sock:inet_sock_set_state`) says the process at the moment of connect(2), in an instance of the tracing of its own that nobody else uses.
 */
export class ConnectTrace {
  readonly #clock: Clock;
  readonly #folder: string;
  readonly #instance: string;
  #reader: ChildProcess | undefined;
  readonly #opened: Opened[] = [];
  readonly #processes = new Map<number, { readonly atMs: number; readonly process: FlowProcess }>();

  /** @throws Error where the kernel's tracing cannot be used */
  constructor(clock: Clock, folders: readonly string[] = tracingFolders) {
    this.#clock = clock;
    const folder = folders.find((one) => existsSync(join(one, event, 'enable')));
    if (!folder) throw new Error('the tracing of the kernel is not mounted, or has no inet_sock_set_state');
    this.#folder = folder;
    this.#instance = join(folder, 'instances', `${instanceName}${process.pid}`);
    removeLeftOver(folder);
    mkdirSync(this.#instance, { recursive: true });
    try {
      writeFileSync(join(this.#instance, 'buffer_size_kb'), '64');
      writeFileSync(join(this.#instance, event, 'filter'), filter);
      writeFileSync(join(this.#instance, event, 'enable'), '1');
      this.#read();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get isAlive(): boolean {
    return this.#reader?.exitCode === null;
  }

  /** Who opened this connection; undefined where nobody was seen, or more than one could have been. */
  find(flow: LocalFlow): FlowProcess | undefined {
    if (flow.protocol !== 'tcp' || !flow.isOutgoing) return undefined;
    const peer = peerKey(flow.peer.address, flow.peer.port);
    const near = this.#opened.filter((one) => one.peer === peer && Math.abs(one.atMs - flow.startedAtMs) <= slackMs);
    if (new Set(near.map(({ process: { pid } }) => pid)).size !== 1) return undefined;
    return near[0]!.process;
  }

  close(): void {
    this.#reader?.kill('SIGKILL');
    this.#reader = undefined;
    try {
      writeFileSync(join(this.#instance, event, 'enable'), '0');
    } catch {
      // It may never have been made.
    }
    removeInstance(this.#instance);
    // The pipe may be held for a moment yet.
    this.#clock.after(500, () => removeLeftOver(this.#folder, process.pid));
  }

  /** A program of its own waits for lines: a read of ours would hold a thread for ever. */
  #read(): void {
    const reader = spawn('/bin/cat', [join(this.#instance, 'trace_pipe')], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#reader = reader;
    reader.once('error', () => undefined);
    reader.unref();
    const lines = createInterface({ input: reader.stdout });
    lines.on('line', (line) => this.#take(line));
    (reader.stdout as unknown as { unref?: () => void }).unref?.();
  }

  #take(line: string): void {
    const found = parseTraceLine(line);
    if (!found) return;
    const atMs = this.#clock.nowMs();
    this.#opened.push({ atMs, peer: found.peer, process: this.#processOf(found, atMs) });
    while (this.#opened.length > keptMax || atMs - (this.#opened[0]?.atMs ?? atMs) > keptMs) this.#opened.shift();
  }

  #processOf({ pid, name }: { pid: number; name: string }, atMs: number): FlowProcess {
    const known = this.#processes.get(pid);
    if (known && atMs - known.atMs < processKeptMs && known.process.name === name) return known.process;
    const process = readProcess(pid) ?? { pid, name };
    this.#processes.set(pid, { atMs, process });
    if (this.#processes.size > keptMax) this.#processes.delete(this.#processes.keys().next().value!);
    return process;
  }
}

const peerKey = (address: string, port: number): string => `${address} ${port}`;

/**
 * A line of the trace: `curl-1234 [001] ..... 12.34: inet_sock_set_state: family=AF_INET … dport=80 saddr=… daddr=… daddrv6=… oldstate=… newstate=…`.
 * A name may hold anything, so the process is found from the right.
 */
export function parseTraceLine(line: string): { pid: number; name: string; peer: string } | undefined {
  const found =
    /^\s*(.{1,16}?)-(\d+)\s+(?:\(.*?\)\s+)?\[\d+\].*? inet_sock_set_state: family=(AF_INET6?) .*?dport=(\d+) .*?daddr=(\S+) .*?daddrv6=(\S+)/.exec(
      line,
    );
  if (!found) return undefined;
  const [, name = '', pid, family, port, four = '', six = ''] = found;
  const address = family === 'AF_INET' || /^::ffff:\d/.test(six) ? four : six;
  return { pid: Number(pid), name, peer: peerKey(address, Number(port)) };
}

/** Instances of agents that are gone. */
function removeLeftOver(folder: string, own?: number): void {
  for (const name of list(join(folder, 'instances'))) {
    if (!name.startsWith(instanceName)) continue;
    const pid = Number(name.slice(instanceName.length));
    if (pid === own || !existsSync(`/proc/${pid}`)) removeInstance(join(folder, 'instances', name));
  }
}

function removeInstance(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Somebody reads it still, or it is gone.
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
