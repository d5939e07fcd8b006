import type { Actor } from '@sakimori/contract';
import type { Desk } from '../customers/index.ts';
import type { Tx } from '../platform/index.ts';

/** A case as what follows from it is told. */
export type CaseKey = {
  readonly accountId: string;
  readonly id: string;
  readonly number: number;
  readonly severity: number;
};

/** What the rules about cases need, and whom they tell. */
export type CaseDesk = Desk & {
  readonly onOpened?: (tx: Tx, opened: CaseKey) => Promise<void>;
  /** Alerts joined a case; `isWorse` where it is graver now. */
  readonly onGrown?: (tx: Tx, grown: CaseKey, isWorse: boolean) => Promise<void>;
  /** Somebody has it: nobody else is called. */
  readonly onAcknowledged?: (
    tx: Tx,
    taken: { readonly accountId: string; readonly id: string },
    actor: Actor,
  ) => Promise<void>;
};
