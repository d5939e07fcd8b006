import { ownRule } from '@sakimori/contract/rule-names';
import type { DetectionDraft, EngineHost } from '../engine.ts';
import { tableName } from './compile/chain-book.ts';
import { type TableChange, type TableWatch, watchTable } from './netlink/table-changes.ts';
import type { Nft } from './nft.ts';

export type TableGuardParts = {
  readonly host: EngineHost;
  readonly nft: Nft;
  /** The listing that the table should have; `undefined`: there should be none. */
  readonly expected: () => string | undefined;
  /** Puts the rules in force again. @throws NftFault */
  readonly heal: () => Promise<void>;
  /** Runs the work when no policy is being put in force. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>;
};

/** Lets a program that makes several changes in a row finish. */
const settleMs = 300;
/** Where changes cannot be heard of, the table is looked at as often as this. */
const blindMs = 5000;
/** Also where they can: nothing else would find out that it does not work. */
const watchingMs = 60_000;
/** Two programs that fight over the table must not keep the host busy. */
const healsMax = 5;
const healsWithinMs = 60_000;

/** Sees to it that the rules in the kernel are the ones that we have put there. */
export class TableGuard {
  readonly #parts: TableGuardParts;
  #watch: TableWatch | undefined;
  #problem: string | undefined;
  #last: TableChange | undefined;
  #healedAtMs: number[] = [];
  #cancelLook: (() => void) | undefined;
  #cancelRound: (() => void) | undefined;

  constructor(parts: TableGuardParts) {
    this.#parts = parts;
  }

  /** Why changes are only found by looking; `undefined`: they are heard of. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Somebody changes the rules again and again. */
  get isContested(): boolean {
    return this.#healedAtMs.length >= healsMax;
  }

  async start(): Promise<void> {
    if (this.#cancelRound) return;
    this.#round();
    try {
      this.#watch = await watchTable(tableName, (change) => this.#hear(change));
      this.#problem = undefined;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  stop(): void {
    this.#watch?.close();
    this.#watch = undefined;
    this.#cancelLook?.();
    this.#cancelRound?.();
    this.#cancelLook = undefined;
    this.#cancelRound = undefined;
  }

  #hear(change: TableChange | undefined): void {
    if (change && this.#parts.nft.isOurs(change.processId)) return;
    this.#last = change;
    this.#cancelLook ??= this.#parts.host.clock.after(settleMs, () => {
      this.#cancelLook = undefined;
      void this.#look();
    });
  }

  #round(): void {
    this.#cancelRound = this.#parts.host.clock.after(this.#watch ? watchingMs : blindMs, () => {
      void this.#look();
      if (this.#cancelRound) this.#round();
    });
  }

  /** Compares, and mends. */
  #look(): Promise<void> {
    return this.#parts.inTurn(async () => {
      const { nft, host, expected, heal } = this.#parts;
      try {
        const [wanted, there] = [expected(), await nft.list()];
        if (wanted === undefined || wanted === there) return;
        const nowMs = host.clock.nowMs();
        this.#healedAtMs = this.#healedAtMs.filter((atMs) => nowMs - atMs < healsWithinMs);
        if (this.isContested) return;
        this.#healedAtMs.push(nowMs);
        await heal();
        await host.report([tamperedDraft(there === undefined, this.#last, true)]);
      } catch (error) {
        host.log(
          'error',
          `the rules could not be put in force again: ${error instanceof Error ? error.message : error}`,
        );
        await host.report([tamperedDraft(false, this.#last, false)]);
      } finally {
        this.#last = undefined;
      }
    });
  }
}

function tamperedDraft(isGone: boolean, change: TableChange | undefined, isHealed: boolean): DetectionDraft {
  const { processId, processName } = change ?? {};
  return {
    kind: 'firewall.tampered',
    rule: ownRule('firewall.tampered', 'firewall.tampered'),
    severity: 'high',
    title: `The firewall's rules were ${isGone ? 'removed' : 'changed'} by somebody else${isHealed ? ' and are in force again' : ''}`,
    mode: 'prevent',
    action: isHealed ? 'denied' : 'observed',
    actionResult: isHealed ? 'success' : 'failure',
    subject: tableName,
    ...(processName === undefined
      ? {}
      : {
          actor: {
            process: { name: processName.slice(0, 64), ...(processId === undefined ? {} : { pid: processId }) },
          },
        }),
    facts: { change: isGone ? 'removed' : 'changed', healed: isHealed },
  };
}
