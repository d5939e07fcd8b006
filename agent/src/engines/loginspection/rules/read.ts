import { type Category, categories, type FirstSightPart } from '../event.ts';
import { RuleFileFault } from '../fault.ts';
import { wholeNumber, type XmlElement } from '../xml.ts';
import { compositeNames, readComposite } from './composite.ts';
import { type ConditionContext, type ConditionSet, conditionNames, inOrder, readConditions } from './conditions.ts';
import type { Rule } from './rule.ts';

/** Where a rule asks to stand in the tree. */
export interface Position {
  readonly ids: readonly number[];
  /** OSSEC takes a comma or blank at the end of `<if_sid>` for one more place, below the root of the category. */
  readonly alsoAtRoot: boolean;
  readonly group: string | undefined;
  readonly level: number | undefined;
  readonly category: Category;
}

export interface ReadRule {
  readonly rule: Rule;
  readonly position: Position;
  readonly overwrites: boolean;
  readonly conditions: ConditionSet;
}

const attributeNames = [
  'id',
  'level',
  'frequency',
  'timeframe',
  'ignore',
  'overwrite',
  'noalert',
  'accuracy',
  'maxsize',
];

/** Elements without effect on matching. */
const textNames = ['description', 'group', 'info', 'cve', 'options', 'mitre', 'ignore', 'check_if_ignored'];
const positionNames = ['if_sid', 'if_group', 'if_level', 'category'];

/** Options that ask OSSEC for mails and active responses: who is told of a detection is decided by the manager. */
const optionsWithoutEffect = ['alert_by_email', 'no_email_alert', 'log_alert', 'no_ar', 'no_full_log'];

/** Reads one `<rule>`. @throws RuleFileFault, also for whatever is not supported: nothing is passed over in silence. */
export function readRule(element: XmlElement, groupName: string, context: ConditionContext): ReadRule {
  refuseUnknown(element);
  const id = readNumber(element, 'id') ?? missing(element, 'id');
  const level = readNumber(element, 'level') ?? missing(element, 'level');
  if (level > 16) throw new RuleFileFault(element.place, '`level` is at most 16');
  const groups = [groupName, ...textsOf(element, 'group')].join('');
  const conditions = readConditions(element, context);
  const options = textsOf(element, 'options').flatMap((text) => text.split(',').map((option) => option.trim()));
  const isAccurate = (readNumber(element, 'accuracy') ?? 1) !== 0;
  const rule: Rule = {
    id,
    level,
    description: textsOf(element, 'description').join('').replaceAll(/\s+/g, ' ').trim(),
    groups,
    attack: attackIds(element, groups),
    info: readInfo(element),
    category: readCategory(element),
    conditions: inOrder(conditions),
    composite: readComposite(element, context.dialect),
    lookback: undefined,
    noAlert: element.attributes['noalert'] !== undefined,
    noLog: options.includes('no_log'),
    ignoreSeconds: readNumber(element, 'ignore') ?? 0,
    ignores: readIgnored(element, 'ignore'),
    checksIgnored: readIgnored(element, 'check_if_ignored'),
    // OSSEC sorts siblings by level, takes level 0 for the highest, and puts rules of accuracy 0 behind the others.
    rank: (level === 0 ? 99 : level) * (isAccurate ? 100 : 1),
    place: element.place,
    feeds: new Set(),
    ownList: undefined,
    groupLists: new Map(),
  };
  const overwrites = element.attributes['overwrite'] === 'yes';
  return { rule, position: readPosition(element, rule), overwrites, conditions };
}

function refuseUnknown(element: XmlElement): void {
  for (const name of Object.keys(element.attributes)) {
    if (!attributeNames.includes(name)) throw new RuleFileFault(element.place, `a rule has no attribute \`${name}\``);
  }
  for (const child of element.children) {
    const known =
      [...textNames, ...positionNames].includes(child.name) ||
      conditionNames.has(child.name) ||
      compositeNames.has(child.name);
    if (!known) throw new RuleFileFault(child.place, `\`<${child.name}>\` in a rule is not supported`);
    if (child.children.length > 0 && child.name !== 'mitre')
      throw new RuleFileFault(child.place, `\`<${child.name}>\` holds text alone`);
    if (child.name !== 'options') continue;
    for (const option of child.text.split(',')) {
      if (option.trim() !== 'no_log' && !optionsWithoutEffect.includes(option.trim())) {
        throw new RuleFileFault(child.place, `the option \`${option.trim()}\` is not supported`);
      }
    }
  }
}

const textsOf = (element: XmlElement, name: string) =>
  element.children.filter((child) => child.name === name).map((child) => child.text);

function readNumber(element: XmlElement, name: string): number | undefined {
  const text = element.attributes[name];
  return text === undefined ? undefined : wholeNumber(text, element.place, `\`${name}\``);
}

function missing(element: XmlElement, name: string): never {
  throw new RuleFileFault(element.place, `a rule needs \`${name}\``);
}

function readCategory(element: XmlElement): Category {
  const text = textsOf(element, 'category').at(-1)?.trim();
  if (text === undefined) return 'syslog';
  const category = categories.find((one) => one === text);
  if (!category) throw new RuleFileFault(element.place, `\`${text}\` is no category: ${categories.join(', ')}`);
  return category;
}

function readPosition(element: XmlElement, rule: Rule): Position {
  const sids = textsOf(element, 'if_sid').join('');
  const ids = sids.split(/[\s,]+/).filter((part) => part !== '');
  const group = textsOf(element, 'if_group').join('').trim();
  const level = textsOf(element, 'if_level').at(-1);
  const source = rule.composite?.source;
  const matchedGroup = textsOf(element, 'if_matched_group').join('').trim();
  return {
    ids:
      ids.length === 0 && group === '' && source?.kind === 'rule'
        ? [source.id]
        : ids.map((text) => wholeNumber(text, element.place, '`<if_sid>`')),
    alsoAtRoot: ids.length > 0 && /[ ,]$/.test(sids),
    group: group !== '' ? group : source?.kind === 'group' && ids.length === 0 ? matchedGroup : undefined,
    level: level === undefined ? undefined : wholeNumber(level, element.place, '`<if_level>`'),
    category: rule.category,
  };
}

const readInfo = (element: XmlElement): Rule['info'] =>
  element.children
    .filter(({ name }) => name === 'info' || name === 'cve')
    .map(({ name, attributes, text }) => ({ kind: name === 'cve' ? 'cve' : (attributes['type'] ?? 'text'), text }));

/** OSSEC looks for the words anywhere in the text. */
const ignoredWords: readonly (readonly [string, FirstSightPart])[] = [
  ['user', 'dstuser'],
  ['srcip', 'srcip'],
  ['dstip', 'dstip'],
  ['id', 'id'],
  ['location', 'location'],
  ['data', 'data'],
  ['name', 'name'],
];

function readIgnored(element: XmlElement, name: 'ignore' | 'check_if_ignored'): FirstSightPart[] {
  const parts = new Set<FirstSightPart>();
  for (const child of element.children.filter((one) => one.name === name)) {
    const found = ignoredWords.filter(([word]) => child.text.includes(word));
    if (found.length === 0)
      throw new RuleFileFault(
        child.place,
        `\`<${name}>\` names some of: ${ignoredWords.map(([word]) => word).join(', ')}`,
      );
    for (const [, part] of found) parts.add(part);
  }
  return [...parts];
}

/** ATT&CK techniques: words `attack.T1110.001` among the groups, which OSSEC takes for plain groups, or Wazuh's `<mitre><id>`. */
function attackIds(element: XmlElement, groups: string): string[] {
  const named = groups.split(',').flatMap((group) => /^\s*attack\.(T\d{4}(?:\.\d{3})?)\s*$/.exec(group)?.[1] ?? []);
  const listed = element.children
    .filter((child) => child.name === 'mitre')
    .flatMap((child) => child.children.filter((part) => part.name === 'id').map((part) => part.text.trim()));
  for (const id of listed) {
    if (!/^T\d{4}(\.\d{3})?$/.test(id)) throw new RuleFileFault(element.place, `\`${id}\` is no ATT&CK technique`);
  }
  return [...new Set([...named, ...listed])].slice(0, 20);
}
