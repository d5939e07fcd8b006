import type { Category } from '../event.ts';
import { type Place, RuleFileFault } from '../fault.ts';
import { compileOsMatch, Subject } from '../patterns/index.ts';
import type { Position } from './read.ts';
import type { Rule, RuleNode } from './rule.ts';

/** Places that rules of one set may have: each rule below a group that everything is in would double it. */
const nodesMax = 200_000;
/** Rules below one another. */
const depthMax = 100;

/**
 * OSSEC's tree of rules. Rules 1–9 are the roots; every other rule hangs below those it names in `if_sid`, `if_group` or `if_level`, or below the
 * root of its category. A set without such roots gets one for each category in use.
 */
export class RuleTree {
  readonly roots: RuleNode[] = [];
  #nodes = 0;

  addRoot(rule: Rule): void {
    this.#insert(this.roots, rule);
  }

  /** @throws RuleFileFault where there is nothing to stand below */
  place(rule: Rule, position: Position): void {
    const need = (found: boolean, what: string) => {
      if (!found) throw new RuleFileFault(rule.place, `rule ${rule.id}: there is no ${what} before it`);
    };
    if (position.ids.length > 0) {
      for (const id of position.ids)
        need(
          this.#placeBelow(this.roots, rule, (parent) => parent.id === id, true),
          `rule ${id}`,
        );
      if (position.alsoAtRoot) this.#placeAtRoot(rule);
    } else if (position.level !== undefined) {
      const rank = position.level * 100;
      need(
        this.#placeBelow(this.roots, rule, (parent) => parent.rank >= rank),
        `rule of level ${position.level} or above`,
      );
    } else if (position.group !== undefined) {
      const group = compileOsMatch(position.group);
      need(
        this.#placeBelow(this.roots, rule, (parent) => group.test(new Subject(parent.groups))),
        `rule in group \`${position.group}\``,
      );
    } else this.#placeAtRoot(rule);
  }

  /** Every place, each rule as often as it stands. */
  visit(see: (node: RuleNode) => void): void {
    const open = [...this.roots];
    for (let node = open.pop(); node; node = open.pop()) {
      see(node);
      open.push(...node.children);
    }
  }

  #placeAtRoot(rule: Rule): void {
    this.#insert(this.#rootOf(rule.category, rule.place).children, rule);
  }

  /** Siblings stand by rank, and in the order of the files where that is equal. */
  #insert(siblings: RuleNode[], rule: Rule): void {
    if (++this.#nodes > nodesMax)
      throw new RuleFileFault(rule.place, `rule ${rule.id}: the rules stand in more than ${nodesMax} places`);
    const before = siblings.findIndex((sibling) => sibling.rule.rank < rule.rank);
    siblings.splice(before < 0 ? siblings.length : before, 0, { rule, children: [] });
  }

  /** Below every rule that `fits`, anywhere in the tree; of one list of siblings only the first when `once`. */
  #placeBelow(
    nodes: readonly RuleNode[],
    rule: Rule,
    fits: (parent: Rule) => boolean,
    once = false,
    depth = 1,
  ): boolean {
    if (depth > depthMax)
      throw new RuleFileFault(rule.place, `rule ${rule.id}: more than ${depthMax} rules stand below one another`);
    let placed = false;
    for (const node of nodes) {
      if (node.rule !== rule && fits(node.rule)) {
        if (once) rule.category = node.rule.category;
        this.#insert(node.children, rule);
        if (once) return true;
        placed = true;
      }
      // The list of children may have just grown by the rule itself, which has no children yet.
      if (this.#placeBelow(node.children, rule, fits, once, depth + 1)) placed = true;
    }
    return placed;
  }

  #rootOf(category: Category, place: Place): RuleNode {
    const found = this.roots.find((root) => root.rule.category === category);
    if (found) return found;
    const root: Rule = {
      id: 0,
      level: 0,
      description: '',
      groups: `${category},`,
      attack: [],
      info: [],
      category,
      conditions: [],
      composite: undefined,
      lookback: undefined,
      noAlert: true,
      noLog: true,
      ignoreSeconds: 0,
      ignores: [],
      checksIgnored: [],
      rank: 0,
      place,
      feeds: new Set(),
      ownList: undefined,
      groupLists: new Map(),
    };
    const node: RuleNode = { rule: root, children: [] };
    this.roots.push(node);
    return node;
  }
}
