/**
 * What an engine is. The agent carries one engine for each of the six modules. The daemon makes them all at start, hands every
 * policy to each, asks each how it fares, and stops them at the end. An engine knows nothing of the manager, the network or the
 * other engines: it sees something on this host and reports it.
 *
 * A life: `create(host)` → `apply(policy)` once for each policy, the first soon after the start → … → `stop()`.
 */
import type { Readable } from 'node:stream';
import type { Detection } from '@sakimori/contract/detection';
import type { HostTaskFacts, HostTaskKind } from '@sakimori/contract/host-task';
import type { EstimateFigures } from '@sakimori/contract/integrity-estimate';
import type { MalwareLists } from '@sakimori/contract/malware-lists';
import type { Module, ModuleStatus } from '@sakimori/contract/module';
import type { PolicyDocument } from '@sakimori/contract/policy';
import type { QuarantineReport } from '@sakimori/contract/quarantine';
import type { AnnouncedTables, WebTableRequest } from '@sakimori/contract/web-table-protocol';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';

/** The part of the policy that speaks to module `M`. Already validated against the contract when an engine gets it. */
export type ModulePolicy<M extends Module> = PolicyDocument['modules'][M];

export interface Engine<M extends Module = Module> {
  readonly module: M;

  /**
   * Makes this policy the one in force; `state: 'off'` stops all work of the engine. Resolves when the engine works by the new policy
   * (a first long scan may still be running). All or nothing: when it throws, the policy before stays in force.
   *
   * The daemon never calls it twice at the same time, and calls it again with an equal policy after a restart of the agent.
   *
   * @throws PolicyFault with a sentence for a person, when the policy cannot be carried out.
   */
  apply(policy: ModulePolicy<M>): Promise<void>;

  /**
   * How the module really fares, now. Cheap and synchronous: it goes with every heartbeat. Honest: an engine that sees only a part says
   * `degraded` and why, with numbers; the phrases are those below `module.cause.` and `module.figure.` in the contract.
   */
  status(): ModuleStatus;

  /**
   * Does something once because the manager asks for it, beside what the policy asks for all the time. Resolves when it is done, with a
   * sentence for a person. An engine without this, or without its program, leaves it out: the manager hears `not_supported`. Runs for one task
   * at a time, perhaps while `apply` is called.
   *
   * @throws Error with a sentence for a person, when it could not be done.
   */
  run?(task: EngineTask): Promise<string | undefined>;

  /**
   * Counts what this policy would make the engine watch, without putting it in force and without hashing more than a sample (S24). Runs within the budget of
   * the processor, perhaps beside everything else.
   * @param tell hears what is counted so far, many times a second
   * @throws PolicyFault for a policy that cannot be carried out
   */
  estimate?(policy: ModulePolicy<M>, tell: (figures: EstimateFigures) => Promise<void>): Promise<EstimateFigures>;

  /** Of anti-malware: the files that it has put away. */
  readonly quarantine?: QuarantineHands;

  /** Of anti-malware: takes hashes and signatures of the account. @throws Error, when what was there before counts on */
  useLists?(lists: MalwareLists): Promise<void>;
  /** Which version of them is here. */
  readonly listsDigest?: string | undefined;

  /** The manager says which tables of web reputation this host shall have; told with every heartbeat. Returns at once. */
  announceTables?(tables: AnnouncedTables): void;

  /** Ends all work: timers, watches, files, child processes. What was reported is kept by the daemon. Never throws, may be called twice. */
  stop(): Promise<void>;
}

/** What the daemon does with a quarantine: it tells the manager what is held, and sends copies. */
export interface QuarantineHands {
  /** @throws the error of the system where the quarantine cannot be opened */
  report(): Promise<QuarantineReport>;
  /** Called after each change of what is held. */
  onChange(listener: () => void): void;
  /** A held file as a ZIP encrypted with this password. @throws Error with a sentence for a person, also while it is read */
  copy(id: string, password: string): Promise<{ readonly sizeBytes: number; readonly content: AsyncIterable<Buffer> }>;
}

export type EngineTask = { readonly kind: HostTaskKind; readonly facts: HostTaskFacts };

/** How an engine comes to be. Must not touch the host yet: work begins with the first `apply`. */
export type CreateEngine<M extends Module> = (host: EngineHost) => Engine<M>;

/** What the daemon gives to an engine. */
export interface EngineHost {
  readonly clock: Clock;
  readonly log: Log;

  /** The way to the manager, for an engine that could cut it. */
  readonly manager: ManagerWay;

  /** How this host proves itself to others of its account, now. Absent: it is not enrolled. */
  readonly identity?: () => PeerIdentity;

  /** Bytes of a table of web reputation, from one on. Absent: there is no manager. @throws Error where it is not to be had */
  readonly fetchTable?: (request: WebTableRequest, timeoutMs: number) => Promise<Readable>;

  /** A folder for this engine alone (mode 0700, exists): `<data>/engines/<module>`. */
  readonly dataFolder: string;

  /**
   * Takes detections for sending. Resolves when they are on disk, so that neither `kill -9` nor a power cut loses them; on a full disk when
   * they are in the bounded memory ring. Never rejects, except after `stop`. Order is kept. May be called without waiting; then an engine
   * should bound how much it has under way.
   *
   * `memory` is written in the **same transaction**: key → text that `recall` gives back after a restart, `undefined` forgets the key.
   * An engine that follows something (a log) keeps its position there, and so reports every line exactly once.
   * Keys are the engine's own; ≤ 4,500 characters, values ≤ 64 KiB.
   */
  report(
    drafts: readonly (DetectionDraft | Detection)[],
    memory?: Readonly<Record<string, string | undefined>>,
  ): Promise<void>;

  /** What was last kept by `report` under this key, by this engine. */
  recall(key: string): string | undefined;

  /** All keys kept by this engine. */
  recallKeys(): string[];

  /**
   * Completes a draft: id, account, host, corrected time. For an engine that keeps a detection in a database of its own before it
   * reports it: the same sealed detection may be reported again after a crash, since every later stage knows it by its id.
   */
  seal(draft: DetectionDraft): Detection;
}

/** Certificate and key that the manager gave this host, and the authority that both sides trust (PEM). */
export type PeerIdentity = {
  readonly hostId: string;
  readonly accountId: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
};

export type ManagerWay = {
  /** What the agent calls it: a name, or an address. Absent: there is none. */
  readonly name?: string | undefined;

  /**
   * Opens a new connection to the manager, makes sure who is there, and closes it.
   * @returns the manager's address, by number, and port. @throws Error when it cannot be reached in time
   */
  reach(timeoutMs: number): Promise<{ readonly address: string; readonly port: number }>;
};

/**
 * A detection as an engine gives it. The daemon adds id, account, host, module and the clock's offset.
 * `occurredAt` is an RFC 3339 time **by the host's clock** (not corrected); absent = now.
 */
export type DetectionDraft = Omit<
  Detection,
  'id' | 'accountId' | 'hostId' | 'module' | 'occurredAt' | 'clockOffsetMs'
> & { readonly occurredAt?: string };

/** A policy that an engine cannot carry out. The message goes to the manager as the policy's `problem`: say which part and why. */
export class PolicyFault extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'PolicyFault';
  }
}
