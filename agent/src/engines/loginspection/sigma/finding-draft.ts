import type { DetectionDraft } from '../../engine.ts';
import { draftOf } from '../draft.ts';
import type { SigmaFinding } from './sigma-watch.ts';

const valueCharsMax = 1000;

/** A Sigma rule's match as a detection: its UUID is the rule's id, its fields are facts. */
export function draftOfFinding({ rule, event, earlierLines, facts }: SigmaFinding): DetectionDraft {
  const { id, title, titleJa, description, falsePositives, level, attack = [] } = rule;
  const draft = draftOf(
    {
      event,
      rule: { id, level, description: title, groups: groupsOf(rule), attack },
      earlier: earlierLines.map((line) => ({ line })),
    },
    titleJa ? { [id]: titleJa } : {},
  );
  const told = {
    ...facts,
    ...(description ? { description } : {}),
    ...(falsePositives ? { falsePositives: falsePositives.join('; ') } : {}),
  };
  return { ...draft, facts: { ...draft.facts, ...cutAll(told) } };
}

/** As rules of OSSEC's language have them: words with commas. */
const groupsOf = (rule: SigmaFinding['rule']): string => `sigma,${'source' in rule ? rule.source : rule.type},`;

const cutAll = (facts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      value.length > valueCharsMax ? value.slice(0, valueCharsMax).toWellFormed() : value,
    ]),
  );
