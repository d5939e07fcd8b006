/**
 * Licenses of accounts: what is valid until when, told of before it ends, renewed with a proof (S48). What is due is a row; a tick looks at the
 * rows, tells of each once, and raises the alarm where a license has ended that should not have.
 */
import type { Desk } from '../customers/index.ts';
import type { Room } from '../platform/index.ts';
import { followLicenses } from './follow.ts';
import { licenseRoutes } from './routes.ts';

export { followLicenses } from './follow.ts';

export const licensesRoom = (desk: Desk, options: { readonly publicUrl: () => string }): Room => ({
  name: 'licenses',
  routes: licenseRoutes(desk),
  ticks: [{ name: 'licenses.due', everyMs: 5000, run: () => followLicenses(desk, options) }],
});
