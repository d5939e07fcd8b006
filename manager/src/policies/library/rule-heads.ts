import { type NamedObject, type RuleHead, type RuleModule, type Severity, severities } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import {
  type AccountConfiguration,
  type ConfigurationView,
  namedObject,
  ruleModules,
} from '../../configuration/index.ts';

export type RuleSearch = {
  readonly module: RuleModule;
  readonly text?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly applicationTypeId?: number | undefined;
  readonly limit: number;
};
export type FoundRules = { items: RuleHead[]; total: number; applicationTypes: NamedObject[] };

/** Rules of an account that a search finds, in the order of their ids. */
export function findRules(view: AccountConfiguration, search: RuleSearch): FoundRules {
  const rules = view.list(ruleModules[search.module]);
  const uses = countUses(view, search.module);
  const heads = rules.map((rule) => headOf(view, search.module, rule, uses.get(rule['ID'] as number) ?? 0));
  const words = wordsOf(search.text ?? '');
  const found = heads.filter(
    (head, index) =>
      (!search.severity || head.severity === search.severity) &&
      (search.applicationTypeId === undefined || head.applicationType?.id === search.applicationTypeId) &&
      (words.length === 0 || holdsAll(head, rules[index]!, words)),
  );
  return { items: found.slice(0, search.limit), total: found.length, applicationTypes: typesOf(heads) };
}

export function headOf(view: AccountConfiguration, module: RuleModule, rule: ApiObject, policyCount: number): RuleHead {
  const severity = severityOf(rule);
  const applicationType = applicationTypeOf(view, rule);
  return {
    ...namedObject(rule),
    module,
    ...(severity ? { severity } : {}),
    ...(applicationType ? { applicationType } : {}),
    cve: textsOf(rule['CVE']),
    ...(module === 'firewall' ? { action: (rule['action'] ?? 'allow') as NonNullable<RuleHead['action']> } : {}),
    own: view.isOwn(ruleModules[module], rule['ID'] as number),
    policyCount,
  };
}

/** Rules for logs have no severity in the API; those that we ship have one of ours. */
export function severityOf(rule: ApiObject): Severity | undefined {
  const given = rule['severity'] ?? rule['_severity'];
  return severities.find((severity) => severity === given);
}

export function applicationTypeOf(view: ConfigurationView, rule: ApiObject): NamedObject | undefined {
  const type = view.get('ApplicationType', Number(rule['applicationTypeID'] ?? 0));
  return type && namedObject(type);
}

export const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** How many policies assign each rule themselves. */
function countUses(view: ConfigurationView, module: RuleModule): Map<number, number> {
  const counts = new Map<number, number>();
  for (const policy of view.list('Policy'))
    for (const id of new Set(ownRuleIds(policy, module))) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

export const ownRuleIds = (layer: ApiObject, module: RuleModule): readonly number[] =>
  ((layer[module] as ApiObject | undefined)?.['ruleIDs'] as number[] | undefined) ?? [];

function typesOf(heads: readonly RuleHead[]): NamedObject[] {
  const types = new Map<number, NamedObject>();
  for (const { applicationType } of heads) if (applicationType) types.set(applicationType.id, applicationType);
  return [...types.values()].sort((a, b) => a.id - b.id);
}

/** Full-width and half-width, upper and lower case are one to whoever searches. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase();
const wordsOf = (text: string): string[] => folded(text).split(/\s+/).filter(Boolean);

function holdsAll(head: RuleHead, rule: ApiObject, words: readonly string[]): boolean {
  const { name, nameJa = '', cve, applicationType } = head;
  const type = applicationType ? [applicationType.name, applicationType.nameJa ?? ''] : [];
  const all = [name, nameJa, ...cve, ...type, String(rule['identifier'] ?? ''), ...textsOf(rule['_attack'])];
  const text = folded(all.join('\n'));
  return words.every((word) => text.includes(word) || word === String(head.id));
}
