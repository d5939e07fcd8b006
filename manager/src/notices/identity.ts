import { contactLines, type Language, nameOfProvider } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';
import { brandOf } from '../provider/index.ts';

/** Who a letter comes from, as it was when it was written (S104). */
export type Identity = {
  readonly name: (language: Language) => string;
  /** Below the name: the brand's signature or contacts, or the signature of the mail settings; may be empty. */
  readonly signature: (language: Language) => string;
  /** Name in the From header; undefined where the mail settings' stands. */
  readonly sender: (language: Language) => string | undefined;
  /** Of the brand, for what a letter paints. */
  readonly colour: string | undefined;
};

const product = 'Sakimori';

/** Of the customer's brand; of the mail settings as long as the provider has said nothing of itself. */
export async function identityFor(tx: Tx, accountId: string): Promise<Identity> {
  const brand = await brandOf(tx, accountId);
  if (brand) {
    const { profile } = brand;
    const name = (language: Language) => nameOfProvider(language, profile);
    return {
      ...{ name, sender: name, colour: profile.colour },
      signature: (language) => contactLines(language, profile).join('\n'),
    };
  }
  const settings = await tx.first(
    sql<{ name: string | null; signature: string | null }>`select name, signature from notices_identity`,
  );
  return {
    ...{ name: () => settings?.name ?? product, signature: () => settings?.signature ?? '' },
    ...{ sender: () => undefined, colour: undefined },
  };
}
