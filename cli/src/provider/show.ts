import { type Brand, contactLines, nameOfProvider, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { pick } from '../find.ts';
import { sheet } from '../table.ts';

export async function brandsOf(cli: Cli): Promise<readonly Brand[]> {
  return (await cli.call(routes.listBrands)).items;
}

/** A brand by its id or name. */
export const findBrand = (cli: Cli, brands: readonly Brand[], given: string): Brand =>
  pick(cli, brands, given, { thing: 'brand', namesOf: ({ label }) => [label], list: 'provider show' });

const describe = (cli: Cli, brand: Brand): string =>
  sheet([
    [cli.say('head.label'), `${brand.label}${brand.isDefault ? ` (${cli.say('provider.standard')})` : ''}`],
    [cli.say('head.version'), String(brand.version)],
    [cli.say('head.name'), nameOfProvider(cli.language, brand.profile)],
    [cli.say('head.signature'), contactLines(cli.language, brand.profile).join(' / ')],
    [cli.say('head.colour'), brand.profile.colour],
    [cli.say('head.logo'), brand.logo?.type],
    [cli.say('head.customers'), String(brand.customers)],
    [cli.say('head.id'), brand.id],
  ]);

export const showProvider: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('provider.show'))
    .option('--brand <BRAND>', cli.say('option.brand'))
    .action(async ({ brand }: { brand?: string }) => {
      const all = await brandsOf(cli);
      const shown = brand === undefined ? all : [findBrand(cli, all, brand)];
      cli.show({ items: shown }, () =>
        shown.length === 0 ? cli.say('provider.unset') : shown.map((one) => describe(cli, one)).join('\n\n'),
      );
    });
