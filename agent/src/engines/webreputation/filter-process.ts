import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ChildReport, SupervisedChild } from '../../engine-care/index.ts';
import type { EngineHost } from '../engine.ts';
import type { FilterState, Order, Word } from './filter/words.ts';
import { filterQueue } from './jump.ts';

/** The program lies beside this file, or beside the bundle that this file is in. */
const program = import.meta.filename.endsWith('.ts')
  ? join(import.meta.dirname, 'filter/main.ts')
  : join(import.meta.dirname, 'webreputation/filter.mjs');
/** What its process may do besides what everybody may: hold packets, send packets of its own, see whose a socket is. */
const rights = ['net_admin', 'net_raw', 'sys_ptrace'];
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
const heapMb = 96;

export type FilterListener = {
  readonly onSeen: (sighting: Extract<Word, { say: 'seen' }>['sighting']) => void;
  readonly onFault: (fault: { readonly code: string; readonly detail: string }) => void;
  /** It answers: after every start, and after a hang. */
  readonly onRunning: () => void;
  /** It lives and holds packets, and does not answer. */
  readonly onHung: () => void;
};

/** The filter as a process that is looked after, and what is said to it and heard of it. */
export class FilterProcess {
  readonly #child: SupervisedChild;
  readonly #listener: FilterListener;
  #state: FilterState | undefined;
  #asked = 0;
  readonly #waiting = new Map<number, (state: FilterState) => void>();
  #use: Order | undefined;

  constructor(host: EngineHost, listener: FilterListener) {
    this.#listener = listener;
    this.#child = new SupervisedChild({
      ...{ host, name: 'webfilter' },
      plan: () => ({
        ...planOf([program, `${filterQueue}`]),
        environment: { NODE_OPTIONS: '' },
        nice: -10,
        stdio: { input: 'pipe', output: 'pipe' },
      }),
      probe: (child) => this.#ask(child),
      onSpawned: (child) => this.#listen(child),
      onRunning: () => listener.onRunning(),
      onHung: () => listener.onHung(),
      rhythm: {
        everyMs: 500,
        soonMs: 100,
        answerMs: 800,
        startMsMax: 30_000,
        hungMsMax: 10_000,
        backoffMostMs: 60_000,
      },
    });
  }

  /** As it last said. */
  get state(): FilterState | undefined {
    return this.#state;
  }

  report(): ChildReport {
    return this.#child.report();
  }

  start(): Promise<void> {
    return this.#child.start();
  }

  /** @throws Error with the cause when it does not answer in time */
  running(timeoutMs: number): Promise<void> {
    return this.#child.running(timeoutMs);
  }

  /** Policy and tables; told again after every start. */
  use(order: Extract<Order, { do: 'use' }>): void {
    this.#use = order;
    if (this.#child.process) this.#write(this.#child.process, order);
  }

  /** @returns whether it answers within a second */
  async isWell(): Promise<boolean> {
    return this.#child.state === 'running';
  }

  async stop(): Promise<void> {
    await this.#child.stop();
    this.#state = undefined;
  }

  #listen(child: ChildProcess): void {
    this.#state = undefined;
    this.#waiting.clear();
    child.stdin?.on('error', () => undefined);
    createInterface({ input: child.stdout! }).on('line', (line) => this.#hear(line));
    if (this.#use) this.#write(child, this.#use);
  }

  #hear(line: string): void {
    const word = parse(line);
    if (word?.say === 'answer') {
      this.#state = word.state;
      this.#waiting.get(word.number)?.(word.state);
      this.#waiting.delete(word.number);
    } else if (word?.say === 'seen') this.#listener.onSeen(word.sighting);
    else if (word?.say === 'fault') this.#listener.onFault(word);
  }

  #ask(child: ChildProcess): Promise<FilterState> {
    this.#asked += 1;
    const number = this.#asked;
    // Questions before this one will not be answered in time any more.
    this.#waiting.clear();
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, resolve);
      if (!this.#write(child, { do: 'ask', number })) reject(new Error('its input is closed'));
    });
  }

  #write(child: ChildProcess, order: Order): boolean {
    if (!child.stdin?.writable) return false;
    child.stdin.write(`${JSON.stringify(order)}\n`);
    return true;
  }
}

function planOf(args: readonly string[]): { program: string; args: readonly string[] } {
  const node = [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=2', ...args];
  if (!setpriv || !mayDropRights()) return { program: process.execPath, args: node };
  const bounds = `-all,${rights.map((right) => `+${right}`).join(',')}`;
  return {
    program: setpriv,
    args: [`--bounding-set=${bounds}`, '--inh-caps=-all', '--no-new-privs', process.execPath, ...node],
  };
}

/** A service whose rights were narrowed from outside has no right to narrow them further, and need not. */
function mayDropRights(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? '0';
  const setPrivileges = 8n;
  return ((BigInt(`0x${effective}`) >> setPrivileges) & 1n) === 1n;
}

function parse(line: string): Word | undefined {
  try {
    return JSON.parse(line) as Word;
  } catch {
    return undefined;
  }
}
