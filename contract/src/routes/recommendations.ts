import { z } from 'zod';
import { Id } from '../primitives.ts';
import { HostRecommendations, RecommendedModule } from '../recommendation.ts';
import { route } from '../route.ts';

const HostParams = z.object({ hostId: Id });
const Reason = z.string().trim().min(1).max(1000);
const RuleIds = z.array(z.number().int().min(1).max(2_147_483_647)).max(10_000);

export const getHostRecommendations = route({
  needs: 'host.read',
  method: 'GET',
  path: '/hosts/{hostId}/recommendations',
  summary: 'Rules of a host against the service’s standard: recommended and of severity high or above',
  params: HostParams,
  reply: HostRecommendations,
  errors: ['not_found'],
});
export const scanForRecommendations = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/hosts/{hostId}/recommendations/scan',
  summary: 'Ask a host what stands and runs on it now',
  params: HostParams,
  reply: HostRecommendations,
  errors: ['not_found', 'wrong_state', 'too_many_requests'],
});
export const applyRecommendations = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/hosts/{hostId}/recommendations/apply',
  summary: 'Make the rules of a host those of the standard; rules of its policy stay',
  params: HostParams,
  body: z.object({ modules: z.array(RecommendedModule).min(1).max(3), reason: Reason }),
  reply: HostRecommendations,
  errors: ['not_found', 'wrong_state'],
});
export const changeHostRules = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/hosts/{hostId}/rules',
  summary: 'Assign rules to one host, or take them away',
  params: HostParams,
  body: z.object({
    module: RecommendedModule,
    assign: RuleIds.default([]),
    unassign: RuleIds.default([]),
    reason: Reason,
  }),
  reply: HostRecommendations,
  errors: ['not_found'],
});
