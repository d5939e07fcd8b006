import type { ProviderProfile } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type LogoType = 'image/png' | 'image/svg+xml';
export type BrandRow = {
  id: string;
  label: string;
  is_default: boolean;
  version: number;
  profile: ProviderProfile;
  logo: Buffer | null;
  logo_type: LogoType | null;
  made_at: Date;
  made_by: string;
  customers: number;
};

export const brandsMax = 100;

export const selectBrands = (tx: Tx, id?: string): Promise<BrandRow[]> =>
  tx.rows(sql<BrandRow>`
    select b.id, b.label, b.is_default, b.version, v.profile, v.logo, v.logo_type, v.made_at, v.made_by, coalesce(u.customers, 0) as customers
    from provider_brand b join provider_brand_version v on v.brand_id = b.id and v.version = b.version
    left join provider_use u on u.brand_id = b.id
    where true ${id === undefined ? sql`` : sql`and b.id = ${id}`}
    order by b.is_default desc, b.label limit ${brandsMax}`);

/** Nobody else changes brands until the transaction ends: there is one standard, and versions count without gaps. */
export const lockBrands = (tx: Tx): Promise<number> =>
  tx.run(sql`select pg_advisory_xact_lock(hashtext('provider.brands'))`);

export async function insertBrand(tx: Tx, id: string, label: string, isDefault: boolean): Promise<void> {
  await tx.run(
    sql`insert into provider_brand (id, label, is_default, version) values (${id}, ${label}, ${isDefault}, 1)`,
  );
}

export async function updateBrandRow(tx: Tx, id: string, to: { label: string; version: number }): Promise<void> {
  await tx.run(sql`update provider_brand set label = ${to.label}, version = ${to.version} where id = ${id}`);
}

export async function makeDefault(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`update provider_brand set is_default = false where is_default and id <> ${id}`);
  await tx.run(sql`update provider_brand set is_default = true where id = ${id}`);
}

export async function insertBrandVersion(
  tx: Tx,
  row: Pick<BrandRow, 'id' | 'version' | 'profile' | 'logo' | 'logo_type' | 'made_at' | 'made_by'>,
): Promise<void> {
  await tx.run(sql`
    insert into provider_brand_version (brand_id, version, profile, logo, logo_type, made_at, made_by)
    values (${row.id}, ${row.version}, ${JSON.stringify(row.profile)}::jsonb, ${row.logo}, ${row.logo_type}, ${row.made_at}, ${row.made_by})`);
}

export type IdentityRow = {
  brand_id: string;
  version: number;
  profile: ProviderProfile;
  logo: Buffer | null;
  logo_type: LogoType | null;
};

/** The brand that an account's customer has, or the standard one. */
export const selectIdentity = (tx: Tx, accountId: string): Promise<IdentityRow | undefined> =>
  tx.first(sql<IdentityRow>`
    select brand_id, version, profile, logo, logo_type from provider_of_account where tenant_id = ${accountId}`);

export const selectLogo = (
  tx: Tx,
  brandId: string,
  version: number,
): Promise<{ logo: Buffer; logo_type: LogoType } | undefined> =>
  tx.first(sql<{ logo: Buffer; logo_type: LogoType }>`
    select logo, logo_type from provider_brand_version where brand_id = ${brandId} and version = ${version} and logo is not null`);
