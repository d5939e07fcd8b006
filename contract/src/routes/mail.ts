import { z } from 'zod';
import { CaughtMail, ContactDigest, ContactDigestInput, MailSettings, MailSettingsInput, Notice } from '../mail.ts';
import { Id, MailAddress, PageQuery, pageOf } from '../primitives.ts';
import { route } from '../route.ts';

export const getMailSettings = route({
  needs: 'mail.read',
  method: 'GET',
  path: '/mail/settings',
  summary: 'How mail leaves',
  reply: MailSettings,
});
export const setMailSettings = route({
  needs: 'mail.configure',
  method: 'PUT',
  path: '/mail/settings',
  summary: 'Set the SMTP server',
  body: MailSettingsInput,
  reply: MailSettings,
});
export const sendTestMail = route({
  needs: 'mail.configure',
  method: 'POST',
  path: '/mail/test',
  summary: 'Send a test mail through the stored settings and say what the server answered',
  body: z.object({ to: MailAddress }),
  reply: z.object({ response: z.string().max(1000) }),
  errors: ['mail_refused'],
});
export const listCaughtMails = route({
  needs: 'mail.read',
  method: 'GET',
  path: '/mail/caught',
  summary: 'Mails that the built-in catcher took, newest first',
  query: PageQuery,
  reply: pageOf(CaughtMail),
});
export const listNotices = route({
  needs: 'mail.read',
  method: 'GET',
  path: '/notices',
  summary: 'The outbox: letters and what became of them',
  query: PageQuery.extend({ accountId: Id.optional() }),
  reply: pageOf(Notice),
});

export const listContactDigests = route({
  needs: 'contact.read',
  method: 'GET',
  path: '/accounts/{accountId}/digests',
  summary: 'How mail about alerts to each contact is bundled, and what waits',
  params: z.object({ accountId: Id }),
  reply: z.object({ items: z.array(ContactDigest).max(500) }),
  errors: ['not_found'],
});
export const setContactDigest = route({
  needs: 'contact.write',
  method: 'PUT',
  path: '/accounts/{accountId}/contacts/{contactId}/digest',
  summary: 'Set how mail about alerts to a contact is bundled',
  params: z.object({ accountId: Id, contactId: Id }),
  body: ContactDigestInput,
  reply: ContactDigest,
  errors: ['not_found'],
});
