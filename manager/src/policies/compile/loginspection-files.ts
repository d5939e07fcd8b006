import type { LogInspectionPolicy } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { logInspectionLibrary } from './loginspection-library.ts';
import type { LogRuleText } from './loginspection-part.ts';

/** The files that a log-inspection rule stands on: shipped ones, or those that came with a policy document; undefined for a rule that is made into files. */
export function filesOf(rule: ApiObject): Pick<LogInspectionPolicy, 'decoderFiles' | 'ruleFiles'> | undefined {
  const shipped = logInspectionLibrary().byIdentifier.get(String(rule['identifier'] ?? ''));
  if (shipped) return { decoderFiles: [...shipped.decoderFiles], ruleFiles: [...shipped.ruleFiles] };
  if (!rule['_ruleFiles']) return undefined;
  return {
    decoderFiles: (rule['_decoderFiles'] as LogRuleText[] | undefined) ?? [],
    ruleFiles: rule['_ruleFiles'] as LogRuleText[],
  };
}
