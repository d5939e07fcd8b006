import type { FlowProcess } from '../../../flow-process/flow.ts';

const keptMs = 60_000;
const keptMax = 4000;
const readsMax = 200;
const readsMs = 1000;

/**
 * A short memory of which program every process began, for those that are gone when somebody asks. The kernel says the program file; command and account
 * are read at once where the process is there still, so many a second at most: a host that starts thousands of programs is not slowed down by it.
 */
export class StartedPrograms {
  readonly #read: (pid: number) => FlowProcess | undefined;
  readonly #started = new Map<number, { readonly atMs: number; readonly process: FlowProcess }>();
  #readsSinceMs = Number.NEGATIVE_INFINITY;
  #reads = 0;

  constructor(read: (pid: number) => FlowProcess | undefined) {
    this.#read = read;
  }

  add({ pid, name, path }: { pid: number; name?: string; path: string }, nowMs: number): void {
    if (nowMs - this.#readsSinceMs >= readsMs) [this.#readsSinceMs, this.#reads] = [nowMs, 0];
    const seen = this.#reads++ < readsMax ? this.#read(pid) : undefined;
    // What it was called before it began this program says nothing.
    const file = path.startsWith('/') ? { path } : {};
    const process = seen?.path ? seen : { ...(seen ?? { pid, ...(name ? { name } : {}) }), ...file };
    this.#started.delete(pid);
    this.#started.set(pid, { atMs: nowMs, process });
    for (const [oldest, { atMs }] of this.#started) {
      if (this.#started.size <= keptMax && nowMs - atMs <= keptMs) break;
      this.#started.delete(oldest);
    }
  }

  find(pid: number, nowMs: number): FlowProcess | undefined {
    const one = this.#started.get(pid);
    return one && nowMs - one.atMs <= keptMs ? one.process : undefined;
  }
}
