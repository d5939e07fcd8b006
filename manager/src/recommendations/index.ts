/**
 * Recommendations (S11): which rules a host should have, by what stands and runs on it; which of them are the service's standard; and where
 * an assignment deviates from it. Pure: who asks brings the inventory and the rules.
 */
export { type AppliesTo, type Reason, whyApplies } from './conditions.ts';
export { type Candidate, type Recommendation, recommend } from './recommend.ts';
export { type Deviations, deviationsOf, isStandard, standardOf } from './standard.ts';
