import type { Actor, CaseAudience, CaseEntry, CaseEntryKind } from '@sakimori/contract';
import { announce, newId, type Platform, type Tx } from '../platform/index.ts';
import { type EntryRow, insertEntry } from './store.ts';

/** What is written into a case. Its values are the words of `case.entry.<kind>`. */
export type RecordedEntry = {
  readonly kind: CaseEntryKind;
  readonly values?: CaseEntry['values'];
  readonly text?: string | undefined;
  readonly actor: Pick<Actor, 'name'>;
  /** The partner SOC whose word it is. */
  readonly soc?: string | undefined;
  readonly audience: CaseAudience;
};

/**
 * Writes into the timeline of a case, in the transaction of the deed. What is for the customer goes into a table of its own, which alone is read for
 * customers and reports; the audit is the caller's.
 */
export async function recordInCase(
  tx: Tx,
  platform: Platform,
  { accountId, id: caseId }: { readonly accountId: string; readonly id: string },
  { kind, values = {}, text, actor, soc, audience }: RecordedEntry,
): Promise<string> {
  const id = newId(platform.clock);
  const at = platform.clock.now();
  await insertEntry(tx, { accountId, caseId, id, at, kind, audience, by: actor.name, soc, text, values });
  await announce(tx, { topic: 'case', accountId, id: caseId });
  return id;
}

export const toEntry = (row: EntryRow, audience: CaseAudience): CaseEntry => ({
  ...{ id: row.id, at: row.at.toISOString(), kind: row.kind, audience, by: row.by_name, values: row.facts },
  ...(row.soc_name === null ? {} : { soc: row.soc_name }),
  ...(row.text === null ? {} : { text: row.text }),
});
