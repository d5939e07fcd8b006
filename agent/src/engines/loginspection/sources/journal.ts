import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../../../log.ts';
import { type JournalEntry, journalFields, readJournalEntry } from './journal-entry.ts';
import type { Delivery, SourceHost } from './line-batch.ts';

/** Where the cursor is kept: the place behind the last entry that was dealt with. */
export const cursorKey = 'journal';
/** The name of the journal where a log has its path. */
export const journalName = 'journald';

const program = '/usr/bin/journalctl';
const folders = ['/run/log/journal', '/var/log/journal'];

/** Longest entry that is taken whole, bytes of JSON: a core dump can lie in a journal. Of a longer one so much is kept at each end. */
const entryBytesMax = 512 * 1024;
const endBytes = 64 * 1024;
const entriesAtOnce = 500;
const backOffMs = { first: 1000, most: 60_000 };
/** A child that ran for so long was all right: the next one is started soon. */
const soundMs = 60_000;

export interface JournalOptions {
  /** A folder with journal files instead of the host's own. */
  readonly directory?: string;
  readonly program?: string;
}

/** How reading the journal fares. */
export interface JournalStanding {
  readonly isReading: boolean;
  readonly entries: number;
  /** Why the last child ended, while no new one runs well. */
  readonly problem: string | undefined;
  /** Times that the journal had been cut behind the place where reading had ended: entries were lost before anybody read them. */
  readonly gaps: number;
}

/** Whether this host keeps a journal that can be read. */
export function hasJournal({ directory, program: path = program }: JournalOptions = {}): boolean {
  return existsSync(path) && (directory === undefined ? folders : [directory]).some(holdsJournal);
}

function holdsJournal(folder: string): boolean {
  const isJournal = (name: string): boolean => name.endsWith('.journal');
  try {
    return readdirSync(folder, { withFileTypes: true }).some((entry) =>
      entry.isDirectory() ? readdirSync(join(folder, entry.name)).some(isJournal) : isJournal(entry.name),
    );
  } catch {
    return false;
  }
}

/**
 * Follows systemd's journal through `journalctl` as a child process. The cursor is kept with what the entries gave, as the places in files are: nothing is read
 * twice and nothing passed over, over restarts, rotation and vacuum. A first start begins at the end.
 */
export class Journal {
  readonly #host: SourceHost;
  readonly #delivery: Delivery;
  readonly #options: JournalOptions;
  #child: ChildProcess | undefined;
  #running: Promise<void> | undefined;
  #cancelWait: (() => void) | undefined;
  #wake: (() => void) | undefined;
  #isStopped = false;
  #untilMs: number | undefined;
  #entries = 0;
  #gaps = 0;
  #problem: string | undefined;

  constructor(host: SourceHost, delivery: Delivery, options: JournalOptions = {}) {
    this.#host = host;
    this.#delivery = delivery;
    this.#options = options;
  }

  get standing(): JournalStanding {
    const isReading = this.#running !== undefined && this.#problem === undefined;
    return { isReading, entries: this.#entries, problem: this.#problem, gaps: this.#gaps };
  }

  /** Begins to follow. Resolves when the place to begin at is known and kept. */
  async start(): Promise<void> {
    if (this.#host.recall(cursorKey) === undefined) await this.#beginAtEnd();
    this.#running ??= this.#follow();
  }

  /** Ends following; may be called twice. The place is kept. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelWait?.();
    this.#wake?.();
    this.#child?.kill();
    await this.#running;
    this.#running = undefined;
  }

  /** From now on nothing is taken that was written after this time: something else reads it. */
  endAt(untilMs: number): void {
    this.#untilMs ??= untilMs;
  }

  /** Reads what was written up to the end that `endAt` gave, or up to now, then ends and forgets the place. */
  async handOver(): Promise<void> {
    this.endAt(this.#host.clock.nowMs());
    await this.stop();
    this.#isStopped = false;
    if (this.#host.recall(cursorKey) !== undefined) await this.#run(false).catch(() => undefined);
    this.#isStopped = true;
    await this.forget();
  }

  /** What was to be read is not to be read any more. */
  async forget(): Promise<void> {
    await this.stop();
    await this.#give([], undefined);
  }

  async #beginAtEnd(): Promise<void> {
    const last = await this.#last();
    await this.#give([], last?.cursor ?? `since=${this.#host.clock.nowMs()}`);
  }

  /** The newest entry there is. */
  async #last(): Promise<JournalEntry | undefined> {
    const entries: JournalEntry[] = [];
    await this.#read(['--lines=1'], async (found) => void entries.push(...found)).catch(() => undefined);
    return entries.at(-1);
  }

  async #follow(): Promise<void> {
    let waitMs = backOffMs.first;
    while (!this.#isStopped) {
      const startMs = this.#host.clock.monotonicMs();
      try {
        await this.#run(true);
        this.#problem = 'journalctl has ended';
      } catch (error) {
        this.#problem = errorText(error).slice(0, 300);
      }
      if (this.#isStopped) return;
      if (this.#host.clock.monotonicMs() - startMs > soundMs) waitMs = backOffMs.first;
      this.#host.log('warn', 'reading the journal ended, it is started again', { problem: this.#problem, waitMs });
      await this.#wait(waitMs);
      waitMs = Math.min(waitMs * 2, backOffMs.most);
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#cancelWait = this.#host.clock.after(ms, resolve);
    });
  }

  async #run(isFollowing: boolean): Promise<void> {
    const place = this.#host.recall(cursorKey) ?? '';
    const since = /^since=(\d{1,15})$/.exec(place)?.[1];
    // The entry of the cursor itself is asked for too: whether it is still there says whether anything was lost behind it.
    let expected = since === undefined ? place : undefined;
    const from = since === undefined ? [`--cursor=${place}`] : [`--since=@${(Number(since) / 1000).toFixed(3)}`];
    const follow = isFollowing ? ['--follow', '--no-tail'] : this.#untilArguments();
    await this.#read([...follow, ...from], async (found) => {
      this.#problem = undefined;
      const isThere = expected !== undefined && found[0]?.cursor === expected;
      if (expected !== undefined && !isThere) this.#sayGap();
      expected = undefined;
      const untilMs = this.#untilMs ?? Number.POSITIVE_INFINITY;
      const fresh = found.slice(Number(isThere)).filter(({ timeMs }) => timeMs <= untilMs);
      if (fresh.length > 0)
        await this.#give(
          fresh.map(({ line }) => line),
          fresh.at(-1)!.cursor,
        );
    });
  }

  #untilArguments(): string[] {
    return this.#untilMs === undefined ? [] : [`--until=@${(this.#untilMs / 1000).toFixed(3)}`];
  }

  #sayGap(): void {
    this.#gaps++;
    this.#host.log(
      'warn',
      'the journal was cut behind the place where reading had ended; it goes on with the oldest entry after it',
    );
  }

  async #give(lines: readonly string[], cursor: string | undefined): Promise<void> {
    this.#entries += lines.length;
    const memory = { [cursorKey]: cursor };
    // The time in the line is the one at which the journal took it: nearer to the truth than that of reading.
    await this.#delivery.give({ path: journalName, format: 'syslog', lines, isBehind: true, memory });
  }

  /** Runs `journalctl` to its end. @throws Error with what it said, when it failed */
  async #read(args: readonly string[], take: (entries: readonly JournalEntry[]) => Promise<void>): Promise<void> {
    const { directory, program: path = program } = this.#options;
    const place = directory === undefined ? [] : [`--directory=${directory}`];
    const fixed = ['--output=json', '--all', '--quiet', '--no-pager', `--output-fields=${journalFields.join(',')}`];
    const child = spawn(path, [...fixed, ...place, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    });
    this.#child = child;
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString('utf8')).slice(0, 1000);
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    ended.catch(() => undefined);
    try {
      for await (const entries of readEntries(child.stdout)) await take(entries);
      const code = await ended;
      if (code !== 0 && !this.#isStopped)
        throw new Error(said.trim().split('\n')[0] || `journalctl ended with ${code}`);
    } finally {
      child.kill();
      this.#child = undefined;
    }
  }
}

/** The entries of a stream, as many together as have come. What no entry can be made of is passed over. */
async function* readEntries(stream: AsyncIterable<Buffer>): AsyncGenerator<readonly JournalEntry[]> {
  let rest = Buffer.alloc(0);
  /** The beginning of an entry that is too long. */
  let front: Buffer | undefined;
  for await (const bytes of stream) {
    rest = Buffer.concat([rest, bytes]);
    let entries: JournalEntry[] = [];
    let from = 0;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
      const text = rest.toString('utf8', front ? Math.max(from, end - endBytes) : from, end);
      const entry = readJournalEntry(front ? front.toString('utf8') + text : text);
      front = undefined;
      from = end + 1;
      if (entry) entries.push(entry);
      if (entries.length < entriesAtOnce) continue;
      yield entries;
      entries = [];
    }
    rest = rest.subarray(from);
    if (rest.length > entryBytesMax) {
      front ??= Buffer.from(rest.subarray(0, endBytes));
      rest = Buffer.from(rest.subarray(-endBytes));
    }
    if (entries.length > 0) yield entries;
  }
}
