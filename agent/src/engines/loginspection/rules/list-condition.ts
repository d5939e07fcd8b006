import { type LogEvent, type Slot, slot } from '../event.ts';
import { compileAt, RuleFileFault } from '../fault.ts';
import { compileOsMatch, type Pattern, Subject } from '../patterns/index.ts';
import type { XmlElement } from '../xml.ts';
import type { Condition } from './rule.ts';

/** Lists by the names under which rules look for them: keys and their values. */
export type KnownLists = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What can be looked up. A user is the one who acts, and otherwise the one acted on: the other way round than in `<user>`. */
const fields: Readonly<Record<string, (event: LogEvent) => Subject | undefined>> = {
  srcip: at(slot.srcip),
  srcport: at(slot.srcport),
  dstip: at(slot.dstip),
  dstport: at(slot.dstport),
  user: ({ texts }) => texts[slot.srcuser] ?? texts[slot.dstuser],
  url: at(slot.url),
  id: at(slot.id),
  hostname: at(slot.hostname),
  program_name: at(slot.program),
  status: at(slot.status),
  action: at(slot.action),
};

function at(place: Slot): (event: LogEvent) => Subject | undefined {
  return ({ texts }) => texts[place];
}

type Lookup = (list: ReadonlyMap<string, string>, key: string, value: Pattern | undefined) => boolean;

const lookups: Readonly<Record<string, Lookup>> = {
  match_key: (list, key) => list.has(key),
  not_match_key: (list, key) => !list.has(key),
  match_key_value: (list, key, pattern) => holds(pattern, list.get(key)),
  address_match_key: (list, key) => networkOf(list, key) !== undefined,
  not_address_match_key: (list, key) => networkOf(list, key) === undefined,
  // OSSEC turns this answer round, up to 4.x: it matches where there is no such value.
  address_match_key_value: (list, key, pattern) => !holds(pattern, networkOf(list, key)),
};

const holds = (pattern: Pattern | undefined, value: string | undefined): boolean =>
  pattern !== undefined && value !== undefined && pattern.test(new Subject(value));

/** The value of the address, or of the longest beginning of it that ends with a dot: `192.0.2.` is a network. */
function networkOf(list: ReadonlyMap<string, string>, key: string): string | undefined {
  const whole = list.get(key);
  if (whole !== undefined) return whole;
  for (let dot = key.lastIndexOf('.'); dot >= 0; dot = dot === 0 ? -1 : key.lastIndexOf('.', dot - 1)) {
    const value = list.get(key.slice(0, dot + 1));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** `<list field="srcip" lookup="address_match_key">lists/known</list>`. A list that is not there is one in which nothing is found. @throws RuleFileFault */
export const listConditions = (elements: readonly XmlElement[], lists: KnownLists): Condition[] =>
  elements.map((element) => listCondition(element, lists));

function listCondition(element: XmlElement, lists: KnownLists): Condition {
  const { field, lookup = 'match_key', check_value: value, ...others } = element.attributes;
  const refuse = (problem: string): never => {
    throw new RuleFileFault(element.place, problem);
  };
  const [other] = Object.keys(others);
  if (other) refuse(`\`<list>\` has no attribute \`${other}\``);
  const textOf = fields[field ?? ''] ?? refuse(`\`<list>\` needs a \`field\`: ${Object.keys(fields).join(', ')}`);
  const look = lookups[lookup] ?? refuse(`\`${lookup}\` is no lookup: ${Object.keys(lookups).join(', ')}`);
  if (lookup.endsWith('_value') && value === undefined) refuse(`\`${lookup}\` needs \`check_value\``);
  const pattern =
    value === undefined ? undefined : compileAt(element.place, '`check_value`', () => compileOsMatch(value));
  const list = lists.get(element.text);
  return {
    holds: (event) => {
      const text = textOf(event);
      return list !== undefined && text !== undefined && look(list, text.text, pattern);
    },
  };
}
