import { join } from 'node:path';
import { Backoff } from '../backoff.ts';
import { errorText } from '../log.ts';
import { giveFolder, openChildFolder } from './child-folder.ts';
import { endingText, Incident } from './incident.ts';
import { type Ending, type Launched, launch } from './launch.ts';
import { endLeftOver, forgetChild, recordChild } from './left-over.ts';
import { LogTail } from './log-tail.ts';
import { type CareParts, type ChildPlan, type ChildReport, type ChildState, type Rhythm, usualRhythm } from './plan.ts';
import { residentBytesOf, signal } from './process-facts.ts';
import { ask } from './question.ts';

/**
 * One program of an engine, kept running: started, asked whether it answers, started again with growing pauses when it ends, ended by force when it hangs,
 * and taken away with all that it started. The manager hears of each incident once, and of its end.
 */
export class SupervisedChild {
  readonly folder: string;
  readonly #parts: CareParts;
  readonly #rhythm: Rhythm;
  readonly #backoff: Backoff;
  readonly #tail: LogTail;
  readonly #incident: Incident;
  readonly #recordPath: string;
  #isWanted = false;
  #state: ChildState = 'stopped';
  #sinceMs: number;
  #restarts = 0;
  #plan: ChildPlan | undefined;
  #launched: Launched | undefined;
  #misses = 0;
  /** By the monotonic clock: the last start, the last hang. */
  #startedAtMs = 0;
  #hungAtMs = 0;
  #cancelNext: (() => void) | undefined;
  #cancelSteady: (() => void) | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #waiting = new Set<() => void>();

  constructor(parts: CareParts) {
    const { host, name } = parts;
    this.#parts = parts;
    this.#rhythm = { ...usualRhythm, ...parts.rhythm };
    this.#backoff = new Backoff(this.#rhythm.backoffFirstMs, this.#rhythm.backoffMostMs);
    this.#tail = new LogTail(parts.onLine);
    this.#incident = new Incident(host, name);
    this.folder = openChildFolder(host.dataFolder, name);
    // Not in the folder of the child, which may belong to another user: by this file processes are ended.
    this.#recordPath = join(host.dataFolder, `${name}.child.json`);
    this.#sinceMs = host.clock.nowMs();
  }

  /** The living child, whether it answers or not. */
  get process(): Launched['process'] | undefined {
    return this.#launched?.process;
  }

  get state(): ChildState {
    return this.#state;
  }

  /** Cheap: for every heartbeat. */
  report(): ChildReport {
    const pid = this.#launched?.pid;
    return {
      ...{ name: this.#parts.name, state: this.#state, pid, sinceMs: this.#sinceMs, restarts: this.#restarts },
      residentBytes: pid === undefined ? undefined : residentBytesOf(pid),
      version: this.#plan?.version,
      cause: this.#incident.cause,
    };
  }

  /** The last lines it wrote, secrets masked. */
  logTail(charactersMax = 4000): string {
    return this.#tail.last(charactersMax);
  }

  /** Begins to keep it running. Resolves when it has been spawned, or the attempt has failed and another one waits; `running` says when it answers. */
  start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isWanted) return;
      this.#isWanted = true;
      const { host, name } = this.#parts;
      const ended = await endLeftOver(this.#recordPath, host.clock, this.#rhythm.stopMsMax);
      if (ended.length > 0) host.log('warn', `${name}: ended what an agent before had left`, { pids: ended.join(' ') });
      await this.#launch();
    });
  }

  /** @throws Error with the cause, when it does not answer within that time, is stopped, or ends again after it has been started anew */
  async running(timeoutMs: number): Promise<void> {
    let isLate = false;
    const restarts = this.#restarts;
    const cancel = this.#parts.host.clock.after(timeoutMs, () => {
      isLate = true;
      this.#wake();
    });
    try {
      while (this.#state !== 'running') {
        const endsAgain = this.#state === 'backing-off' && this.#restarts > restarts;
        if (isLate || endsAgain || !this.#isWanted) throw new Error(this.#lateText(timeoutMs));
        await new Promise<void>((done) => this.#waiting.add(done));
      }
    } finally {
      cancel();
    }
  }

  /** Because its engine wants it so, by a new configuration for instance: no incident. */
  restart(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#isWanted) return;
      await this.#end();
      await this.#launch();
    });
  }

  /** Ends it and all that it has started: SIGTERM, then SIGKILL after `stopMsMax`. May be called twice. */
  stop(): Promise<void> {
    this.#isWanted = false;
    return this.#inTurn(async () => {
      await this.#end();
      this.#incident.drop();
      this.#backoff.reset();
      this.#enter('stopped');
    });
  }

  async #end(): Promise<void> {
    this.#cancelNext?.();
    this.#cancelSteady?.();
    const launched = this.#launched;
    this.#launched = undefined;
    if (!launched || launched.pid === undefined) return;
    // A stopped process gets SIGTERM only when it goes on.
    for (const name of ['SIGTERM', 'SIGCONT'] as const) signal(-launched.pid, name);
    const cancel = this.#parts.host.clock.after(this.#rhythm.stopMsMax, () => signal(-launched.pid!, 'SIGKILL'));
    await launched.ended;
    cancel();
    forgetChild(this.#recordPath);
  }

  async #launch(): Promise<void> {
    const { host, name, plan, onSpawned } = this.#parts;
    this.#enter('starting');
    this.#misses = 0;
    this.#startedAtMs = host.clock.monotonicMs();
    this.#tail.clear();
    let launched: Launched;
    try {
      this.#plan = await plan(this.folder);
      if (this.#plan.user) giveFolder(this.folder, this.#plan.user);
      launched = launch(this.#plan, this.folder);
      this.#launched = launched;
    } catch (error) {
      return this.#ended(undefined, { fault: errorText(error) });
    }
    for (const shortfall of launched.shortfalls) host.log('info', `${name}: ${shortfall}`);
    const { process: child } = launched;
    if (this.#plan.stdio?.output !== 'pipe') this.#tail.follow(child.stdout);
    this.#tail.follow(child.stderr);
    void launched.ended.then((ending) => this.#ended(launched, ending));
    if (launched.pid === undefined) return;
    this.#record(launched.pid, this.#plan.program);
    this.#call('onSpawned', () => onSpawned?.(child));
    this.#next(launched, this.#rhythm.soonMs);
  }

  #record(pid: number, program: string): void {
    try {
      recordChild(this.#recordPath, pid, program);
    } catch (error) {
      // On a full disk it runs all the same; only an agent that comes after a killed one would not know it.
      this.#parts.host.log('warn', `${this.#parts.name}: cannot be written down: ${errorText(error)}`);
    }
  }

  /** It ended, or could not be started. What was asked for by us has been put aside before. */
  #ended(launched: Launched | undefined, ending: Ending): void {
    if (launched !== this.#launched || !this.#isWanted) return;
    const { host, name, onDied } = this.#parts;
    const wasHung = this.#state === 'hung';
    const cause = endingText(ending);
    this.#launched = undefined;
    this.#cancelNext?.();
    this.#cancelSteady?.();
    forgetChild(this.#recordPath);
    const waitMs = this.#backoff.nextMs();
    this.#enter('backing-off');
    host.log('warn', `${name}: ${cause}; it is started again`, { inMs: Math.round(waitMs) });
    this.#incident.begin(
      'engine.died',
      wasHung ? `${this.#incident.cause ?? 'it hung'}; ${cause}` : cause,
      this.#restarts,
      {
        ...(ending.code === undefined ? {} : { exitCode: ending.code }),
        ...(ending.signal ? { signal: ending.signal } : {}),
        ...this.#logFacts(),
      },
    );
    this.#call('onDied', () => onDied?.(cause));
    this.#cancelNext = host.clock.after(waitMs, () => void this.#inTurn(() => this.#again()));
  }

  async #again(): Promise<void> {
    if (!this.#isWanted || this.#launched) return;
    this.#restarts += 1;
    await this.#launch();
  }

  #next(launched: Launched, delayMs: number): void {
    this.#cancelNext?.();
    this.#cancelNext = this.#parts.host.clock.after(delayMs, () => void this.#ask(launched));
  }

  async #ask(launched: Launched): Promise<void> {
    const { host, probe } = this.#parts;
    const fault = await ask(host.clock, () => probe(launched.process), this.#rhythm.answerMs);
    if (launched !== this.#launched) return;
    if (fault === undefined) this.#answered(launched);
    else this.#missed(launched, fault);
    const isSteady = this.#state === 'running' && this.#misses === 0;
    this.#next(launched, isSteady ? this.#rhythm.everyMs : this.#rhythm.soonMs);
  }

  #answered(launched: Launched): void {
    const { host, name, onRunning } = this.#parts;
    this.#misses = 0;
    if (this.#state === 'running') return;
    if (this.#state === 'hung') host.log('info', `${name}: answers again`);
    this.#enter('running');
    this.#call('onRunning', () => onRunning?.(launched.process));
    this.#cancelSteady?.();
    this.#cancelSteady = host.clock.after(this.#rhythm.steadyMs, () => this.#steady());
  }

  #missed(launched: Launched, fault: string): void {
    const { clock } = this.#parts.host;
    if (this.#state === 'hung') {
      if (clock.monotonicMs() - this.#hungAtMs >= this.#rhythm.hungMsMax) signal(-launched.pid!, 'SIGKILL');
      return;
    }
    if (this.#state === 'starting') {
      if (clock.monotonicMs() - this.#startedAtMs >= this.#rhythm.startMsMax)
        this.#hangs(`it has not come up within ${this.#rhythm.startMsMax / 1000} s (${fault})`);
      return;
    }
    this.#misses += 1;
    if (this.#misses >= this.#rhythm.missesMax) this.#hangs(fault);
  }

  #hangs(cause: string): void {
    const { host, name, onHung } = this.#parts;
    this.#cancelSteady?.();
    this.#hungAtMs = host.clock.monotonicMs();
    this.#enter('hung');
    host.log('warn', `${name}: does not answer: ${cause}`);
    this.#call('onHung', () => onHung?.());
    this.#incident.begin('engine.hung', cause, this.#restarts, this.#logFacts());
  }

  #steady(): void {
    this.#backoff.reset();
    if (!this.#incident.end(this.#sinceMs, this.#restarts)) return;
    this.#call('onRecovered', () => this.#parts.onRecovered?.());
  }

  #logFacts(): { log?: string } {
    const log = this.#tail.last(900);
    return log ? { log } : {};
  }

  #enter(state: ChildState): void {
    if (this.#state !== state) this.#sinceMs = this.#parts.host.clock.nowMs();
    this.#state = state;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #lateText(timeoutMs: number): string {
    const { name } = this.#parts;
    if (!this.#isWanted) return `${name} has been stopped`;
    const said = this.#tail.last(300);
    const cause = this.#incident.cause ?? 'it has not answered yet';
    const since = this.#state === 'backing-off' ? '' : ` after ${timeoutMs / 1000} s`;
    return `${name} is not running${since}: ${cause}${said ? `; it says: ${said}` : ''}`;
  }

  /** What an engine does about it must not end the care. */
  #call(what: string, run: () => unknown): void {
    void (async () => run())().catch((error: unknown) =>
      this.#parts.host.log('error', `${this.#parts.name}: ${what} failed: ${errorText(error)}`),
    );
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
