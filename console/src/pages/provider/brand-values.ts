import { type Brand, ProviderProfile } from '@sakimori/contract';

export const profileFields = [
  ...(['nameJa', 'nameEn', 'postalCode', 'addressJa', 'addressEn', 'tel', 'fax', 'mail', 'url'] as const),
  ...(['colour', 'signatureJa', 'signatureEn'] as const),
] as const;
export type BrandValues = Record<(typeof profileFields)[number] | 'label', string> & { isDefault: boolean };

export const toValues = (brand: Brand | undefined): BrandValues => ({
  ...(Object.fromEntries(profileFields.map((field) => [field, brand?.profile[field] ?? ''])) as Record<
    (typeof profileFields)[number],
    string
  >),
  label: brand?.label ?? '',
  colour: brand?.profile.colour ?? '#12304f',
  isDefault: brand?.isDefault ?? false,
});

const given = (values: BrandValues) =>
  Object.fromEntries(profileFields.flatMap((field) => (values[field].trim() ? [[field, values[field].trim()]] : [])));

/** What is typed so far as a profile, for the preview; undefined while it would be refused. */
export const toProfile = (values: BrandValues): ProviderProfile | undefined =>
  ProviderProfile.safeParse(given(values)).data;

/** What is wrong, by field. */
export function faultsOf(values: BrandValues): Record<string, string> {
  const read = ProviderProfile.safeParse(given(values));
  return read.success
    ? {}
    : Object.fromEntries(read.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
}
