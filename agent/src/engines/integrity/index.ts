/**
 * Integrity monitoring (変更監視, S6, S7): tells of every change to the files a policy names – made, gone, renamed, content, mode, owner,
 * group, type, link target – with the state before and after.
 *
 * A baseline in SQLite holds the last known state of every watched path. fanotify, or inotify, says *where* to look; what changed is always found by
 * comparing with the baseline, so a scan finds the same changes as the real-time watch, also those made while the agent was off.
 *
 * `effective` what the policy comes to here and now · `in-force` everything that it sets going · `entities/` users, services, ports … besides files
 * `watch/` what the kernel tells, and of whom · `packages/` what package tools explain · `text-diff/` what differs in a text · `cpu-share` what it may cost
 * `rules` which paths · `walk` + `watch-tree` where to look · `observe` what is there · `examine` what became of it · `changes` how it is told.
 */
import { isDeepStrictEqual } from 'node:util';
import type { EstimateFigures } from '@sakimori/contract/integrity-estimate';
import type { ModuleStatus } from '@sakimori/contract/module';
import type { IntegrityPolicy } from '@sakimori/contract/policy';
import { ownRule } from '@sakimori/contract/rule-names';
import { createLock } from '../../lock.ts';
import type { CreateEngine, DetectionDraft, Engine, EngineHost, EngineTask } from '../engine.ts';
import { Baseline } from './baseline.ts';
import { currentVersion, type Pending, pendingKey, requested } from './baseline-version.ts';
import { type Effective, effectivePolicy } from './effective.ts';
import { EntityStore } from './entities/entity-store.ts';
import { environmentWith } from './environment.ts';
import { estimate } from './estimate.ts';
import { InForce } from './in-force.ts';
import { RuleSet } from './rules.ts';
import { statusOf } from './status.ts';

/**
 * @param ownFolders the agent's own folders: never watched by this engine, since every report writes there.
 * @param entityRoot below which users, services and the like are read: another folder in tests
 */
export function createIntegrityEngine(ownFolders: readonly string[], entityRoot = '/'): CreateEngine<'integrity'> {
  return (host) => new IntegrityEngine(host, ownFolders, entityRoot);
}

type Records = { readonly baseline: Baseline; readonly store: EntityStore };

class IntegrityEngine implements Engine<'integrity'> {
  readonly module = 'integrity';
  readonly #host: EngineHost;
  readonly #ownFolders: readonly string[];
  readonly #entityRoot: string;
  #policy: IntegrityPolicy | undefined;
  #effective: Effective | undefined;
  #records: Records | undefined;
  #inForce: InForce | undefined;
  #cancelEnd: (() => void) | undefined;
  #isStopped = false;
  /** A new policy and a new baseline never come at once. */
  readonly #lock = createLock();

  constructor(host: EngineHost, ownFolders: readonly string[], entityRoot: string) {
    this.#host = host;
    this.#entityRoot = entityRoot;
    this.#ownFolders = [...ownFolders, host.dataFolder];
  }

  apply(policy: IntegrityPolicy): Promise<void> {
    return this.#lock(async () => {
      if (!isDeepStrictEqual(policy, this.#policy)) await this.#apply(policy);
    });
  }

  async #apply(policy: IntegrityPolicy): Promise<void> {
    this.#isStopped = false;
    const effective = effectivePolicy(policy, this.#host.clock.nowMs(), environmentWith(policy.environment));
    // Compiled before anything is touched: a faulty path leaves the policy before in force.
    const rules = new RuleSet(effective.policy.rules, this.#ownFolders);
    const isSame = this.#inForce !== undefined && isDeepStrictEqual(effective, this.#effective);
    this.#policy = policy;
    this.#effective = effective;
    if (policy.state === 'on') this.#followExclusions(effective);
    if (isSame) return;
    await this.#inForce?.stop();
    this.#inForce = undefined;
    if (policy.state === 'off') return;
    await this.#openRecords();
    this.#begin(effective, rules);
  }

  /** What was excluded for a time is watched again by itself: at the end of an exclusion the same policy comes to something else. */
  #followExclusions({ endsMs }: Effective): void {
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
    if (endsMs === undefined) return;
    const waitMs = Math.min(longestWaitMs, Math.max(1000, endsMs - this.#host.clock.nowMs()));
    this.#cancelEnd = this.#host.clock.after(waitMs, () => {
      void this.#lock(async () => {
        if (this.#policy?.state === 'on') await this.#apply(this.#policy);
      });
    });
  }

  #begin(effective: Effective, rules: RuleSet): void {
    const [host, ownFolders, entityRoot] = [this.#host, this.#ownFolders, this.#entityRoot];
    this.#inForce = new InForce({ host, ...this.#records!, effective, rules, ownFolders, entityRoot });
    this.#inForce.start();
  }

  async #openRecords(): Promise<void> {
    if (this.#records) return;
    const { baseline, lost } = Baseline.open(this.#host.dataFolder);
    const { store, lost: lostEntities } = EntityStore.open(this.#host.dataFolder);
    const wasComplete = this.#host.recall('baseline') === 'complete';
    const isNew = baseline.getMeta('rules') === undefined;
    const movedTo = lost ?? lostEntities;
    if (movedTo || (wasComplete && isNew)) {
      const pending: Pending = { cause: movedTo ? 'damaged' : 'missing' };
      await this.#host.report([rebuiltDraft(movedTo)], { baseline: undefined, [pendingKey]: JSON.stringify(pending) });
    }
    // What a crash kept from the daemon; what it has already it knows by the ids.
    for (const record of [baseline, store]) {
      const untold = record.outbox();
      if (untold.length > 0) await this.#host.report(untold);
      record.noteDelivered(untold.map(({ id }) => id));
    }
    this.#records = { baseline, store };
  }

  async run({ kind, facts }: EngineTask): Promise<string> {
    if (kind === 'integrity-baseline') await this.#lock(() => this.#rebuild(facts));
    // A new policy puts another watch in place of the one that works for us; then the work begins anew there.
    for (let isDone = false; !isDone; ) {
      if (!this.#inForce) throw new Error('integrity monitoring is off');
      isDone = await (kind === 'integrity-baseline' ? this.#inForce.built() : this.#inForce.scanNow());
      if (!isDone) await this.#lock(async () => {});
    }
    return this.#describe(kind === 'integrity-baseline');
  }

  #describe(isBaseline: boolean): string {
    const { files } = this.#records!.baseline.counts();
    const seconds = this.#inForce?.files.lastScanSeconds ?? 0;
    const count = this.#inForce?.entityCount ?? 0;
    const what = count > 0 ? `${files} files and ${count} entities` : `${files} files`;
    const version = isBaseline ? currentVersion(this.#host)?.version : undefined;
    const done = `${what} ${isBaseline ? 'recorded' : 'compared'} in ${seconds.toFixed(1)} s`;
    return version === undefined ? done : `${done}; version ${version} of the baseline`;
  }

  async #rebuild(facts: EngineTask['facts']): Promise<void> {
    const [effective, records] = [this.#effective, this.#records];
    if (!this.#inForce || !effective || !records) throw new Error('integrity monitoring is off');
    await this.#inForce.stop();
    this.#host.log('warn', 'the baseline is recorded anew because the manager asks for it', facts);
    // Told before it is done, and not missed as lost when the agent ends in between.
    await this.#host.report([askedDraft(facts)], {
      baseline: undefined,
      [pendingKey]: JSON.stringify(requested(facts)),
    });
    try {
      records.store.clear();
      records.baseline.clear();
    } finally {
      this.#begin(effective, new RuleSet(effective.policy.rules, this.#ownFolders));
    }
  }

  /** Nothing of what is in force is touched. */
  estimate(policy: IntegrityPolicy, tell: (figures: EstimateFigures) => Promise<void>): Promise<EstimateFigures> {
    const effective = effectivePolicy(policy, this.#host.clock.nowMs(), environmentWith(policy.environment));
    return estimate({
      ...{ clock: this.#host.clock, effective, ownFolders: this.#ownFolders, entityRoot: this.#entityRoot, tell },
      isStopped: () => this.#isStopped,
    });
  }

  status(): ModuleStatus {
    if (!this.#inForce || !this.#policy) return statusOf(this.#policy, undefined, this.#records?.baseline);
    return this.#inForce.status(this.#policy);
  }

  stop(): Promise<void> {
    this.#isStopped = true;
    return this.#lock(async () => {
      this.#cancelEnd?.();
      await this.#inForce?.stop();
      this.#inForce = undefined;
      this.#records?.baseline.close();
      this.#records?.store.close();
      this.#records = undefined;
      this.#policy = undefined;
      this.#effective = undefined;
    });
  }
}

/** An exclusion far away is looked at again before: the host's clock may be set. */
const longestWaitMs = 3_600_000;

/** Without its baseline the engine cannot tell what changed before: that must not pass in silence, it may be the attacker's work. */
function rebuiltDraft(movedTo: string | undefined): DetectionDraft {
  return {
    kind: 'integrity.baseline_rebuilt',
    rule: ownRule('integrity.baseline_rebuilt', 'integrity.baseline_rebuilt'),
    severity: 'high',
    title: 'The integrity baseline was lost and is rebuilt; changes made before cannot be told',
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    facts: movedTo ? { cause: 'damaged', movedTo } : { cause: 'missing' },
  };
}

/** Somebody had the baseline recorded anew: what changed before and was not told by then will not be told. */
function askedDraft({ by, reason }: EngineTask['facts']): DetectionDraft {
  const who = typeof by === 'string' && by ? ` by ${by}` : '';
  return {
    kind: 'integrity.baseline_rebuilt',
    rule: ownRule('integrity.baseline_rebuilt', 'integrity.baseline_rebuilt'),
    severity: 'low',
    title: `The integrity baseline is recorded anew, as asked for${who}`,
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    facts: { cause: 'requested', ...(by === undefined ? {} : { by }), ...(reason === undefined ? {} : { reason }) },
  };
}
