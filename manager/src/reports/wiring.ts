import type { TermsShown } from '@sakimori/contract';
import type { Platform, Tx } from '../platform/index.ts';

/** The terms that an account stands under on a day, for the disclaimers of a report (S99–S101). */
export type TermsSource = (tx: Tx, accountId: string, day: string) => Promise<TermsShown>;

/** Told at the room's making and needed wherever a report is composed, by tasks too. Held per platform, as several managers may live in one process. */
const sources = new WeakMap<Platform['database'], TermsSource>();

export function wireTerms(platform: Platform, source: TermsSource): void {
  sources.set(platform.database, source);
}
export const termsSource = (platform: Platform): TermsSource | undefined => sources.get(platform.database);
