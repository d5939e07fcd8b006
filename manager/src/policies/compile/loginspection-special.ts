import { checkPattern } from './loginspection-check-pattern.ts';
import { LogInspectionFault } from './loginspection-fault.ts';
import { logCompiledRules, logIgnoredWords, logListFields, logListLookups } from './loginspection-language.ts';
import type { LogRuleElement } from './loginspection-xml.ts';

/** Checks `<compiled_rule>`, `<list>`, `<field>`, `<ignore>` and `<check_if_ignored>` as agents do. @throws LogInspectionFault */
export function checkSpecial(child: LogRuleElement): void {
  checks[child.name]?.(child);
}

const refuse = (child: LogRuleElement, sentence: string): never => {
  throw new LogInspectionFault(sentence, child.place);
};

const checks: Readonly<Record<string, (child: LogRuleElement) => void>> = {
  compiled_rule: checkCompiled,
  list: checkList,
  field: checkField,
  ignore: checkIgnored,
  check_if_ignored: checkIgnored,
};

function checkCompiled(child: LogRuleElement): void {
  if (!(logCompiledRules as readonly string[]).includes(child.text))
    refuse(child, `\`${child.text.trim()}\` is no compiled rule: ${logCompiledRules.join(', ')}.`);
}

function checkList(child: LogRuleElement): void {
  const { field = '', lookup = 'match_key', check_value: value, ...others } = child.attributes;
  const [other] = Object.keys(others);
  if (other) refuse(child, `\`<list>\` has no attribute \`${other}\`.`);
  if (!(logListFields as readonly string[]).includes(field))
    refuse(child, `\`<list>\` needs a \`field\`: ${logListFields.join(', ')}.`);
  if (!(logListLookups as readonly string[]).includes(lookup))
    refuse(child, `\`${lookup}\` is no lookup: ${logListLookups.join(', ')}.`);
  if (lookup.endsWith('_value') && value === undefined) refuse(child, `\`${lookup}\` needs \`check_value\`.`);
  if (value !== undefined) checkPattern(child, 'osmatch', value);
}

function checkField(child: LogRuleElement): void {
  const { name, type = 'osregex', negate, ...others } = child.attributes;
  const [other] = Object.keys(others);
  if (other) refuse(child, `\`<field>\` has no attribute \`${other}\`.`);
  if (!name) refuse(child, '`<field>` needs a `name`.');
  checkPattern(child, type, child.text);
}

function checkIgnored(child: LogRuleElement): void {
  if (!logIgnoredWords.some((word) => child.text.includes(word)))
    refuse(child, `\`<${child.name}>\` names some of: ${logIgnoredWords.join(', ')}.`);
}
