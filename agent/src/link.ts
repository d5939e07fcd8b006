import { agentPaths, type Goodbye, type Heartbeat } from '@sakimori/contract/agent-protocol';
import type { ReceivedTask } from '@sakimori/contract/host-task';
import type { AnnouncedTables } from '@sakimori/contract/web-table-protocol';
import { Backoff } from './backoff.ts';
import { Bell } from './bell.ts';
import { type Clock, toInstant } from './clock.ts';
import { type HeldHeartbeat, openHeartbeat } from './held-heartbeat.ts';
import type { Identity } from './identity.ts';
import { errorText, type Log } from './log.ts';
import { Sender } from './sender.ts';
import type { Spool } from './spool/index.ts';
import { ManagerRefusal, Transport } from './transport.ts';

export type LinkParts = {
  readonly clock: Clock;
  readonly log: Log;
  readonly spool: Spool;
  readonly identity: Identity;
  readonly lingerMs: number;
  /** The agent's state now. */
  readonly heartbeat: () => Heartbeat;
  /** Seconds for which the manager holds a heartbeat, by the policy in force. */
  readonly holdSeconds: () => number;
  /** The manager says which policy is assigned now. @returns true when it was fetched and something changed */
  readonly onPolicyNamed: (assigned: { id: string; version: number }) => Promise<boolean>;
  /** The manager has ended a heartbeat because the policy is another one now. Resolves when the new one is in force, or refused. */
  readonly onPolicyChanged: () => Promise<void>;
  /** What the manager asks to do once; comes again with every heartbeat until it has the result. */
  readonly onTasks: (tasks: readonly ReceivedTask[]) => void;
  /** Which version of hashes and signatures the account has now. */
  readonly onListsNamed: (digest: string) => void;
  /** Which tables of web reputation the manager has for this host. */
  readonly onWebTables: (tables: AnnouncedTables) => void;
  readonly onClockOffset: (offsetMs: number) => void;
  /** The link came up, went down, or is refused. */
  readonly onChange: () => void;
};

export type LinkState = {
  readonly state: 'connecting' | 'connected' | 'disconnected' | 'locked_out';
  /** Why it is not connected, in words. */
  readonly cause?: string;
  readonly since: string;
};

const backoffMsMax = 60_000;
/** A manager that refuses our certificate may have been told otherwise since; asked seldom. */
const lockedOutMs = 300_000;
/** A hold that lasts this much longer than it should is renewed: the manager may hang. */
const holdMarginMs = 15_000;
/** Between two heartbeats, whatever the manager answers. */
const pauseMsMin = 100;
/** A new policy that takes longer is acknowledged by a heartbeat of its own: no long time passes without one. */
const policyMsMax = 1000;

/** The connection to the manager: heartbeat after heartbeat, and between them what waits in the spool. */
export class Link {
  readonly sender: Sender;
  readonly #parts: LinkParts;
  readonly #bell: Bell;
  readonly #backoff = new Backoff(500, backoffMsMax);
  #transport: Transport;
  #state: LinkState;
  #isStopped = false;
  #held: HeldHeartbeat | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    this.#bell = new Bell(parts.clock);
    this.#transport = transportOf(parts.identity);
    this.#state = { state: 'connecting', since: toInstant(parts.clock.nowMs()) };
    const { clock, log, spool, lingerMs } = parts;
    this.sender = new Sender({
      ...{ clock, log, spool, lingerMs },
      transport: () => this.#transport,
      onLockedOut: (code) => this.#setState('locked_out', code),
      isLockedOut: () => this.#state.state === 'locked_out',
    });
  }

  get state(): LinkState {
    return this.#state;
  }

  get transport(): Transport {
    return this.#transport;
  }

  start(): void {
    this.#running = this.#run();
    this.sender.start();
  }

  /** Tells the manager of a changed state now, not at the end of the hold. */
  renew(): void {
    this.#bell.ring();
  }

  /** Goes on with a new certificate. */
  useIdentity(identity: Identity): void {
    const old = this.#transport;
    this.#transport = transportOf(identity);
    this.renew();
    // What is under way on the old connections may end there.
    this.#parts.clock.after(lockedOutMs, () => old.close());
  }

  /** Sends what it can in the time that is left, says good-bye, and ends. */
  async stop(reason: Goodbye['reason'], timeoutMs: number): Promise<void> {
    const untilMs = this.#parts.clock.monotonicMs() + timeoutMs;
    this.#isStopped = true;
    if (this.#state.state === 'connected') {
      const sendUntilMs = untilMs - timeoutMs / 2;
      await Promise.race([
        this.sender.drain(sendUntilMs),
        new Promise<void>((done) => this.#parts.clock.after(timeoutMs / 2, done)),
      ]);
      const goodbye: Goodbye = { reason, at: toInstant(this.#parts.clock.nowMs()) };
      const leftMs = Math.max(200, untilMs - this.#parts.clock.monotonicMs());
      await this.#transport.call('POST', agentPaths.goodbye, goodbye, { timeoutMs: leftMs }).catch((error) => {
        this.#parts.log('warn', `no good-bye: ${errorText(error)}`);
      });
    }
    this.#bell.ring();
    this.#held?.release();
    this.#transport.close();
    await this.sender.stop();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#beat();
      } catch (error) {
        if (this.#isStopped) return;
        await this.#recover(error);
      }
    }
  }

  /** One heartbeat, until it ends or is to be renewed. */
  async #beat(): Promise<void> {
    const { clock, holdSeconds, onClockOffset, onListsNamed, onPolicyNamed, onTasks } = this.#parts;
    const older = this.#held;
    const startMs = clock.monotonicMs();
    const held = await openHeartbeat(this.#transport, clock, this.#parts.heartbeat());
    older?.release();
    this.#held = held;
    onClockOffset(held.clockOffsetMs);
    this.#connected();
    const { policyId: id, policyVersion: version, tasks = [], malwareLists, webTables } = held.received;
    if (webTables) this.#parts.onWebTables(webTables);
    const isNew = await onPolicyNamed({ id, version });
    // By the policy that is in force now, not by the one before.
    onTasks(tasks);
    if (malwareLists !== undefined) onListsNamed(malwareLists);
    if (isNew) return;
    const holdMs = holdSeconds() * 1000 + holdMarginMs;
    const ended = await this.#bell.wait(holdMs, held.ended);
    if (!ended || this.#isStopped) return;
    this.#held = undefined;
    // A manager that restarts: not all agents at once, and not before it is up.
    if (ended.reason === 'stopping') await this.#bell.wait(200 + Math.random() * 1800);
    else if (clock.monotonicMs() - startMs < pauseMsMin) await this.#bell.wait(pauseMsMin);
    if (ended.reason === 'policy') await this.#changePolicy();
  }

  /** Fetched before the next heartbeat, on the connection that has just become free; that heartbeat says what is in force then. */
  async #changePolicy(): Promise<void> {
    const changed = this.#parts.onPolicyChanged();
    let cancel = () => {};
    const isLate = new Promise<boolean>((resolve) => {
      cancel = this.#parts.clock.after(policyMsMax, () => resolve(true));
    });
    const late = await Promise.race([changed, isLate]).finally(() => cancel());
    // A late failure is found by the next heartbeat, which names the policy again.
    if (late)
      changed.then(
        () => this.renew(),
        () => undefined,
      );
  }

  #connected(): void {
    this.#backoff.reset();
    if (this.#state.state === 'connected') return;
    this.#parts.log('info', 'connected to the manager', { agents: this.#parts.identity.agents });
    this.#setState('connected');
    this.sender.retryNow();
  }

  async #recover(error: unknown): Promise<void> {
    this.#held?.release();
    this.#held = undefined;
    const isLockedOut = error instanceof ManagerRefusal && error.code.startsWith('certificate_');
    if (isLockedOut) this.#setState('locked_out', error.code);
    else this.#setState('disconnected', errorText(error));
    const waitMs = isLockedOut ? lockedOutMs : this.#backoff.nextMs();
    const retryMs = error instanceof ManagerRefusal ? (error.retrySeconds ?? 0) * 1000 : 0;
    this.#bell.clear();
    if (!this.#isStopped) await this.#bell.wait(Math.max(waitMs, retryMs));
  }

  #setState(state: LinkState['state'], cause?: string): void {
    if (this.#state.state === state && this.#state.cause === cause) return;
    if (state === 'disconnected' && this.#state.state !== 'disconnected')
      this.#parts.log('warn', `no connection to the manager: ${cause}`, { agents: this.#parts.identity.agents });
    if (state === 'locked_out')
      this.#parts.log('error', 'the manager refuses the certificate of this host; enrol it again', {
        code: cause,
      });
    this.#state = { state, since: toInstant(this.#parts.clock.nowMs()), ...(cause === undefined ? {} : { cause }) };
    this.#parts.onChange();
  }
}

const transportOf = ({ agents, ca, certificate, key }: Identity): Transport =>
  new Transport({ agents, ca, credentials: { certificate, key } });
