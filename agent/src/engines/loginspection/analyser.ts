import { decodeEvent } from './decoders/decode.ts';
import type { DecoderSet } from './decoders/decoder.ts';
import { loadDecoders } from './decoders/load.ts';
import { eventOf, type LogEvent, type LogFormat } from './event.ts';
import { CompositeMemory } from './memory.ts';
import { predecodePlain, predecodeSyslog } from './predecode.ts';
import { loadRules, type RuleFile } from './rules/load.ts';
import type { Rule, RuleNode, RuleSet } from './rules/rule.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';
import type { XmlFile } from './xml.ts';

/** What became of one line. */
export interface Outcome {
  readonly event: LogEvent;
  /** The rule it ended at; absent when none matched. */
  readonly rule?: Rule;
  /** For a composite: the earlier events that made it fire, oldest first. */
  readonly earlier: readonly LogEvent[];
  /** The rule is within its `ignore` seconds: matched, but not to be told. */
  readonly silenced: boolean;
}

/** Decoders and rules, compiled. Holds no state, so that one set may serve several analysers. */
export interface Ruleset {
  readonly decoders: DecoderSet;
  readonly rules: RuleSet;
}

/** @throws RuleFileFault naming file, line and column of the first thing that is wrong. */
export function compileRuleset(decoderFiles: readonly XmlFile[], ruleFiles: readonly RuleFile[]): Ruleset {
  const decoders = loadDecoders(decoderFiles);
  return { decoders, rules: loadRules(ruleFiles, decoders) };
}

/** Takes line after line through predecoding, decoders and rules, and remembers what composites need. */
export class Analyser {
  readonly #set: Ruleset;
  readonly #memory: CompositeMemory;
  /** When each rule with `ignore` was last told, by rule id. */
  readonly #toldMs = new Map<number, number>();

  constructor(set: Ruleset) {
    this.#set = set;
    this.#memory = new CompositeMemory(set.rules);
  }

  analyse(line: string, format: LogFormat, timeMs: number, location: string): Outcome {
    const event = this.#decode({ line, format, timeMs, location });
    const state: WalkState = { firedLevel: 0 };
    for (const root of this.#set.rules.roots) {
      if (root.rule.category !== event.category) continue;
      const found = this.#walk(root, event, state);
      if (found) return this.#conclude(event, found, state);
    }
    return { event, earlier: [], silenced: false };
  }

  #decode(origin: Parameters<typeof eventOf>[0]): LogEvent {
    const event = eventOf(
      origin,
      origin.format === 'syslog' ? predecodeSyslog(origin.line) : predecodePlain(origin.line),
    );
    decodeEvent(this.#set.decoders, event);
    return event;
  }

  /** What the composites remember, as text, when it has changed since it was last taken. */
  takeSnapshot(): string | undefined {
    return this.#memory.takeChanged() ? writeSnapshot(this.#memory.entries()) : undefined;
  }

  /** Remembers what an earlier run, or other rules, remembered; as far as these rules want it. */
  restore(snapshot: string | undefined): void {
    for (const { ruleId, firedLevel, ...origin } of readSnapshot(snapshot)) {
      const rule = this.#set.rules.rules.get(ruleId);
      if (rule) this.#memory.remember(this.#decode(origin), rule, firedLevel);
    }
    this.#memory.takeChanged();
  }

  /** The deepest rule that matches, first child first. A composite on the way uses up events even if a child of it is what counts. */
  #walk(node: RuleNode, event: LogEvent, state: WalkState): Found | undefined {
    const { rule } = node;
    if (!rule.conditions.every((holds) => holds(event))) return undefined;
    const newestFirst = rule.composite ? this.#memory.complete(rule, rule.composite, event) : [];
    if (!newestFirst) return undefined;
    if (rule.composite) state.firedLevel = Math.max(state.firedLevel, rule.level);
    const earlier = newestFirst.reverse();
    for (const child of node.children) {
      const deeper = this.#walk(child, event, state);
      if (deeper) return deeper.earlier.length > 0 ? deeper : { rule: deeper.rule, earlier };
    }
    return rule.noAlert ? undefined : { rule, earlier };
  }

  #conclude(event: LogEvent, { rule, earlier }: Found, state: WalkState): Outcome {
    // As in OSSEC, a rule of level 0 ends the matter: the event is not remembered.
    if (rule.level === 0) return { event, rule, earlier, silenced: false };
    if (rule.ignoreSeconds > 0) {
      const toldMs = this.#toldMs.get(rule.id);
      if (toldMs !== undefined && event.timeMs - toldMs < rule.ignoreSeconds * 1000) {
        return { event, rule, earlier, silenced: true };
      }
      this.#toldMs.set(rule.id, event.timeMs);
    }
    this.#memory.remember(event, rule, state.firedLevel);
    return { event, rule, earlier, silenced: false };
  }
}

interface Found {
  readonly rule: Rule;
  /** Oldest first. */
  readonly earlier: readonly LogEvent[];
}

interface WalkState {
  firedLevel: number;
}
