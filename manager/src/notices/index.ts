/**
 * Who is told what. A letter is written into the outbox in the transaction that causes it, sent by one job over the operator's SMTP
 * server (the built-in catcher until there is one), and followed until it is taken, given up or comes back as a delivery report.
 */
import { handleJob, type Platform, type Room } from '../platform/index.ts';
import { tellDigests } from './digests.ts';
import { sendNotice } from './jobs.ts';
import { queueDue } from './notices.ts';
import { askAfterRecipients } from './recipients-answer.ts';
import { noticesRoutes } from './routes.ts';
import { Sender } from './sender.ts';
import { type OnUndelivered, type RecipientWork, wire } from './wiring.ts';

export { looksLikeBounceAddress } from './bounce-address.ts';
export { type ReportTaken, takeDeliveryReport } from './bounces.ts';
export { type Catcher, startCatcher } from './catcher.ts';
export { digestDefault, type Told, tellAlerts } from './digests.ts';
export { type Identity, identityFor } from './identity.ts';
export { type Letter, toHtml, toText } from './letter.ts';
export { startMailboxDoor } from './mailbox-door.ts';
export {
  type AlertTelling,
  type Attachment,
  accountsWithoutRecipients,
  type Composed,
  type Recipient,
  type Telling,
  tell,
  tellAlert,
} from './notices.ts';
export { isTooLarge } from './outcome.ts';
export { showLine, showText } from './plain.ts';
export { applyRecipients, proposeRecipients, rollbackRecipients } from './recipients.ts';
export { askAfterRecipients } from './recipients-answer.ts';
export { type ReplySubject, readReplyAddress } from './reply-address.ts';
export { loadSending } from './settings.ts';
export { type NoticeThread, providerName } from './store.ts';
export { showInstant } from './time.ts';
export { sendAtOnce } from './trial-mail.ts';
export { type AskedRecipient, type OnUndelivered, publicUrl, type RecipientWork, type Undelivered } from './wiring.ts';

const everyMs = 1000;

export type NoticesOptions = {
  /** Address of the console, for links in mails. */
  readonly publicUrl: () => string;
  /** Told of every letter that will not arrive, in the transaction that records it. */
  readonly onUndelivered?: OnUndelivered;
  /** What becomes of new recipients who do not confirm, as work. */
  readonly recipients?: RecipientWork;
};

export function noticesRoom(platform: Platform, options: NoticesOptions): Room {
  wire(platform, options);
  const sender = new Sender(platform);
  return {
    name: 'notices',
    routes: noticesRoutes(platform),
    jobs: [handleJob(sendNotice, ({ accountId, noticeId }) => sender.send(accountId, noticeId))],
    ticks: [
      // Before those that are due are tried again: what a digest takes back is not under way then.
      tellDigests(platform),
      askAfterRecipients(platform),
      { name: 'notices.due', everyMs, run: async () => void (await queueDue(platform)) },
    ],
    start: async () => startSettling(platform, sender),
  };
}

/** Each process records what it could not record when it happened; ticks run in one process only. */
function startSettling(platform: Platform, sender: Sender): () => Promise<void> {
  let settling: Promise<void> | undefined;
  const timer = setInterval(() => {
    settling ??= sender
      .settle()
      .catch((error: Error) => platform.log.debug({ err: error.message }, 'outcomes of mails cannot be recorded yet'))
      .finally(() => {
        settling = undefined;
      });
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await settling;
    await sender.settle().catch(() => undefined);
    sender.close();
  };
}
