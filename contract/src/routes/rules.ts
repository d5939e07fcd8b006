import { z } from 'zod';
import { NamedObject } from '../named-object.ts';
import { PolicySetting, PolicySettingsChange } from '../policy-setting.ts';
import { PolicyBranch, PolicyModules } from '../policy-tree.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';
import { ApiModule, ApiModuleState, Rule, RuleHead, RuleModule } from '../rule.ts';
import { Severity } from '../severity.ts';

const AccountParams = z.object({ accountId: Id });
const PolicyParams = z.object({ policyId: Id });
const RuleId = z.number().int().min(1).max(2_147_483_647);
const RuleIds = z.array(RuleId).max(10_000);

export const listRules = route({
  needs: 'policy.read',
  method: 'GET',
  path: '/accounts/{accountId}/rules',
  summary: 'Rules of an account for one module: those that come with the product and its own',
  params: AccountParams,
  query: z.object({
    module: RuleModule,
    /** Words that all stand in name, CVE, identifier, technique, application type or id. */
    text: z.string().max(300).optional(),
    severity: Severity.optional(),
    applicationTypeId: z.coerce.number().int().optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(1000),
  }),
  reply: z.object({
    items: z.array(RuleHead).max(1000),
    /** How many there are, also beyond the limit. */
    total: z.number().int(),
    /** Of the module's rules as a whole: to choose from. */
    applicationTypes: z.array(NamedObject).max(10_000),
  }),
  errors: ['not_found'],
});
export const getRule = route({
  needs: 'policy.read',
  method: 'GET',
  path: '/accounts/{accountId}/rules/{module}/{ruleId}',
  summary: 'A rule with what it does and where it is assigned',
  params: AccountParams.extend({ module: RuleModule, ruleId: z.coerce.number().int().min(1).max(2_147_483_647) }),
  reply: Rule,
  errors: ['not_found'],
});
export const storeLogRules = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/accounts/{accountId}/rules/logInspection',
  summary: 'Store a file of rules for log inspection, Sigma or the XML of OSSEC, as a rule of the account',
  params: AccountParams,
  body: z.object({
    name: z.string().trim().min(1).max(254),
    /** What is wrong in it is refused with line and column, and nothing is stored. */
    text: z.string().min(1).max(1_000_000),
    /** Whose text is replaced; absent: a new rule. */
    ruleId: RuleId.optional(),
    /** Logs to follow for it; none: those that its log sources are usually kept in, for Sigma. */
    logs: z.array(z.string().trim().min(1).max(4096)).max(100).default([]),
    reason: z.string().trim().min(1).max(1000),
  }),
  reply: z.object({
    id: RuleId,
    name: z.string().max(300),
    /** How many single rules are in force. */
    ruleCount: z.number().int().nonnegative(),
    /** Single rules that no agent carries out; sentences, English. */
    leftOut: z.array(z.string().max(2000)).max(1000),
  }),
  errors: ['not_found'],
});
export const getPolicyTree = route({
  needs: 'policy.read',
  method: 'GET',
  path: '/accounts/{accountId}/policies',
  summary: 'Policies of an account with the one each stands below, and what they ask of the modules',
  params: AccountParams,
  reply: z.object({ items: z.array(PolicyBranch).max(1000) }),
  errors: ['not_found'],
});
export const getPolicyModules = route({
  needs: 'policy.read',
  method: 'GET',
  path: '/policies/{policyId}/modules',
  summary: 'State and rules of each module of a policy, and how many of its hosts have applied them',
  params: PolicyParams,
  reply: PolicyModules,
  errors: ['not_found'],
});
export const getPolicySettings = route({
  needs: 'policy.read',
  method: 'GET',
  path: '/policies/{policyId}/settings',
  summary: 'The settings of a policy that belong to the service, with the values in force',
  params: PolicyParams,
  reply: z.object({ items: z.array(PolicySetting).max(219) }),
  errors: ['not_found'],
});
export const changePolicySettings = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/policies/{policyId}/settings',
  summary: 'Set settings of a policy, or leave them to the policy above; connected agents receive it at once',
  params: PolicyParams,
  body: PolicySettingsChange,
  reply: z.object({ items: z.array(PolicySetting).max(219) }),
  errors: ['not_found'],
});
export const changePolicyRules = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/policies/{policyId}/rules',
  summary:
    'Assign rules to a policy, take them away, or set the state of a module; connected agents receive it at once',
  params: PolicyParams,
  body: z.object({
    module: ApiModule,
    /** `inherited`: what stands above decides. */
    state: z.enum([...ApiModuleState.options, 'inherited']).optional(),
    assign: RuleIds.default([]),
    unassign: RuleIds.default([]),
    reason: z.string().trim().min(1).max(1000),
    /** The estimate that whoever confirms has seen, where it is above the limits (S24). */
    confirmation: Id.optional(),
  }),
  reply: PolicyModules,
  errors: ['not_found', 'confirmation_required'],
});
