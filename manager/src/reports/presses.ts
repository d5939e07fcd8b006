import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { frame, readFrames } from './press-wire.ts';

const program = join(import.meta.dirname, 'press.ts');

/** A press takes a core, and for a very large report a gigabyte; more than these print no faster. */
const pressesMax = Math.max(1, Math.min(2, availableParallelism()));
/** It keeps a little of each document; a fresh one is cheap beside so many. */
const documentsMax = 40;
/** A large document leaves much behind. */
const largeBytes = 2 * 1024 * 1024;
const timeoutMs = 60_000;
/** Between reports of one month's close it stays; nobody waits for a press that is cold. */
const idleMs = 5_000;

type Order = {
  readonly content: Buffer;
  readonly resolve: (pdf: Buffer) => void;
  readonly reject: (error: Error) => void;
};

/**
 * Prints by programs of their own (`press.ts`), so that a report of hundreds of pages neither holds up the manager's doors nor leaves its memory behind. A
 * press reads the fonts once and prints one document after another; one that is idle, has printed many, or a very large one, ends.
 */
class Press {
  readonly #child: ChildProcessWithoutNullStreams;
  #order: Order | undefined;
  #timer: NodeJS.Timeout | undefined;
  #printed = 0;
  #complaint = '';
  isOver = false;

  constructor() {
    // No environment: the press needs none of the manager's settings.
    this.#child = spawn(process.execPath, [program], { env: {}, stdio: 'pipe' });
    this.#child.once('error', (error) => this.#end(error.message));
    this.#child.once('close', (code, signal) => this.#end(`ended with ${signal ?? code}`));
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.on('data', (text: Buffer) => {
      this.#complaint = `${this.#complaint}${text}`.slice(-2000);
    });
    void this.#read().catch((error: Error) => this.#end(error.message));
  }

  get isFree(): boolean {
    return this.#order === undefined && !this.isOver;
  }

  take(order: Order): void {
    this.#order = order;
    this.#hold(true);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.stop(), timeoutMs);
    this.#child.stdin.write(frame(order.content));
  }

  stop(): void {
    this.isOver = true;
    this.#child.kill('SIGKILL');
  }

  async #read(): Promise<void> {
    for await (const answer of readFrames(this.#child.stdout)) {
      const order = this.#order;
      this.#order = undefined;
      clearTimeout(this.#timer);
      this.#printed += 1;
      if (this.#printed >= documentsMax || (order?.content.length ?? 0) > largeBytes) this.stop();
      else this.#rest();
      if (answer[0] === 1) order?.resolve(Buffer.from(answer.subarray(1)));
      else order?.reject(new Error(`The press refused it: ${answer.subarray(1).toString()}`));
      next();
    }
  }

  /** Idle, it neither keeps the manager's process from ending nor stays long. */
  #rest(): void {
    this.#hold(false);
    this.#timer = setTimeout(() => this.stop(), idleMs);
    this.#timer.unref();
  }

  #hold(isHeld: boolean): void {
    const { stdout, stderr, stdin } = this.#child as unknown as Record<string, { ref?(): void; unref?(): void }>;
    for (const one of [this.#child, stdout, stderr, stdin]) isHeld ? one?.ref?.() : one?.unref?.();
  }

  #end(why: string): void {
    this.isOver = true;
    clearTimeout(this.#timer);
    presses.delete(this);
    this.#order?.reject(new Error(`The press ${why}: ${this.#complaint}`));
    this.#order = undefined;
    next();
  }
}

const presses = new Set<Press>();
const waiting: Order[] = [];

/** Hands what waits to whoever is free. */
function next(): void {
  while (waiting.length > 0) {
    let press = [...presses].find(({ isFree }) => isFree);
    if (!press && [...presses].filter(({ isOver }) => !isOver).length < pressesMax) {
      press = new Press();
      presses.add(press);
    }
    if (!press) return;
    press.take(waiting.shift()!);
  }
}

/**
 * The PDF of what a template takes, after whatever waits already; the same bytes for the same paper.
 * @throws Error where Typst refuses the document, or it takes longer than a minute
 */
export function printPaper(template: 'monthly' | 'quote' | 'meeting', paper: unknown): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    waiting.push({ content: Buffer.from(`${template}\n${JSON.stringify(paper)}`), resolve, reject });
    next();
  });
}
