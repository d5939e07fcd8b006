import { LogInspectionFault } from './loginspection-fault.ts';
import { checkOsRegex, checkPcre2, patternLengthMax } from './loginspection-patterns.ts';
import type { LogRuleElement } from './loginspection-xml.ts';

/** @throws LogInspectionFault where an agent could not compile the pattern */
export function checkPattern(element: LogRuleElement, type: string, source: string): void {
  if (!['osmatch', 'osregex', 'pcre2'].includes(type))
    throw new LogInspectionFault(`Patterns of type \`${type}\` are not supported.`, element.place);
  const found = type === 'pcre2' ? checkPcre2(source) : type === 'osregex' ? checkOsRegex(source) : tooLong(source);
  if (found)
    throw new LogInspectionFault(
      `\`<${element.name}>\`: ${found.problem} (character ${found.at + 1} of the pattern).`,
      element.place,
    );
}

const tooLong = (source: string) =>
  source.length > patternLengthMax
    ? { problem: `the pattern is longer than ${patternLengthMax} characters`, at: 0 }
    : undefined;
