import { z } from 'zod';
import {
  CustomerForm,
  FilledForm,
  FormContent,
  FormSecret,
  FormSubmission,
  NewCustomerForm,
  NewFormLink,
  OrderDraft,
} from '../customer-form.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';
import { CellFault, cellFaultsMax } from '../workbook-fault.ts';

const params = z.object({ formId: Id });
const Reason = z.object({ reason: z.string().trim().min(1).max(1000) });

export const listForms = route({
  needs: 'onboarding.write',
  method: 'GET',
  path: '/customer-forms',
  summary: 'Order forms and hearing sheets that customers fill in by a link, the newest 500',
  reply: z.object({ items: z.array(CustomerForm).max(500) }),
});
export const issueForm = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/customer-forms',
  summary: 'Mail the contact a link by which they fill in an order form or a hearing sheet',
  body: NewCustomerForm,
  reply: CustomerForm,
  errors: ['not_found', 'already_exists'],
});
export const getForm = route({
  needs: 'onboarding.write',
  method: 'GET',
  path: '/customer-forms/{formId}',
  summary: 'One form with what is filled in so far, and what is wrong with the order yet',
  params,
  reply: CustomerForm.extend({
    order: OrderDraft.optional(),
    faults: z.array(CellFault).max(cellFaultsMax),
  }),
  errors: ['not_found'],
});
export const renewForm = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/customer-forms/{formId}/link',
  summary: 'Mail a new link of an open form; the one before serves no more, what is filled in stays',
  params,
  body: NewFormLink,
  reply: CustomerForm,
  errors: ['not_found', 'form_closed'],
});
export const withdrawForm = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/customer-forms/{formId}/withdraw',
  summary: 'Withdraw the link of a form',
  params,
  body: Reason,
  reply: CustomerForm,
  errors: ['not_found', 'form_closed'],
});
export const reopenForm = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/customer-forms/{formId}/reopen',
  summary: 'Let the customer change what they submitted: mails a new link',
  params,
  body: Reason.extend(NewFormLink.shape),
  reply: CustomerForm,
  errors: ['not_found', 'form_closed', 'already_exists'],
});
export const takeForm = route({
  needs: 'onboarding.write',
  method: 'POST',
  path: '/customer-forms/{formId}/take',
  summary: 'Take the order that a customer submitted, and begin its onboarding',
  params,
  reply: CustomerForm,
  errors: ['not_found', 'form_closed', 'order_invalid', 'order_known'],
});

const secretIsAll =
  'the secret of the mail is the credential, good for one form until it is submitted, expired or withdrawn';
export const lookAtForm = route({
  open: secretIsAll,
  method: 'POST',
  path: '/customer-forms/look',
  summary: 'The form of a link; changes nothing',
  body: FormSecret,
  reply: FilledForm,
  errors: ['form_link_unknown'],
});
export const saveForm = route({
  open: secretIsAll,
  method: 'POST',
  path: '/customer-forms/draft',
  summary: 'Save what is filled in so far',
  body: FormContent,
  reply: FilledForm,
  errors: ['form_link_unknown', 'form_closed', 'form_changed', 'malformed', 'too_large'],
});
export const sendFormCode = route({
  open: 'the secret of the mail is the credential, and the code goes to the address alone that the link was sent to',
  method: 'POST',
  path: '/customer-forms/code',
  summary: 'Have the code mailed that submitting takes',
  body: FormSecret,
  reply: FilledForm,
  errors: ['form_link_unknown', 'form_closed', 'too_many_requests'],
});
export const submitForm = route({
  open: 'the secret of one mail and the code of another are the credentials',
  method: 'POST',
  path: '/customer-forms/submit',
  summary: 'Submit the form with the code; faults of an order are answered, and nothing is submitted then',
  body: FormSubmission,
  reply: FilledForm,
  errors: [
    ...(['form_link_unknown', 'form_closed', 'form_changed', 'form_code_wrong', 'malformed', 'too_large'] as const),
    ...(['hearing_incomplete', 'unsupported_in_region', 'limit_reached'] as const),
  ],
});
