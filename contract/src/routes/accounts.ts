import { z } from 'zod';
import { Account, Contact, ContactInput, NewAccount } from '../account.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const AccountParams = z.object({ accountId: Id });
const ContactParams = AccountParams.extend({ contactId: Id });

export const listAccounts = route({
  needs: 'account.read',
  method: 'GET',
  path: '/accounts',
  summary: 'Accounts that the caller may see',
  reply: z.object({ items: z.array(Account).max(10_000) }),
});
export const createAccount = route({
  needs: 'account.write',
  method: 'POST',
  path: '/accounts',
  summary: 'Create an account: one customer under one plan',
  body: NewAccount,
  reply: Account,
  errors: ['already_exists', 'one_plan_per_account', 'limit_reached'],
});
export const listContacts = route({
  needs: 'contact.read',
  method: 'GET',
  path: '/accounts/{accountId}/contacts',
  summary: 'Contacts of an account',
  params: AccountParams,
  reply: z.object({ items: z.array(Contact).max(500) }),
  errors: ['not_found'],
});
export const createContact = route({
  needs: 'contact.write',
  method: 'POST',
  path: '/accounts/{accountId}/contacts',
  summary: 'Add a contact',
  params: AccountParams,
  body: ContactInput,
  reply: Contact,
  errors: ['not_found', 'already_exists', 'limit_reached'],
});
export const updateContact = route({
  needs: 'contact.write',
  method: 'PUT',
  path: '/accounts/{accountId}/contacts/{contactId}',
  summary: 'Change a contact; clears a recorded bounce',
  params: ContactParams,
  body: ContactInput,
  reply: Contact,
  errors: ['not_found', 'already_exists'],
});
export const deleteContact = route({
  needs: 'contact.write',
  method: 'DELETE',
  path: '/accounts/{accountId}/contacts/{contactId}',
  summary: 'Remove a contact',
  params: ContactParams,
  errors: ['not_found'],
});
