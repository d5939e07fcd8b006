import { z } from 'zod';
import { Language } from '../language.ts';
import { Role } from '../permissions.ts';
import { Person } from '../person.ts';
import { Id, Instant, MailAddress, ShortText } from '../primitives.ts';
import { route } from '../route.ts';

/** Password rule: length alone (NIST SP 800-63B), no composition. */
export const Password = z.string().min(12).max(128);

const PersonParams = z.object({ personId: z.string().max(64) });

export const getSession = route({
  open: 'says whether anybody is signed in',
  method: 'GET',
  path: '/session',
  summary: 'Who is signed in',
  reply: z.object({ person: Person.optional(), permissions: z.array(z.string()) }),
});
export const signIn = route({
  open: 'this is the door',
  method: 'POST',
  path: '/session',
  summary: 'Sign in with mail address, password and, where it is on, a one-time code',
  body: z.object({
    mail: MailAddress,
    password: z.string().max(500),
    totp: z
      .string()
      .regex(/^\d{6}$/)
      .optional(),
  }),
  reply: z.object({ person: Person.optional(), totpRequired: z.boolean() }),
  errors: ['sign_in_refused', 'too_many_requests'],
});
export const redeemLink = route({
  open: 'the one-time link is the credential',
  method: 'POST',
  path: '/session/link',
  summary: 'Sign in with a one-time link',
  body: z.object({ secret: z.string().min(20).max(200) }),
  reply: z.object({ person: Person }),
  errors: ['link_invalid', 'too_many_requests'],
});
export const signOut = route({
  signedIn: 'anybody may leave',
  method: 'DELETE',
  path: '/session',
  summary: 'Sign out',
});
export const setPassword = route({
  signedIn: 'own password',
  method: 'PUT',
  path: '/session/password',
  summary:
    'Set the own password; the current one is asked for unless none is set or the session began with a one-time link. All other sessions end',
  body: z.object({ current: z.string().max(500).optional(), password: Password }),
  reply: Person,
  errors: ['password_wrong', 'too_many_requests'],
});
export const startTotp = route({
  signedIn: 'own second factor',
  method: 'POST',
  path: '/session/totp',
  summary: 'Begin time-based one-time codes: the key to show as a QR code',
  body: z.object({ password: z.string().max(500) }),
  reply: z.object({ uri: z.string().max(1000) }),
  errors: ['password_wrong', 'wrong_state', 'too_many_requests'],
});
export const confirmTotp = route({
  signedIn: 'own second factor',
  method: 'PUT',
  path: '/session/totp',
  summary: 'Turn one-time codes on with a first code',
  body: z.object({ code: z.string().regex(/^\d{6}$/) }),
  reply: Person,
  errors: ['code_wrong', 'wrong_state', 'too_many_requests'],
});
export const removeTotp = route({
  signedIn: 'own second factor',
  method: 'DELETE',
  path: '/session/totp',
  summary: 'Turn one-time codes off',
  body: z.object({ password: z.string().max(500) }),
  reply: Person,
  errors: ['password_wrong', 'too_many_requests'],
});
export const setLanguage = route({
  signedIn: 'own language',
  method: 'PUT',
  path: '/session/language',
  summary: 'Remember the language of the console',
  body: z.object({ language: Language }),
  reply: Person,
});

export const listPeople = route({
  needs: 'person.read',
  method: 'GET',
  path: '/people',
  summary: 'People who may sign in',
  reply: z.object({ items: z.array(Person).max(10_000) }),
});
export const createPerson = route({
  needs: 'person.write',
  method: 'POST',
  path: '/people',
  summary: 'Add a person; the answer holds a one-time sign-in link to hand over',
  body: z.object({
    name: ShortText,
    mail: MailAddress,
    role: Role,
    accountId: Id.optional(),
    socId: Id.optional(),
    language: Language.default('ja'),
  }),
  reply: z.object({ person: Person, link: z.string().max(1000) }),
  errors: ['already_exists', 'not_found', 'limit_reached'],
});
export const issueLink = route({
  needs: 'person.write',
  method: 'POST',
  path: '/people/{personId}/link',
  summary: 'A fresh one-time sign-in link, for a lost password',
  params: PersonParams,
  reply: z.object({ link: z.string().max(1000), expiresAt: Instant }),
  errors: ['not_found'],
});
export const disablePerson = route({
  needs: 'person.write',
  method: 'DELETE',
  path: '/people/{personId}',
  summary: 'Close a person’s access; their sessions end at once',
  params: PersonParams,
  errors: ['not_found', 'last_admin'],
});
