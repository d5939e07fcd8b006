import type { Desk } from '../customers/index.ts';
import { sha256, type Tx } from '../platform/index.ts';
import { raiseWork, settleWork } from './work.ts';

const keyOf = (recipient: string): string => `mail:${sha256(recipient.toLowerCase())}`;

/** A mail came back: somebody asks the customer for an address that works (S62). Further mails to the same address ask for nothing more. */
export function raiseUndelivered(
  tx: Tx,
  desk: Desk,
  mail: { readonly accountId: string; readonly noticeId: string; readonly recipient: string; readonly reason: string },
): Promise<string | undefined> {
  const { accountId, noticeId, recipient, reason } = mail;
  return raiseWork(tx, desk, {
    ...{ accountId, kind: 'mailUndelivered', target: `notice:${noticeId}` },
    facts: { recipient: recipient.slice(0, 320), reason: reason.slice(0, 300) },
    key: keyOf(recipient),
    businessDays: 1,
  });
}

/** A mail to the address was read: whatever came back before, it works now. */
export const settleUndelivered = (
  tx: Tx,
  desk: Desk,
  mail: { readonly accountId: string; readonly recipient: string; readonly evidence: string },
): Promise<boolean> =>
  settleWork(tx, desk, { accountId: mail.accountId, key: keyOf(mail.recipient), evidence: mail.evidence });
