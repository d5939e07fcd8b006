import type { LogEvent } from '../event.ts';
import type { KeptEvent } from '../kept-event.ts';
import type { Recollection, Rule, RuleNode } from './rule.ts';

/** What the walk asks of what came before. */
export interface Past extends Recollection {
  /** The earlier events that, with this one, fulfil the composite, the newest first; or undefined. Marks them, and this one, as used. */
  complete(rule: Rule, event: LogEvent): readonly KeptEvent[] | undefined;
}

/** Where an event ended. */
export interface Found {
  readonly rule: Rule;
  /** For a composite on the way: the events that it counted, oldest first. */
  readonly earlier: readonly KeptEvent[];
}

const none: readonly KeptEvent[] = [];

/** The rule that an event ends at: the deepest that matches, first child first, in the first root of its category where any does. */
export function findRule(roots: readonly RuleNode[], event: LogEvent, past: Past): Found | undefined {
  for (let index = 0; index < roots.length; index++) {
    const root = roots[index]!;
    if (root.rule.category !== event.category) continue;
    const found = walk(root, event, past);
    if (found) return found;
  }
  return undefined;
}

/** A composite on the way uses up events even if a child of it is what counts. */
function walk(node: RuleNode, event: LogEvent, past: Past): Found | undefined {
  const { rule, children } = node;
  const { conditions } = rule;
  for (let index = 0; index < conditions.length; index++) if (!conditions[index]!.holds(event, past)) return undefined;
  let earlier = none;
  if (rule.composite) {
    const newestFirst = past.complete(rule, event);
    if (!newestFirst) return undefined;
    earlier = newestFirst.toReversed();
  }
  for (let index = 0; index < children.length; index++) {
    const deeper = walk(children[index]!, event, past);
    if (deeper) return deeper.earlier.length > 0 ? deeper : { rule: deeper.rule, earlier };
  }
  return rule.noAlert ? undefined : { rule, earlier };
}
