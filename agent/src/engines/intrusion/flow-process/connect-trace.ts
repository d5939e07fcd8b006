import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Clock } from '../../../clock.ts';
import type { FlowProcess, LocalFlow } from '../../../flow-process/flow.ts';
import { readProcess } from '../../../flow-process/process-facts.ts';
import { StartedPrograms } from './started-programs.ts';
import { readTraceLine, type TraceLine } from './trace-lines.ts';

/** Where the kernel's tracing is mounted as a rule. */
export const tracingFolders = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'] as const;

type Opened = {
  /** By the wall clock. */
  readonly atMs: number;
  readonly peer: string;
  readonly process: FlowProcess;
};

const instanceName = 'sakimori-connect-';
const connects = 'events/sock/inet_sock_set_state';
const starts = 'events/sched/sched_process_exec';
/** `TCP_SYN_SENT`: set by connect(2), in the process that connects. */
const connectFilter = 'newstate == 2';
/** A file whose name has a line break could write lines of its own. */
const startFilter = '!(filename ~ "*\n*")';
const keptMs = 30_000;
const keptMax = 5000;
/** What the clocks of the two engines may differ by, and what lies between connect(2) and the first packet. */
const slackMs = 1500;
/** A process that connects again and again is read once in this time. */
const processKeptMs = 1000;
/** Whoever is late finds the process gone, so its lines come before other work. */
const readerNice = -10;

/**
 * A short memory of who opened which TCP connection, so that a program that ends at once is still known: the kernel's own trace points say the process
 * at the moment of connect(2) (`sock:inet_sock_set_state`) and, a few milliseconds before, which program it began (`sched:sched_process_exec`), in an
 * instance of the tracing of its own that nobody else uses.
 */
export class ConnectTrace {
  readonly #clock: Clock;
  readonly #folder: string;
  readonly #instance: string;
  #reader: ChildProcess | undefined;
  readonly #opened: Opened[] = [];
  readonly #processes = new Map<number, { readonly atMs: number; readonly process: FlowProcess }>();
  readonly #started = new StartedPrograms(readProcess);

  /** @throws Error where the kernel's tracing cannot be used */
  constructor(clock: Clock, folders: readonly string[] = tracingFolders) {
    this.#clock = clock;
    const folder = folders.find((one) => existsSync(join(one, connects, 'enable')));
    if (!folder) throw new Error('the tracing of the kernel is not mounted, or has no inet_sock_set_state');
    this.#folder = folder;
    this.#instance = join(folder, 'instances', `${instanceName}${process.pid}`);
    removeLeftOver(folder);
    mkdirSync(this.#instance, { recursive: true });
    try {
      this.#set('buffer_size_kb', '128');
      this.#set('trace_clock', 'mono');
      this.#set(`${connects}/filter`, connectFilter);
      this.#set(`${connects}/enable`, '1');
      this.#watchStarts();
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
    for (const event of [connects, starts])
      try {
        this.#set(`${event}/enable`, '0');
      } catch {
        // It may never have been made.
      }
    removeInstance(this.#instance);
    // The pipe may be held for a moment yet.
    this.#clock.after(500, () => removeLeftOver(this.#folder, process.pid));
  }

  /** Without it, connections are told all the same, of programs that last long enough. */
  #watchStarts(): void {
    try {
      this.#set(`${starts}/filter`, startFilter);
      this.#set(`${starts}/enable`, '1');
    } catch {
      // A kernel without the event, or without such a filter.
    }
  }

  #set(name: string, value: string): void {
    writeFileSync(join(this.#instance, name), value);
  }

  /** A program of its own waits for lines: a read of ours would hold a thread for ever. */
  #read(): void {
    const reader = spawn('/bin/cat', [join(this.#instance, 'trace_pipe')], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#reader = reader;
    reader.once('error', () => undefined);
    reader.unref();
    try {
      if (reader.pid !== undefined) setPriority(reader.pid, readerNice);
    } catch {
      // It has its turn with all others then.
    }
    const lines = createInterface({ input: reader.stdout });
    lines.on('line', (line) => this.#take(line));
    (reader.stdout as unknown as { unref?: () => void }).unref?.();
  }

  #take(line: string): void {
    const found = readTraceLine(line);
    if (!found) return;
    const nowMs = this.#clock.nowMs();
    if (found.kind === 'exec') {
      this.#processes.delete(found.pid);
      this.#started.add(found, nowMs);
      return;
    }
    // A line may have waited for us: what counts is when the kernel wrote it.
    const atMs = nowMs - Math.max(0, Number(process.hrtime.bigint()) / 1e6 - found.atMs);
    this.#opened.push({ atMs, peer: peerKey(found.address, found.port), process: this.#processOf(found, nowMs) });
    while (this.#opened.length > keptMax || nowMs - (this.#opened[0]?.atMs ?? nowMs) > keptMs) this.#opened.shift();
  }

  #processOf({ pid, name }: TraceLine, nowMs: number): FlowProcess {
    const known = this.#processes.get(pid);
    if (known && nowMs - known.atMs < processKeptMs && known.process.name === name) return known.process;
    const seen = readProcess(pid);
    // One that is ending has no program file any more.
    const found = (seen?.path ? seen : this.#started.find(pid, nowMs)) ?? seen ?? { pid, ...(name ? { name } : {}) };
    this.#processes.set(pid, { atMs: nowMs, process: found });
    if (this.#processes.size > keptMax) this.#processes.delete(this.#processes.keys().next().value!);
    return found;
  }
}

const peerKey = (address: string, port: number): string => `${address} ${port}`;

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
