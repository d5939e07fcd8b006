import type { Report, TermsShown } from '@sakimori/contract';
import type { Platform, Tx } from '../platform/index.ts';

/** The terms that an account stands under on a day, for the disclaimers of a report (S99–S101). */
export type TermsSource = (tx: Tx, accountId: string, day: string) => Promise<TermsShown>;

/** Versions that became others in a period without a plan (S17). */
export type ChangesSource = (
  tx: Tx,
  accountId: string,
  period: { readonly from: Date; readonly to: Date },
) => Promise<NonNullable<Report['unannounced']>>;

export type ReportSources = {
  readonly termsOf?: TermsSource | undefined;
  readonly unannouncedOf?: ChangesSource | undefined;
};

/** Told at the room's making and needed wherever a report is composed, by tasks too. Held per platform, as several managers may live in one process. */
const held = new WeakMap<Platform['database'], ReportSources>();

export function wireSources(platform: Platform, sources: ReportSources): void {
  held.set(platform.database, sources);
}
export const sourcesOf = (platform: Platform): ReportSources => held.get(platform.database) ?? {};
