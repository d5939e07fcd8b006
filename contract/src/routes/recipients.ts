import { z } from 'zod';
import { Id, NoteText } from '../primitives.ts';
import {
  NewRecipientChange,
  RecipientChange,
  RecipientPreview,
  RecipientQuestion,
  RecipientSteps,
} from '../recipients.ts';
import { route } from '../route.ts';

const AccountParams = z.object({ accountId: Id });
const Link = z.object({ secret: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
const errors = [
  ...(['not_found', 'already_exists', 'limit_reached', 'recipient_duplicate', 'recipient_not_listed'] as const),
  ...(['recipients_none_left', 'recipients_changed'] as const),
] as const;

export const previewRecipients = route({
  needs: 'contact.write',
  method: 'POST',
  path: '/accounts/{accountId}/recipient-changes/preview',
  summary: 'What a change of recipients would make of the lists, and who is written to; changes nothing (S55)',
  params: AccountParams,
  body: RecipientSteps,
  reply: RecipientPreview,
  errors,
});
export const changeRecipients = route({
  needs: 'contact.write',
  method: 'POST',
  path: '/accounts/{accountId}/recipient-changes',
  summary: 'Change who receives alerts and reports; mails go to the new and to the former addresses (S55)',
  params: AccountParams,
  body: NewRecipientChange,
  reply: RecipientChange,
  errors,
});
export const listRecipientChanges = route({
  needs: 'contact.read',
  method: 'GET',
  path: '/accounts/{accountId}/recipient-changes',
  summary: 'Changes of recipients with their mails; the newest 100',
  params: AccountParams,
  reply: z.object({ items: z.array(RecipientChange).max(100) }),
  errors: ['not_found'],
});
export const undoRecipientChange = route({
  needs: 'contact.write',
  method: 'POST',
  path: '/accounts/{accountId}/recipient-changes/{changeId}/undo',
  summary: 'Put the former recipients back; both sides are written to',
  params: AccountParams.extend({ changeId: Id }),
  body: z.object({ reason: NoteText.max(1000) }),
  reply: RecipientChange,
  errors: ['not_found', 'wrong_state', 'already_exists', 'recipients_changed', 'recipients_none_left'],
});
export const lookAtRecipient = route({
  open: 'the secret of the mail is the credential; it shows the address it was sent to and changes nothing',
  method: 'POST',
  path: '/recipient-answers/look',
  summary: 'What the link of a new recipient asks; changes nothing',
  body: Link,
  reply: RecipientQuestion,
  errors: ['link_invalid'],
});
export const answerRecipient = route({
  open: 'the secret of the mail is the credential, and good for one answer',
  method: 'POST',
  path: '/recipient-answers',
  summary: 'Confirm as a new recipient, or say that the mail came to the wrong person',
  body: Link.extend({ answer: z.enum(['yes', 'no']) }),
  reply: RecipientQuestion,
  errors: ['link_invalid'],
});
