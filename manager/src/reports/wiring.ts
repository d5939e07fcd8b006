import type { Report, TermsShown } from '@sakimori/contract';
import type { Desk } from '../customers/index.ts';
import type { Platform, Tx } from '../platform/index.ts';

/** The terms that an account stands under on a day, for the disclaimers of a report (S99–S101). */
export type TermsSource = (tx: Tx, accountId: string, day: string) => Promise<TermsShown>;

/** Versions that became others in a period without a plan (S17). */
export type ChangesSource = (
  tx: Tx,
  accountId: string,
  period: { readonly from: Date; readonly to: Date },
) => Promise<NonNullable<Report['unannounced']>>;

/** What the account's plan, and what it bought, say of a kind of report on a day (S30, S31). */
export type PlanSource = {
  /** @throws Refusal `not_in_plan`, `quote_needed` */
  check(tx: Tx, accountId: string, kind: Report['kind'], day: string): Promise<void>;
  isGranted(tx: Tx, accountId: string, kind: Report['kind'], day: string): Promise<boolean>;
};

export type ReportSources = {
  /** Editions and calendar; without them nothing has to leave by a day. */
  readonly desk?: Desk | undefined;
  readonly plan?: PlanSource | undefined;
  readonly termsOf?: TermsSource | undefined;
  readonly unannouncedOf?: ChangesSource | undefined;
};

/** Told at the room's making and needed wherever a report is composed, by tasks too. Held per platform, as several managers may live in one process. */
const held = new WeakMap<Platform['database'], ReportSources>();

export function wireSources(platform: Platform, sources: ReportSources): void {
  held.set(platform.database, sources);
}
export const sourcesOf = (platform: Platform): ReportSources => held.get(platform.database) ?? {};
