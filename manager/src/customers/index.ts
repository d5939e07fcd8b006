/**
 * Customers, their accounts, contracts and contacts. An account is the tenant: one customer under one plan. Its contract is a list of terms, each
 * of which pins an edition of the service specification. A contact is a person at the customer who receives mail, each in their own language and
 * for the purposes that were agreed.
 */
import type { Editions } from '../editions/index.ts';
import { ConfigFault, type Platform, type Room, type Tx } from '../platform/index.ts';
import { contractRoutes } from './contract-routes.ts';
import { selectEditionsInUse } from './contract-store.ts';
import { type Desk, followContracts } from './contracts.ts';
import type { OnAccountCreated } from './customers.ts';
import { quoteRoutes } from './quote-routes.ts';
import { customersRoutes } from './routes.ts';

import { termsRoutes } from './terms.ts';

export { selectTerms } from './contract-store.ts';
export type { Desk } from './contracts.ts';
export { makeContract } from './contracts.ts';
export {
  addContact,
  type ContactPurpose,
  checkAccount,
  contactById,
  contactsFor,
  createAccount,
  createContact,
  findAccountByName,
  getAccount,
  listContacts,
  makeAccount,
  markBounced,
  type OnAccountCreated,
} from './customers.ts';
export { type NumberedAccount, selectNumbered } from './numbers.ts';
export { approveByOrder, checkWork, entitlementOf, finishQuote, makeQuote, quoteOf, refuseFeature } from './quotes.ts';
export {
  planRecipients,
  type RecipientPlan,
  type RecipientRow,
  restoreRecipients,
  strangeDomains,
  type TouchedRecipient,
  writeRecipients,
} from './recipients.ts';
export { selectServers } from './server-store.ts';
export { addServer, checkActivation, contractWithout, serversOf } from './servers.ts';
export { editionSource, type Service, serviceOf, serviceToday } from './service.ts';
export { type CallerRow, type ContactRow, selectCallers, selectContactsByMail } from './store.ts';
export { addConsent, termsOf, termsShown } from './terms.ts';

/** Ids of the editions that an account’s terms pin. */
export const pinnedEditions = async (tx: Tx, accountId: string): Promise<string[]> =>
  (await selectEditionsInUse(tx, accountId)).map(({ edition }) => edition);

export function customersRoom(
  platform: Platform,
  options: { readonly onAccountCreated: OnAccountCreated; readonly editions: Editions },
): Room {
  const desk: Desk = { platform, editions: options.editions };
  return {
    name: 'customers',
    routes: [
      ...customersRoutes(platform, options.onAccountCreated),
      ...contractRoutes(desk),
      ...quoteRoutes(desk),
      ...termsRoutes(desk),
    ],
    ticks: [{ name: 'customers.contracts', everyMs: 2000, run: async () => void (await followContracts(desk)) }],
    start: async () => {
      await checkEditions(desk);
      return undefined;
    },
  };
}

/** A contract whose edition is gone cannot be served. @throws ConfigFault */
async function checkEditions({ platform, editions }: Desk): Promise<void> {
  const used = await platform.database.asProvider((tx) => selectEditionsInUse(tx));
  const gone = used.filter(({ edition }) => !editions.has(edition));
  if (gone.length > 0)
    throw new ConfigFault(
      gone.map(({ edition }) => `SAKIMORI_EDITIONS: contracts pin the edition ${edition}, and no file has it`),
    );
}
