import { z } from 'zod';
import { BaselineVersion } from '../integrity-baseline.ts';
import { estimatedHostsMax, IntegrityEstimate } from '../integrity-estimate.ts';
import { exclusionsMax, IntegrityExclusion, NewExclusion } from '../integrity-exclusion.ts';
import { IntegrityPolicy } from '../policy.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const AccountParams = z.object({ accountId: Id });
const PolicyParams = z.object({ policyId: Id });
const Reason = z.string().trim().min(1).max(300);
const RuleIds = z.array(z.number().int().min(1).max(2_147_483_647)).max(10_000);

export const listExclusions = route({
  needs: 'policy.read',
  method: 'GET',
  path: '/accounts/{accountId}/integrity-exclusions',
  summary:
    'What integrity monitoring leaves out for a time, with who wanted it, why and until when; the next to end first',
  params: AccountParams,
  reply: z.object({ items: z.array(IntegrityExclusion).max(5000) }),
  errors: ['not_found'],
});
export const createExclusion = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/accounts/{accountId}/integrity-exclusions',
  summary: `Leave paths or entities of a policy or a host out until a time, with a reason; at most ${exclusionsMax} on one`,
  params: AccountParams,
  body: NewExclusion,
  reply: IntegrityExclusion,
  errors: ['not_found', 'wrong_state'],
});
export const endExclusion = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/accounts/{accountId}/integrity-exclusions/{exclusionId}/end',
  summary: 'End an exclusion now, with a reason: what it names is watched again',
  params: AccountParams.extend({ exclusionId: Id }),
  body: z.object({ reason: Reason }),
  errors: ['not_found'],
});

export const listBaselines = route({
  needs: 'host.read',
  method: 'GET',
  path: '/hosts/{hostId}/baselines',
  summary:
    'The newest 100 versions of a host’s integrity baseline, newest first: when, by whom and why each was recorded',
  params: z.object({ hostId: Id }),
  reply: z.object({ items: z.array(BaselineVersion).max(100) }),
  errors: ['not_found'],
});

export const createEstimate = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/policies/{policyId}/integrity-estimates',
  summary:
    'Have hosts of a policy count what its integrity rules would watch after a change that is not made yet; nothing is applied',
  params: PolicyParams,
  body: z.object({
    assign: RuleIds.default([]),
    unassign: RuleIds.default([]),
    /** In place of a change: what the policy’s document would say. */
    document: IntegrityPolicy.optional(),
    /** Absent: connected hosts of the policy, at most 20. */
    hostIds: z.array(Id).min(1).max(estimatedHostsMax).optional(),
  }),
  reply: IntegrityEstimate,
  errors: ['not_found', 'wrong_state'],
});
export const getEstimate = route({
  needs: 'policy.read',
  method: 'GET',
  path: '/policies/{policyId}/integrity-estimates/{estimateId}',
  summary: 'An estimate as it stands: what each host has counted so far, and whether applying it needs a confirmation',
  params: PolicyParams.extend({ estimateId: Id }),
  reply: IntegrityEstimate,
  errors: ['not_found'],
});
