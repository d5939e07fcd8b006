import type { Report, TermsShown } from '@sakimori/contract';
import type { Desk } from '../customers/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import type { Configuration } from './settings.ts';

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

/** What a change that was carried out is called, and when it was (S87). */
export type ChangesDoneSource = (
  tx: Tx,
  accountId: string,
  period: { readonly from: Date; readonly to: Date },
) => Promise<
  readonly {
    readonly number: number;
    readonly subject: string;
    readonly doneAt: Date;
    readonly ticketNumber?: number;
  }[]
>;

/**
 * Policies and computers of an account by the public API, whoever serves it (S86). It opens transactions of its own.
 * @throws where the API does not answer
 */
export type ConfigurationSource = (accountId: string) => Promise<Configuration>;

export type ReportSources = {
  /** Editions and calendar; without them nothing has to leave by a day. */
  readonly desk?: Desk | undefined;
  readonly changesDoneIn?: ChangesDoneSource | undefined;
  readonly configurationOf?: ConfigurationSource | undefined;
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
