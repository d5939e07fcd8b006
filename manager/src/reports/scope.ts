import { type Actor, isSocRole, Refusal, type ReportParty } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { coveredAccounts, coveringSoc } from '../cases/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import { findIssue, type IssueRow, type SignatureRow } from './issue-store.ts';

const unknown = () => new Refusal('not_found', { what: 'report' });

/**
 * A report that has to leave, for somebody who may have to do with it: people of the provider with every one, a partner SOC with those that it signs for
 * accounts it covers. Of any other it is told that there is none, and the audit keeps who asked.
 * @throws Refusal `not_found`
 */
export async function issueFor({ database, clock }: Platform, actor: Actor, issueId: string): Promise<IssueRow> {
  if (actor.accountId !== undefined) throw unknown();
  const found = await database.asProvider(async (tx) => {
    const issue = await findIssue(tx, issueId);
    if (!issue || actor.socId === undefined) return issue;
    if (issue.party === 'soc' && (await coveringSoc(tx, issue.tenant_id)) === actor.socId) return issue;
    const facts = { account: issue.tenant_id, soc: actor.socId };
    await note(tx, clock, { actor, action: 'soc.refused', target: `issue:${issueId}`, facts });
    return undefined;
  });
  if (!found) throw unknown();
  return found;
}

/** Which issues somebody sees in a list: of all accounts, or of those that a partner SOC covers and signs for. */
export type Sight = { readonly accountIds: readonly string[] | undefined; readonly party: ReportParty | undefined };
export async function sightOf(tx: Tx, actor: Actor): Promise<Sight> {
  if (actor.accountId !== undefined) return { accountIds: [], party: undefined };
  if (actor.socId === undefined) return { accountIds: undefined, party: undefined };
  return { accountIds: await coveredAccounts(tx, actor.socId), party: 'soc' };
}

/** Whose signature somebody's counts as (S82). */
export const partyOfRole = (role: Actor['role']): ReportParty =>
  isSocRole(role) || role === 'soc-analyst' ? 'soc' : 'provider';

/** Who may put the next signature, and why somebody may not. Two signatures are two people's, one of them of the party that reports. */
export function signerFault(
  row: Pick<IssueRow, 'party' | 'signatures_needed'>,
  actor: Actor,
  given: readonly Pick<SignatureRow, 'signer_id' | 'signer_role'>[],
): Refusal | undefined {
  if (given.length >= row.signatures_needed) return new Refusal('wrong_state', { what: 'report', state: 'signed' });
  if (given.some(({ signer_id }) => signer_id === actor.id)) return new Refusal('already_signed', { name: actor.name });
  if (row.signatures_needed > 1 && actor.kind !== 'person') return new Refusal('signer_not_party', { party: 'people' });
  if (partyOfRole(actor.role) === row.party) return undefined;
  const isOtherLeft = row.party === 'soc' && row.signatures_needed > 1;
  const others = given.filter(({ signer_role }) => partyOfRole(signer_role) !== row.party).length;
  return isOtherLeft && others === 0 ? undefined : new Refusal('signer_not_party', { party: row.party });
}
