import { LogInspectionFault } from './loginspection-fault.ts';
import { checkOsMatch, checkOsRegex, checkPcre2 } from './loginspection-patterns.ts';
import type { LogRuleElement } from './loginspection-xml.ts';

const checks = { osmatch: checkOsMatch, osregex: checkOsRegex, pcre2: checkPcre2 };

/** @throws LogInspectionFault where an agent could not compile the pattern */
export function checkPattern(element: LogRuleElement, type: string, source: string): void {
  const check = checks[type as keyof typeof checks];
  if (!check) throw new LogInspectionFault(`Patterns of type \`${type}\` are not supported.`, element.place);
  const found = check(source);
  if (found)
    throw new LogInspectionFault(
      `\`<${element.name}>\`: ${found.problem} (character ${found.at + 1} of the pattern).`,
      element.place,
    );
}
