import { routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, serve, type Tx } from '../platform/index.ts';
import { brandOf, createBrand, putLogo, toBrand, updateBrand } from './brands.ts';
import { selectBrands } from './store.ts';

export const providerRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.listBrands, async () => ({
    items: (await platform.database.asProvider((tx) => selectBrands(tx))).map(toBrand),
  })),
  serve(routes.createBrand, ({ body }, { actor }) => createBrand(platform, actor, body)),
  serve(routes.updateBrand, ({ params, body }, { actor }) => updateBrand(platform, actor, params.brandId, body)),
  serve(routes.putLogo, ({ params, body }, { actor }) =>
    putLogo(platform, actor, params.brandId, Buffer.from(body.content, 'base64')),
  ),
  serve(routes.getIdentity, ({ query }, { actor }) => {
    const accountId = actor.accountId ?? query.accountId;
    return platform.database.for(actor, async (tx) => {
      const brand = accountId === undefined ? await standard(tx) : await brandOf(tx, accountId);
      return {
        ...(brand ? { profile: brand.profile } : {}),
        ...(brand?.logo ? { logo: { type: brand.logo.type, content: brand.logo.content.toString('base64') } } : {}),
      };
    });
  }),
];

/** What staff see who look at no account. */
async function standard(
  tx: Tx,
): Promise<Pick<NonNullable<Awaited<ReturnType<typeof brandOf>>>, 'profile' | 'logo'> | undefined> {
  const row = (await selectBrands(tx)).find(({ is_default }) => is_default);
  if (!row) return undefined;
  return {
    profile: row.profile,
    ...(row.logo && row.logo_type ? { logo: { type: row.logo_type, content: row.logo } } : {}),
  };
}
