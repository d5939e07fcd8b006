/**
 * Log inspection (セキュリティログ監視, S8): follows the logs a policy names and tells what its rules, in OSSEC's language, find in them.
 *
 * `sources/` which lines are new · `predecode/` host and program · `decoders/` who and from where · `rules/` what it means ·
 * `state/` what came before · `draft` how it is told · `patterns/` the three pattern languages, bounded in time · `cli/` the same by itself.
 *
 * The place in each file is kept in the same transaction as the detections its lines gave: every line counts exactly once, over restarts
 * and rotations. Files count as OSSEC does, ours as written (see `docs/guides/log-inspection.md`).
 */
import { isDeepStrictEqual } from 'node:util';
import type { ModuleStatus } from '@sakimori/contract/module';
import type { LogInspectionPolicy } from '@sakimori/contract/policy';
import { giveBackMemory } from '../../give-back-memory.ts';
import { errorText } from '../../log.ts';
import { type CreateEngine, type DetectionDraft, type Engine, type EngineHost, PolicyFault } from '../engine.ts';
import { Analyser, compileRuleset, type Outcome, type Ruleset } from './analyser.ts';
import { draftOf } from './draft.ts';
import { readLineTime } from './line-time.ts';
import { unfoldRepeats } from './repeats.ts';
import type { Rule } from './rules/rule.ts';
import { SigmaInspection } from './sigma/index.ts';
import { type JournalOptions, type LineBatch, LogSources } from './sources/index.ts';
import { type StateName, stateNames } from './state/state.ts';
import { statusOf } from './status.ts';

/** @param journal another journal than the host's own */
export const createLogInspectionEngine = (
  host: EngineHost,
  journal?: JournalOptions,
): ReturnType<CreateEngine<'loginspection'>> => new LogInspectionEngine(host, journal);

/** After so many lines others get their turn. */
const linesPerTurn = 1000;

class LogInspectionEngine implements Engine<'loginspection'> {
  readonly module = 'loginspection';
  readonly #host: EngineHost;
  readonly #journal: JournalOptions | undefined;
  #policy: LogInspectionPolicy | undefined;
  #ruleset: Ruleset | undefined;
  #analyser: Analyser | undefined;
  readonly #sigma = new SigmaInspection();
  #sources: LogSources | undefined;
  #linesRead = 0;
  #linesFailed = 0;

  constructor(host: EngineHost, journal: JournalOptions | undefined) {
    this.#host = host;
    this.#journal = journal;
  }

  async apply(policy: LogInspectionPolicy): Promise<void> {
    if (isDeepStrictEqual(policy, this.#policy)) return;
    if (policy.state === 'off') {
      await this.#switchOff(policy);
      return;
    }
    // Everything that can be wrong is found before anything is touched.
    const ruleset = this.#hasRulesOf(policy) ? this.#ruleset : compile(policy);
    const useSigma = orFault(() => this.#sigma.prepare(policy.sigma));
    const wanted = orFault(() => LogSources.read(policy));
    if (ruleset !== this.#ruleset) {
      this.#ruleset = ruleset;
      this.#analyser = ruleset && new Analyser(ruleset);
      this.#analyser?.restore(this.#recalled());
    }
    useSigma((key) => this.#host.recall(key));
    this.#policy = policy;
    this.#sources ??= new LogSources(
      {
        clock: this.#host.clock,
        log: this.#host.log,
        recall: (key) => this.#host.recall(key),
        recallKeys: () => this.#host.recallKeys(),
        take: (batch) => this.#take(batch),
      },
      this.#journal,
    );
    await this.#sources.follow(wanted);
    giveBackMemory();
  }

  /** What lines left behind is kept with the places in the files: four failed logins before a restart and one after it are five. */
  #recalled(): Partial<Record<StateName, string | undefined>> {
    return Object.fromEntries(stateNames.map((name) => [name, this.#host.recall(name)]));
  }

  /** While it is off nothing is read; switched on again it begins at the end of the logs, not with what it was told to leave alone. */
  async #switchOff(policy: LogInspectionPolicy): Promise<void> {
    await this.stop();
    this.#policy = policy;
    const forget = Object.fromEntries(this.#host.recallKeys().map((key) => [key, undefined]));
    if (Object.keys(forget).length > 0) await this.#host.report([], forget);
  }

  #hasRulesOf(policy: LogInspectionPolicy): boolean {
    return (
      this.#ruleset !== undefined &&
      isDeepStrictEqual(policy.decoderFiles, this.#policy?.decoderFiles) &&
      isDeepStrictEqual(policy.ruleFiles, this.#policy?.ruleFiles)
    );
  }

  async #take(batch: LineBatch): Promise<{ readonly kept: Promise<void> }> {
    const drafts: DetectionDraft[] = [];
    let turn = 0;
    for (const written of batch.lines) {
      this.#linesRead++;
      for (const line of batch.format === 'syslog' ? unfoldRepeats(written) : [written]) {
        drafts.push(...this.#draftsOf(line, batch));
        if (++turn % linesPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const memory = { ...batch.memory, ...this.#analyser?.takeSnapshots(), ...this.#sigma.takeSnapshot() };
    return { kept: this.#host.report(drafts, memory) };
  }

  /** One line that breaks the analysis must not keep the engine from the next. */
  #draftsOf(line: string, batch: LineBatch): DetectionDraft[] {
    try {
      const outcome = this.#analyser?.analyse(line, batch.format, this.#timeOf(line, batch), batch.path);
      if (!outcome) return [];
      const own = this.#isTold(outcome) ? [draftOf(outcome, this.#policy?.ruleNamesJa)] : [];
      return [...own, ...this.#sigma.draftsOf(outcome.event, this.#policy?.recordLevel ?? 0)];
    } catch (error) {
      this.#linesFailed++;
      this.#host.log('error', 'a log line could not be analysed', { path: batch.path, error: errorText(error) });
      return [];
    }
  }

  /** The time of reading, as in OSSEC; but of lines written while the agent was away their own, or three days of them would be one burst. */
  #timeOf(line: string, batch: LineBatch): number {
    const nowMs = this.#host.clock.nowMs();
    return (batch.isBehind ? readLineTime(line, nowMs) : undefined) ?? nowMs;
  }

  #isTold(outcome: Outcome): outcome is Outcome & { readonly rule: Rule } {
    const { rule, silenced } = outcome;
    return (
      rule !== undefined && !silenced && !rule.noLog && rule.level > 0 && rule.level >= (this.#policy?.recordLevel ?? 0)
    );
  }

  status(): ModuleStatus {
    return statusOf({
      policy: this.#policy,
      sources: this.#sources?.standing,
      linesRead: this.#linesRead,
      linesFailed: this.#linesFailed,
      rules: (this.#ruleset?.rules.rules.size ?? 0) + this.#sigma.ruleCount,
      decoders: this.#ruleset?.decoders.count ?? 0,
    });
  }

  async stop(): Promise<void> {
    await this.#sources?.stop();
    this.#sources = undefined;
    this.#analyser = undefined;
    this.#ruleset = undefined;
    this.#sigma.stop();
    this.#policy = undefined;
  }
}

const compile = (policy: LogInspectionPolicy) => orFault(() => compileRuleset(policy.decoderFiles, policy.ruleFiles));

function orFault<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new PolicyFault(`log inspection: ${errorText(error)}`, { cause: error });
  }
}
