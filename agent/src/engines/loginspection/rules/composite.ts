import { compileAt, RuleFileFault } from '../fault.ts';
import { compileOsMatch, compileOsRegex } from '../patterns/index.ts';
import { type Dialect, wholeNumber, type XmlElement } from '../xml.ts';
import { readOssecRelations, readRelations, relationNames } from './relations.ts';
import type { Composite, Relation } from './rule.ts';

export const compositeNames: ReadonlySet<string> = new Set([
  ...relationNames,
  'if_matched_sid',
  'if_matched_group',
  'if_matched_regex',
]);

/** Timeframe of a composite that names none, seconds (OSSEC's default). */
const timeframeSecondsDefault = 360;

/** @throws RuleFileFault */
export function readComposite(rule: XmlElement, dialect: Dialect): Composite | undefined {
  const source = readSource(rule);
  const relations = dialect === 'ossec' ? readOssecRelations(rule, source?.kind === 'regex') : readRelations(rule);
  if (!source) {
    refuseLonely(rule, relations);
    return undefined;
  }
  const timeframe = rule.attributes['timeframe'];
  return {
    counting: dialect === 'ossec' ? 'ossec' : 'as-written',
    earlierNeeded: readEarlierNeeded(rule, dialect),
    timeframeMs:
      1000 * (timeframe === undefined ? timeframeSecondsDefault : wholeNumber(timeframe, rule.place, '`timeframe`')),
    relations,
    source,
  };
}

/** With `check_diff` OSSEC lets them stand; they have no effect there. */
function refuseLonely(rule: XmlElement, relations: readonly Relation[]): void {
  const frequency = rule.attributes['frequency'];
  if (rule.children.some(({ name }) => name === 'check_diff')) return;
  if (relations.length === 0 && (frequency === undefined || Number(frequency) === 0)) return;
  throw new RuleFileFault(
    rule.place,
    '`frequency`, `<same_*>` and `<different_*>` need `<if_matched_sid>`, `<if_matched_group>` or `<if_matched_regex>`',
  );
}

function readEarlierNeeded(rule: XmlElement, dialect: Dialect): number {
  const text = rule.attributes['frequency'];
  if (text === undefined) return 1;
  const frequency = wholeNumber(text, rule.place, '`frequency`');
  if (dialect === 'ossec') {
    if (frequency > 9999) throw new RuleFileFault(rule.place, '`frequency` is at most 9999');
    return frequency + 1;
  }
  if (frequency > 1000) throw new RuleFileFault(rule.place, '`frequency` is at most 1000');
  if (frequency < 2) throw new RuleFileFault(rule.place, '`frequency` is at least 2: the rule fires at that event');
  return frequency - 1;
}

function readSource(rule: XmlElement): Composite['source'] | undefined {
  const last = (name: string) => rule.children.filter((child) => child.name === name).at(-1);
  const sid = last('if_matched_sid');
  if (sid) return { kind: 'rule', id: wholeNumber(sid.text, sid.place, '`<if_matched_sid>`') };
  const group = last('if_matched_group');
  if (group)
    return {
      kind: 'group',
      group: compileAt(group.place, '`<if_matched_group>`', () => compileOsMatch(group.text.trim())),
    };
  const regex = last('if_matched_regex');
  if (regex)
    return { kind: 'regex', regex: compileAt(regex.place, '`<if_matched_regex>`', () => compileOsRegex(regex.text)) };
  return undefined;
}
