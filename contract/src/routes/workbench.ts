import { z } from 'zod';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';
import {
  NewRuleDraft,
  RuleCheck,
  RuleDraft,
  RuleDraftChange,
  RuleDraftDetail,
  RuleDraftState,
  RuleDraftText,
  RulePromotion,
  RuleStaging,
  RuleTarget,
  RuleTrial,
  RuleTry,
  RuleWithdrawal,
} from '../workbench.ts';

const AccountParams = z.object({ accountId: Id });
const DraftParams = z.object({ draftId: Id });
/** Base64 of a capture, with what stands around it. */
const trialBytesMax = 29 * 1024 * 1024;

export const listRuleDrafts = route({
  needs: 'policy.write',
  method: 'GET',
  path: '/rule-drafts',
  summary: 'Rules that are made for customers, those that were changed last first',
  query: z.object({
    accountId: Id.optional(),
    state: RuleDraftState.optional(),
    limit: z.coerce.number().int().min(1).max(500).default(200),
  }),
  reply: z.object({ items: z.array(RuleDraft).max(500) }),
});
export const getRuleDraft = route({
  needs: 'policy.write',
  method: 'GET',
  path: '/rule-drafts/{draftId}',
  summary: 'A draft with its versions, what it found, and what was done with it',
  params: DraftParams,
  reply: RuleDraftDetail,
  errors: ['not_found'],
});
export const createRuleDraft = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/accounts/{accountId}/rule-drafts',
  summary: 'Begin a rule for a customer; where the plan sells it, by a quote that the customer approved',
  params: AccountParams,
  body: NewRuleDraft,
  reply: RuleDraftDetail,
  errors: ['not_found', 'not_in_plan', 'quote_needed', 'quote_not_approved', 'ticket_not_consulting'],
});
export const changeRuleDraft = route({
  needs: 'policy.write',
  method: 'PUT',
  path: '/rule-drafts/{draftId}',
  summary: 'Write a new version of a draft; what is in force stays as it is',
  params: DraftParams,
  body: RuleDraftChange,
  reply: RuleDraftDetail,
  errors: ['not_found', 'version_conflict', 'wrong_state', 'limit_reached'],
});
export const checkRuleDraft = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/accounts/{accountId}/rule-drafts/check',
  summary: 'Say what is wrong in the text of a rule; nothing is stored',
  params: AccountParams,
  body: RuleDraftText,
  reply: RuleCheck,
  errors: ['not_found', 'too_many_requests'],
});
export const tryRuleDraft = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/rule-drafts/{draftId}/tries',
  summary: 'See what a draft would have found in the last 30 days, or finds in a log, a capture or a list of paths',
  params: DraftParams,
  body: RuleTrial,
  reply: RuleTry,
  bodyBytesMax: trialBytesMax,
  errors: [
    ...(['not_found', 'wrong_state', 'rule_faulty', 'trial_wrong_kind', 'capture_refused', 'engine_missing'] as const),
    ...(['trial_too_long', 'too_many_requests', 'quote_needed', 'quote_not_approved', 'not_in_plan'] as const),
  ],
});
export const listRuleTargets = route({
  needs: 'policy.write',
  method: 'GET',
  path: '/rule-drafts/{draftId}/targets',
  summary: 'Policies and computers that a draft can be put on',
  params: DraftParams,
  reply: z.object({ items: z.array(RuleTarget).max(10_000) }),
  errors: ['not_found', 'rule_not_placed'],
});
export const stageRuleDraft = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/rule-drafts/{draftId}/staging',
  summary: 'Put a version in force in detect mode, after its look at the last 30 days',
  params: DraftParams,
  body: RuleStaging,
  reply: RuleDraftDetail,
  errors: [
    ...(['not_found', 'wrong_state', 'version_conflict', 'rule_faulty', 'rule_not_tried', 'rule_not_asked'] as const),
    ...(['rule_not_placed', 'rule_not_portable', 'not_in_plan', 'quote_needed'] as const),
    ...(['quote_not_approved', 'ticket_not_consulting'] as const),
  ],
});
export const promoteRuleDraft = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/rule-drafts/{draftId}/promotion',
  summary: 'Put a staged version in force as it is written: intrusion prevention then blocks, alerts are opened',
  params: DraftParams,
  body: RulePromotion,
  reply: RuleDraftDetail,
  errors: [
    ...(['not_found', 'wrong_state', 'version_conflict', 'rule_not_placed'] as const),
    ...(['not_in_plan', 'quote_needed', 'quote_not_approved'] as const),
  ],
});
export const withdrawRuleDraft = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/rule-drafts/{draftId}/withdrawal',
  summary: 'Take a rule out of force, or give up a draft; its versions and finds stay',
  params: DraftParams,
  body: RuleWithdrawal,
  reply: RuleDraftDetail,
  errors: ['not_found', 'wrong_state', 'rule_not_placed'],
});
