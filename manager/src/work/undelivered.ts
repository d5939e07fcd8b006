import type { Desk } from '../customers/index.ts';
import { sha256, type Tx } from '../platform/index.ts';
import { raiseWork } from './work.ts';

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
    key: `mail:${sha256(recipient.toLowerCase())}`,
    businessDays: 1,
  });
}
