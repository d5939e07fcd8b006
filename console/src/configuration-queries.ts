import { type RouteAnswer, type RouteCall, type RuleModule, routes, type Severity } from '@sakimori/contract';
import { keepPreviousData } from '@tanstack/react-query';
import { ask } from './queries.ts';

/** What the pages on rules, policies and the Workload Security API ask for. */
export type RuleFilter = {
  readonly module: RuleModule;
  readonly text?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly applicationTypeId?: number | undefined;
};
export type FoundRules = RouteAnswer<typeof routes.listRules>;

/** Answers stand until the next one is here, so that typing does not make the list flicker. */
export const rulesQuery = (accountId: string, filter: RuleFilter) => {
  const given: RouteCall<typeof routes.listRules> = { params: { accountId }, query: filter };
  return { ...ask(['rule', 'list', accountId, filter], routes.listRules, given), placeholderData: keepPreviousData };
};
export const ruleQuery = (accountId: string, module: RuleModule, ruleId: number) =>
  ask(['rule', 'one', accountId, module, ruleId], routes.getRule, { params: { accountId, module, ruleId } });

export const policyTreeQuery = (accountId: string) =>
  ask(['policy', 'tree', accountId], routes.getPolicyTree, { params: { accountId } });
export const policyModulesQuery = (policyId: string) =>
  ask(['policy', 'modules', policyId], routes.getPolicyModules, { params: { policyId } });
export const policySettingsQuery = (policyId: string) =>
  ask(['policy', 'settings', policyId], routes.getPolicySettings, { params: { policyId } });

export const recommendationsQuery = (hostId: string) =>
  ask(['host', 'recommendations', hostId], routes.getHostRecommendations, { params: { hostId } });

export const workloadSecurityQuery = ask(['workloadSecurity'], routes.getWorkloadSecurity);
export const workloadKeysQuery = (accountId: string) =>
  ask(['apiKey', accountId], routes.listWorkloadKeys, { params: { accountId } });
