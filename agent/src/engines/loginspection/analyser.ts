import { decodeEvent } from './decoders/decode.ts';
import type { DecoderSet } from './decoders/decoder.ts';
import { loadDecoders } from './decoders/load.ts';
import { LogEvent, type LogFormat, type Origin } from './event.ts';
import type { KeptEvent } from './kept-event.ts';
import { ossecPredecode, ownPredecode, type Predecode } from './predecode/index.ts';
import type { KnownLists } from './rules/list-condition.ts';
import { loadRules } from './rules/load.ts';
import type { Rule, RuleSet } from './rules/rule.ts';
import { type Found, findRule } from './rules/walk.ts';
import { Shortcut } from './shortcut.ts';
import { readSnapshot } from './state/snapshot.ts';
import { EngineState, type StateName } from './state/state.ts';
import { dialectOf, type XmlFile } from './xml.ts';

/** What became of one line. */
export interface Outcome {
  readonly event: LogEvent;
  /** The rule it ended at; absent when none matched. */
  readonly rule?: Rule;
  /** For a composite: the earlier events that made it fire, oldest first. */
  readonly earlier: readonly KeptEvent[];
  /** Matched, but not to be told: the rule is within its `ignore` seconds, or the event is one that another rule has put on the list. */
  readonly silenced: boolean;
}

/** Decoders and rules, compiled. Holds no state, so that one set may serve several analysers. */
export interface Ruleset {
  readonly decoders: DecoderSet;
  readonly rules: RuleSet;
  readonly predecode: Predecode;
  readonly shortcut: Shortcut;
}

export interface RulesetOptions {
  /** What `<list>` looks in. */
  readonly lists?: KnownLists;
}

/** @throws RuleFileFault naming file, line and column of the first thing that is wrong. */
export function compileRuleset(
  decoderFiles: readonly XmlFile[],
  ruleFiles: readonly XmlFile[],
  { lists }: RulesetOptions = {},
): Ruleset {
  const decoders = loadDecoders(decoderFiles);
  const rules = loadRules(ruleFiles, decoders, lists);
  // Our own content knows more headers than OSSEC. Where none of it is in use, OSSEC's alone are known.
  const isOwn = [...decoderFiles, ...ruleFiles].some((file) => dialectOf(file) === 'sakimori');
  const predecode = isOwn ? ownPredecode : ossecPredecode();
  return { decoders, rules, predecode, shortcut: new Shortcut(decoders, rules) };
}

export interface AnalyserOptions {
  /** Whether to answer as OSSEC's logtest does where that is not what its daemon does: `<ignore>` puts nothing on the list that
   * `<check_if_ignored>` looks in, and what is counted by `<if_matched_sid>` is not counted by `<if_matched_group>`. */
  readonly asLogtest?: boolean;
  /** Whether decoders and rules are tried one by one, as OSSEC tries them: slower, and for tests, which hold the shortcut against it. */
  readonly triesAll?: boolean;
}

/** Takes line after line through predecoding, decoders and rules, and remembers what composites need. */
export class Analyser {
  readonly #set: Ruleset;
  readonly #state: EngineState;
  readonly #asLogtest: boolean;
  readonly #triesAll: boolean;

  constructor(set: Ruleset, { asLogtest = false, triesAll = false }: AnalyserOptions = {}) {
    this.#set = set;
    this.#state = new EngineState(set.rules, asLogtest);
    this.#asLogtest = asLogtest;
    this.#triesAll = triesAll;
  }

  analyse(line: string, format: LogFormat, timeMs: number, location: string): Outcome {
    const event = this.#decode({ line, format, timeMs, location });
    if (event.decodedBy?.accumulates) {
      event.fieldsAreOfMessage = false;
      this.#state.accumulator.accumulate(event);
    }
    this.#state.begin();
    const found = this.#find(event);
    return found ? this.#conclude(event, found) : { event, earlier: [], silenced: false };
  }

  /** What is left of a line that is too short to be analysed. */
  pass(line: string, format: LogFormat, timeMs: number, location: string): Outcome {
    return { event: new LogEvent({ line, format, timeMs, location }, { message: line }), earlier: [], silenced: false };
  }

  /** Forgets all lines before, as a new analyser would have none. */
  reset(): void {
    this.#state.clear();
  }

  /** What is to be kept over a restart, as far as it has changed since it was last taken. */
  takeSnapshots(): Partial<Record<StateName, string>> {
    return this.#state.takeSnapshots();
  }

  /** Remembers what an earlier run, or other rules, remembered; as far as these rules want it. */
  restore(texts: Readonly<Partial<Record<StateName, string | undefined>>>): void {
    for (const entry of readSnapshot(texts.composites)) {
      const rule = this.#set.rules.rules.get(entry.ruleId);
      if (rule) this.#state.restoreEvent(this.#decode(entry), rule, entry);
    }
    this.#state.restore(texts);
  }

  #decode(origin: Origin): LogEvent {
    const event = new LogEvent(origin, this.#set.predecode(origin.line, origin.format));
    if (this.#triesAll) decodeEvent(this.#set.decoders, event);
    else this.#set.shortcut.decode(event);
    return event;
  }

  #find(event: LogEvent): Found | undefined {
    if (!event.forwardedRule) {
      if (this.#triesAll) return findRule(this.#set.rules.roots, event, this.#state);
      return this.#set.shortcut.find(event, this.#state);
    }
    const { id } = event.forwardedRule;
    const rule = id === undefined ? undefined : this.#set.rules.rules.get(Number(id));
    return rule && String(rule.id) === id ? { rule, earlier: [] } : undefined;
  }

  #conclude(event: LogEvent, { rule, earlier }: Found): Outcome {
    // As in OSSEC, a rule of level 0 ends the matter: the event is not remembered.
    if (rule.level === 0) return { event, rule, earlier, silenced: false };
    const { ignored } = this.#state;
    if (this.#state.isSilent(rule, event.timeMs)) return { event, rule, earlier, silenced: true };
    if (rule.checksIgnored.length > 0 && ignored.has(event, rule.checksIgnored))
      return { event, rule, earlier, silenced: true };
    if (rule.ignores.length > 0 && !this.#asLogtest) ignored.add(event, rule.ignores);
    this.#state.remember(event, rule);
    return { event, rule, earlier, silenced: false };
  }
}
