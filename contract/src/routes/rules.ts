import { z } from 'zod';
import { NamedObject } from '../named-object.ts';
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
  }),
  reply: PolicyModules,
  errors: ['not_found'],
});
