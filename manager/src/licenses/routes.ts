import { routes } from '@sakimori/contract';
import type { Desk } from '../customers/index.ts';
import { type BoundRoute, serve } from '../platform/index.ts';
import { createLicense, getProof, listLicenses, renewLicense, retireLicense } from './licenses.ts';

export const licenseRoutes = (desk: Desk): BoundRoute[] => [
  serve(routes.listLicenses, async ({ query }, { actor }) => ({
    items: await listLicenses(desk, actor, { accountId: query.accountId, retired: query.retired === 'true' }),
  })),
  serve(routes.createLicense, ({ params, body }, { actor }) => createLicense(desk, actor, params.accountId, body)),
  serve(routes.renewLicense, ({ params, body }, { actor }) => renewLicense(desk, actor, params.licenseId, body)),
  serve(routes.retireLicense, ({ params, body }, { actor }) =>
    retireLicense(desk, actor, params.licenseId, body.reason),
  ),
  serve(routes.getProof, ({ params }, { actor }) => getProof(desk, actor, params.licenseId, params.termId)),
];
