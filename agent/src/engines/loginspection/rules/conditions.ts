import type { DecoderSet } from '../decoders/decoder.ts';
import { type FieldName, fieldText, type LogEvent } from '../event.ts';
import { compileAt, RuleFileFault } from '../fault.ts';
import { compileOsMatch, compileOsRegex, compilePcre2, type Pattern, type Subject } from '../patterns/index.ts';
import type { XmlElement } from '../xml.ts';
import { addressTest } from './addresses.ts';
import type { Condition } from './rule.ts';
import { timeCondition, weekdayCondition } from './schedule.ts';

/** What a pattern of a rule is tried on, by the element's name. A missing value never matches. */
const subjects: Readonly<Record<string, (event: LogEvent) => Subject | undefined>> = {
  program_name: (event) => event.program,
  hostname: (event) => event.hostname,
  id: (event) => event.fields.get('id'),
  match: (event) => event.message,
  regex: (event) => event.message,
  pcre2: (event) => event.message,
  url: (event) => event.fields.get('url'),
  user: (event) => event.fields.get('dstuser') ?? event.fields.get('srcuser'),
  status: (event) => event.fields.get('status'),
  srcport: (event) => event.fields.get('srcport'),
  dstport: (event) => event.fields.get('dstport'),
  extra_data: (event) => event.fields.get('data'),
};

/** Element names that `readConditions` understands. */
export const conditionNames: ReadonlySet<string> = new Set([
  ...Object.keys(subjects),
  ...Object.keys(subjects).map((name) => `${name}_pcre2`),
  'decoded_as',
  'action',
  'srcip',
  'dstip',
  'time',
  'weekday',
]);

/** The conditions of a rule, the cheap ones first. Elements of one name are joined to one pattern, as in OSSEC. @throws RuleFileFault */
export function readConditions(rule: XmlElement, decoders: DecoderSet): Condition[] {
  const all = (name: string) => rule.children.filter((child) => child.name === name);
  const conditions: Condition[] = [];
  const decodedAs = all('decoded_as').at(-1);
  if (decodedAs) conditions.push(decodedAsCondition(decodedAs, decoders));
  for (const name of Object.keys(subjects)) {
    conditions.push(
      ...patternConditions(name, all(name), false),
      ...patternConditions(name, all(`${name}_pcre2`), true),
    );
  }
  const action = all('action')
    .map((child) => child.text)
    .join('');
  if (action !== '') conditions.push((event) => fieldText(event, 'action') === action);
  for (const name of ['srcip', 'dstip'] as const)
    if (all(name).length > 0) conditions.push(addressCondition(name, all(name)));
  conditions.push(...all('time').map(timeCondition), ...all('weekday').map(weekdayCondition));
  return conditions;
}

function decodedAsCondition(element: XmlElement, decoders: DecoderSet): Condition {
  const name = element.text.trim();
  if (!decoders.names.has(name)) throw new RuleFileFault(element.place, `there is no decoder \`${name}\``);
  return (event) => event.decoder === name;
}

function patternConditions(name: string, elements: readonly XmlElement[], perl: boolean): Condition[] {
  const first = elements[0];
  if (!first) return [];
  const source = elements.map((element) => element.text).join('');
  const type =
    first.attributes['type'] ?? (perl || name === 'pcre2' ? 'pcre2' : name === 'regex' ? 'osregex' : 'osmatch');
  const negated = readNegation(first);
  const compile = compilers[type];
  if (!compile) throw new RuleFileFault(first.place, `patterns of type \`${type}\` are not supported`);
  const pattern = compileAt(first.place, `\`<${first.name}>\``, () => compile(source));
  const subjectOf = subjects[name]!;
  return [
    (event) => {
      const subject = subjectOf(event);
      return subject !== undefined && pattern.test(subject) !== negated;
    },
  ];
}

const compilers: Readonly<Record<string, (source: string) => Pattern>> = {
  osmatch: compileOsMatch,
  osregex: compileOsRegex,
  pcre2: compilePcre2,
};

function readNegation(element: XmlElement): boolean {
  for (const name of Object.keys(element.attributes)) {
    if (name !== 'type' && name !== 'negate')
      throw new RuleFileFault(element.place, `\`<${element.name}>\` has no attribute \`${name}\``);
  }
  return element.attributes['negate'] === 'yes';
}

function addressCondition(name: Extract<FieldName, 'srcip' | 'dstip'>, elements: readonly XmlElement[]): Condition {
  const isMeant = addressTest(elements);
  return (event) => {
    const address = fieldText(event, name);
    return address !== undefined && isMeant(address);
  };
}
