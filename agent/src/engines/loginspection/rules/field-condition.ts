import { type FieldName, fieldNames, type LogEvent, slot } from '../event.ts';
import { compileAt, RuleFileFault } from '../fault.ts';
import { compileOsMatch, compileOsRegex, compilePcre2, type Subject } from '../patterns/index.ts';
import type { XmlElement } from '../xml.ts';
import type { Condition } from './rule.ts';

const compilers = {
  osregex: compileOsRegex,
  osmatch: compileOsMatch,
  pcre2: (source: string) => compilePcre2(source, { ignoreCase: false }),
};

/** `<field name="x">pattern</field>`: each is a condition on a field that a decoder named itself. @throws RuleFileFault */
export const fieldConditions = (elements: readonly XmlElement[]): Condition[] => elements.map(fieldCondition);

function fieldCondition(element: XmlElement): Condition {
  const { name, type = 'osregex', negate, ...others } = element.attributes;
  const [other] = Object.keys(others);
  if (other) throw new RuleFileFault(element.place, `\`<field>\` has no attribute \`${other}\``);
  if (!name) throw new RuleFileFault(element.place, '`<field>` needs a `name`');
  const compile = compilers[type as keyof typeof compilers];
  if (!compile) throw new RuleFileFault(element.place, `patterns of type \`${type}\` are not supported`);
  const pattern = compileAt(element.place, '`<field>`', () => compile(element.text));
  const subjectOf = finder(name);
  return {
    holds: (event) => {
      const text = subjectOf(event);
      return text !== undefined && pattern.test(text) !== (negate === 'yes');
    },
  };
}

function finder(name: string): (event: LogEvent) => Subject | undefined {
  const key = name.toLowerCase();
  const known = fieldNames.find((one): one is FieldName => one === key);
  return (event) => event.named?.get(key) ?? (known && event.texts[slot[known]]);
}
