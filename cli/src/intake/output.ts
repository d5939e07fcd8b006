import { once } from 'node:events';
import type { RecordProblem } from '@sakimori/contract/intake/index';
import type { Cli } from '../cli.ts';
import { CliFault } from '../fault.ts';

const writeBytes = 64 * 1024;

/** What was no event, by its reason; told once, at the end. */
export class Counts {
  #records = 0;
  #events = 0;
  readonly #problems = new Map<RecordProblem | 'cut' | 'badCase', number>();

  add(events: number, problem: RecordProblem | 'cut' | 'badCase' | undefined): void {
    this.#records += 1;
    this.#events += events;
    if (problem && problem !== 'empty') this.#problems.set(problem, (this.#problems.get(problem) ?? 0) + 1);
  }

  /** @throws CliFault where nothing that was given is an event */
  tell(cli: Cli): void {
    for (const [problem, count] of this.#problems) cli.remark(cli.say(`intake.problem.${problem}`, { count }));
    if (this.#events === 0 && this.#records > 0) throw new CliFault('fault.noEvents', { count: this.#records });
  }
}

/** Standard output in large pieces, and no faster than it is read. */
export class LineOutput {
  #lines: string[] = [];
  #length = 0;

  constructor() {
    process.stdout.on('error', endWithReader);
  }

  add(line: string): void {
    this.#lines.push(line);
    this.#length += line.length;
  }

  flushWhenFull(): Promise<void> | undefined {
    return this.#length < writeBytes ? undefined : this.end();
  }

  async end(): Promise<void> {
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    this.#length = 0;
    // A reader that has gone never drains; the listener above ends the process.
    if (!process.stdout.write(text)) await once(process.stdout, 'drain').catch(() => undefined);
  }
}

/** Whoever read the output has seen enough (`head`): that is no fault. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}
