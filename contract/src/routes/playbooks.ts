import { z } from 'zod';
import {
  ConsentAnswer,
  ConsentQuestion,
  ConsentSecret,
  ContainmentAim,
  ContainmentPreview,
  ContainmentReason,
  ContainmentRequest,
  ContainmentRun,
  ContainmentSetting,
  ContainmentSettingShown,
  containmentStates,
  NewContainmentRequest,
  NewStandingConsent,
  PhoneConsent,
  PlaybookEntry,
  PlaybookFault,
  StandingConsent,
} from '../containment-request.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const AccountParams = z.object({ accountId: Id });
const HostParams = z.object({ hostId: Id });
const RequestParams = z.object({ requestId: Id });
const aimErrors = ['not_found', 'malformed', 'source_allowed', 'host_is_manager', 'wrong_state'] as const;

export const listPlaybooks = route({
  needs: 'containment.read',
  method: 'GET',
  path: '/playbooks',
  summary: 'What can be done against an attack, and files of playbooks that cannot be used (S76)',
  reply: z.object({ items: z.array(PlaybookEntry).max(500), faults: z.array(PlaybookFault).max(500) }),
});
export const listContainmentRequests = route({
  needs: 'containment.read',
  method: 'GET',
  path: '/containment-requests',
  summary: 'Containment requests with their consents and what was done; the newest 200 (S73)',
  query: z.object({
    accountId: Id.optional(),
    hostId: Id.optional(),
    alertId: Id.optional(),
    caseId: Id.optional(),
    state: z.enum(containmentStates).optional(),
  }),
  reply: z.object({ items: z.array(ContainmentRequest).max(200) }),
});
export const getContainmentRequest = route({
  needs: 'containment.read',
  method: 'GET',
  path: '/containment-requests/{requestId}',
  summary: 'One containment request with all that happened to it',
  params: RequestParams,
  reply: ContainmentRequest,
  errors: ['not_found'],
});
export const previewContainment = route({
  needs: 'containment.propose',
  method: 'POST',
  path: '/hosts/{hostId}/containment-preview',
  summary: 'What a playbook would do to a host, and whether anything stands against it; changes nothing',
  params: HostParams,
  body: ContainmentAim,
  reply: ContainmentPreview,
  errors: aimErrors,
});
export const proposeContainment = route({
  needs: 'containment.propose',
  method: 'POST',
  path: '/hosts/{hostId}/containment-requests',
  summary: 'Propose a playbook for a host; nothing is done to the host (S73)',
  params: HostParams,
  body: NewContainmentRequest,
  reply: ContainmentRequest,
  errors: aimErrors,
});
export const askForConsent = route({
  needs: 'containment.run',
  method: 'POST',
  path: '/containment-requests/{requestId}/ask',
  summary: 'Ask the customer’s contacts in order, each by a link of their own',
  params: RequestParams,
  reply: ContainmentRequest,
  errors: ['not_found', 'wrong_state', 'no_contacts'],
});
export const recordPhoneConsent = route({
  needs: 'containment.run',
  method: 'POST',
  path: '/containment-requests/{requestId}/phone-consent',
  summary: 'Write down what somebody of the customer said on the telephone',
  params: RequestParams,
  body: PhoneConsent,
  reply: ContainmentRequest,
  errors: ['not_found', 'wrong_state', 'malformed'],
});
export const consentOnPortal = route({
  needs: 'containment.consent',
  method: 'POST',
  path: '/containment-requests/{requestId}/answer',
  summary: 'Consent or decline as the customer, signed in and in one’s own name (S73)',
  params: RequestParams,
  body: z.object({ answer: z.enum(['yes', 'no']), reason: z.string().trim().min(1).max(300).optional() }),
  reply: ContainmentRequest,
  errors: ['not_found', 'wrong_state', 'malformed'],
});
export const withdrawContainment = route({
  needs: 'containment.run',
  method: 'POST',
  path: '/containment-requests/{requestId}/withdraw',
  summary: 'Take a request back that does not run yet; its links answer no more',
  params: RequestParams,
  body: ContainmentReason,
  reply: ContainmentRequest,
  errors: ['not_found', 'wrong_state'],
});
export const runContainment = route({
  needs: 'containment.run',
  method: 'POST',
  path: '/containment-requests/{requestId}/run',
  summary: 'Carry out what the customer consented to',
  params: RequestParams,
  body: ContainmentRun,
  reply: ContainmentRequest,
  errors: [...aimErrors, 'consent_needed', 'four_eyes_needed', 'name_not_confirmed'],
});
export const liftContainment = route({
  needs: 'containment.run',
  method: 'POST',
  path: '/containment-requests/{requestId}/lift',
  summary: 'End what runs before its time',
  params: RequestParams,
  body: ContainmentReason,
  reply: ContainmentRequest,
  errors: ['not_found', 'wrong_state'],
});
export const getContainmentSetting = route({
  needs: 'containment.read',
  method: 'GET',
  path: '/accounts/{accountId}/containment-setting',
  summary: 'How an account wants to be asked before anything is done',
  params: AccountParams,
  reply: ContainmentSettingShown,
  errors: ['not_found'],
});
export const putContainmentSetting = route({
  needs: 'containment.run',
  method: 'PUT',
  path: '/accounts/{accountId}/containment-setting',
  summary: 'Say how an account wants to be asked before anything is done',
  params: AccountParams,
  body: ContainmentSetting,
  reply: ContainmentSettingShown,
  errors: ['not_found'],
});
export const listStandingConsents = route({
  needs: 'containment.read',
  method: 'GET',
  path: '/accounts/{accountId}/standing-consents',
  summary: 'Consents that an account gave beforehand, ended ones too',
  params: AccountParams,
  reply: z.object({ items: z.array(StandingConsent).max(200) }),
  errors: ['not_found'],
});
export const createStandingConsent = route({
  needs: 'contract.write',
  method: 'POST',
  path: '/accounts/{accountId}/standing-consents',
  summary: 'Write down a consent that the contract gives beforehand',
  params: AccountParams,
  body: NewStandingConsent,
  reply: StandingConsent,
  errors: ['not_found', 'malformed'],
});
export const endStandingConsent = route({
  needs: 'contract.write',
  method: 'POST',
  path: '/accounts/{accountId}/standing-consents/{standingId}/end',
  summary: 'End a consent that was given beforehand; what was done under it stays on record',
  params: AccountParams.extend({ standingId: Id }),
  body: ContainmentReason,
  reply: StandingConsent,
  errors: ['not_found', 'wrong_state'],
});
export const lookAtConsent = route({
  open: 'the secret of the mail is the credential; it shows one request and changes nothing',
  method: 'POST',
  path: '/containment-consents/look',
  summary: 'What a link asks consent for; changes nothing',
  body: ConsentSecret,
  reply: ConsentQuestion,
  errors: ['consent_link_unknown'],
});
export const sendConsentCode = route({
  open: 'the secret of the mail is the credential, and the code goes to the contact’s registered address alone',
  method: 'POST',
  path: '/containment-consents/code',
  summary: 'Have a one-time code mailed to the contact whom the link was sent to',
  body: ConsentSecret,
  reply: ConsentQuestion,
  errors: ['consent_link_unknown', 'consent_closed', 'too_many_requests'],
});
export const answerConsent = route({
  open: 'the secret of one mail and the code of another are the credentials, and good for one answer',
  method: 'POST',
  path: '/containment-consents',
  summary: 'Consent or decline with the one-time code',
  body: ConsentAnswer,
  reply: ConsentQuestion,
  errors: ['consent_link_unknown', 'consent_closed', 'consent_code_wrong', 'malformed'],
});
