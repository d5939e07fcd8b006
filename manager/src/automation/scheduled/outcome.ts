import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { note, system } from '../../audit/index.ts';
import type { Platform, Tx } from '../../platform/index.ts';

/** What became of a run: what it did, for the audit, or why it could not. */
export type Outcome =
  | {
      readonly state: 'ran';
      readonly facts: Readonly<Record<string, unknown>>;
      readonly hostTaskIds?: readonly string[];
    }
  | { readonly state: 'failed'; readonly reason: string };

export const ran = (facts: Readonly<Record<string, unknown>>): Outcome => ({ state: 'ran', facts });
export const failed = (reason: string): Outcome => ({ state: 'failed', reason });

/** Tells the audit what became of a run. */
export async function noteOutcome(
  tx: Tx,
  { clock }: Pick<Platform, 'clock'>,
  accountId: string,
  task: ApiObject,
  facts: Readonly<Record<string, unknown>>,
  hasRun: boolean,
): Promise<void> {
  const { ID, name, type } = task;
  await note(tx, clock, {
    ...{ accountId, actor: system, action: hasRun ? 'task.ran' : 'task.failed', target: `ScheduledTask:${String(ID)}` },
    facts: { name, type, ...facts },
  });
}
