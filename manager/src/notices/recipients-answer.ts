import { phrase, type RecipientQuestion, Refusal } from '@sakimori/contract';
import { system } from '../audit/index.ts';
import { markBounced } from '../customers/index.ts';
import { type Platform, sha256, type Tick, type Tx } from '../platform/index.ts';
import { identityFor } from './identity.ts';
import { record, rollbackRecipients } from './recipients.ts';
import {
  countOthers,
  lockChange,
  type MailRow,
  markReminded,
  selectAskedByNotice,
  selectMailBySecret,
  selectWaiting,
  setMailState,
} from './recipients-store.ts';
import { selectAccountNames } from './store.ts';
import { type Undelivered, wiringOf } from './wiring.ts';

/** Whoever answers has proven that they read the mail, and is known by that. */
const readerOf = ({ contact_id: id, mail: name }: MailRow) => ({ kind: 'system', id, name }) as const;

async function withMail<T>(platform: Platform, secret: string, work: (tx: Tx, row: MailRow) => Promise<T>): Promise<T> {
  return platform.database.asProvider(async (tx) => {
    const row = await selectMailBySecret(tx, sha256(secret));
    if (!row) throw new Refusal('link_invalid');
    return work(tx, row);
  });
}

/** What the link of a mail asks. Changes nothing: mail servers and previews open links by themselves. @throws Refusal `link_invalid` */
export const lookAtRecipient = (platform: Platform, secret: string): Promise<RecipientQuestion> =>
  withMail(platform, secret, toQuestion);

/**
 * A new recipient’s word. `yes` confirms. `no`: the mail reaches somebody else; nothing more is sent there, somebody of the provider looks after it, and
 * where that leaves a list empty the former recipients come back at once. A second answer changes nothing. @throws Refusal `link_invalid`
 */
export const answerRecipient = (
  platform: Platform,
  { secret, answer }: { readonly secret: string; readonly answer: 'yes' | 'no' },
): Promise<RecipientQuestion> =>
  withMail(platform, secret, async (tx, row) => {
    const before = await toQuestion(tx, row);
    if (before.state !== 'open') return before;
    const now = platform.clock.now();
    const state = answer === 'yes' ? 'confirmed' : 'refused';
    await setMailState(tx, row, state, now);
    const key = { tenant_id: row.tenant_id, id: row.change_id };
    await record(tx, platform, readerOf(row), key, 'contact.recipient_answered', { mail: row.mail, answer });
    const { recipients } = wiringOf(platform);
    await recipients?.settle(tx, row);
    if (answer === 'no') {
      await markBounced(tx, platform.clock, row.contact_id, phrase(row.language, 'recipientState.refused'));
      await recipients?.raise(tx, row, 'recipientRefused');
      await putBack(tx, platform, row, 'recipients.refused');
    }
    return { ...before, state };
  });

async function toQuestion(tx: Tx, row: MailRow): Promise<RecipientQuestion> {
  const change = await lockChange(tx, { accountId: row.tenant_id, id: row.change_id });
  const isOpen = row.state === 'asked' && change?.state === 'applied';
  const isAnswered = row.state === 'confirmed' || row.state === 'refused';
  return {
    state: isOpen ? 'open' : isAnswered ? (row.state as 'confirmed' | 'refused') : 'over',
    provider: (await identityFor(tx, row.tenant_id)).name(row.language),
    accountName: (await selectAccountNames(tx, row.tenant_id)).account_name,
    ...{ mail: row.mail, purposes: row.purposes, language: row.language },
  };
}

/**
 * The mail that asked a new recipient did not arrive. Where nobody else receives what it was to receive, the former recipients come back in the
 * transaction that records the loss: no account is left with nobody who is told (S55).
 */
export async function followLostRecipient(tx: Tx, platform: Platform, lost: Undelivered): Promise<void> {
  const row = await selectAskedByNotice(tx, lost.accountId, lost.noticeId);
  if (!row) return;
  await setMailState(tx, row, 'undelivered', platform.clock.now());
  await putBack(tx, platform, row, 'recipients.lost');
}

async function putBack(
  tx: Tx,
  platform: Platform,
  row: MailRow,
  why: 'recipients.lost' | 'recipients.refused',
): Promise<void> {
  const { tenant_id: accountId, change_id: id } = row;
  const change = await lockChange(tx, { accountId, id });
  if (change?.state !== 'applied') return;
  const alone: string[] = [];
  for (const purpose of row.purposes)
    if ((await countOthers(tx, accountId, row.contact_id, purpose)) === 0) alone.push(purpose);
  const hadOthers = change.lists.some(({ purpose, before }) => alone.includes(purpose) && before.some((r) => !r.fails));
  if (!hadOthers) return;
  try {
    await rollbackRecipients(tx, platform, system, { accountId, id }, phrase('ja', why));
  } catch (error) {
    // Somebody changed the contacts meanwhile; the work that the loss makes asks a person.
    if (!(error instanceof Refusal)) throw error;
    platform.log.warn({ accountId, changeId: id, code: error.code }, 'the former recipients could not be put back');
  }
}

/** So long a new recipient has to confirm before somebody asks after it. */
export const unconfirmedMs = 2 * 24 * 3600_000;
const atOnce = 200;

/** Work for whoever looks after new recipients that do not confirm. */
export const askAfterRecipients = (platform: Platform): Tick => ({
  name: 'notices.recipients',
  everyMs: 60_000,
  run: async () => {
    const { recipients } = wiringOf(platform);
    if (!recipients) return;
    const now = platform.clock.now();
    await platform.database.asProvider(async (tx) => {
      for (const row of await selectWaiting(tx, new Date(now.getTime() - unconfirmedMs), atOnce)) {
        await recipients.raise(tx, row, 'recipientWaiting');
        await markReminded(tx, row, now);
      }
    });
  },
});
