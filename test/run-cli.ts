import { type ChildProcess, fork, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Answered, Typed } from './cli-host.ts';

const root = resolve(import.meta.dirname, '..');
const launcher = join(root, 'cli/bin/sakimori.mjs');

export type Run = { readonly code: number | null; readonly out: string; readonly err: string };

/** An environment of its own, so that no setting of the machine reaches a command. */
const settings = (env: Record<string, string>): NodeJS.ProcessEnv => ({
  ...{ PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', SAKIMORI_DATA: '/nonexistent', LANG: 'C' },
  ...env,
});

/** Runs a command of `sakimori` in the process that this test keeps for them: all of it but the start of the program (`startCli`). */
export async function runCli(words: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  host ??= new CommandHost();
  return host.run(words, settings(env));
}

/** Starts the real `sakimori`: for what reads its standard input, lasts, or is about the start itself. */
export function startCli(words: readonly string[], env: Record<string, string> = {}, input = ''): Promise<Run> {
  const child = spawn(process.execPath, [launcher, ...words], { env: settings(env) });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done({ code, out, err }));
  });
}

/** The process of the commands. It ends with the test, and holds nothing open meanwhile. */
export class CommandHost {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { done: (run: Run) => void; failed: (error: Error) => void }>();
  #last = 0;

  constructor({ cwd = process.cwd() }: { readonly cwd?: string } = {}) {
    this.#child = fork(join(root, 'test/cli-host.ts'), {
      cwd,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
    });
    this.#child.on('message', ({ id, ...run }: Answered) => {
      this.#waiting.get(id)?.done(run);
      this.#settle(id);
    });
    this.#child.on('exit', (code, signal) => {
      for (const { failed } of this.#waiting.values()) failed(new Error(`the commands ended with ${code ?? signal}`));
      this.#waiting.clear();
    });
    this.#hold(false);
  }

  run(words: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
    const id = ++this.#last;
    this.#hold(true);
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed });
      this.#child.send({ id, words, env } satisfies Typed);
    });
  }

  #settle(id: number): void {
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#hold(false);
  }

  /** While nobody waits for an answer, the test may end. */
  #hold(isHeld: boolean): void {
    const how = isHeld ? 'ref' : 'unref';
    this.#child[how]();
    this.#child.channel?.[how]();
  }
}
let host: CommandHost | undefined;
