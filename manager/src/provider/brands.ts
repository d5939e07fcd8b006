import { type Actor, type Brand, type ProviderProfile, type ProviderStamp, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { announce, isDuplicate, newId, type Platform, type Tx } from '../platform/index.ts';
import { LogoFault, type SafeLogo, safeLogo } from './logo.ts';
import {
  type BrandRow,
  brandsMax,
  insertBrand,
  insertBrandVersion,
  lockBrands,
  makeDefault,
  selectBrands,
  selectIdentity,
  selectLogo,
  updateBrandRow,
} from './store.ts';

export const toBrand = (row: BrandRow): Brand => ({
  ...{ id: row.id, label: row.label, isDefault: row.is_default, version: row.version, profile: row.profile },
  ...(row.logo && row.logo_type ? { logo: { type: row.logo_type, content: row.logo.toString('base64') } } : {}),
  ...{ customers: row.customers, updatedAt: row.made_at.toISOString(), updatedBy: row.made_by },
});

type Input = { readonly label: string; readonly profile: ProviderProfile };

async function onBrand<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('already_exists', { what: 'brand' }, { cause: error });
    throw error;
  }
}

async function record(
  tx: Tx,
  { clock }: Platform,
  actor: Actor,
  action: 'provider.brand_created' | 'provider.brand_changed' | 'provider.logo_changed',
  id: string,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  await note(tx, clock, { actor, action, target: `brand:${id}`, facts });
  await announce(tx, { topic: 'account' });
}

/** @throws Refusal `already_exists`, `limit_reached` */
export function createBrand(platform: Platform, actor: Actor, { label, profile }: Input): Promise<Brand> {
  const { clock, database } = platform;
  return onBrand(() =>
    database.asProvider(async (tx) => {
      await lockBrands(tx);
      const all = await selectBrands(tx);
      if (all.length >= brandsMax) throw new Refusal('limit_reached', { what: 'brand', max: brandsMax });
      const id = newId(clock);
      await insertBrand(tx, id, label, all.length === 0);
      const made = { made_at: clock.now(), made_by: actor.name };
      await insertBrandVersion(tx, { id, version: 1, profile, logo: null, logo_type: null, ...made });
      await record(tx, platform, actor, 'provider.brand_created', id, { label, ...profile });
      return toBrand((await selectBrands(tx, id))[0]!);
    }),
  );
}

/** Makes the next version of a brand out of the one that stands. */
async function change(
  tx: Tx,
  platform: Platform,
  actor: Actor,
  id: string,
  make: (row: BrandRow) => Partial<Pick<BrandRow, 'label' | 'profile' | 'logo' | 'logo_type'>>,
): Promise<BrandRow> {
  await lockBrands(tx);
  const [row] = await selectBrands(tx, id);
  if (!row) throw new Refusal('not_found', { what: 'brand' });
  const next = { ...row, ...make(row), version: row.version + 1 };
  await updateBrandRow(tx, id, next);
  await insertBrandVersion(tx, { ...next, made_at: platform.clock.now(), made_by: actor.name });
  return next;
}

/** @throws Refusal `not_found`, `already_exists`, `version_conflict` */
export function updateBrand(
  platform: Platform,
  actor: Actor,
  id: string,
  input: Input & { readonly isDefault: boolean; readonly version: number },
): Promise<Brand> {
  const { label, profile, isDefault, version } = input;
  return onBrand(() =>
    platform.database.asProvider(async (tx) => {
      await change(tx, platform, actor, id, (row) => {
        if (row.version !== version) throw new Refusal('version_conflict', { current: row.version });
        return { label, profile };
      });
      if (isDefault) await makeDefault(tx, id);
      await record(tx, platform, actor, 'provider.brand_changed', id, { label, isDefault, ...profile });
      return toBrand((await selectBrands(tx, id))[0]!);
    }),
  );
}

/** @param content the file; an empty one takes the logo away. @throws Refusal `not_found`, `logo_refused` with what is wrong with it */
export async function putLogo(platform: Platform, actor: Actor, id: string, content: Buffer): Promise<Brand> {
  const logo = content.length === 0 ? undefined : readLogo(content);
  return platform.database.asProvider(async (tx) => {
    await change(tx, platform, actor, id, () => ({ logo: logo?.content ?? null, logo_type: logo?.type ?? null }));
    const facts = logo ? { type: logo.type, bytes: logo.content.length } : { removed: true };
    await record(tx, platform, actor, 'provider.logo_changed', id, facts);
    return toBrand((await selectBrands(tx, id))[0]!);
  });
}

function readLogo(content: Buffer): SafeLogo {
  try {
    return safeLogo(content);
  } catch (error) {
    if (error instanceof LogoFault) throw new Refusal('logo_refused', { fault: error.fault, detail: error.detail });
    throw error;
  }
}

export const brandExists = async (tx: Tx, id: string): Promise<boolean> => (await selectBrands(tx, id)).length > 0;

/** The brand that an account is served under, as documents and mails are made with it. */
export type BrandOfAccount = ProviderStamp & { readonly logo?: { readonly type: string; readonly content: Buffer } };

/** Undefined where the provider has said nothing of itself yet. The transaction may be the account's or the provider's. */
export async function brandOf(tx: Tx, accountId: string): Promise<BrandOfAccount | undefined> {
  const row = await selectIdentity(tx, accountId);
  if (!row) return undefined;
  return {
    ...{ brandId: row.brand_id, version: row.version, profile: row.profile },
    ...(row.logo && row.logo_type ? { logo: { type: row.logo_type, content: row.logo } } : {}),
  };
}

/** One brand as it stands, whoever has it. The transaction is the provider's. */
export async function brandById(tx: Tx, id: string): Promise<ProviderStamp | undefined> {
  const [row] = await selectBrands(tx, id);
  return row && { brandId: row.id, version: row.version, profile: row.profile };
}

/** The logo of the version that a document was made with. */
export const logoOf = (tx: Tx, { brandId, version }: ProviderStamp) => selectLogo(tx, brandId, version);
