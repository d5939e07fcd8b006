/**
 * Customers, their accounts and contacts. An account is the tenant: one customer under one plan. A contact is a person at the customer who
 * receives mail, each in their own language and for the purposes that were agreed.
 */
import type { Platform, Room } from '../platform/index.ts';
import type { OnAccountCreated } from './customers.ts';
import { customersRoutes } from './routes.ts';

export {
  type ContactPurpose,
  checkAccount,
  contactsFor,
  createAccount,
  createContact,
  findAccountByName,
  getAccount,
  markBounced,
  type OnAccountCreated,
} from './customers.ts';

export { type NumberedAccount, selectNumbered } from './numbers.ts';

export const customersRoom = (platform: Platform, options: { readonly onAccountCreated: OnAccountCreated }): Room => ({
  name: 'customers',
  routes: customersRoutes(platform, options.onAccountCreated),
});
