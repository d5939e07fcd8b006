import { type NamedObject, Refusal, type Rule, type RuleCondition, type RuleModule } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import {
  type AccountConfiguration,
  ancestorsOf,
  type ConfigurationView,
  namedObject,
  ruleModules,
  selectComputers,
} from '../../configuration/index.ts';
import { sql, type Tx } from '../../platform/index.ts';
import { selectPolicies } from '../store.ts';
import { contentOf } from './rule-content.ts';
import { headOf, ownRuleIds, textsOf } from './rule-heads.ts';

const usesMax = 1000;

/** A rule with what it does and where it is assigned. @throws Refusal `not_found` */
export async function describeRule(
  tx: Tx,
  view: AccountConfiguration,
  module: RuleModule,
  ruleId: number,
): Promise<Rule> {
  const rule = view.get(ruleModules[module], ruleId);
  if (!rule) throw new Refusal('not_found', { what: 'rule' });
  const policies = await usesOf(tx, view, module, ruleId);
  const text = (property: string) => (rule[property] === undefined ? undefined : String(rule[property]));
  return {
    ...headOf(view, module, rule, policies.filter(({ inherited }) => !inherited).length),
    description: text('description') ?? '',
    descriptionJa: text('_descriptionJa'),
    identifier: text('identifier'),
    kind: text('type'),
    priority: module === 'firewall' ? undefined : text('priority'),
    cvss: text('CVSSScore'),
    attack: textsOf(rule['_attack']),
    issuedAt: instantOf(rule['originalIssue']),
    changedAt: instantOf(rule['lastUpdated']),
    detectOnly: rule['detectOnly'] === true,
    ...contentOf(view, module, rule),
    schedule: named(view, 'Schedule', rule['scheduleID']),
    context: named(view, 'Context', rule['contextID']),
    dependsOn: dependenciesOf(view, module, rule),
    recommendedFor: ((rule['_appliesTo'] as RuleCondition[] | undefined) ?? []).slice(0, usesMax),
    policies,
    hosts: await hostsWith(tx, view.accountId, module, ruleId),
  };
}

function named(view: ConfigurationView, kind: string, id: unknown): NamedObject | undefined {
  const object = view.get(kind, Number(id ?? 0));
  return object && namedObject(object);
}

const instantOf = (value: unknown): string | undefined =>
  typeof value === 'number' ? new Date(value).toISOString() : undefined;

const dependenciesOf = (view: ConfigurationView, module: RuleModule, rule: ApiObject): Rule['dependsOn'] =>
  ((rule['dependsOnRuleIDs'] as number[] | undefined) ?? []).flatMap((id) => {
    const other = view.get(ruleModules[module], id);
    return other ? [namedObject(other)] : [];
  });

/** Policies that assign the rule, and those below them. */
async function usesOf(tx: Tx, view: AccountConfiguration, module: RuleModule, id: number): Promise<Rule['policies']> {
  const assigns = (number: number) => ownRuleIds(view.get('Policy', number) ?? {}, module).includes(id);
  const rows = await selectPolicies(tx, { accountId: view.accountId });
  return rows.flatMap((row) => {
    const policy = view.get('Policy', row.number);
    const isOwn = assigns(row.number);
    if (!policy || !(isOwn || ancestorsOf(view, row.number).some(assigns))) return [];
    return [{ ...namedObject(policy), policyId: row.id, inherited: !isOwn }];
  });
}

/** Hosts that have it beside their policy. */
async function hostsWith(tx: Tx, accountId: string, module: RuleModule, id: number): Promise<Rule['hosts']> {
  const computers = await selectComputers(
    tx,
    accountId,
    sql`and c.host_id is not null and c.overrides -> ${module}::text -> 'ruleIDs' @> ${JSON.stringify([id])}::jsonb`,
  );
  return computers.slice(0, usesMax).map(({ host_id, host_name }) => ({ hostId: host_id!, name: host_name }));
}
