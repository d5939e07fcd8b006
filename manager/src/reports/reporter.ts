import type { ProviderStamp, Report, ReportParty } from '@sakimori/contract';
import { reporterOf } from '../cases/index.ts';
import { type Desk, serviceOf } from '../customers/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import { brandById } from '../provider/index.ts';
import { sourcesOf } from './wiring.ts';

/** Who reports to an account. `soc` is the partner that covers it; where none does, the provider's own SOC reports under the provider's name. */
export type Reporter = {
  readonly party: ReportParty;
  readonly soc?: {
    readonly name: string;
    readonly brand: ProviderStamp | undefined;
    readonly fromAddress: string | undefined;
  };
};

/** Who reports by the plan of a day, as its edition says (S82). @throws Refusal `not_found` */
export async function partyOf(
  tx: Tx,
  desk: Desk,
  { accountId, kind, day }: { readonly accountId: string; readonly kind: Report['kind']; readonly day: string },
): Promise<ReportParty> {
  const { edition, plan } = await serviceOf(tx, desk, accountId, day);
  return edition.reports[kind].sender[plan] ?? 'provider';
}

/** @throws Refusal `not_found` */
export async function reporterFor(
  platform: Platform,
  asked: { readonly accountId: string; readonly kind: Report['kind']; readonly day: string },
): Promise<Reporter> {
  const { desk } = sourcesOf(platform);
  if (!desk) return { party: 'provider' };
  return platform.database.asProvider(async (tx) => {
    const party = await partyOf(tx, desk, asked);
    const soc = party === 'soc' ? await reporterOf(tx, asked.accountId) : undefined;
    if (!soc) return { party };
    const brand = soc.brand_id === null ? undefined : await brandById(tx, soc.brand_id);
    return { party, soc: { name: soc.name, brand, fromAddress: soc.from_address ?? undefined } };
  });
}

/** As the report keeps it. */
export const toReporter = ({ party, soc }: Reporter): NonNullable<Report['reporter']> => ({
  party,
  ...(soc?.fromAddress ? { fromAddress: soc.fromAddress } : {}),
});
