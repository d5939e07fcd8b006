import type { DecoderSet } from '../decoders/decoder.ts';
import { RuleFileFault } from '../fault.ts';
import { Subject } from '../patterns/index.ts';
import { type Dialect, readXml, type XmlElement, type XmlFile } from '../xml.ts';
import { type ConditionSet, inOrder, overwriteConditions } from './conditions.ts';
import type { KnownLists } from './list-condition.ts';
import { type ReadRule, readRule } from './read.ts';
import type { Rule, RuleSet } from './rule.ts';
import { RuleTree } from './tree.ts';

const noLists: KnownLists = new Map();

/**
 * Reads rule files in their order into OSSEC's tree.
 * @throws RuleFileFault
 */
export function loadRules(files: readonly XmlFile[], decoders: DecoderSet, lists: KnownLists = noLists): RuleSet {
  const loading = new Loading();
  for (const file of files) {
    const { elements, dialect } = readXml(file);
    for (const group of elements) {
      for (const element of rulesOf(group))
        loading.add(readRule(element, group.attributes['name'] ?? '', { decoders, dialect, lists }), dialect);
    }
  }
  return loading.done();
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

const isWritten = (rule: Rule): rule is RuleSet['composites'][number] => rule.composite?.counting === 'as-written';

class Loading {
  readonly #tree = new RuleTree();
  readonly #rules = new Map<number, Rule>();
  readonly #conditions = new Map<number, ConditionSet>();
  #lists = 0;
  #highestFrequency = 0;

  done(): RuleSet {
    return {
      roots: this.#tree.roots,
      rules: this.#rules,
      composites: [...this.#rules.values()].filter(isWritten),
      lists: this.#lists,
      highestFrequency: this.#highestFrequency,
    };
  }

  add(read: ReadRule, dialect: Dialect): void {
    const { rule, conditions } = read;
    if (rule.composite?.counting === 'ossec')
      this.#highestFrequency = Math.max(this.#highestFrequency, rule.composite.earlierNeeded - 1);
    const existing = this.#rules.get(rule.id);
    if (read.overwrites) {
      if (!existing) throw new RuleFileFault(rule.place, `there is no rule ${rule.id} to overwrite`);
      this.#overwrite(existing, read, dialect);
      return;
    }
    if (existing) {
      const { file, line } = existing.place;
      throw new RuleFileFault(rule.place, `rule ${rule.id} stands at line ${line} of ${file} already`);
    }
    this.#rules.set(rule.id, rule);
    this.#conditions.set(rule.id, conditions);
    if (rule.id < 10) this.#tree.addRoot(rule);
    else this.#tree.place(rule, read.position);
    this.#watch(rule);
  }

  /** The rule changes where it stands: its place in the tree, and those who look among its events, remain. */
  #overwrite(existing: Rule, { rule, conditions }: ReadRule, dialect: Dialect): void {
    const { feeds, ownList, groupLists, category, lookback, ignores, checksIgnored } = existing;
    const kept = { feeds, ownList, groupLists, category };
    const isOssec = dialect === 'ossec';
    const merged = isOssec ? overwriteConditions(this.#conditions.get(rule.id)!, conditions) : conditions;
    this.#conditions.set(rule.id, merged);
    Object.assign(existing, rule, kept, { conditions: inOrder(merged) });
    if (isOssec) {
      // What a composite looks through is what it was, or nothing: then it does not look at all.
      Object.assign(existing, { lookback, ignores, checksIgnored });
      if (existing.composite && lookback === undefined) existing.composite = undefined;
    } else this.#watch(existing);
  }

  /** Marks the rules whose events a composite wants. As in OSSEC, those of a group must stand before the composite. */
  #watch(rule: Rule): void {
    const { composite } = rule;
    if (!composite) return;
    if (composite.counting === 'ossec') this.#giveList(rule);
    else if (composite.source.kind === 'rule') {
      const watched = this.#rules.get(composite.source.id);
      if (!watched)
        throw new RuleFileFault(rule.place, `rule ${rule.id}: there is no rule ${composite.source.id} before it`);
      watched.feeds.add(rule.id);
    } else if (composite.source.kind === 'group') {
      const { group } = composite.source;
      for (const other of this.#rules.values()) if (group.test(new Subject(other.groups))) other.feeds.add(rule.id);
    }
  }

  /** One list for each rule that is counted by id, and one for each composite that counts a group. */
  #giveList(rule: Rule): void {
    const { source } = rule.composite!;
    if (source.kind === 'regex') rule.lookback = 'everything';
    else if (source.kind === 'rule') {
      const watched = this.#rules.get(source.id);
      if (watched) rule.lookback = watched.ownList ??= this.#lists++;
    } else {
      const list = this.#lists++;
      rule.lookback = list;
      // A rule that stands in several places of the tree feeds the list as many times.
      this.#tree.visit(({ rule: { groups, groupLists } }) => {
        if (source.group.test(new Subject(groups))) groupLists.set(list, (groupLists.get(list) ?? 0) + 1);
      });
    }
  }
}
