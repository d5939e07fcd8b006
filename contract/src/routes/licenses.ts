import { z } from 'zod';
import { License, NewLicense, proofTypes, Renewal } from '../license.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const bodyBytesMax = 8 * 1024 * 1024;

export const listLicenses = route({
  needs: 'license.read',
  method: 'GET',
  path: '/licenses',
  summary: 'Licenses with their terms, what ends first on top',
  query: z.object({ accountId: Id.optional(), retired: z.enum(['true', 'false']).default('false') }),
  reply: z.object({ items: z.array(License).max(10_000) }),
});
export const createLicense = route({
  needs: 'license.write',
  method: 'POST',
  path: '/accounts/{accountId}/licenses',
  summary: 'Enter a license of an account; its end is told of 90, 60, 30, 14, 7 and 1 days before',
  params: z.object({ accountId: Id }),
  body: NewLicense,
  bodyBytesMax,
  reply: License,
  errors: ['not_found', 'already_exists', 'not_in_plan', 'quote_needed', 'proof_refused', 'limit_reached'],
});
export const renewLicense = route({
  needs: 'license.write',
  method: 'POST',
  path: '/licenses/{licenseId}/renew',
  summary: 'Record a renewal with its proof; days without a license in between are asked back for',
  params: z.object({ licenseId: Id }),
  body: Renewal,
  bodyBytesMax,
  reply: License,
  errors: [
    'not_found',
    'wrong_state',
    'license_gap',
    'license_not_longer',
    'not_in_plan',
    'quote_needed',
    'proof_refused',
    'limit_reached',
  ],
});
export const retireLicense = route({
  needs: 'license.write',
  method: 'POST',
  path: '/licenses/{licenseId}/retire',
  summary: 'Take a license out of use: it is told of no more',
  params: z.object({ licenseId: Id }),
  body: z.object({ reason: z.string().trim().min(1).max(1000) }),
  reply: License,
  errors: ['not_found', 'wrong_state'],
});
export const getProof = route({
  needs: 'license.read',
  method: 'GET',
  path: '/licenses/{licenseId}/terms/{termId}/proof',
  summary: 'The proof of a term',
  params: z.object({ licenseId: Id, termId: Id }),
  reply: z.object({
    name: z.string(),
    type: z.enum(proofTypes),
    sha256: z.string(),
    /** Base64. */ content: z.string(),
  }),
  errors: ['not_found'],
});
