import { fieldText } from '../event.ts';
import { compileAt, RuleFileFault } from '../fault.ts';
import { compileOsMatch, compileOsRegex } from '../patterns/index.ts';
import { wholeNumber, type XmlElement } from '../xml.ts';
import type { Composite, Counting, Relation } from './rule.ts';

type Value = Relation['value'];

const same = (value: Value): Relation => ({ kind: 'same', value });
const different = (value: Value): Relation => ({ kind: 'different', value });

const srcip: Value = (event) => fieldText(event, 'srcip');
const user: Value = (event) => fieldText(event, 'dstuser');
const host: Value = (event) => event.hostname?.text;
const field =
  (name: 'id' | 'url' | 'srcport' | 'dstport'): Value =>
  (event) =>
    fieldText(event, name);

/** `<same_*>` and `<different_*>`, OSSEC's names and the shorter ones that people write. */
const relations: Readonly<Record<string, Relation>> = {
  same_source_ip: same(srcip),
  same_srcip: same(srcip),
  same_user: same(user),
  same_id: same(field('id')),
  same_location: same(host),
  same_src_port: same(field('srcport')),
  same_srcport: same(field('srcport')),
  same_dst_port: same(field('dstport')),
  same_dstport: same(field('dstport')),
  different_url: different(field('url')),
  different_srcip: different(srcip),
  different_source_ip: different(srcip),
  different_user: different(user),
  different_id: different(field('id')),
};

/** `<not_same_*>` takes a relation back. */
const withdrawals: Readonly<Record<string, readonly string[]>> = {
  not_same_source_ip: ['same_source_ip', 'same_srcip'],
  not_same_user: ['same_user'],
  not_same_id: ['same_id'],
  not_same_agent: ['same_location'],
};

export const compositeNames: ReadonlySet<string> = new Set([
  ...Object.keys(relations),
  ...Object.keys(withdrawals),
  'if_matched_sid',
  'if_matched_group',
  'if_matched_regex',
]);

/** Timeframe of a composite that names none, seconds (OSSEC's default). */
const timeframeSecondsDefault = 360;

/** @throws RuleFileFault */
export function readComposite(rule: XmlElement, counting: Counting): Composite | undefined {
  const relationNames = rule.children.map((child) => child.name).filter((name) => relations[name]);
  const withdrawn = rule.children.flatMap((child) => withdrawals[child.name] ?? []);
  const source = readSource(rule);
  if (!source) {
    if (relationNames.length > 0 || rule.attributes['frequency'] !== undefined) {
      throw new RuleFileFault(
        rule.place,
        '`frequency`, `<same_*>` and `<different_*>` need `<if_matched_sid>`, `<if_matched_group>` or `<if_matched_regex>`',
      );
    }
    return undefined;
  }
  const timeframe = rule.attributes['timeframe'];
  return {
    counting,
    earlierNeeded: readEarlierNeeded(rule, counting),
    timeframeMs:
      1000 * (timeframe === undefined ? timeframeSecondsDefault : wholeNumber(timeframe, rule.place, '`timeframe`')),
    relations: relationNames.filter((name) => !withdrawn.includes(name)).map((name) => relations[name]!),
    source,
  };
}

function readEarlierNeeded(rule: XmlElement, counting: Counting): number {
  const text = rule.attributes['frequency'];
  if (text === undefined) return 1;
  const frequency = wholeNumber(text, rule.place, '`frequency`');
  if (frequency > 1000) throw new RuleFileFault(rule.place, '`frequency` is at most 1000');
  if (counting === 'ossec') return frequency + 1;
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
