import { z } from 'zod';
import { Policy, PolicyDifference, PolicyDocument, PolicyVersion } from '../policy.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const PolicyParams = z.object({ policyId: Id });

export const listPolicies = route({
  needs: 'policy.read',
  method: 'GET',
  path: '/policies',
  summary: 'Policies that the caller may see',
  query: z.object({ accountId: Id.optional() }),
  reply: z.object({ items: z.array(Policy).max(1000) }),
});
export const getPolicy = route({
  needs: 'policy.read',
  method: 'GET',
  path: '/policies/{policyId}',
  summary: 'The current version of a policy',
  params: PolicyParams,
  reply: PolicyVersion.extend({ accountId: Id, name: z.string() }),
  errors: ['not_found'],
});
export const listPolicyVersions = route({
  needs: 'policy.read',
  method: 'GET',
  path: '/policies/{policyId}/versions',
  summary: 'All versions of a policy, newest first, without their documents',
  params: PolicyParams,
  reply: z.object({ items: z.array(PolicyVersion.omit({ document: true })).max(1000) }),
  errors: ['not_found'],
});
const VersionNumber = z.coerce.number().int().min(1).max(2_147_483_647);
export const comparePolicyVersions = route({
  needs: 'policy.read',
  method: 'GET',
  path: '/policies/{policyId}/difference',
  summary: 'What differs between two versions of a policy (S54)',
  params: PolicyParams,
  query: z.object({ from: VersionNumber, to: VersionNumber }),
  reply: PolicyDifference,
  errors: ['not_found'],
});
export const updatePolicy = route({
  needs: 'policy.write',
  method: 'PUT',
  path: '/policies/{policyId}',
  summary: 'Write a new version of a policy; connected agents receive it at once',
  params: PolicyParams,
  body: z.object({
    basedOnVersion: z.number().int(),
    document: PolicyDocument,
    reason: z.string().trim().min(1).max(4000),
    /** The estimate that whoever confirms has seen, where it is above the limits (S24). */
    confirmation: Id.optional(),
  }),
  reply: PolicyVersion,
  errors: ['not_found', 'version_conflict', 'confirmation_required'],
  bodyBytesMax: 8 * 1024 * 1024,
});
