import type { DecoderSet } from '../decoders/decoder.ts';
import { slot } from '../event.ts';
import { RuleFileFault } from '../fault.ts';
import { type Dialect, wholeNumber, type XmlElement } from '../xml.ts';
import { addressTest, ossecAddressTest } from './addresses.ts';
import { compiledRules } from './compiled-rules.ts';
import { fieldConditions } from './field-condition.ts';
import { type KnownLists, listConditions } from './list-condition.ts';
import type { Condition } from './rule.ts';
import { ossecTimeCondition, timeCondition, weekdayCondition } from './schedule.ts';
import { patternCondition, patternNames } from './text-condition.ts';

/** The conditions of a rule by the names of their elements. */
export type ConditionSet = ReadonlyMap<string, readonly Condition[]>;

/**
 * The order in which OSSEC tries them; of two names on one line the second counts only where the first is missing. It matters where trying one
 * leaves something behind: what is below `check_diff` is not tried, and so not remembered, when something above fails.
 */
const order: readonly (readonly string[])[] = [
  ['decoded_as'],
  ['program_name', 'program_name_pcre2'],
  ['id', 'id_pcre2'],
  ['match', 'match_pcre2'],
  ['regex', 'pcre2'],
  ['action'],
  ['url'],
  ['url_pcre2'],
  ['location', 'location_pcre2'],
  ['protocol', 'protocol_pcre2'],
  ['system_name', 'system_name_pcre2'],
  ['field'],
  ['srcip'],
  ['dstip'],
  ['srcport', 'srcport_pcre2'],
  ['dstport', 'dstport_pcre2'],
  ['compiled_rule'],
  ['user', 'user_pcre2'],
  ['srcgeoip', 'srcgeoip_pcre2'],
  ['src_country', 'src_country_pcre2'],
  ['srcasn', 'srcasn_pcre2'],
  ['dstgeoip', 'dstgeoip_pcre2'],
  ['dst_country', 'dst_country_pcre2'],
  ['dstasn', 'dstasn_pcre2'],
  ['maxsize'],
  ['time'],
  ['weekday'],
  ['extra_data', 'extra_data_pcre2'],
  ['hostname', 'hostname_pcre2'],
  ['status', 'status_pcre2'],
  ['check_diff'],
  ['if_fts'],
  ['list'],
];

/** Element names that `readConditions` understands; `maxsize` is an attribute. */
export const conditionNames: ReadonlySet<string> = new Set(order.flat().filter((name) => name !== 'maxsize'));

/** What OSSEC 4.x leaves as it was when a rule is overwritten. */
const keptByOverwrite = (name: string): boolean =>
  name.includes('pcre2') ||
  ['field', 'list', 'location'].includes(name) ||
  /^(?:src|dst)_?(?:geoip|country|asn)/.test(name);

/** The conditions of a rule that another one overwrites, as OSSEC 4.x leaves them. */
export const overwriteConditions = (old: ConditionSet, replacing: ConditionSet): ConditionSet =>
  new Map([
    ...[...old].filter(([name]) => keptByOverwrite(name)),
    ...[...replacing].filter(([name]) => !keptByOverwrite(name)),
  ]);

/** The conditions as they are tried. */
export const inOrder = (set: ConditionSet): Condition[] =>
  order.flatMap((names) => set.get(names.find((name) => set.has(name)) ?? '') ?? []);

/** What reading conditions needs to know of the rest. */
export interface ConditionContext {
  readonly decoders: DecoderSet;
  readonly dialect: Dialect;
  readonly lists: KnownLists;
}

/** Elements of one name are joined to one pattern, as in OSSEC. @throws RuleFileFault */
export function readConditions(rule: XmlElement, context: ConditionContext): ConditionSet {
  const set = new Map<string, readonly Condition[]>();
  const put = (name: string, conditions: readonly Condition[]) => {
    if (conditions.length > 0) set.set(name, conditions);
  };
  const all = (name: string) => rule.children.filter((child) => child.name === name);
  put(
    'decoded_as',
    all('decoded_as')
      .slice(-1)
      .map((element) => decodedAs(element, context.decoders)),
  );
  for (const name of patternNames) put(name, patternCondition(name, all(name)));
  put('action', actionCondition(all('action')));
  put('field', fieldConditions(all('field')));
  for (const name of ['srcip', 'dstip'] as const) put(name, addressCondition(name, all(name), context.dialect));
  put('compiled_rule', all('compiled_rule').slice(-1).map(compiledCondition));
  put('maxsize', sizeCondition(rule));
  const isOssec = context.dialect === 'ossec';
  put(
    'time',
    all('time')
      .slice(isOssec ? -1 : 0)
      .map(isOssec ? ossecTimeCondition : timeCondition),
  );
  put(
    'weekday',
    all('weekday')
      .slice(isOssec ? -1 : 0)
      .map(weekdayCondition),
  );
  if (all('check_diff').length > 0) put('check_diff', [differenceCondition(rule)]);
  if (all('if_fts').length > 0) put('if_fts', [firstSightCondition]);
  put('list', listConditions(all('list'), context.lists));
  return set;
}

function decodedAs(element: XmlElement, decoders: DecoderSet): Condition {
  const name = element.text.trim();
  if (!decoders.names.has(name)) throw new RuleFileFault(element.place, `there is no decoder \`${name}\``);
  return { holds: (event) => event.decodedBy !== undefined && event.decodedBy.name === name, decoder: name };
}

/** OSSEC compares the action as it is; with Wazuh's `type` it is a pattern. */
function actionCondition(elements: readonly XmlElement[]): Condition[] {
  if (elements.some(({ attributes }) => attributes['type'] !== undefined || attributes['negate'] !== undefined))
    return patternCondition('action', elements);
  const action = elements.map(({ text }) => text).join('');
  return action === '' ? [] : [{ holds: ({ texts }) => texts[slot.action]?.text === action }];
}

function addressCondition(name: 'srcip' | 'dstip', elements: readonly XmlElement[], dialect: Dialect): Condition[] {
  if (elements.length === 0) return [];
  const isMeant = (dialect === 'ossec' ? ossecAddressTest : addressTest)(elements);
  const at = slot[name];
  return [
    {
      holds: ({ texts }) => {
        const address = texts[at]?.text;
        return address !== undefined && isMeant(address);
      },
    },
  ];
}

function compiledCondition(element: XmlElement): Condition {
  const holds = compiledRules[element.text];
  if (!holds) {
    const names = Object.keys(compiledRules).join(', ');
    throw new RuleFileFault(element.place, `\`${element.text.trim()}\` is no compiled rule: ${names}`);
  }
  return { holds };
}

/** OSSEC's `maxsize` asks for messages of at least so many bytes. */
function sizeCondition(rule: XmlElement): Condition[] {
  const text = rule.attributes['maxsize'];
  const bytes = text === undefined ? 0 : wholeNumber(text, rule.place, '`maxsize`');
  return bytes === 0 ? [] : [{ holds: ({ message }) => Buffer.byteLength(message.text) >= bytes }];
}

function differenceCondition(rule: XmlElement): Condition {
  const id = Number(rule.attributes['id']);
  return { holds: (event, past) => past.isDifferent(id, event) };
}

const firstSightCondition: Condition = {
  holds: (event, past) => (event.decodedBy?.firstSight.length ?? 0) > 0 && past.isFirstSight(event),
};
