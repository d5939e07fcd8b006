import { z } from 'zod';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';
import { AccountTerms, ConsentState, NewConsent } from '../terms.ts';

export const getTerms = route({
  needs: 'contract.read',
  method: 'GET',
  path: '/accounts/{accountId}/terms',
  summary: 'Terms of the account’s edition, and who agreed to which version',
  params: z.object({ accountId: Id }),
  reply: AccountTerms,
  errors: ['not_found'],
});
export const recordConsent = route({
  needs: 'contract.agree',
  method: 'POST',
  path: '/accounts/{accountId}/terms/consents',
  summary: 'Agree to the terms in the customer’s name',
  params: z.object({ accountId: Id }),
  body: NewConsent,
  reply: AccountTerms,
  errors: ['not_found', 'version_conflict', 'malformed'],
});
export const listConsentStates = route({
  needs: 'contract.read',
  method: 'GET',
  path: '/terms/consents',
  summary: 'Which version of the terms each customer agreed to, and when',
  reply: z.object({ items: z.array(ConsentState).max(10_000) }),
});
