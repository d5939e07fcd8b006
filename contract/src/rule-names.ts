import logInspectionNames from '../../rules/loginspection/names.ja.json' with { type: 'json' };
import type { Language } from './language.ts';

const japanese: ReadonlyMap<string, string> = new Map(Object.entries(logInspectionNames));

/**
 * The name of a rule in the reader's language. Detections carry the English name that stands in the rule itself; for the rules we ship, the
 * Japanese one lies beside them. A customer's own rule is called what its author called it.
 */
export function ruleNameIn(language: Language, rule: { readonly id: string; readonly name: string }): string {
  return (language === 'ja' ? japanese.get(rule.id) : undefined) ?? rule.name;
}
