import { routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, serve } from '../platform/index.ts';
import {
  createAccount,
  createContact,
  deleteContact,
  listContacts,
  type OnAccountCreated,
  toAccount,
  updateContact,
} from './customers.ts';
import { selectAccounts } from './store.ts';

export const customersRoutes = (platform: Platform, onAccountCreated: OnAccountCreated): BoundRoute[] => [
  serve(routes.listAccounts, async (_, { actor }) => ({
    items: (await platform.database.for(actor, (tx) => selectAccounts(tx))).map(toAccount),
  })),
  serve(routes.createAccount, ({ body }, { actor }) => createAccount(platform, onAccountCreated, actor, body)),
  serve(routes.listContacts, async ({ params }, { actor }) => ({
    items: await platform.database.for(actor, (tx) => listContacts(tx, params.accountId)),
  })),
  serve(routes.createContact, ({ params, body }, { actor }) => createContact(platform, actor, params.accountId, body)),
  serve(routes.updateContact, ({ params, body }, { actor }) =>
    updateContact(platform, actor, { accountId: params.accountId, id: params.contactId }, body),
  ),
  serve(routes.deleteContact, async ({ params }, { actor }) => {
    await deleteContact(platform, actor, { accountId: params.accountId, id: params.contactId });
    return undefined;
  }),
];
