import {
  type ChangeHost,
  type ChangeLine,
  type ChangePreviewShown,
  type ChangeWish,
  Refusal,
} from '@sakimori/contract';
import { ModelFault, readModel } from '@sakimori/contract/workload-security/index';
import type { Platform } from '../platform/index.ts';
import { isGone, type Way } from './places.ts';
import type { Made, Step } from './steps.ts';

/** Within which a kind works: whose backend, in whose name. No transaction is open: a backend may be far away. */
export type Work = { readonly platform: Platform; readonly way: Way; readonly accountId: string };

/** What was asked, checked against the backend and laid beside what stands there. */
export type Prepared = {
  /** One line for lists and the report, in Japanese. */
  readonly subject: string;
  readonly steps: readonly Step[];
  readonly diff: readonly ChangeLine[];
  readonly preview: ChangePreviewShown;
  /** What was looked at, where it stands in no field of a step. */
  readonly basis?: string;
};

/** A change that was applied, as far as those who look after it need it. */
export type Applied = {
  readonly id: string;
  readonly number: number;
  readonly wish: ChangeWish;
  readonly reason: string;
  readonly steps: readonly Step[];
  readonly made: Made;
  readonly planId: string | undefined;
  readonly basis: string | undefined;
  readonly requester: string;
  readonly approvedBy: string | undefined;
  readonly ticketId: string | undefined;
  readonly appliedAt: Date;
  readonly hosts: readonly ChangeHost[];
};
export type AppliedNow = { readonly made: Made; readonly hosts: readonly ChangeHost[]; readonly planId?: string };
/** `waiting`: ask again later. */
export type Verdict = {
  readonly outcome: 'waiting' | 'confirmed' | 'failed';
  readonly hosts: readonly ChangeHost[];
  readonly detail?: string;
};

/** One kind of change. What differs between kinds stands in one file of `kinds`; all else is the same for all. */
export type ChangeKind<Wish extends ChangeWish = ChangeWish> = {
  /**
   * Checks what is asked, and says what it would change and what it would have meant. Changes nothing.
   * @throws Unsupported outside of what the backend carries out; Refusal not_found, malformed, wrong_state
   */
  prepare(work: Work, wish: Wish): Promise<Prepared>;
  /** Applies it, or nothing of it. Whether the same still stands there was looked at before. @throws BackendFault, Refusal */
  apply(work: Work, change: Applied): Promise<AppliedNow>;
  /** What the hosts say of it since `since`. */
  verify(work: Work, change: Applied, since: Date): Promise<Verdict>;
  /** Puts back what was before. @throws BackendFault, Refusal wrong_state where this cannot be */
  revert(work: Work, change: Applied): Promise<void>;
};

/** Outside of what the backend carries out, and so of what is promised: clause 8(4) (S61, S102). */
export class Unsupported extends Error {
  readonly reason: { readonly ja: string; readonly en: string };
  constructor(reason: { readonly ja: string; readonly en: string }) {
    super(reason.en);
    this.name = 'Unsupported';
    this.reason = reason;
  }
}

/** Reads a body by the API's model, as the backend would. @throws Refusal malformed with its sentence */
export function checkModel(model: string, body: unknown): ReturnType<typeof readModel> {
  try {
    return readModel(model, body);
  } catch (error) {
    if (error instanceof ModelFault) throw new Refusal('malformed', { detail: `body.wish: ${error.message}` });
    throw error;
  }
}

/** What is not there, or is another account's, is not found; all other faults are the backend's own. */
export async function orNotFound<T>(what: string, work: Promise<T>): Promise<T> {
  return work.catch((error) => {
    if (isGone(error)) throw new Refusal('not_found', { what });
    throw error;
  });
}
