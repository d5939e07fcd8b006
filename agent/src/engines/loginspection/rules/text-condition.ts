import { type LogEvent, type Slot, slot } from '../event.ts';
import { compileAt, RuleFileFault } from '../fault.ts';
import { compileOsMatch, compileOsRegex, compilePcre2, type Pattern, Subject } from '../patterns/index.ts';
import type { XmlElement } from '../xml.ts';
import type { Condition } from './rule.ts';

/** What a pattern of a rule is tried on, by the element's name: a place in the event, or a way to find the text. */
const subjects: Readonly<Record<string, Slot | ((event: LogEvent) => Subject | undefined)>> = {
  program_name: slot.program,
  hostname: slot.hostname,
  id: slot.id,
  match: slot.message,
  regex: slot.message,
  url: slot.url,
  user: ({ texts }) => texts[slot.dstuser] ?? texts[slot.srcuser],
  status: slot.status,
  srcport: slot.srcport,
  dstport: slot.dstport,
  protocol: slot.protocol,
  system_name: slot.system_name,
  extra_data: slot.data,
  location: ({ location }) => new Subject(location),
  // Nothing looks addresses up here, so that these have no value, and rules that ask for one never match.
  srcgeoip: () => undefined,
  dstgeoip: () => undefined,
  src_country: () => undefined,
  dst_country: () => undefined,
  srcasn: () => undefined,
  dstasn: () => undefined,
};

/** Names of elements that hold a pattern. */
export const patternNames: readonly string[] = [
  ...Object.keys(subjects),
  ...Object.keys(subjects).flatMap((name) => (name === 'regex' ? ['pcre2'] : [`${name}_pcre2`])),
];

const compilers: Readonly<Record<string, (source: string) => Pattern>> = {
  osmatch: compileOsMatch,
  osregex: compileOsRegex,
  // Wazuh's `type="pcre2"` heeds case.
  pcre2: (source) => compilePcre2(source, { ignoreCase: false }),
};

/** None, or one. @throws RuleFileFault */
export function patternCondition(name: string, elements: readonly XmlElement[]): Condition[] {
  const first = elements[0];
  if (!first) return [];
  const source = elements.map((element) => element.text).join('');
  const negated = readNegation(first);
  const pattern = compileAt(first.place, `\`<${first.name}>\``, () => compilerOf(first)(source));
  const subject = name === 'action' ? slot.action : subjects[name === 'pcre2' ? 'regex' : name.replace(/_pcre2$/, '')]!;
  if (typeof subject === 'number') {
    return [
      {
        holds: ({ texts }) => {
          const text = texts[subject];
          return text !== undefined && pattern.test(text) !== negated;
        },
        pattern: { slot: subject, pattern, negated },
      },
    ];
  }
  return [
    {
      holds: (event) => {
        const text = subject(event);
        return text !== undefined && pattern.test(text) !== negated;
      },
    },
  ];
}

function compilerOf({ name, place, attributes }: XmlElement) {
  const type = attributes['type'];
  if (type !== undefined) {
    const compile = compilers[type];
    if (!compile) throw new RuleFileFault(place, `patterns of type \`${type}\` are not supported`);
    return compile;
  }
  if (name.endsWith('pcre2')) return compilePcre2;
  return name === 'regex' ? compileOsRegex : compileOsMatch;
}

function readNegation(element: XmlElement): boolean {
  for (const name of Object.keys(element.attributes)) {
    if (name !== 'type' && name !== 'negate')
      throw new RuleFileFault(element.place, `\`<${element.name}>\` has no attribute \`${name}\``);
  }
  return element.attributes['negate'] === 'yes';
}
