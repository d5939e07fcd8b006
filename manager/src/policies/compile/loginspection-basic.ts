import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { readRuleText } from './loginspection-custom.ts';
import { LogInspectionFault } from './loginspection-fault.ts';
import { logRuleMark } from './loginspection-language.ts';
import type { LogRulePart } from './loginspection-part.ts';

/** Ids that clients choose for rules of their own. One that chose none gets the object's id with this added. */
const ownRuleIds = { from: 100_000, to: 109_999 };
const unchosenOffset = 20_000_000;
/** A rule that counts lines nobody else matches needs one beside it that matches them. Its id is the rule's with this added. */
const countedOffset = 10_000_000;

/**
 * Makes OSSEC's XML of a rule of the template `basic-rule`. A `frequency` of two or more makes it a composite: it fires at that event within
 * `timeFrame` seconds, counted among the events of the rule or group it depends on, or among those of its own pattern.
 * @throws LogInspectionFault with a sentence that names the property
 */
export function readBasicRule(object: ApiObject): LogRulePart {
  const id =
    (object['ruleID'] ?? 0) === 0
      ? unchosenOffset + (object['ID'] as number)
      : wholeNumber(object, 'ruleID', ownRuleIds);
  const level = wholeNumber(object, 'level', { from: 0, to: 16 }, 0);
  const frequency = wholeNumber(object, 'frequency', { from: 0, to: 1000 }, 0);
  const seconds = wholeNumber(object, 'timeFrame', { from: 1, to: 86_400 }, 60);
  const description = textOf(object, 'ruleDescription') || textOf(object, 'name') || `Rule ${id}`;
  const dependency = readDependency(object);
  const isComposite = frequency > 1;
  const isCounted = isComposite && dependency === undefined;
  const counted = element('rule', { id: id + countedOffset, level: Math.max(1, Math.min(level, 15)) }, [
    ...pattern(object),
    element('description', {}, [escaped(`${description} (counted)`)]),
    element('options', {}, ['no_log']),
  ]);
  const rule = element('rule', { id, level, ...(isComposite ? { frequency, timeframe: seconds } : {}) }, [
    ...(isCounted ? [element('if_matched_sid', {}, [String(id + countedOffset)])] : place(dependency, isComposite)),
    ...(isCounted ? [] : pattern(object)),
    element('description', {}, [escaped(description)]),
  ]);
  const groups = groupsOf(object);
  const xml = `${logRuleMark}\n<var name="${dollar}">$</var>\n${element('group', { name: groups }, [...(isCounted ? [counted] : []), rule])}\n`;
  return readRuleText(xml, object);
}

type Dependency = { readonly kind: 'sid' | 'group'; readonly text: string };

function readDependency(object: ApiObject): Dependency | undefined {
  const kind = object['dependency'] ?? 'none';
  if (kind === 'none') return undefined;
  if (kind === 'rule')
    return { kind: 'sid', text: String(wholeNumber(object, 'dependencyRuleID', { from: 1, to: 999_999_999 })) };
  if (kind !== 'group') throw new LogInspectionFault('dependency must be one of: none, rule, group.');
  const text = textOf(object, 'dependencyGroup');
  if (!text) throw new LogInspectionFault('dependencyGroup is missing.');
  return { kind: 'group', text };
}

const place = (dependency: Dependency | undefined, isComposite: boolean): string[] =>
  dependency
    ? [element(`${isComposite ? 'if_matched_' : 'if_'}${dependency.kind}`, {}, [escaped(dependency.text)])]
    : [];

/** `string` is OSSEC's OS_Match, `regex` its OS_Regex. A rule that depends on another may be without. */
function pattern(object: ApiObject): string[] {
  const text = object['pattern'];
  const isGiven = typeof text === 'string' && text !== '';
  if (!isGiven && (object['dependency'] ?? 'none') === 'none') throw new LogInspectionFault('pattern is missing.');
  if (!isGiven) return [];
  const type = object['patternType'] ?? 'string';
  if (type !== 'string' && type !== 'regex') throw new LogInspectionFault('patternType must be one of: string, regex.');
  return [element(type === 'regex' ? 'regex' : 'match', {}, [escaped(text)])];
}

function groupsOf(object: ApiObject): string {
  const value = object['groups'] ?? [];
  const names = (Array.isArray(value) ? value : [value])
    .flatMap((name) => String(name).split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return `${[...new Set(['custom', ...names])].join(',')},`;
}

function textOf(object: ApiObject, property: string): string {
  const value = object[property] ?? '';
  if (typeof value !== 'string') throw new LogInspectionFault(`${property} must be a string.`);
  return value.trim();
}

function wholeNumber(
  object: ApiObject,
  property: string,
  { from, to }: { readonly from: number; readonly to: number },
  absent?: number,
): number {
  const value = object[property] ?? absent;
  if (value === undefined) throw new LogInspectionFault(`${property} is missing.`);
  if (!Number.isInteger(value) || (value as number) < from || (value as number) > to)
    throw new LogInspectionFault(`${property} must be a whole number from ${from} to ${to}.`);
  return value as number;
}

/** Name of a variable that is a dollar sign: a bare one before a letter would be taken for a variable itself. */
const dollar = 'DOLLAR';

function escaped(text: string): string {
  if (/[\p{Cc}--[\t\n\r]]/v.test(text)) throw new LogInspectionFault('A text of the rule holds a control character.');
  return text
    .replaceAll(/(?<!\\)\$(?=[A-Za-z_])/g, `$${dollar}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** @param content escaped already */
function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly string[],
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const isText = content.every((part) => !part.startsWith('<'));
  const inner = isText ? content.join('') : `\n${content.join('\n')}\n`;
  return `<${name}${written.join('')}>${inner}</${name}>`;
}
