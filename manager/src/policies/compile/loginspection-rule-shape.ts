import { checkPattern } from './loginspection-check-pattern.ts';
import { problemOfCondition } from './loginspection-conditions.ts';
import { LogInspectionFault, type LogInspectionPlace } from './loginspection-fault.ts';
import {
  type LogRuleDialect,
  logCategories,
  logRuleAttributes,
  logRuleElements,
  logRuleOptions,
  logRulePatterns,
  logRuleRelations,
  logRuleWithdrawals,
} from './loginspection-language.ts';
import { checkSpecial } from './loginspection-special.ts';
import type { LogRuleElement } from './loginspection-xml.ts';

/** A `<rule>` as far as others depend on it, or it on others. */
export type LogRuleFacts = {
  readonly id: number;
  readonly overwrites: boolean;
  /** As OSSEC joins them: the group's name and each `<group>`. */
  readonly groups: string;
  readonly needsRules: readonly number[];
  readonly needsGroups: readonly string[];
  readonly needsDecoders: readonly string[];
  readonly needsAnyRule: boolean;
};

const fault = (place: LogInspectionPlace, sentence: string): LogInspectionFault =>
  new LogInspectionFault(sentence, place);

/** Reads a `<group>` with its rules. @throws LogInspectionFault for what agents would refuse */
export function readRuleGroup(group: LogRuleElement, dialect: LogRuleDialect): LogRuleFacts[] {
  const { name } = group.attributes;
  if (!name || Object.keys(group.attributes).length > 1)
    throw fault(group.place, '`<group>` takes a `name` and nothing else.');
  return group.children.map((child) => {
    if (child.name !== 'rule') throw fault(child.place, `\`<${child.name}>\` stands where \`<rule>\` was expected.`);
    return readRule(child, name, dialect);
  });
}

function readRule(rule: LogRuleElement, groupName: string, dialect: LogRuleDialect): LogRuleFacts {
  checkAttributes(rule);
  for (const child of rule.children) checkChild(child, dialect);
  checkAction(rule);
  checkComposite(rule, dialect);
  const texts = (name: string) => rule.children.filter((child) => child.name === name).map(({ text }) => text);
  const joined = (name: string) => texts(name).join('').trim();
  const category = texts('category').at(-1)?.trim();
  if (category !== undefined && !(logCategories as readonly string[]).includes(category))
    throw fault(rule.place, `\`${category}\` is no category: ${logCategories.join(', ')}.`);
  const ids = rule.children
    .filter((child) => child.name === 'if_sid')
    .flatMap((child) =>
      child.text
        .split(/[\s,]+/)
        .filter(Boolean)
        .map((text) => wholeNumber(text, child.place, '`<if_sid>`')),
    );
  const matched = rule.children.filter((child) => child.name === 'if_matched_sid').at(-1);
  const overwrites = rule.attributes['overwrite'] === 'yes';
  const id = wholeNumber(rule.attributes['id']!, rule.place, '`id`');
  return {
    id,
    overwrites,
    groups: [groupName, ...texts('group')].join(''),
    needsRules: [
      ...(overwrites ? [id] : ids),
      ...matchedRule(matched, dialect === 'ossec' && (ids.length > 0 || joined('if_group') !== '')),
    ],
    needsGroups:
      overwrites || ids.length > 0 ? [] : [joined('if_group'), joined('if_matched_group')].filter(Boolean).slice(0, 1),
    needsDecoders: texts('decoded_as')
      .slice(-1)
      .map((text) => text.trim()),
    needsAnyRule: texts('if_level').length > 0,
  };
}

/** OSSEC lets a rule that stands somewhere already count events of one that is nowhere; it never fires. */
function matchedRule(matched: LogRuleElement | undefined, isPlaced: boolean): number[] {
  if (!matched) return [];
  const id = wholeNumber(matched.text, matched.place, '`<if_matched_sid>`');
  return isPlaced ? [] : [id];
}

const numbers = ['id', 'level', 'frequency', 'timeframe', 'ignore', 'maxsize', 'accuracy'];

function checkAttributes(rule: LogRuleElement): void {
  for (const [name, text] of Object.entries(rule.attributes)) {
    if (!(logRuleAttributes as readonly string[]).includes(name))
      throw fault(rule.place, `A rule has no attribute \`${name}\`.`);
    if (numbers.includes(name)) wholeNumber(text, rule.place, `\`${name}\``);
  }
  for (const name of ['id', 'level'])
    if (rule.attributes[name] === undefined) throw fault(rule.place, `A rule needs \`${name}\`.`);
  if (Number(rule.attributes['level']) > 16) throw fault(rule.place, '`level` is at most 16.');
}

function checkChild(child: LogRuleElement, dialect: LogRuleDialect): void {
  if (!logRuleElements.has(child.name)) throw fault(child.place, `\`<${child.name}>\` in a rule is not supported.`);
  if (child.children.length > 0 && child.name !== 'mitre')
    throw fault(child.place, `\`<${child.name}>\` holds text alone.`);
  if (child.name === 'options')
    for (const option of child.text.split(','))
      if (!(logRuleOptions as readonly string[]).includes(option.trim()))
        throw fault(child.place, `The option \`${option.trim()}\` is not supported.`);
  const problem = problemOfCondition(child.name, child.text, dialect);
  if (problem) throw fault(child.place, `\`<${child.name}>\`: ${problem}`);
  const plain = child.name === 'pcre2' ? 'regex' : child.name.replace(/_pcre2$/, '');
  if ((logRulePatterns as readonly string[]).includes(plain)) checkRulePattern(child, plain);
  checkSpecial(child);
  if (child.name === 'if_level') wholeNumber(child.text, child.place, '`<if_level>`');
}

function checkRulePattern(child: LogRuleElement, plain: string): void {
  for (const name of Object.keys(child.attributes))
    if (name !== 'type' && name !== 'negate')
      throw fault(child.place, `\`<${child.name}>\` has no attribute \`${name}\`.`);
  const own = child.name.endsWith('pcre2') ? 'pcre2' : plain === 'regex' ? 'osregex' : 'osmatch';
  checkPattern(child, child.attributes['type'] ?? own, child.text);
}

/** With Wazuh's attributes the action is a pattern. */
function checkAction(rule: LogRuleElement): void {
  const actions = rule.children.filter(({ name }) => name === 'action');
  const isPattern = actions.some(({ attributes }) => 'type' in attributes || 'negate' in attributes);
  if (isPattern) checkRulePattern(actions[0]!, 'action');
}

function checkComposite(rule: LogRuleElement, dialect: LogRuleDialect): void {
  const names = rule.children.map(({ name }) => name);
  const isComposite = names.some((name) => name.startsWith('if_matched_'));
  const matched = rule.children.filter(({ name }) => name === 'if_matched_regex').at(-1);
  // Beside a rule or group it counts for nothing.
  if (matched && !names.includes('if_matched_sid') && !names.includes('if_matched_group'))
    checkPattern(matched, 'osregex', matched.text);
  const frequency = rule.attributes['frequency'];
  if (!isComposite) {
    if (names.includes('check_diff')) return;
    if (relationsOf(names, dialect).length > 0 || (frequency !== undefined && Number(frequency) !== 0))
      throw fault(
        rule.place,
        '`frequency`, `<same_*>` and `<different_*>` need `<if_matched_sid>`, `<if_matched_group>` or `<if_matched_regex>`.',
      );
    return;
  }
  if (frequency === undefined) return;
  if (dialect === 'ossec' && Number(frequency) > 9999) throw fault(rule.place, '`frequency` is at most 9999.');
  if (dialect !== 'ossec' && (Number(frequency) < 2 || Number(frequency) > 1000))
    throw fault(rule.place, '`frequency` is between 2 and 1000: the rule fires at that event.');
}

/** What is asked of two events in the end. OSSEC reads two of them and never heeds them, and one behind another that withdraws it counts again. */
function relationsOf(names: readonly string[], dialect: LogRuleDialect): string[] {
  const isOssec = dialect === 'ossec';
  const asked = new Set<string>();
  for (const name of names) {
    if (!(logRuleRelations as readonly string[]).includes(name)) continue;
    if (isOssec && ['different_srcip', 'not_same_agent'].includes(name)) continue;
    const withdrawn = logRuleWithdrawals[name];
    if (!withdrawn) asked.add(name);
    for (const one of withdrawn ?? []) asked.delete(one);
  }
  if (isOssec) return [...asked];
  const withdrawn = names.flatMap((name) => logRuleWithdrawals[name] ?? []);
  return names.filter(
    (name) =>
      (logRuleRelations as readonly string[]).includes(name) && !logRuleWithdrawals[name] && !withdrawn.includes(name),
  );
}

function wholeNumber(text: string, place: LogInspectionPlace, what: string): number {
  if (!/^\s*\d{1,9}\s*$/.test(text))
    throw fault(place, `${what} must be a whole number, not \`${text.trim().slice(0, 40)}\`.`);
  return Number(text);
}
