/**
 * Sigma rules within log inspection: tried on each decoded event beside the rules of OSSEC's language.
 *
 * `sigma-watch` which rule holds for which line · `compile` a rule as a function · `line-sources`, `audit-*`, `web-access`, `syslog-fields` what a line
 * is to Sigma · `correlation` what came before · `finding-draft` how it is told. The YAML is read elsewhere (`contract/src/sigma`).
 */
import { isDeepStrictEqual } from 'node:util';
import type { SigmaRules } from '@sakimori/contract/sigma/model';
import type { DetectionDraft } from '../../engine.ts';
import type { LogEvent } from '../event.ts';
import { draftOfFinding } from './finding-draft.ts';
import { compileSigmaRules, SigmaWatch } from './sigma-watch.ts';

/** Where what the correlations counted is kept, with the places in the files. */
const memoryKey = 'sigma';

/** The Sigma rules of a policy at work. */
export class SigmaInspection {
  #rules: SigmaRules | undefined;
  #watch: SigmaWatch | undefined;

  /** @returns what takes these rules into force. @throws PatternFault for a rule that cannot be carried out; those before stay */
  prepare(rules: SigmaRules | undefined): (recall: (key: string) => string | undefined) => void {
    if (this.#watch && isDeepStrictEqual(rules, this.#rules)) return () => undefined;
    const set = rules && compileSigmaRules(rules);
    return (recall) => {
      this.#rules = rules;
      this.#watch = set && new SigmaWatch(set);
      this.#watch?.restore(recall(memoryKey));
    };
  }

  /** @param recordLevel matches of this level and above are told */
  draftsOf(event: LogEvent, recordLevel: number): DetectionDraft[] {
    const findings = this.#watch?.examine(event) ?? [];
    return findings.filter(({ rule }) => rule.level > 0 && rule.level >= recordLevel).map(draftOfFinding);
  }

  /** What is to be kept, when it has changed since it was last taken. */
  takeSnapshot(): Record<string, string> {
    const snapshot = this.#watch?.takeSnapshot();
    return snapshot === undefined ? {} : { [memoryKey]: snapshot };
  }

  get ruleCount(): number {
    return (this.#rules?.rules.length ?? 0) + (this.#rules?.correlations.length ?? 0);
  }

  stop(): void {
    this.#rules = undefined;
    this.#watch = undefined;
  }
}
