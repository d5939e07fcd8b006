/**
 * Recommendations (S11): which rules a host should have, by what stands and runs on it; which of them are the service's standard; and where
 * an assignment deviates from it. `recommend` and `standard` are pure; `host-recommendations` asks for one computer, `assignment` changes it.
 */
import type { Platform, Room } from '../platform/index.ts';
import { recommendationRoutes } from './routes.ts';

export { applyAutomatically } from './assignment.ts';
export { type AppliesTo, type Reason, whyApplies } from './conditions.ts';
export {
  type ComputerRecommendations,
  type ModuleRecommendations,
  recommendationsOf,
} from './host-recommendations.ts';
export { type Candidate, type Recommendation, recommend } from './recommend.ts';
export { type Deviations, deviationsOf, isStandard, standardOf } from './standard.ts';

export const recommendationsRoom = (platform: Platform): Room => ({
  name: 'recommendations',
  routes: recommendationRoutes(platform),
});
