import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogInspectionPolicy } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';

const folder = join(import.meta.dirname, '../../../../rules/loginspection');
const known = new Map<string, { name: string; xml: string }>();

/** A shipped file by its name, read once. */
function read(name: string): { name: string; xml: string } {
  const file = known.get(name) ?? { name, xml: readFileSync(join(folder, name), 'utf8') };
  known.set(name, file);
  return file;
}

/** The files that a log-inspection rule stands on: shipped ones by name, or those that came with a policy document; undefined for a rule without files. */
export function filesOf(rule: ApiObject): Pick<LogInspectionPolicy, 'decoderFiles' | 'ruleFiles'> | undefined {
  const names = (property: string) => (rule[property] as string[] | undefined) ?? [];
  if (rule['_rules']) return { decoderFiles: names('_decoders').map(read), ruleFiles: names('_rules').map(read) };
  if (!rule['_ruleFiles']) return undefined;
  return {
    decoderFiles: (rule['_decoderFiles'] as { name: string; xml: string }[] | undefined) ?? [],
    ruleFiles: rule['_ruleFiles'] as { name: string; xml: string }[],
  };
}

let namesJa: Record<string, string> | undefined;
/** Japanese names of the shipped rules, by rule id. */
export function shippedNamesJa(): Record<string, string> {
  namesJa ??= JSON.parse(readFileSync(join(folder, 'names.ja.json'), 'utf8')) as Record<string, string>;
  return namesJa;
}
