import { type LogEvent, slot } from '../event.ts';
import type { KeptEvent } from '../kept-event.ts';
import { GatedList, noGate } from '../scanner/gated-list.ts';
import type { Gate, GateList } from '../scanner/gates.ts';
import type { Scanner } from '../scanner/scanner.ts';
import type { Condition, Recollection, Rule, RuleNode } from './rule.ts';
import type { Found, Past } from './walk.ts';

type Holds = (event: LogEvent, past: Recollection, scanner: Scanner) => boolean;

/** A place in the tree with what the scanner can say of it beforehand. */
interface IndexedNode {
  readonly rule: Rule;
  /** What is left to ask where the gate is open. */
  readonly checks: readonly Holds[];
  /** The gate of a pattern on the message, and that of one on a field; `noGate` where there is none. */
  readonly messageGate: number;
  readonly fieldGate: number;
  /** The name that `decoded_as` asks for. */
  readonly decoder: string | undefined;
  readonly children: readonly IndexedNode[];
  /** The children by the name of the event's decoder, in two kinds: where fields stand in the message as they are, and where they may not. */
  readonly plans: readonly [
    Map<string | undefined, GatedList<IndexedNode>>,
    Map<string | undefined, GatedList<IndexedNode>>,
  ];
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
  const checks: Holds[] = [];
  for (const condition of rule.conditions) {
    const { pattern } = condition;
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
  return {
    rule,
    checks,
    messageGate,
    fieldGate,
    decoder: rule.conditions.find(({ decoder }) => decoder !== undefined)?.decoder,
    children: node.children.map((child) => indexed(child, gates)),
    plans: [new Map(), new Map()],
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
  if (node.children.length > 0) {
    const plan = node.plans[kind].get(event.decoder) ?? planFor(node, event.decoder, kind);
    const count = plan.collect(scanner);
    for (let index = 0; index < count; index++) {
      const deeper = walk(plan.candidate(index), event, past, scanner, kind);
      if (deeper) return deeper.earlier.length > 0 ? deeper : { rule: deeper.rule, earlier };
    }
  }
  return rule.noAlert ? undefined : { rule, earlier };
}

const none: readonly KeptEvent[] = [];

/** Made when the first event of the decoder comes; there are no more decoders than the content names. */
function planFor(node: IndexedNode, decoder: string | undefined, kind: 0 | 1): GatedList<IndexedNode> {
  const children = node.children.filter((child) => child.decoder === undefined || child.decoder === decoder);
  const gates = children.map(({ messageGate, fieldGate }) =>
    messageGate !== noGate || kind === 1 ? messageGate : fieldGate,
  );
  const plan = new GatedList(children, gates);
  node.plans[kind].set(decoder, plan);
  return plan;
}
