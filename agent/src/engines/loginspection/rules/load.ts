import type { DecoderSet } from '../decoders/decoder.ts';
import type { Category } from '../event.ts';
import { type Place, RuleFileFault } from '../fault.ts';
import { compileOsMatch, Subject } from '../patterns/index.ts';
import { readXml, type XmlElement, type XmlFile } from '../xml.ts';
import { type Position, type ReadRule, readRule } from './read.ts';
import type { Counting, Rule, RuleNode, RuleSet } from './rule.ts';

/** A rule file, with the way in which its `frequency` counts. Ours count as written. */
export interface RuleFile extends XmlFile {
  readonly counting?: Counting;
}

/**
 * Reads rule files in their order into OSSEC's tree. Rules 1–9 are the roots; every other rule hangs below those it names in `if_sid`,
 * `if_group` or `if_level`, or below the root of its category. A set without such roots gets one for each category in use.
 *
 * @throws RuleFileFault
 */
export function loadRules(files: readonly RuleFile[], decoders: DecoderSet): RuleSet {
  const loading: Loading = { roots: [], rules: new Map() };
  for (const file of files) {
    for (const group of readXml(file)) {
      for (const element of rulesOf(group)) {
        addRule(loading, readRule(element, group.attributes['name'] ?? '', decoders, file.counting ?? 'as-written'));
      }
    }
  }
  return { ...loading, composites: [...loading.rules.values()].filter(isComposite) };
}

const isComposite = (rule: Rule): rule is RuleSet['composites'][number] => rule.composite !== undefined;

interface Loading {
  readonly roots: RuleNode[];
  readonly rules: Map<number, Rule>;
}

function rulesOf(group: XmlElement): readonly XmlElement[] {
  if (group.name !== 'group')
    throw new RuleFileFault(group.place, `\`<${group.name}>\` where \`<group>\` was expected`);
  if (!group.attributes['name'] || Object.keys(group.attributes).length > 1) {
    throw new RuleFileFault(group.place, '`<group>` takes a `name` and nothing else');
  }
  for (const child of group.children) {
    if (child.name !== 'rule')
      throw new RuleFileFault(child.place, `\`<${child.name}>\` where \`<rule>\` was expected`);
  }
  return group.children;
}

function addRule(loading: Loading, { rule, position, overwrites }: ReadRule): void {
  const existing = loading.rules.get(rule.id);
  if (overwrites) {
    overwrite(existing, rule, loading);
    return;
  }
  if (existing) {
    const { file, line } = existing.place;
    throw new RuleFileFault(rule.place, `rule ${rule.id} stands at line ${line} of ${file} already`);
  }
  loading.rules.set(rule.id, rule);
  if (rule.id < 10) insert(loading.roots, rule);
  else place(loading, rule, position);
  watch(loading, rule);
}

/** The rule changes where it stands: its place in the tree and those who count it remain. */
function overwrite(existing: Rule | undefined, rule: Rule, loading: Loading): void {
  if (!existing) throw new RuleFileFault(rule.place, `there is no rule ${rule.id} to overwrite`);
  const { rank, feeds, category } = existing;
  Object.assign(existing, { ...rule, rank, feeds, category });
  watch(loading, existing);
}

/** Siblings stand by rank, and in the order of the files where that is equal. */
function insert(siblings: RuleNode[], rule: Rule): void {
  const before = siblings.findIndex((sibling) => sibling.rule.rank < rule.rank);
  siblings.splice(before < 0 ? siblings.length : before, 0, { rule, children: [] });
}

function place(loading: Loading, rule: Rule, position: Position): void {
  const need = (found: boolean, what: string) => {
    if (!found) throw new RuleFileFault(rule.place, `rule ${rule.id}: there is no ${what} before it`);
  };
  if (position.ids.length > 0) {
    for (const id of position.ids)
      need(
        placeBelow(loading.roots, rule, (parent) => parent.id === id, true),
        `rule ${id}`,
      );
  } else if (position.level !== undefined) {
    const rank = position.level * 100;
    need(
      placeBelow(loading.roots, rule, (parent) => parent.rank >= rank),
      `rule of level ${position.level} or above`,
    );
  } else if (position.group !== undefined) {
    const group = compileOsMatch(position.group);
    need(
      placeBelow(loading.roots, rule, (parent) => group.test(new Subject(parent.groups))),
      `rule in group \`${position.group}\``,
    );
  } else insert(rootOf(loading, position.category, rule.place).children, rule);
}

/** Below every rule that `fits`, anywhere in the tree; of one list of siblings only the first when `once`. */
function placeBelow(nodes: readonly RuleNode[], rule: Rule, fits: (parent: Rule) => boolean, once = false): boolean {
  let placed = false;
  for (const node of nodes) {
    if (node.rule !== rule && fits(node.rule)) {
      if (once) rule.category = node.rule.category;
      insert(node.children, rule);
      if (once) return true;
      placed = true;
    }
    // The list of children may have just grown by the rule itself, which has no children yet.
    if (placeBelow(node.children, rule, fits, once)) placed = true;
  }
  return placed;
}

function rootOf(loading: Loading, category: Category, place: Place): RuleNode {
  const found = loading.roots.find((root) => root.rule.category === category);
  if (found) return found;
  const root: Rule = {
    id: 0,
    level: 0,
    description: '',
    groups: `${category},`,
    attack: [],
    category,
    conditions: [],
    composite: undefined,
    noAlert: true,
    noLog: true,
    ignoreSeconds: 0,
    rank: 0,
    place,
    feeds: new Set(),
  };
  const node: RuleNode = { rule: root, children: [] };
  loading.roots.push(node);
  return node;
}

/** Marks the rules whose events a composite wants. As in OSSEC, those of a group must stand before the composite. */
function watch(loading: Loading, rule: Rule): void {
  const source = rule.composite?.source;
  if (source?.kind === 'rule') {
    const watched = loading.rules.get(source.id);
    if (!watched) throw new RuleFileFault(rule.place, `rule ${rule.id}: there is no rule ${source.id} before it`);
    watched.feeds.add(rule.id);
  }
  if (source?.kind !== 'group') return;
  for (const other of loading.rules.values()) {
    if (source.group.test(new Subject(other.groups))) other.feeds.add(rule.id);
  }
}
