/**
 * Integrity monitoring (変更監視, S6, S7): tells of every change to the files a policy names – made, gone, renamed, content, mode, owner,
 * group, type, link target – with the state before and after.
 *
 * A baseline in SQLite holds the last known state of every watched path. inotify says *where* to look; what changed is always found by
 * comparing with the baseline, so a scan finds the same changes as the real-time watch, also those made while the agent was off.
 *
 * `rules` which paths · `walk` + `watch-tree` where to look · `observe` what is there · `examine` what became of it · `changes` how it is told.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ModuleStatus } from '@sakimori/contract/module';
import type { IntegrityPolicy } from '@sakimori/contract/policy';
import { ownRule } from '@sakimori/contract/rule-names';
import type { CreateEngine, DetectionDraft, Engine, EngineHost, EngineTask } from '../engine.ts';
import { Baseline } from './baseline.ts';
import { IntegrityWatch } from './integrity-watch.ts';
import { createLock } from './lock.ts';
import { type IntegrityRule, RuleSet } from './rules.ts';
import { statusOf } from './status.ts';

/** @param ownFolders the agent's own folders: never watched by this engine, since every report writes there. */
export function createIntegrityEngine(ownFolders: readonly string[]): CreateEngine<'integrity'> {
  return (host) => new IntegrityEngine(host, ownFolders);
}

class IntegrityEngine implements Engine<'integrity'> {
  readonly module = 'integrity';
  readonly #host: EngineHost;
  readonly #ownFolders: readonly string[];
  #policy: IntegrityPolicy | undefined;
  #baseline: Baseline | undefined;
  #watch: IntegrityWatch | undefined;
  /** A new policy and a new baseline never come at once. */
  readonly #lock = createLock();

  constructor(host: EngineHost, ownFolders: readonly string[]) {
    this.#host = host;
    this.#ownFolders = [...ownFolders, host.dataFolder];
  }

  apply(policy: IntegrityPolicy): Promise<void> {
    return this.#lock(() => this.#apply(policy));
  }

  async #apply(policy: IntegrityPolicy): Promise<void> {
    if (isDeepStrictEqual(policy, this.#policy)) return;
    // Compiled before anything is touched: a faulty path leaves the policy before in force.
    const rules = new RuleSet(policy.rules, this.#ownFolders);
    await this.#watch?.stop();
    this.#watch = undefined;
    this.#policy = policy;
    if (policy.state === 'off') return;
    const baseline = await this.#openBaseline();
    const known = new RuleSet(readKnownRules(baseline), this.#ownFolders);
    this.#watch = new IntegrityWatch({ host: this.#host, baseline, policy, rules, known });
    this.#watch.start();
  }

  async #openBaseline(): Promise<Baseline> {
    if (this.#baseline) return this.#baseline;
    const { baseline, lost } = Baseline.open(this.#host.dataFolder);
    const wasComplete = this.#host.recall('baseline') === 'complete';
    const isNew = baseline.getMeta('rules') === undefined;
    if (lost || (wasComplete && isNew)) await this.#host.report([rebuiltDraft(lost)], { baseline: undefined });
    // What a crash kept from the daemon; what it has already it knows by the ids.
    const untold = baseline.outbox();
    if (untold.length > 0) await this.#host.report(untold);
    baseline.noteDelivered(untold.map(({ id }) => id));
    this.#baseline = baseline;
    return baseline;
  }

  async run({ kind, facts }: EngineTask): Promise<string> {
    if (kind === 'integrity-baseline') await this.#lock(() => this.#rebuild(facts));
    // A new policy puts another watch in place of the one that works for us; then the work begins anew there.
    for (let isDone = false; !isDone; ) {
      if (!this.#watch) throw new Error('integrity monitoring is off');
      isDone = await (kind === 'integrity-baseline' ? this.#watch.built() : this.#watch.scanNow());
      if (!isDone) await this.#lock(async () => {});
    }
    const { files } = this.#baseline!.counts();
    const seconds = this.#watch?.lastScanSeconds ?? 0;
    return `${files} files ${kind === 'integrity-baseline' ? 'recorded' : 'compared'} in ${seconds.toFixed(1)} s`;
  }

  async #rebuild(facts: EngineTask['facts']): Promise<void> {
    const [policy, baseline] = [this.#policy, this.#baseline];
    if (!this.#watch || !policy || !baseline) throw new Error('integrity monitoring is off');
    await this.#watch.stop();
    this.#host.log('warn', 'the baseline is recorded anew because the manager asks for it', facts);
    // Told before it is done, and not missed as lost when the agent ends in between.
    await this.#host.report([askedDraft(facts)], { baseline: undefined });
    try {
      baseline.clear();
    } finally {
      const rules = new RuleSet(policy.rules, this.#ownFolders);
      const known = new RuleSet(readKnownRules(baseline), this.#ownFolders);
      this.#watch = new IntegrityWatch({ host: this.#host, baseline, policy, rules, known });
      this.#watch.start();
    }
  }

  status(): ModuleStatus {
    return statusOf(this.#policy, this.#watch, this.#baseline);
  }

  stop(): Promise<void> {
    return this.#lock(async () => {
      await this.#watch?.stop();
      this.#watch = undefined;
      this.#baseline?.close();
      this.#baseline = undefined;
      this.#policy = undefined;
    });
  }
}

/** The rules with which the baseline was last completed; none when it never was. */
function readKnownRules(baseline: Baseline): IntegrityRule[] {
  const text = baseline.getMeta('rules');
  return text === undefined ? [] : (JSON.parse(text) as IntegrityRule[]);
}

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
