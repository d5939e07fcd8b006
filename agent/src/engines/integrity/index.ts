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
import type { CreateEngine, DetectionDraft, Engine, EngineHost } from '../engine.ts';
import { Baseline } from './baseline.ts';
import { IntegrityWatch } from './integrity-watch.ts';
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

  constructor(host: EngineHost, ownFolders: readonly string[]) {
    this.#host = host;
    this.#ownFolders = [...ownFolders, host.dataFolder];
  }

  async apply(policy: IntegrityPolicy): Promise<void> {
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

  status(): ModuleStatus {
    return statusOf(this.#policy, this.#watch, this.#baseline);
  }

  async stop(): Promise<void> {
    await this.#watch?.stop();
    this.#watch = undefined;
    this.#baseline?.close();
    this.#baseline = undefined;
    this.#policy = undefined;
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
