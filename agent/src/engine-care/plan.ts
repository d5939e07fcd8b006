import type { ChildProcess } from 'node:child_process';
import type { EngineHost } from '../engines/engine.ts';

/** How the program of an engine is started. Made anew for every start, so it may name what has changed since. */
export type ChildPlan = {
  /** The program by its absolute path. */
  readonly program: string;
  readonly args: readonly string[];
  /** All that it finds in its environment, besides `PATH` and `LC_ALL`. Nothing of the agent's own environment is handed on. */
  readonly environment?: Readonly<Record<string, string>>;
  /** As whom it runs, with no other groups; absent: as the agent. Its folder is given to that user. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** −20 to 19. What the agent has no right to set is left out, and said in the log. */
  readonly nice?: number;
  /** −1000 to 1000: the higher, the sooner the kernel ends it where memory is short. */
  readonly oomScoreAdj?: number;
  /** Of data (RLIMIT_DATA: heap and other private memory that is written to), in bytes. Beyond it the program's allocations fail. */
  readonly memoryBytesMax?: number;
  /**
   * `pipe` leaves a stream to the engine: it gets the child by `onSpawned`, and must read it. Output not left to the engine goes into the log's tail.
   * `more` are descriptors from 3 on; `ipc` is Node's own channel.
   */
  readonly stdio?: {
    readonly input?: 'pipe';
    readonly output?: 'pipe';
    readonly more?: readonly ('pipe' | 'ipc' | number)[];
  };
  /** What the program calls its version. */
  readonly version?: string;
};

/**
 * `starting`: it has been spawned and has not answered yet. `hung`: it lives and does not answer. `backing-off`: it has ended, and is started again when
 * its time has come. `stopped`: nobody wants it to run.
 */
export const childStates = ['starting', 'running', 'hung', 'backing-off', 'stopped'] as const;
export type ChildState = (typeof childStates)[number];

/** Durations in milliseconds. */
export type Rhythm = {
  /** Between the end of a question and the next one, while it runs. */
  readonly everyMs: number;
  /** Likewise while it starts or is hung: what depends on it wants to know soon. */
  readonly soonMs: number;
  /** So long an answer may take. */
  readonly answerMs: number;
  /** So many questions in a row without an answer are a hang. */
  readonly missesMax: number;
  /** So long a start may take until it counts as hung. */
  readonly startMsMax: number;
  /** A hung child is ended by force after this, and started again. */
  readonly hungMsMax: number;
  /** After so long without a fault an incident is over and told as such, and the next fault is one of its own. */
  readonly steadyMs: number;
  readonly backoffFirstMs: number;
  readonly backoffMostMs: number;
  /** So long it has to end after SIGTERM. Together with the agent's own end it has to fit into what the agent grants to engines. */
  readonly stopMsMax: number;
};

export const usualRhythm: Rhythm = {
  everyMs: 5000,
  soonMs: 250,
  answerMs: 5000,
  missesMax: 1,
  startMsMax: 120_000,
  hungMsMax: 15_000,
  steadyMs: 60_000,
  backoffFirstMs: 1000,
  backoffMostMs: 300_000,
  stopMsMax: 1000,
};

export type CareParts = {
  readonly host: Pick<EngineHost, 'clock' | 'log' | 'dataFolder' | 'report'>;
  /** Short and fit for a file name: `clamd`, `suricata`. It names the folder, the record of the process, and the engine in detections. */
  readonly name: string;
  /**
   * Called before every start; writes the program's configuration into the folder, which exists and belongs to this child alone.
   * @throws Error where there is nothing to start: counts as a start that failed
   */
  readonly plan: (folder: string) => ChildPlan | Promise<ChildPlan>;
  /** Asks the child something that only a working one answers. Resolves with its answer; rejects where it gives none. Never asked twice at a time. */
  readonly probe: (child: ChildProcess) => Promise<unknown>;
  readonly rhythm?: Partial<Rhythm>;
  /** It has been spawned: streams that the plan left to the engine are to be read from now on. */
  readonly onSpawned?: (child: ChildProcess) => void;
  /** It answers: after every start, and after every hang that passed. */
  readonly onRunning?: (child: ChildProcess) => unknown;
  /** It ended though nobody asked it to. Each time; what goes to the manager is once an incident. */
  readonly onDied?: (cause: string) => unknown;
  /** It lives and does not answer: whatever waits for it must not wait any longer. Called before it is ended by force. */
  readonly onHung?: () => unknown;
  /** The incident is over: it has worked for as long as `steadyMs`. */
  readonly onRecovered?: () => unknown;
  /** Each line that goes into the log's tail, before secrets are masked. */
  readonly onLine?: (line: string) => void;
};

/** How a child fares, as an engine's status tells it. */
export type ChildReport = {
  readonly name: string;
  readonly state: ChildState;
  readonly pid: number | undefined;
  /** Of the state, by the host's clock. */
  readonly sinceMs: number;
  /** Starts since the agent began, that nobody had asked for. */
  readonly restarts: number;
  readonly residentBytes: number | undefined;
  readonly version: string | undefined;
  /** Why it last ended or hung, while the incident lasts. */
  readonly cause: string | undefined;
};
