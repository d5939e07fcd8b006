import type { Language } from '@sakimori/contract';
import { contactsFor } from '../customers/index.ts';
import { defineJob, type Platform, sha256 } from '../platform/index.ts';
import { type KeptReport, selectKept } from './archive-store.ts';
import { raiseUnsent, settleWarnings } from './deadline.ts';
import { deliver, reportSystem } from './delivery.ts';
import { lockIssue, type SignatureRow, selectSignatures, setProblem, setSent } from './issue-store.ts';
import { hashOf } from './rendering.ts';
import { sourcesOf } from './wiring.ts';

/** Sends what has its last signature. */
export const sendIssue = defineJob<{ accountId: string; issueId: string }>('reports.send');

/** Languages in which every signer signed exactly the bytes that are stored. */
function signedLanguages({ renderings }: KeptReport, signatures: readonly SignatureRow[]): Language[] {
  return renderings
    .filter(({ language, mail, pdf }) => {
      const hash = hashOf(mail, pdf && sha256(pdf));
      return signatures.every((signature) => signature.sha256[language] === hash);
    })
    .map(({ language }) => language);
}

/**
 * Sends a signed report to the account's contacts, as the bytes that were signed; does nothing where it was sent, or is not signed by enough people.
 * @returns whether it has left
 * @throws Error where what is stored is not what was signed: nothing leaves then
 */
export async function sendSigned(
  platform: Platform,
  { accountId, issueId }: { readonly accountId: string; readonly issueId: string },
): Promise<boolean> {
  const { desk } = sourcesOf(platform);
  if (!desk) return false;
  return platform.database.as(accountId, async (tx) => {
    const key = { accountId, id: issueId };
    const row = await lockIssue(tx, key);
    if (!row || row.report_id === null || row.sent_at !== null) return false;
    const signatures = await selectSignatures(tx, key);
    if (signatures.length < row.signatures_needed) return false;
    const kept = (await selectKept(tx, row.report_id))!;
    const languages = signedLanguages(kept, signatures);
    if (!languages.includes(kept.renderings[0].language))
      throw new Error(`The report ${row.report_id} is not what was signed.`);
    const actor = { ...reportSystem, name: signatures.map(({ signer_name }) => signer_name).join(', ') };
    const contacts = await contactsFor(tx, row.kind);
    const sent = await deliver(tx, platform, { kept, contacts, cause: 'sent', actor, languages });
    if (sent.length === 0) {
      await setProblem(tx, key, 'no_recipients');
      await raiseUnsent(tx, desk, row);
      return false;
    }
    await setSent(tx, key, platform.clock.now());
    await settleWarnings(tx, desk, row, actor.name);
    return true;
  });
}
