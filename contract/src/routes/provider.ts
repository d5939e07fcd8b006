import { z } from 'zod';
import { Id, ShortText } from '../primitives.ts';
import { Brand, logoBytesMax, ProviderProfile } from '../provider.ts';
import { route } from '../route.ts';

const Label = ShortText.max(60).regex(/^[\p{L}\p{N} ._-]+$/u, 'letters, digits, spaces, dots and hyphens');
const BrandParams = z.object({ brandId: Id });

export const listBrands = route({
  needs: 'provider.read',
  method: 'GET',
  path: '/provider/brands',
  summary: 'Brands of the provider with their profiles, the standard one first',
  reply: z.object({ items: z.array(Brand).max(100) }),
});
export const createBrand = route({
  needs: 'provider.write',
  method: 'POST',
  path: '/provider/brands',
  summary: 'Make a brand; the first one is the standard',
  body: z.object({ label: Label, profile: ProviderProfile }),
  reply: Brand,
  errors: ['already_exists', 'limit_reached'],
});
export const updateBrand = route({
  needs: 'provider.write',
  method: 'PUT',
  path: '/provider/brands/{brandId}',
  summary: 'Change a brand: new mails and reports show it, earlier ones stay as they were',
  params: BrandParams,
  body: z.object({
    label: Label,
    profile: ProviderProfile,
    isDefault: z.boolean().default(false),
    /** What was read. */
    version: z.number().int().min(1).max(1_000_000),
  }),
  reply: Brand,
  errors: ['not_found', 'already_exists', 'version_conflict'],
});
export const putLogo = route({
  needs: 'provider.write',
  method: 'PUT',
  path: '/provider/brands/{brandId}/logo',
  summary: 'Give a brand its logo as PNG or SVG, or take it away',
  params: BrandParams,
  /** Base64; an empty text takes the logo away. */
  body: z.object({ content: z.base64().max(Math.ceil(logoBytesMax / 3) * 4) }),
  bodyBytesMax: 512 * 1024,
  reply: Brand,
  errors: ['not_found', 'logo_refused'],
});
export const setAccountBrand = route({
  needs: 'provider.write',
  method: 'PUT',
  path: '/accounts/{accountId}/brand',
  summary: 'Say which brand a customer sees, with all of its accounts; none is the standard one',
  params: z.object({ accountId: Id }),
  body: z.object({ brandId: Id.nullable() }),
  reply: z.object({ brandId: Id.nullable() }),
  errors: ['not_found'],
});
export const getIdentity = route({
  needs: 'account.read',
  method: 'GET',
  path: '/provider/identity',
  summary: 'Who provides the service, as the caller’s customer sees it',
  query: z.object({ accountId: Id.optional() }),
  reply: z.object({
    profile: ProviderProfile.optional(),
    logo: z.object({ type: z.string(), content: z.string() }).optional(),
  }),
});
