import { type Brand, ProviderProfile, Refusal, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { readBytes } from '../files.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed } from '../options.ts';
import { brandsOf, findBrand } from './show.ts';

const fields = [
  ...(['nameJa', 'nameEn', 'postalCode', 'addressJa', 'addressEn', 'tel', 'fax'] as const),
  ...(['mail', 'url', 'colour', 'signatureJa', 'signatureEn'] as const),
] as const;
type Field = (typeof fields)[number];
type Options = { brand?: string; logo?: string; standard?: boolean } & { readonly [name in Field]?: string };

/** `--name-ja` of `nameJa`. */
const flagOf = (field: Field): string => `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} <TEXT>`;

export const setProvider: Verb = (noun, cli) => {
  const verb = noun
    .command('set')
    .description(cli.say('provider.set'))
    .option('--brand <BRAND>', cli.say('option.brand'));
  for (const field of fields)
    verb.option(flagOf(field), cli.say(`option.${field === 'mail' ? 'providerMail' : field}`));
  verb
    .option('--logo <FILE>', cli.say('option.logo'))
    .option('--standard', cli.say('option.standardBrand'))
    .action(async ({ brand: label, logo, standard = false, ...given }: Options) => {
      const all = await brandsOf(cli);
      const standing =
        label === undefined ? all.find(({ isDefault }) => isDefault) : all.find((one) => one.label === label);
      const profile = merged(standing, given);
      let brand = await store(cli, standing, label, profile, standard);
      if (logo !== undefined) {
        const content = logo === 'none' ? '' : Buffer.from(readBytes(logo)).toString('base64');
        brand = await cli.call(routes.putLogo, { params: { brandId: brand.id }, body: { content } });
      }
      cli.show(brand, () => cli.say('done.provider', { label: brand.label, version: brand.version }));
    });
};

/** What stands with what is given; an empty text takes a field away. @throws Refusal `malformed`, before anything is sent */
function merged(standing: Brand | undefined, given: { readonly [name in Field]?: string }): ProviderProfile {
  const values = Object.entries({ ...standing?.profile, ...given })
    .filter(([, value]) => value !== '')
    .map(([name, value]) => [name, name.startsWith('signature') ? value?.replaceAll('\\n', '\n') : value]);
  const read = ProviderProfile.safeParse(Object.fromEntries(values));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Refusal('malformed', { detail: `${flagOf(String(issue?.path[0]) as Field)}: ${issue?.message}` });
}

const store = (
  cli: Cli,
  standing: Brand | undefined,
  label: string | undefined,
  profile: ProviderProfile,
  standard: boolean,
): Promise<Brand> =>
  standing
    ? cli.call(routes.updateBrand, {
        params: { brandId: standing.id },
        body: { label: standing.label, profile, isDefault: standard, version: standing.version },
      })
    : cli.call(routes.createBrand, { body: { label: label ?? 'standard', profile } });

export const assignBrand: Verb = (noun, cli) =>
  noun
    .command('assign')
    .description(cli.say('provider.assign'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--brand <BRAND>', cli.say('option.brandRequired')))
    .action(async ({ account, brand: given }: { account: string; brand: string }) => {
      const { id: accountId, name } = await findAccount(cli, account);
      const all = await brandsOf(cli);
      const isStandard = given === 'standard' && !all.some(({ label, isDefault }) => label === given && !isDefault);
      const brand = isStandard ? all.find(({ isDefault }) => isDefault) : findBrand(cli, all, given);
      const body = { brandId: isStandard ? null : brand!.id };
      const answer = await cli.call(routes.setAccountBrand, { params: { accountId }, body });
      cli.show(answer, () => cli.say('done.brandAssigned', { account: name, label: brand?.label ?? given }));
    });
