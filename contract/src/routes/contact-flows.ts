import { z } from 'zod';
import { CallResult, ContactFlow, FlowQuestion, FlowRun, flowRunStates } from '../contact-flow.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const AccountParams = z.object({ accountId: Id });
const RunParams = AccountParams.extend({ runId: Id });
const Link = z.object({ secret: z.string().min(20).max(200) });

export const getContactFlow = route({
  needs: 'contact.read',
  method: 'GET',
  path: '/accounts/{accountId}/contact-flow',
  summary: 'Whom an account wants reached when an agent is silent, in order',
  params: AccountParams,
  reply: ContactFlow,
  errors: ['not_found'],
});
export const setContactFlow = route({
  needs: 'contact.write',
  method: 'PUT',
  path: '/accounts/{accountId}/contact-flow',
  summary: 'Set whom to reach when an agent is silent; runs that have begun go on as they were',
  params: AccountParams,
  body: ContactFlow,
  reply: ContactFlow,
  errors: ['not_found'],
});
export const listContactRuns = route({
  needs: 'contact.read',
  method: 'GET',
  path: '/contact-runs',
  summary: 'Contact flows that were begun, newest first, with every try',
  query: z.object({
    accountId: Id.optional(),
    alertId: Id.optional(),
    hostId: Id.optional(),
    state: z.enum(flowRunStates).optional(),
  }),
  reply: z.object({ items: z.array(FlowRun).max(200) }),
});
export const recordCall = route({
  needs: 'contact.write',
  method: 'POST',
  path: '/accounts/{accountId}/contact-runs/{runId}/tries/{tryId}',
  summary: 'Write down what became of a call',
  params: RunParams.extend({ tryId: Id }),
  body: CallResult,
  reply: FlowRun,
  errors: ['not_found', 'wrong_state'],
});
export const stopContactRun = route({
  needs: 'contact.write',
  method: 'POST',
  path: '/accounts/{accountId}/contact-runs/{runId}/stop',
  summary: 'Stop reaching for people',
  params: RunParams,
  body: z.object({ reason: z.string().trim().min(1).max(1000) }),
  reply: FlowRun,
  errors: ['not_found', 'wrong_state'],
});
export const lookAtQuestion = route({
  open: 'the secret of the mail is the credential; it shows one alert and changes nothing',
  method: 'POST',
  path: '/contact-answers/look',
  summary: 'What a link of a contact flow is about; changes nothing',
  body: Link,
  reply: FlowQuestion,
  errors: ['answer_link_invalid', 'too_many_requests'],
});
export const answerQuestion = route({
  open: 'the secret of the mail is the credential, and good for one answer',
  method: 'POST',
  path: '/contact-answers',
  summary: 'Acknowledge by the link of a contact flow',
  body: Link,
  reply: FlowQuestion,
  errors: ['answer_link_invalid', 'too_many_requests'],
});
