import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Goodbye, Heartbeat, HeartbeatEnded } from '@sakimori/contract';
import type { EndCause, Sighting, SightingWriter } from '../hosts/index.ts';
import type { Platform } from '../platform/index.ts';
import type { AgentIdentity } from './identity.ts';

const causeOf = {
  stop: 'stopped',
  uninstall: 'uninstalled',
  upgrade: 'upgrading',
  shutdown: 'host_shutdown',
} as const satisfies Record<Goodbye['reason'], EndCause>;

/** Heartbeats that are ended before others get their turn. */
const endedPerTurn = 100;

type Held = { readonly response: ServerResponse; readonly identity: AgentIdentity; readonly timer: NodeJS.Timeout };

/**
 * Heartbeats as held requests: every live agent has exactly one open here. Ending it early pushes a policy or a task; its breaking off without a
 * good-bye tells that the process ended while the host's kernel still answered.
 */
export class Heartbeats {
  readonly #platform: Platform;
  readonly #sightings: SightingWriter;
  readonly #held = new Map<string, Held>();
  /** Digest of what each connected host last said of itself, so that only changes are written. */
  readonly #lastState = new Map<string, string>();
  /** Which policy each connected host last said it applies: who looks at it is told when that changes. */
  readonly #lastApplied = new Map<string, string>();
  readonly #leaving = new Set<string>();
  /** Policies whose agents shall ask again, gathered until the next turn. */
  #pushed = new Set<string>();
  readonly #ending: { readonly hostId: string; readonly held: Held; readonly reason: HeartbeatEnded['reason'] }[] = [];
  #stopping = false;

  constructor(platform: Platform, sightings: SightingWriter) {
    this.#platform = platform;
    this.#sightings = sightings;
  }

  get count(): number {
    return this.#held.size;
  }

  /** Notes a heartbeat. @returns host clock minus ours, in ms */
  receive(identity: AgentIdentity, heartbeat: Heartbeat): number {
    const { hostId } = identity;
    this.#leaving.delete(hostId);
    const clockOffsetMs = Date.parse(heartbeat.sentAt) - this.#platform.clock.now().getTime();
    const state = toState(heartbeat, clockOffsetMs);
    const digest = digestOf(state);
    const changed = this.#lastState.get(hostId) !== digest;
    this.#lastState.set(hostId, digest);
    const applied = `${state.applied_policy_id} ${state.applied_version} ${state.policy_problem}`;
    const isNews = this.#lastApplied.get(hostId) !== applied;
    this.#lastApplied.set(hostId, applied);
    this.#sightings.seen(hostId, changed ? state : undefined, isNews ? identity.accountId : undefined);
    return clockOffsetMs;
  }

  /**
   * Keeps the answer open until the policy changes or the time is over. The first line has been written already.
   * @param holdMs shortened where silence would come due before the next heartbeat
   */
  hold(identity: AgentIdentity, response: ServerResponse, holdMs: number): void {
    const { hostId } = identity;
    this.end(hostId, 'interval');
    const longestMs = this.#platform.config.SAKIMORI_SILENCE_SECONDS * 500;
    const timer = setTimeout(() => this.end(hostId, 'interval'), Math.min(holdMs, longestMs));
    const held = { response, identity, timer };
    this.#held.set(hostId, held);
    // The agent may have gone while its heartbeat was looked at: then `close` is over and does not come again.
    if (response.closed || response.destroyed) this.#broken(hostId, held);
    else response.once('close', () => this.#broken(hostId, held));
    if (this.#stopping) this.end(hostId, 'stopping');
  }

  /** The last will of an orderly stop. */
  async goodbye(identity: AgentIdentity, goodbye: Goodbye): Promise<void> {
    this.#leaving.add(identity.hostId);
    this.#forget(identity.hostId);
    this.#sightings.ended(identity.hostId, causeOf[goodbye.reason]);
    await this.#sightings.flush();
  }

  /** Makes the agents of a policy ask again. */
  push(policyId: string): void {
    this.#pushed.add(policyId);
    if (this.#pushed.size > 1) return;
    setImmediate(() => {
      const pushed = this.#pushed;
      this.#pushed = new Set();
      const concerned = [...this.#held].filter(([, { identity }]) => pushed.has(identity.policyId));
      this.endEach(
        concerned.map(([hostId]) => hostId),
        'policy',
      );
    });
  }

  /** Makes the agents of an account send a new heartbeat. */
  endAccount(accountId: string): void {
    const concerned = [...this.#held].filter(([, { identity }]) => identity.accountId === accountId);
    this.endEach(
      concerned.map(([hostId]) => hostId),
      'interval',
    );
  }

  /** Makes everybody send a new heartbeat. */
  renew(): void {
    this.endEach([...this.#held.keys()], 'interval');
  }

  /**
   * Lets the heartbeats of many hosts go that are held now, some at a time: there may be ten thousand, and those who come back are answered
   * meanwhile.
   */
  endEach(hostIds: readonly string[], reason: HeartbeatEnded['reason']): void {
    const isUnderWay = this.#ending.length > 0;
    for (const hostId of hostIds) {
      const held = this.#held.get(hostId);
      if (held) this.#ending.push({ hostId, held, reason });
    }
    if (!isUnderWay) this.#endSome();
  }

  #endSome(): void {
    // A newer heartbeat knows what this one shall be told.
    for (const { hostId, held, reason } of this.#ending.slice(0, endedPerTurn))
      if (this.#held.get(hostId) === held) this.end(hostId, reason);
    this.#ending.splice(0, endedPerTurn);
    if (this.#ending.length > 0) setImmediate(() => this.#endSome());
  }

  /** Lets all agents go: they turn to another process, or wait for this one to come back. */
  stop(): void {
    this.#stopping = true;
    for (const hostId of [...this.#held.keys()]) this.end(hostId, 'stopping');
  }

  /** Lets the heartbeat of a host go, where one is held here: the agent sends the next one at once. */
  end(hostId: string, reason: HeartbeatEnded['reason']): void {
    const held = this.#held.get(hostId);
    if (!held) return;
    clearTimeout(held.timer);
    this.#held.delete(hostId);
    held.response.end(`${JSON.stringify({ reason } satisfies HeartbeatEnded)}\n`);
  }

  #broken(hostId: string, held: Held): void {
    if (this.#held.get(hostId) !== held) return;
    clearTimeout(held.timer);
    this.#held.delete(hostId);
    this.#forget(hostId);
    if (!this.#stopping && !this.#leaving.has(hostId)) this.#sightings.ended(hostId, 'process_ended');
  }

  /** What comes next of it counts as new. */
  #forget(hostId: string): void {
    this.#lastState.delete(hostId);
    this.#lastApplied.delete(hostId);
  }
}

/** Memory and a small change of the clock's offset are no news. */
function digestOf(state: NonNullable<Sighting['state']>): string {
  const telling = {
    ...state,
    resident_bytes: Math.round(state.resident_bytes / 10_000_000),
    clock_offset_ms: Math.round(state.clock_offset_ms / 10_000),
  };
  return hash('sha1', JSON.stringify(telling), 'base64');
}

function toState(heartbeat: Heartbeat, clockOffsetMs: number): NonNullable<Sighting['state']> {
  return {
    facts: heartbeat.facts,
    modules: heartbeat.modules,
    applied_policy_id: heartbeat.policy?.id ?? null,
    applied_version: heartbeat.policy?.version ?? null,
    policy_problem: heartbeat.policy?.problem ?? null,
    spool_pending: heartbeat.spool.pending,
    spool_dropped: heartbeat.spool.dropped,
    resident_bytes: heartbeat.residentBytes,
    clock_offset_ms: clockOffsetMs,
    run_id: heartbeat.runId,
  };
}
