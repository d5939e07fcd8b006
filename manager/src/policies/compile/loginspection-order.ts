import { isInGroup } from './loginspection-custom.ts';
import { definedIn } from './loginspection-library.ts';
import type { LogRulePart, LogRuleText } from './loginspection-part.ts';
import { idsOf } from './loginspection-sigma.ts';

export type Ordered = {
  readonly ordered: readonly LogRulePart[];
  readonly leftOut: readonly { readonly ID: number; readonly reason: string }[];
};

/**
 * The order in which agents load them: shipped before others, by sortOrder and id, but what a rule needs before the rule. What cannot stand beside
 * those before it is left out, and with it what needs it.
 */
export function orderParts(parts: readonly LogRulePart[]): Ordered {
  const waiting = [...parts].sort(
    (a, b) =>
      Number(a.kind !== 'library') - Number(b.kind !== 'library') || a.sortOrder - b.sortOrder || a.number - b.number,
  );
  const loaded = new Loaded();
  const reasons = new Map<LogRulePart, string>();
  for (let moved = true; moved; ) {
    moved = false;
    for (const part of [...waiting]) {
      const problem = loaded.problemOf(part, waiting);
      if (problem) reasons.set(part, problem);
      else {
        waiting.splice(waiting.indexOf(part), 1);
        loaded.add(part);
        moved = true;
        // One that waited may stand before the next now.
        break;
      }
    }
  }
  return {
    ordered: loaded.parts,
    leftOut: [...loaded.damaged, ...waiting.map((part) => ({ ID: part.id ?? 0, reason: reasons.get(part) ?? '' }))],
  };
}

class Loaded {
  readonly parts: LogRulePart[] = [];
  readonly damaged: { ID: number; reason: string }[] = [];
  readonly #rules = new Set<number>();
  readonly #sigma = new Set<string>();
  readonly #decoders = new Set<string>();
  readonly #children = new Set<string>();
  readonly #groups: string[] = [];
  readonly #names = new Map<string, string>();

  /** Why it cannot be loaded behind what is loaded already, as a sentence. */
  problemOf(part: LogRulePart, waiting: readonly LogRulePart[]): string | undefined {
    const { needs, defines, kind } = part;
    if (kind === 'files') return undefined;
    const before = part.dependsOn.find((id) => waiting.some((other) => other !== part && other.id === id));
    if (before !== undefined) return `It depends on the rule with the ID ${before}, which is not in force.`;
    const rule = needs.rules.find((id) => !this.#rules.has(id));
    if (rule !== undefined) return `It builds on rule ${rule}, which no rule before it defines.`;
    const group = needs.groups.find((wanted) => !this.#groups.some((groups) => isInGroup(groups, wanted)));
    if (group !== undefined) return `It builds on the group “${group}”, in which there is no rule.`;
    const decoder = needs.decoders.find((name) => !this.#decoders.has(name));
    if (decoder !== undefined) return `It builds on the decoder “${decoder}”, which is not there.`;
    const parent = needs.parents.find((name) => !this.#decoders.has(name) || this.#children.has(name));
    if (parent !== undefined) return `It builds on the decoder “${parent}”, which is not there or itself a child.`;
    if (needs.anyRule && this.#rules.size === 0) return 'It builds on rules of a level, and there is none.';
    const taken = kind === 'library' ? undefined : defines.rules.find((id) => this.#rules.has(id));
    if (taken !== undefined) return `The id ${taken} is that of another rule already.`;
    const twin = idsOf(part.sigma).find((id) => this.#sigma.has(id));
    if (twin !== undefined) return `The Sigma rule ${twin} is in force already.`;
    const child = kind === 'library' ? undefined : defines.childDecoders.find((name) => this.#children.has(name));
    return child === undefined ? undefined : `The decoder “${child}” is there already.`;
  }

  add(part: LogRulePart): void {
    const kept = part.kind === 'files' ? this.#withoutTaken(part) : part;
    this.parts.push(kept);
    for (const id of kept.defines.rules) this.#rules.add(id);
    for (const id of idsOf(kept.sigma)) this.#sigma.add(id);
    for (const name of kept.defines.decoders) this.#decoders.add(name);
    for (const name of kept.defines.childDecoders) this.#children.add(name);
    this.#groups.push(...kept.defines.groups);
    for (const { name, xml } of [...kept.decoderFiles, ...kept.ruleFiles]) this.#names.set(name, xml);
  }

  /** Files that nobody checked: those that an agent would refuse beside the others are left out one by one. */
  #withoutTaken(part: LogRulePart): LogRulePart {
    const leaveOut = (name: string, what: string) => {
      this.damaged.push({ ID: part.number, reason: `Its file ${name} defines ${what} once more.` });
      return [];
    };
    const rename = ({ name, xml }: LogRuleText): LogRuleText =>
      (this.#names.get(name) ?? xml) === xml
        ? { name, xml }
        : { name: `rule-${part.number}-${name}`.slice(0, 200), xml };
    const decoderFiles = part.decoderFiles.flatMap((file) => {
      const child = definedIn([file], []).childDecoders.find((name) => this.#children.has(name));
      return child === undefined ? [rename(file)] : leaveOut(file.name, `the decoder “${child}”`);
    });
    const ruleFiles = part.ruleFiles.flatMap((file) => {
      const id = definedIn([], [file]).rules.find((rule) => this.#rules.has(rule));
      return id === undefined ? [rename(file)] : leaveOut(file.name, `the rule ${id}`);
    });
    return { ...part, decoderFiles, ruleFiles, defines: definedIn(decoderFiles, ruleFiles) };
  }
}
