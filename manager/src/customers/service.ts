import { dayInJapan, type Edition, type Plan } from '@sakimori/contract';
import type { EditionSource } from '../calendar/index.ts';
import type { Editions } from '../editions/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import { selectTerms } from './contract-store.ts';
import { type Desk, isInForce } from './contracts.ts';
import { getAccount } from './customers.ts';

/** What an account is served by on a day. */
export type Service = {
  readonly edition: Edition;
  readonly plan: Plan;
  /** `none`: it has no contract at all, and the standard edition stands with the account's plan. */
  readonly contract: 'none' | 'coming' | 'inForce' | 'ended';
  /** The first day of the first contract, from which contract years are counted. */
  readonly since?: string;
};

/**
 * Edition and plan of an account on a day: of the term in force, or the last one that was. Everything that is decided by a plan is decided by
 * that of the day on which it happened.
 * @param day `2026-12-15`
 * @throws Refusal `not_found`
 */
export async function serviceOf(
  tx: Tx,
  { editions }: Pick<Desk, 'editions'>,
  accountId: string,
  day: string,
): Promise<Service> {
  const terms = await selectTerms(tx, accountId);
  const term = terms.filter(({ starts_on }) => starts_on <= day).at(-1) ?? terms[0];
  if (term) {
    const contract = isInForce(term, day) ? 'inForce' : term.starts_on > day ? 'coming' : 'ended';
    return { edition: editions.get(term.edition), plan: term.plan, contract, since: terms[0]!.starts_on };
  }
  const { plan } = await getAccount(tx, accountId);
  return { edition: editions.standard, plan, contract: 'none' };
}

/** The same on the day that it is now. @throws Refusal `not_found` */
export const serviceToday = (
  tx: Tx,
  { clock }: Pick<Platform, 'clock'>,
  editions: Editions,
  accountId: string,
): Promise<Service> => serviceOf(tx, { editions }, accountId, dayInJapan(clock.now()));

/** By which edition the deadlines of an account are counted. */
export const editionSource = (editions: Editions): EditionSource => ({
  standard: editions.standard,
  get: (id) => editions.get(id),
  ofAccount: async (tx, accountId, day) => (await serviceOf(tx, { editions }, accountId, day)).edition,
});
