import { z } from 'zod';
import { CalendarDate } from '../calendar.ts';
import { Language } from '../language.ts';
import {
  GivenOrder,
  KeptFile,
  Onboarding,
  OnboardingStep,
  OnboardingSummary,
  OrderChecked,
  orderFileCharactersMax,
} from '../onboarding.ts';
import { Id, ShortText } from '../primitives.ts';
import { route } from '../route.ts';

const Params = z.object({ onboardingId: Id });
const StepParams = Params.extend({ step: OnboardingStep });
const Reason = z.string().trim().min(1).max(1000);
/** The version that was read: whoever comes second is told who was first. */
const Read = z.object({ version: z.number().int().min(1) });
const FileReply = z.object({ name: z.string(), type: z.string(), /** Base64. */ content: z.string() });
const bodyBytesMax = 6 * 1024 * 1024;

export const getOrderTemplate = route({
  needs: 'onboarding.write',
  method: 'GET',
  path: '/orders/template',
  summary: 'The order form as a workbook to be filled in',
  query: z.object({ language: Language.default('ja') }),
  reply: FileReply,
});
export const checkOrder = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/orders/check',
  summary: 'Read an order form and tell every fault by sheet and cell; stores nothing',
  body: GivenOrder,
  reply: OrderChecked,
  errors: ['workbook_refused'],
  bodyBytesMax,
});
export const listOnboardings = route({
  needs: 'onboarding.read',
  method: 'GET',
  path: '/onboardings',
  summary: 'Onboardings that the caller may see, late ones first',
  query: z.object({ accountId: Id.optional(), all: z.enum(['true', 'false']).default('false') }),
  reply: z.object({ items: z.array(OnboardingSummary).max(10_000) }),
});
export const createOnboarding = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/onboardings',
  summary: 'Take an order and begin its onboarding; the original file is kept',
  body: GivenOrder,
  reply: Onboarding,
  errors: ['workbook_refused', 'order_invalid', 'order_known'],
  bodyBytesMax,
});
export const getOnboarding = route({
  needs: 'onboarding.read',
  method: 'GET',
  path: '/onboardings/{onboardingId}',
  summary: 'One onboarding: its steps, hosts, recipients, files and what stands between it and the start',
  params: Params,
  /** Of the causes that are told; without it that of the person. */
  query: z.object({ language: Language.optional() }),
  reply: Onboarding,
  errors: ['not_found'],
});
export const exportOrder = route({
  needs: 'onboarding.read',
  method: 'GET',
  path: '/onboardings/{onboardingId}/order',
  summary: 'The order as a workbook',
  params: Params,
  query: z.object({ language: Language.default('ja') }),
  reply: FileReply,
  errors: ['not_found'],
});
export const addOnboardingFile = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/onboardings/{onboardingId}/files',
  summary: 'Keep a file as evidence of a step, byte for byte',
  params: Params,
  body: Read.extend({
    step: OnboardingStep,
    kind: z.enum(['hearing', 'other']),
    name: ShortText,
    file: z.base64().min(4).max(orderFileCharactersMax),
  }),
  reply: Onboarding,
  errors: ['not_found', 'onboarding_changed', 'wrong_state', 'limit_reached', 'too_large'],
  bodyBytesMax,
});
export const readOnboardingFile = route({
  needs: 'onboarding.read',
  method: 'GET',
  path: '/onboardings/{onboardingId}/files/{fileId}',
  summary: 'A file that was kept, as it came',
  params: Params.extend({ fileId: Id }),
  reply: FileReply.extend({ file: KeptFile }),
  errors: ['not_found'],
});
export const assignStep = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/onboardings/{onboardingId}/steps/{step}/assign',
  summary: 'Say who does a step, and by when',
  params: StepParams,
  body: Read.extend({ person: ShortText.optional(), dueOn: CalendarDate.optional() }),
  reply: Onboarding,
  errors: ['not_found', 'onboarding_changed', 'wrong_state'],
});
export const completeStep = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/onboardings/{onboardingId}/steps/{step}/complete',
  summary: 'End a step whose conditions hold',
  params: StepParams,
  body: Read.extend({ note: z.string().trim().min(1).max(1000).optional() }),
  reply: Onboarding,
  errors: ['not_found', 'onboarding_changed', 'step_order', 'step_incomplete', 'wrong_state'],
});
export const reopenStep = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/onboardings/{onboardingId}/steps/{step}/reopen',
  summary: 'Open a step again, and with it those after it',
  params: StepParams,
  body: Read.extend({ reason: Reason }),
  reply: Onboarding,
  errors: ['not_found', 'onboarding_changed', 'wrong_state'],
});
export const issueOnboarding = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/onboardings/{onboardingId}/issue',
  summary:
    'Issue account, contract, servers, API key, recipients and enrolment token at once; secrets are shown only in this answer',
  params: Params,
  body: Read,
  reply: z.object({
    onboarding: Onboarding,
    /** Absent where it was issued before: secrets leave once. */
    secrets: z.object({ apiKey: z.string(), enrolmentToken: z.string(), hostsMax: z.number().int() }).optional(),
  }),
  errors: [
    'not_found',
    'onboarding_changed',
    'step_order',
    'hearing_contradicts',
    'already_exists',
    'account_per_plan',
    'limit_reached',
    'wrong_state',
  ],
});
export const confirmRecipient = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/onboardings/{onboardingId}/recipients/{contactId}/confirm',
  summary: 'Record that a recipient said by phone, mail or on paper that the test mail arrived',
  params: Params.extend({ contactId: Id }),
  body: z.object({ how: z.enum(['phone', 'mail', 'document']) }),
  reply: Onboarding,
  errors: ['not_found', 'wrong_state'],
});
export const askRecipients = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/onboardings/{onboardingId}/recipients/ask',
  summary: 'Send the test mail again to recipients who have not confirmed',
  params: Params,
  body: z.object({}),
  reply: Onboarding,
  errors: ['not_found', 'wrong_state'],
});
export const confirmByLink = route({
  open: 'the link of a test mail is followed by somebody who has no sign-in; the token itself is the secret',
  method: 'POST',
  path: '/recipient-confirmations',
  summary: 'Confirm that a test mail arrived',
  body: z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
  reply: z.object({ mail: z.string(), accountName: z.string() }),
  errors: ['link_invalid'],
});
export const goLive = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/onboardings/{onboardingId}/go-live',
  summary:
    'Start of use: sets the date and sends the start notice where every check holds; to go on in spite of one needs onboarding.override',
  params: Params,
  body: Read.extend({ overrideReason: Reason.optional() }),
  reply: Onboarding,
  errors: ['not_found', 'onboarding_changed', 'step_order', 'gate_closed', 'forbidden', 'wrong_state'],
});
export const cancelOnboarding = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/onboardings/{onboardingId}/cancel',
  summary: 'Take an order back before the account is issued',
  params: Params,
  body: Read.extend({ reason: Reason }),
  reply: Onboarding,
  errors: ['not_found', 'onboarding_changed', 'wrong_state'],
});
