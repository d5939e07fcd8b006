import type { DecoderSet } from '../decoders/decoder.ts';
import { type Category, categories } from '../event.ts';
import { RuleFileFault } from '../fault.ts';
import { wholeNumber, type XmlElement } from '../xml.ts';
import { compositeNames, readComposite } from './composite.ts';
import { conditionNames, readConditions } from './conditions.ts';
import type { Counting, Rule } from './rule.ts';

/** Where a rule asks to stand in the tree. */
export interface Position {
  readonly ids: readonly number[];
  readonly group: string | undefined;
  readonly level: number | undefined;
  readonly category: Category;
}

export interface ReadRule {
  readonly rule: Rule;
  readonly position: Position;
  readonly overwrites: boolean;
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
const textNames = ['description', 'group', 'info', 'cve', 'options', 'mitre'];
const positionNames = ['if_sid', 'if_group', 'if_level', 'category'];

/** Options that ask OSSEC for mails and active responses: who is told of a detection is decided by the manager. */
const optionsWithoutEffect = ['alert_by_email', 'no_email_alert', 'log_alert', 'no_ar'];

/** Reads one `<rule>`. @throws RuleFileFault, also for whatever is not supported: nothing is passed over in silence. */
export function readRule(element: XmlElement, groupName: string, decoders: DecoderSet, counting: Counting): ReadRule {
  refuseUnknown(element);
  const id = readNumber(element, 'id') ?? missing(element, 'id');
  const level = readNumber(element, 'level') ?? missing(element, 'level');
  if (level > 16) throw new RuleFileFault(element.place, '`level` is at most 16');
  const composite = readComposite(element, counting);
  const groups = [groupName, ...textsOf(element, 'group')].join('');
  const maxSize = readNumber(element, 'maxsize') ?? 0;
  const conditions = readConditions(element, decoders);
  if (maxSize > 0) conditions.push((event) => event.message.text.length >= maxSize);
  const options = textsOf(element, 'options').flatMap((text) => text.split(',').map((option) => option.trim()));
  const rule: Rule = {
    id,
    level,
    description: textsOf(element, 'description').join('').replaceAll(/\s+/g, ' ').trim(),
    groups,
    attack: attackIds(element, groups),
    category: readCategory(element),
    conditions,
    composite,
    noAlert: element.attributes['noalert'] !== undefined,
    noLog: options.includes('no_log'),
    ignoreSeconds: readNumber(element, 'ignore') ?? 0,
    // OSSEC sorts siblings by level, takes level 0 for the highest, and puts rules of accuracy 0 behind the others.
    rank: (level === 0 ? 99 : level) * (element.attributes['accuracy'] === '0' ? 1 : 100),
    place: element.place,
    feeds: new Set(),
  };
  return { rule, position: readPosition(element, rule), overwrites: element.attributes['overwrite'] === 'yes' };
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
  const ids = textsOf(element, 'if_sid').flatMap((text) => text.split(/[\s,]+/).filter((part) => part !== ''));
  const group = textsOf(element, 'if_group').join('').trim();
  const level = textsOf(element, 'if_level').at(-1);
  const source = rule.composite?.source;
  const matchedGroup = textsOf(element, 'if_matched_group').join('').trim();
  return {
    ids:
      ids.length === 0 && group === '' && source?.kind === 'rule'
        ? [source.id]
        : ids.map((text) => wholeNumber(text, element.place, '`<if_sid>`')),
    group: group !== '' ? group : source?.kind === 'group' && ids.length === 0 ? matchedGroup : undefined,
    level: level === undefined ? undefined : wholeNumber(level, element.place, '`<if_level>`'),
    category: rule.category,
  };
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
