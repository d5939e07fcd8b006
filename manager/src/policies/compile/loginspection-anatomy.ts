import type { LogInspectionPlace } from './loginspection-fault.ts';
import { type LogRuleElement, readLogRuleXml } from './loginspection-xml.ts';

/** What a text of OSSEC's XML is made of, for who looks at it more closely than a compiler does. */
export type LogRuleAnatomy = {
  /** Of its rules, those that take the place of another among them. */
  readonly ruleIds: readonly number[];
  /** Patterns of PCRE2, which other engines than ours search by trying again. */
  readonly perl: readonly { readonly source: string; readonly place: LogInspectionPlace; readonly element: string }[];
};

/** @throws LogInspectionFault for what is no such XML */
export function anatomyOf(xml: string): LogRuleAnatomy {
  const all: LogRuleElement[] = [];
  const walk = (element: LogRuleElement): void => {
    all.push(element);
    element.children.forEach(walk);
  };
  readLogRuleXml(xml).roots.forEach(walk);
  return {
    ruleIds: all.filter(({ name }) => name === 'rule').map(({ attributes }) => Number(attributes['id'])),
    perl: all
      .filter(({ name, attributes, text }) => (name.endsWith('pcre2') || attributes['type'] === 'pcre2') && text !== '')
      .map(({ name, text, place }) => ({ element: name, source: text, place })),
  };
}
