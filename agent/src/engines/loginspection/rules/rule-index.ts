import { type LogEvent, slot } from '../event.ts';
import type { KeptEvent } from '../kept-event.ts';
import { noGate } from '../scanner/gated-list.ts';
import type { Gate, GateList } from '../scanner/gates.ts';
import type { Scanner } from '../scanner/scanner.ts';
import { ChildPlans } from './child-plans.ts';
import type { Condition, Recollection, Rule, RuleNode } from './rule.ts';
import type { Found, Past } from './walk.ts';

type Holds = (event: LogEvent, past: Recollection, scanner: Scanner) => boolean;

/** A place in the tree with what the scanner can say of it beforehand. */
export interface IndexedNode {
  readonly rule: Rule;
  /** What is left to ask where the gate is open. */
  readonly checks: readonly Holds[];
  /** The gate of a pattern on the message, and that of one on a field; `noGate` where there is none. */
  readonly messageGate: number;
  readonly fieldGate: number;
  /** How messages must begin. */
  readonly beginnings: Uint8Array | undefined;
  /** What `program_name` asks for. */
  readonly program: Condition['pattern'];
  /** The name that `decoded_as` asks for. */
  readonly decoder: string | undefined;
  readonly hasChildren: boolean;
  /** The children for events of two kinds: where fields stand in the message as they are, and where they may not. */
  readonly plans: readonly [ChildPlans, ChildPlans];
}

/**
 * The tree of rules, arranged so that only those are tried that the message can concern: the others need a text that the scanner has not met, or
 * another decoder. What is found is what `findRule` finds.
 */
export class RuleIndex {
  readonly #roots: readonly IndexedNode[];

  /** @param gates takes what the rules need; the scanner is made of it afterwards */
  constructor(roots: readonly RuleNode[], gates: GateList) {
    this.#roots = roots.map((root) => indexed(root, gates));
  }

  /** @param scanner has read the event's message last, and is not blind */
  find(event: LogEvent, past: Past, scanner: Scanner): Found | undefined {
    const kind = event.fieldsAreOfMessage ? 0 : 1;
    for (let index = 0; index < this.#roots.length; index++) {
      const root = this.#roots[index]!;
      if (root.rule.category !== event.category) continue;
      if (root.messageGate !== noGate && !scanner.isOpen(root.messageGate)) continue;
      const found = walk(root, event, past, scanner, kind);
      if (found) return found;
    }
    return undefined;
  }
}

function indexed(node: RuleNode, gates: GateList): IndexedNode {
  const { rule } = node;
  let messageGate = noGate;
  let fieldGate = noGate;
  let beginnings: Uint8Array | undefined;
  const checks: Holds[] = [];
  for (const condition of rule.conditions) {
    const { pattern } = condition;
    if (pattern?.slot === slot.message && !pattern.negated) beginnings ??= pattern.pattern.beginnings;
    const gate = pattern ? gates.add(pattern.pattern.needs) : undefined;
    if (!pattern || !gate) checks.push(condition.holds);
    else if (pattern.slot !== slot.message) {
      if (!pattern.negated && fieldGate === noGate && pattern.slot > slot.program) fieldGate = gate.number;
      checks.push(condition.holds);
    } else if (!pattern.negated && messageGate === noGate) {
      messageGate = gate.number;
      if (!gate.exact) checks.push(condition.holds);
    } else checks.push(gated(condition, gate, pattern.negated));
  }
  const children = node.children.map((child) => indexed(child, gates));
  return {
    rule,
    checks,
    messageGate,
    fieldGate,
    beginnings,
    program: rule.conditions.find(({ pattern }) => pattern?.slot === slot.program)?.pattern,
    decoder: rule.conditions.find(({ decoder }) => decoder !== undefined)?.decoder,
    hasChildren: children.length > 0,
    plans: [new ChildPlans(children, true), new ChildPlans(children, false)],
  };
}

/** A condition on the message that is asked only where its gate does not answer it. */
function gated({ holds }: Condition, gate: Gate, negated: boolean): Holds {
  const { number } = gate;
  if (gate.exact) return (_event, _past, scanner) => scanner.isOpen(number) !== negated;
  return (event, past, scanner) => (scanner.isOpen(number) ? holds(event, past) : negated);
}

function walk(node: IndexedNode, event: LogEvent, past: Past, scanner: Scanner, kind: 0 | 1): Found | undefined {
  const { rule, checks } = node;
  for (let index = 0; index < checks.length; index++) if (!checks[index]!(event, past, scanner)) return undefined;
  let earlier = none;
  if (rule.composite) {
    const newestFirst = past.complete(rule, event);
    if (!newestFirst) return undefined;
    earlier = newestFirst.toReversed();
  }
  if (node.hasChildren) {
    const plan = node.plans[kind].listFor(event);
    const count = plan.collect(scanner);
    for (let index = 0; index < count; index++) {
      const deeper = walk(plan.candidate(index), event, past, scanner, kind);
      if (deeper) return deeper.earlier.length > 0 ? deeper : { rule: deeper.rule, earlier };
    }
  }
  return rule.noAlert ? undefined : { rule, earlier };
}

const none: readonly KeptEvent[] = [];
