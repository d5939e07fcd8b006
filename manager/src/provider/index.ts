/**
 * Who provides the service: brands with their profiles and logos (S104). What a document or mail is made with is asked for here, for an account,
 * and kept by whoever makes it; a change is a new version, so nothing that was made before changes.
 */
import type { Platform, Room } from '../platform/index.ts';
import { providerRoutes } from './routes.ts';

export { type BrandOfAccount, brandById, brandExists, brandOf, logoOf } from './brands.ts';
export { LogoFault, safeLogo } from './logo.ts';

export const providerRoom = (platform: Platform): Room => ({ name: 'provider', routes: providerRoutes(platform) });
